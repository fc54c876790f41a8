//! The rules, watched from outside: only by events, effects and instances.

use std::collections::BTreeMap;

use countersign_workflow::apply::Applied;
use countersign_workflow::definition::step::Step;
use countersign_workflow::effect::{CallRequest, Effect, Happening};
use countersign_workflow::event::{Answer, Event, What};
use countersign_workflow::instance::{Instance, Phase};
use countersign_workflow::load::Workflow;

/// What an observer remembers.
#[derive(Default)]
pub struct Watch {
    /// The call under way.
    open: Option<CallRequest>,
    /// Timers as the effects alone tell.
    armed: BTreeMap<String, i64>,
    /// Sends that succeeded, by reference.
    mailed: BTreeMap<String, u32>,
    /// A reference that people may hold and that the workflow does not show yet.
    loose: Option<Loose>,
    /// The send that waits to be tried again, by its reference.
    waits: Option<String>,
}

struct Loose {
    reference: String,
    /// A repeat under the same reference is allowed: in doubt, not known to be sent.
    repeatable: bool,
}

impl Watch {
    pub fn open_call(&self) -> Option<(&str, &str)> {
        self.open.as_ref().map(|call| (call.call_id.as_str(), call.action.as_str()))
    }

    pub fn started(&mut self, workflow: &Workflow, instance: &Instance, effects: &[Effect]) {
        self.follow(effects);
        self.compare(workflow, instance);
        assert_eq!(instance.version, 1);
    }

