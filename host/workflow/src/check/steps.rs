//! Steps one by one: targets, paths taken, buttons, decisions.
//!
//! Not here: the graph as a whole (`flow.rs`), timers (`timers.rs`) and actions (`actions.rs`).

use super::Check;
use super::report::{MISSING, suggest};
use super::types::Surroundings;
use crate::contract;
use crate::definition::duration;
use crate::definition::step::{Button, Decision, Path, Reaction, Stay, Step};
use crate::position::join;

impl<'a> Check<'a> {
    pub(super) fn steps(&mut self) {
        let definition = self.definition;
        self.start();
        for (name, step) in &definition.steps {
            let pointer = join("/steps", name);
            match step {
                Step::User(stay) | Step::External(stay) => self.stay(&pointer, stay),
                Step::Decision(decision) => self.decision(&pointer, decision),
                Step::Final(_) => {}
            }
        }
    }

    fn start(&mut self) {
        let start = &self.definition.start;
        if self.target("/start", start)
            && self.definition.steps.get(start).is_some_and(|step| step.stay().is_none())
        {
            let message =
                format!("`{start}` decides or ends; begin with a step of kind `user` or `external`");
            self.report.error("start-not-a-stay", "/start", message);
        }
    }

    /// Whether a step of this name exists; says so when not.
    fn target(&mut self, pointer: &str, name: &str) -> bool {
        if name == MISSING || self.definition.steps.contains_key(name) {
            return true;
        }
        let hint = suggest(name, self.definition.steps.keys().map(String::as_str));
        self.report.error("unknown-step", pointer, format!("there is no step `{name}`{hint}"));
        false
    }

    fn stay(&mut self, pointer: &str, stay: &'a Stay) {
        for (name, path) in &stay.paths {
            self.path(&join(&join(pointer, "paths"), name), path);
        }
        for (name, timer) in &stay.timers {
            self.timer(&join(&join(pointer, "timers"), name), stay, timer);
        }
        for (name, button) in &stay.buttons {
            self.button(&join(&join(pointer, "buttons"), name), button);
        }
        for (event, reaction) in &stay.on {
            self.reaction(&join(&join(pointer, "on"), event.word()), stay, reaction);
        }
    }

    fn reaction(&mut self, pointer: &str, stay: &Stay, reaction: &Reaction) {
        if let Some(path) = &reaction.take {
            self.taken(&join(pointer, "take"), stay, path);
        }
        let at_outcomes = join(pointer, "outcomes");
        for (state, path) in &reaction.outcomes {
            let word = serde_json::to_value(state).ok();
            let word = word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
            self.taken(&join(&at_outcomes, word), stay, path);
        }
        let problem = match (&reaction.take, reaction.outcomes.is_empty(), reaction.asking()) {
            (Some(_), false, _) => "either `take` or `outcomes` chooses the path; remove one of them",
            (None, true, _) => "nothing is taken; add `take`, or `do` and `outcomes`",
            (None, false, None) => {
                "`outcomes` needs a `get-document-status` under `do`, whose answer chooses"
            }
            _ => return,
        };
        if self.intact(pointer) {
            self.report.error_at_key("bad-reaction", pointer, problem);
        }
    }

    fn path(&mut self, pointer: &str, path: &'a Path) {
        self.target(&join(pointer, "to"), &path.to);
        if let Some(check) = &path.check {
            self.condition(&join(pointer, "check"), check, &Surroundings::default());
        } else if path.check_message.is_some() {
            let message = "`check-message` is never shown without `check`";
            self.report.warn_at_key("redundant", &join(pointer, "check-message"), message);
        }
    }

    /// A path of the same step that a timer or an outside event takes.
    pub(super) fn taken(&mut self, pointer: &str, stay: &Stay, name: &str) {
        let Some(path) = stay.paths.get(name) else {
            let hint = suggest(name, stay.paths.keys().map(String::as_str));
            return self.report.error(
                "unknown-path",
                pointer,
                format!("this step has no path `{name}`{hint}"),
            );
        };
        if path.require_comment {
            let message = format!("path `{name}` demands a comment, and nobody is there to write one");
            self.report.error("comment-unattended", pointer, message);
        }
    }

    fn button(&mut self, pointer: &str, button: &'a Button) {
        if button.automation.is_empty() && self.intact(pointer) {
            let message = "the button has no actions; add some under `do`";
            self.report.error_at_key("empty-automation", pointer, message);
        }
        if let Some(condition) = &button.when {
            self.condition(&join(pointer, "when"), condition, &Surroundings::default());
        }
        if let Some(cooldown) = &button.cooldown {
            let at_cooldown = join(pointer, "cooldown");
            if let Err(reason) = duration::milliseconds(cooldown) {
                self.report.error("bad-duration", &at_cooldown, reason);
            } else {
                self.duration(&at_cooldown, cooldown, 1);
            }
        }
    }

    fn decision(&mut self, pointer: &str, decision: &'a Decision) {
        // Whichever path led here, its actions have run.
        let outcomes = self.definition.actions();
        let outcomes =
            outcomes.filter_map(|action| Some((action.outcome_id(), contract::action(action.verb())?)));
        let surroundings = Surroundings { outcomes: outcomes.collect(), ..Surroundings::default() };
        for (position, case) in decision.cases.iter().enumerate() {
            let pointer = join(&join(pointer, "cases"), &position.to_string());
            self.condition(&join(&pointer, "when"), &case.when, &surroundings);
            self.target(&join(&pointer, "to"), &case.to);
        }
        if decision.cases.is_empty() && self.intact(pointer) {
            let message = "the decision has no cases; lead to the next step directly";
            self.report.error_at_key("empty-decision", pointer, message);
        }
        self.target(&join(pointer, "else"), &decision.otherwise);
    }

    /// A duration of at least so many milliseconds.
    pub(super) fn duration(&mut self, pointer: &str, text: &str, least_ms: i64) {
        match duration::least_milliseconds(text) {
            Err(reason) => self.report.error("bad-duration", pointer, reason),
            Ok(found) if found < least_ms => {
                let least = if least_ms >= 60_000 { "`PT1M`, one minute" } else { "`PT1S`" };
                self.report.error(
                    "bad-duration",
                    pointer,
                    format!("`{text}` is too short; the least is {least}"),
                );
            }
            Ok(_) => {}
        }
    }
}
