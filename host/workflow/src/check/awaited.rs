//! Steps that wait for a document: somebody must have sent it on the way there (C118, C119).
//!
//! Not here: whether anything leads out of such a step (`flow.rs`).

use std::collections::HashSet;

use super::Check;
use super::flow::targets;
use crate::automation::sending;
use crate::definition::Definition;
use crate::definition::step::{Path, Stay, Step};
use crate::position::join;

impl Check<'_> {
    /// Tells each path that leads to a step that waits for a document which nothing has sent. A warning: the document may
    /// have been sent elsewhere, and its id be given in the form.
    pub(super) fn awaited(&mut self) {
        let definition = self.definition;
        for (name, step) in &definition.steps {
            let Step::External(stay) = step else { continue };
            for connection in awaits(stay) {
                for (from, path) in leading(definition, name, connection) {
                    self.unsent((name, connection), (from, path));
                }
            }
        }
    }

    fn unsent(&mut self, (step, connection): (&str, &str), (from, path): (&str, &str)) {
        let pointer = join(&join(&join("/steps", from), "paths"), path);
        let message = format!(
            "path `{path}` leads to `{step}`, which waits for a document of `{connection}`, and nothing on the way has sent one; add `do: [{{action: {connection}.{verb}, …}}]` to it",
            verb = sending::VERB
        );
        self.report.warn_at_key("nothing-sent", &pointer, message);
    }
}

/// The connections whose documents a step waits for: it reacts to the outside and asks how they stand.
fn awaits(stay: &Stay) -> Vec<&str> {
    if stay.on.is_empty() {
        return Vec::new();
    }
    let asking = stay.actions().filter(|action| action.verb() == "get-document-status");
    let mut connections: Vec<&str> = asking.map(|action| action.connection()).collect();
    connections.sort_unstable();
    connections.dedup();
    connections
}

/// The steps that can be reached although no path on the way sends a document over the connection.
fn without_sending<'d>(definition: &'d Definition, connection: &str) -> HashSet<&'d str> {
    let mut reached = HashSet::new();
    let mut open = vec![definition.start.as_str()];
    while let Some(name) = open.pop() {
        let Some(step) = definition.steps.get(name) else { continue };
        if reached.insert(name) {
            match step.stay() {
                Some(stay) => open.extend(unsent_paths(stay, connection).map(|(_, path)| path.to.as_str())),
                None => open.extend(targets(step)),
            }
        }
    }
    reached
}

fn unsent_paths<'d>(stay: &'d Stay, connection: &str) -> impl Iterator<Item = (&'d String, &'d Path)> {
    let sends = move |path: &Path| {
        path.automation
            .iter()
            .any(|action| action.verb() == sending::VERB && action.connection() == connection)
    };
    stay.paths.iter().filter(move |(_, path)| !sends(path))
}

/// The paths from other steps to this one, through decisions too, that can be taken without anything sent.
fn leading<'d>(definition: &'d Definition, to: &str, connection: &str) -> Vec<(&'d str, &'d str)> {
    let mut leading = Vec::new();
    for from in without_sending(definition, connection).into_iter().filter(|from| *from != to) {
        let stay = definition.steps.get(from).and_then(Step::stay);
        let paths = stay.into_iter().flat_map(|stay| unsent_paths(stay, connection));
        let direct = paths.filter(|(_, path)| leads(definition, &path.to, to));
        leading.extend(direct.map(|(name, _)| (from, name.as_str())));
    }
    leading.sort_unstable();
    leading
}

/// Whether a path's target is this step, or decides for it.
fn leads(definition: &Definition, target: &str, to: &str) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![target];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if let Some(step @ Step::Decision(_)) = definition.steps.get(name)
            && seen.insert(name)
        {
            open.extend(targets(step));
        }
    }
    false
}