    pub fn applied(&mut self, workflow: &Workflow, (before, event): (&Instance, &Event), applied: &Applied) {
        let after = &applied.instance;
        assert_eq!(after.version, before.version + 1, "an event counts one version");
        self.answer(event, &applied.effects);
        self.follow(&applied.effects);
        self.compare(workflow, after);
        listed(&applied.effects);
        let writes = matches!(
            event.what,
            What::Edit(_)
                | What::Attach { .. }
                | What::ChangeAttachment { .. }
                | What::CallSucceeded { .. }
                | What::CorrectForm { .. }
                | What::SkipAction { .. }
                | What::ResolveDoubt { answer: Answer::Sent { .. }, .. }
        );
        assert!(writes || before.form == after.form, "{:?} changed the form", event.what);
        let numbers: Vec<u32> = after.form.attachments.iter().map(|file| file.id).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "attachment numbers repeat: {numbers:?}");
        assert!(numbers.iter().all(|number| *number <= after.files));
    }

    /// What an event says of the call under way and of its document.
    fn answer(&mut self, event: &Event, effects: &[Effect]) {
        match &event.what {
            What::CallSucceeded { call_id, outcome, .. } => {
                let call = self.closed(call_id);
                let empty = outcome["document-id"].as_str().unwrap_or_default().is_empty();
                if call.action == "send-for-signature" && !empty {
                    self.mail(&call);
                }
            }
            What::CallFailed { call_id, failure } => {
                let call = self.closed(call_id);
                let waits =
                    effects.iter().any(|one| matches!(record(one), Some(Happening::RetryPlanned { .. })));
                self.waits = (waits && call.action == "send-for-signature").then(|| reference(&call));
                let doubt = failure.get("in-doubt").or(failure.get("timeout")).is_some();
                if call.action == "send-for-signature" && doubt {
                    self.loose = Some(Loose { reference: reference(&call), repeatable: true });
                }
            }
            What::DismissIncident { abandon: true, .. } => {
                let given_up = effects
                    .iter()
                    .any(|effect| matches!(record(effect), Some(Happening::DocumentAbandoned { .. })));
                if given_up {
                    self.loose = None;
                }
            }
            What::StopRetry { .. } => self.waits = None,
            _ => {}
        }
        // Once the path has moved, the workflow shows the document and the send is over.
        if effects.iter().any(|effect| matches!(record(effect), Some(Happening::Moved { .. })))
            && self
                .loose
                .as_ref()
                .is_some_and(|loose| !loose.repeatable || matches!(event.what, What::ResolveDoubt { .. }))
        {
            self.loose = None;
        }
        if let What::ResolveDoubt { answer: Answer::Sent { .. }, .. } = event.what
            && let Some(loose) = &mut self.loose
        {
            loose.repeatable = false;
        }
        if let What::ResolveDoubt { answer: Answer::NotSent, .. } = event.what {
            self.loose = None;
        }
    }

    fn mail(&mut self, call: &CallRequest) {
        let times = self.mailed.entry(reference(call)).or_default();
        *times += 1;
        assert_eq!(*times, 1, "one reference was mailed twice");
        self.loose = Some(Loose { reference: reference(call), repeatable: false });
    }

    fn closed(&mut self, call_id: &str) -> CallRequest {
        let call = self.open.take().expect("an answer was taken while no call was under way");
        assert_eq!(call.call_id, *call_id);
        call
    }

    fn follow(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Call(call) => {
                    assert!(self.open.is_none(), "two calls under way");
                    self.allow(call);
                    if let Some(reference) = self.waits.take() {
                        assert_eq!(reference, self::reference(call), "a retry under another reference");
                    }
                    self.open = Some((**call).clone());
                }
                Effect::ArmTimer { timer, due_ms } => {
                    self.armed.insert(timer.clone(), *due_ms);
                }
                Effect::DisarmTimer { timer } => {
                    assert!(self.armed.remove(timer).is_some(), "timer `{timer}` was not armed");
                }
                Effect::Record(_)
                | Effect::Redirect { .. }
                | Effect::Correlate { .. }
                | Effect::Orphan(_) => {}
            }
        }
    }

    /// Never sent twice: while a document may be out, only the same send may be tried again, and only in doubt.
    fn allow(&self, call: &CallRequest) {
        let Some(loose) = self.loose.as_ref().filter(|_| call.action == "send-for-signature") else { return };
        assert!(loose.repeatable, "sent again although {} is out", loose.reference);
        assert_eq!(loose.reference, reference(call), "a second reference beside one in doubt");
    }

    fn compare(&self, workflow: &Workflow, instance: &Instance) {
        let step = &workflow.definition.steps[&instance.step];
        let ended = matches!(instance.phase, Phase::Ended { .. });
        assert_eq!(ended, matches!(step, Step::Final(_)), "in `{}`", instance.step);
        assert!(ended || step.stay().is_some(), "rests in the decision `{}`", instance.step);
        let running = match &instance.phase {
            Phase::Running(run) => run.call_id.clone(),
            _ => None,
        };
        assert_eq!(
            running,
            self.open.as_ref().map(|call| call.call_id.clone()),
            "the run and the call under way differ"
        );
        let due = instance.timers.iter().filter_map(|(name, state)| Some((name.clone(), state.due_ms?)));
        let waits = instance.waits().and_then(|tries| Some(("retry!".to_owned(), tries.due_ms?)));
        assert_eq!(
            due.chain(waits).collect::<BTreeMap<_, _>>(),
            self.armed,
            "timers of the instance and of the host differ"
        );
        let own = step.stay().map(|stay| &stay.timers);
        assert!(
            instance.timers.keys().all(|name| own.is_some_and(|own| own.contains_key(name))),
            "a timer of another step"
        );
        assert!(instance.incident.is_some() || instance.further_incidents.is_empty());
        assert!(!ended || instance.unfinished_documents.is_empty(), "it ended and left a document unlisted");
    }
}

/// What is given up is listed as left behind.
fn listed(effects: &[Effect]) {
    for given_up in effects.iter().filter_map(record) {
        let Happening::DocumentAbandoned { client_reference, .. } = given_up else { continue };
        let is_it = |effect: &Effect| matches!(effect, Effect::Orphan(left) if left.client_reference == *client_reference);
        assert!(effects.iter().any(is_it), "{client_reference} was given up and is not listed");
    }
}

fn reference(call: &CallRequest) -> String {
    call.input["client-reference"].as_str().unwrap().to_owned()
}

fn record(effect: &Effect) -> Option<&Happening> {
    match effect {
        Effect::Record(entry) => Some(&entry.what),
        _ => None,
    }
}
