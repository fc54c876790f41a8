//! One event being applied: the instance as it changes, and the effects as they gather.
//!
//! Not here: deciding on anything (the other files of `apply/`).

use serde_json::Value;

use super::{Applied, Context};
use crate::definition::step::Stay;
use crate::effect::{Effect, Entry, Happening};
use crate::event::Actor;
use crate::instance::{Instance, Run};
use crate::load::Workflow;
use crate::refusal::Refusal;
use crate::scope::Scope;

/// The state of one `apply`.
pub(crate) struct Turn<'a> {
    pub(crate) workflow: &'a Workflow,
    pub(crate) context: &'a Context<'a>,
    pub(crate) instance: Instance,
    pub(crate) effects: Vec<Effect>,
    pub(crate) at_ms: i64,
    /// In whose name history is written: the event's actor, or that of the run it carries on.
    pub(crate) actor: Actor,
    /// Places of actions that the next run leaves out, because a person has skipped them.
    pub(crate) skipped: Vec<String>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(
        workflow: &'a Workflow,
        context: &'a Context<'a>,
        instance: Instance,
        at_ms: i64,
        actor: Actor,
    ) -> Self {
        Self { workflow, context, instance, effects: Vec::new(), at_ms, actor, skipped: Vec::new() }
    }

    /// The result, one version further.
    pub(crate) fn done(mut self) -> Applied {
        self.instance.version += 1;
        Applied { instance: self.instance, effects: self.effects }
    }

    /// Adds a line of history in the current step.
    pub(crate) fn record(&mut self, what: Happening) {
        let step = self.instance.step.clone();
        self.effects.push(Effect::Record(Entry { at_ms: self.at_ms, actor: self.actor.clone(), step, what }));
    }

    /// The current step's stay; none in a final step.
    pub(crate) fn stay(&self) -> Option<&'a Stay> {
        self.workflow.definition.steps.get(&self.instance.step)?.stay()
    }

    /// What expressions see while nothing runs.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope::new(&self.workflow.definition, &self.instance, &self.actor, self.at_ms)
    }

    /// What expressions see in a run.
    pub(crate) fn run_scope<'s>(&'s self, run: &'s Run) -> Scope<'s> {
        Scope::new(&self.workflow.definition, &self.instance, &run.actor, self.at_ms)
            .with_form(&run.form)
            .with_outcomes(&run.outcomes)
    }

    /// Decides a condition of the form at rest.
    pub(crate) fn decide(&self, what: impl FnOnce() -> String, condition: &str) -> Result<bool, Refusal> {
        let decided = self.workflow.decide(condition, &self.scope());
        decided.map_err(|reason| Refusal::Undecidable { what: what(), reason })
    }

    /// Renders a text of an action.
    pub(crate) fn render(&self, run: &Run, text: &str) -> Result<Value, String> {
        self.workflow.render(text, &self.run_scope(run))
    }

    /// Arms or disarms a timer of the current step; the host's timers follow by the effects alone.
    pub(crate) fn set_due(&mut self, timer: &str, due_ms: Option<i64>) {
        let Some(state) = self.instance.timers.get_mut(timer) else { return };
        if state.due_ms == due_ms {
            return;
        }
        state.due_ms = due_ms;
        let timer = timer.to_owned();
        self.effects.push(match due_ms {
            Some(due_ms) => Effect::ArmTimer { timer, due_ms },
            None => Effect::DisarmTimer { timer },
        });
    }
}
