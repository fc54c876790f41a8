//! The graph of steps: what can be reached, whether an end can, and decisions that run in circles.
//!
//! Not here: single targets (`steps.rs`).

use std::collections::{HashMap, HashSet};

use super::Check;
use super::report::listed;
use crate::definition::Definition;
use crate::definition::step::Step;
use crate::position::join;

impl Check<'_> {
    pub(super) fn flow(&mut self) {
        self.circles();
        // With a step replaced or a target unknown, what can be reached is anybody's guess.
        let definition = self.definition;
        let known = |name: &str| definition.steps.contains_key(name);
        let dangling = !known(&definition.start)
            || definition.steps.values().any(|step| !targets(step).into_iter().all(known));
        if !self.intact("") || dangling {
            return;
        }
        let reached = reachable(definition);
        for name in definition.steps.keys().filter(|name| !reached.contains(name.as_str())) {
            let message = format!("no path leads to step `{name}`; remove it, or lead a path to it");
            self.report.warn_at_key("unreachable-step", &join("/steps", name), message);
        }
        self.ends(&reached);
        self.outsides(&reached);
        self.awaited();
    }

    /// Every step that is reached must lead on to an end.
    fn ends(&mut self, reached: &HashSet<&str>) {
        let definition = self.definition;
        let finishing = finishing(definition);
        if !reached.iter().any(|name| finishing.contains(name)) {
            let message = "no end can be reached from `start`; lead a path to a step of kind `final`";
            return self.report.error("no-end", "/start", message);
        }
        for (name, step) in definition.steps.iter().filter(|(name, _)| reached.contains(name.as_str())) {
            let pointer = join("/steps", name);
            if step.stay().is_some_and(|stay| stay.paths.is_empty()) {
                let message = format!("nothing leads out of step `{name}`; add a path");
                self.report.error_at_key("dead-end", &pointer, message);
            } else if !finishing.contains(name.as_str()) {
                let message = format!("no end can be reached from step `{name}`");
                self.report.warn_at_key("no-end", &pointer, message);
            }
        }
    }

    /// An external step is nobody's task: something else must take a path.
    fn outsides(&mut self, reached: &HashSet<&str>) {
        for (name, step) in self.definition.steps.iter().filter(|(name, _)| reached.contains(name.as_str())) {
            let Step::External(stay) = step else { continue };
            let moved = !stay.on.is_empty() || stay.timers.values().any(|timer| timer.take.is_some());
            let people = !stay.roles.is_empty() || stay.paths.values().any(|path| !path.roles.is_empty());
            if !moved && !people && !stay.paths.is_empty() {
                let message =
                    format!("step `{name}` is nobody's task, and no timer or outside event takes a path");
                self.report.warn_at_key("nothing-moves", &join("/steps", name), message);
            }
        }
    }

    /// Decisions that lead to one another without a step in between would never stop.
    fn circles(&mut self) {
        let definition = self.definition;
        let mut told: HashSet<&str> = HashSet::new();
        for (name, step) in &definition.steps {
            if !matches!(step, Step::Decision(_)) || told.contains(name.as_str()) {
                continue;
            }
            if let Some(circle) = circle(definition, name) {
                told.extend(circle.iter().copied());
                let message = format!(
                    "the decisions {} lead to one another in a circle; put a step of kind `user` or `external` between them",
                    listed(circle)
                );
                self.report.error_at_key("decision-loop", &join("/steps", name), message);
            }
        }
    }
}

pub(super) fn targets(step: &Step) -> Vec<&str> {
    match step {
        Step::User(stay) | Step::External(stay) => stay.paths.values().map(|path| path.to.as_str()).collect(),
        Step::Decision(decision) => {
            decision.cases.iter().map(|case| case.to.as_str()).chain([decision.otherwise.as_str()]).collect()
        }
        Step::Final(_) => Vec::new(),
    }
}

fn reachable(definition: &Definition) -> HashSet<&str> {
    let mut reached = HashSet::new();
    let mut open = vec![definition.start.as_str()];
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(definition.steps.get(name).map(targets).unwrap_or_default());
        }
    }
    reached
}

/// The steps from which an end can be reached, ends included.
fn finishing(definition: &Definition) -> HashSet<&str> {
    let mut leading: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, step) in &definition.steps {
        for target in targets(step) {
            leading.entry(target).or_default().push(name);
        }
    }
    let ends = definition.steps.iter().filter(|(_, step)| matches!(step, Step::Final(_)));
    let mut open: Vec<&str> = ends.map(|(name, _)| name.as_str()).collect();
    let mut found = HashSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(leading.get(name).into_iter().flatten());
        }
    }
    found
}

/// The decisions on a way from this one back to itself, in order.
fn circle<'d>(definition: &'d Definition, from: &'d str) -> Option<Vec<&'d str>> {
    let mut came_from: HashMap<&str, &str> = HashMap::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        let Some(Step::Decision(_)) = definition.steps.get(name) else { continue };
        for target in definition.steps.get(name).map(targets).unwrap_or_default() {
            if target == from {
                let mut way = vec![name];
                while let Some(last) = way.last().filter(|last| **last != from) {
                    way.push(came_from.get(last)?);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(target) {
                came_from.insert(target, name);
                open.push(target);
            }
        }
    }
    None
}
