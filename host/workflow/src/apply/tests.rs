//! What the stories do not tell: rules that need a workflow of their own.

use serde_json::{Value, json};

use super::{Applied, Context, NewInstance, Take, apply, start};
use crate::effect::{Effect, Happening};
use crate::event::{Actor, Event};
use crate::form::FormEdit;
use crate::instance::{Instance, Phase};
use crate::load::{Workflow, load};
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::timer;

const HEAD: &str = r#"
apiVersion: countersign/v1
kind: Workflow
metadata: {name: example, version: 1}
connections: {sign: {provides: "countersign:provider/actions@0.1"}}
fields: {title: {type: text, default: "new"}, day: {type: date}, id: {type: text, technical: true}}
lists: {signers: {columns: {email: {type: email}, role: {type: text}}}}
attachments: {categories: [a]}
"#;

fn workflow(steps: &str) -> Workflow {
    load(&format!("{HEAD}{steps}")).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn lent() -> Context<'static> {
    Context { select: &|_, _| Ok(Vec::new()), choices: &|_| None }
}

fn newborn(roles: &[&str], edit: Value) -> NewInstance {
    NewInstance {
        id: "i".to_owned(),
        number: 1,
        connections: [("sign".to_owned(), "c".to_owned())].into_iter().collect(),
        at_ms: 0,
        actor: Actor { name: "p".to_owned(), roles: roles.iter().map(|role| (*role).to_owned()).collect() },
        edit: serde_json::from_value::<FormEdit>(edit).unwrap(),
        take: None,
    }
}

fn begin(workflow: &Workflow) -> Instance {
    start(workflow, newborn(&[], json!({})), &lent()).unwrap().instance
}

fn tell(workflow: &Workflow, instance: &Instance, at_ms: i64, what: Value) -> Result<Applied, Refusal> {
    let event = Event {
        at_ms,
        actor: Actor { name: "p".to_owned(), roles: Vec::new() },
        what: serde_json::from_value(what).unwrap(),
    };
    apply(workflow, instance, &event, &lent())
}

fn history(applied: &Applied) -> Vec<&Happening> {
    applied
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Record(entry) = effect { Some(&entry.what) } else { None })
        .collect()
}

const WAITING: &str = r#"
start: wait
steps:
  wait:
    kind: external
    roles: [clerk]
    on: {document-changed: {take: look}}
    buttons: {one: {roles: [visitor], do: [{action: sign.send-reminders, with: {document: D}}]}, two: {roles: [visitor], do: [{action: sign.withdraw-document, with: {document: D}}]}}
    timers: {early: {first: PT0S, every: PT1H, limit: 2, do: [{action: sign.send-reminders, with: {document: D}}]}, dated: {first-at: day, take: look}}
    paths: {look: {to: over, do: [{action: sign.get-document-status, with: {document: D}}]}}
  over: {kind: final, outcome: success}
"#;

#[test]
fn a_start_needs_connections_a_role_and_right_values() {
    let workflow = workflow(WAITING);
    let unbound = NewInstance { connections: [].into_iter().collect(), ..newborn(&["clerk"], json!({})) };
    assert_eq!(
        start(&workflow, unbound, &lent()),
        Err(Refusal::ConnectionsMissing { names: vec!["sign".to_owned()] })
    );
    assert_eq!(
        start(&workflow, newborn(&["clown"], json!({})), &lent()),
        Err(Refusal::RoleMissing { needed: vec!["clerk".to_owned()] })
    );
    let wrong =
        start(&workflow, newborn(&["admin"], json!({"fields": {"day": "someday", "id": "x"}})), &lent());
    assert_eq!(wrong.unwrap_err().problems().len(), 2);
    let begun = start(&workflow, newborn(&["admin"], json!({})), &lent()).unwrap();
    assert_eq!(begun.instance.form.fields["title"], "new", "defaults are set");
    assert!(
        begun.effects.contains(&Effect::ArmTimer { timer: "early".to_owned(), due_ms: 0 }),
        "PT0S fires at once"
    );
    assert!(!begun.instance.timers.contains_key("dated"), "no date yet");
}

#[test]
fn a_start_that_takes_a_path_does_both_or_nothing() {
    let workflow = workflow(WAITING);
    let with = |path: &str| NewInstance {
        take: Some(Take { path: path.to_owned(), comment: None }),
        ..newborn(&["clerk"], json!({}))
    };
    let begun = start(&workflow, with("look"), &lent()).unwrap();
    assert!(
        matches!(begun.effects.last(), Some(Effect::Call(request)) if request.action == "get-document-status")
    );
    assert_eq!(history(&begun).first(), Some(&&Happening::Started));
    assert_eq!(begun.instance.version, 1, "one event");
    assert_eq!(start(&workflow, with("leave"), &lent()).unwrap_err().code(), "CS0206");
}

#[test]
fn another_definition_is_refused() {
    let (one, other) = (workflow(WAITING), workflow(&WAITING.replace("PT1H", "PT2H")));
    let instance = start(&one, newborn(&["clerk"], json!({})), &lent()).unwrap().instance;
    let refused = tell(&other, &instance, 1, json!("document-changed")).unwrap_err();
    assert_eq!(refused.code(), "CS0201");
}

#[test]
fn roles_of_a_path_replace_those_of_its_step() {
    let workflow = workflow(WAITING);
    let instance = start(&workflow, newborn(&["clerk"], json!({})), &lent()).unwrap().instance;
    let press = |roles: &[&str]| {
        let actor =
            Actor { name: "p".to_owned(), roles: roles.iter().map(|role| (*role).to_owned()).collect() };
        let what = serde_json::from_value(json!({"press": {"button": "one"}})).unwrap();
        apply(&workflow, &instance, &Event { at_ms: 1, actor, what }, &lent())
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(press(&["clerk"]), Err("CS0208"));
    assert!(press(&["visitor"]).is_ok() && press(&["admin"]).is_ok());
}

#[test]
fn too_early_for_the_outside_is_nothing_and_other_failures_are_incidents() {
    let workflow = workflow(WAITING);
    let instance = start(&workflow, newborn(&["clerk"], json!({})), &lent()).unwrap().instance;
    let asked = tell(&workflow, &instance, 1, json!("document-changed")).unwrap().instance;
    for (failure, incidents) in [(json!({"not-ready": "soon"}), 0), (json!("not-found"), 1)] {
        let failed =
            tell(&workflow, &asked, 2, json!({"call-failed": {"call-id": "i-1", "failure": failure}}))
                .unwrap()
                .instance;
        assert_eq!((failed.phase.clone(), failed.incidents().count()), (Phase::Resting, incidents));
    }
}

#[test]
fn one_in_doubt_stands_in_front_of_the_others() {
    let workflow = workflow(WAITING);
    let mut instance = start(&workflow, newborn(&["clerk"], json!({})), &lent()).unwrap().instance;
    let visit = |instance: &Instance, what: Value| {
        let actor = Actor { name: "v".to_owned(), roles: vec!["admin".to_owned()] };
        apply(
            &workflow,
            instance,
            &Event { at_ms: 1, actor, what: serde_json::from_value(what).unwrap() },
            &lent(),
        )
    };
    for (button, call, failure) in
        [("one", "i-1", json!("not-found")), ("two", "i-2", json!({"in-doubt": "no answer"}))]
    {
        instance = visit(&instance, json!({"press": {"button": button}})).unwrap().instance;
        instance =
            visit(&instance, json!({"call-failed": {"call-id": call, "failure": failure}})).unwrap().instance;
    }
    let triggers: Vec<String> = instance.incidents().map(|incident| incident.trigger.to_string()).collect();
    assert_eq!(triggers, ["button `two`", "button `one`"]);
    assert_eq!(visit(&instance, json!({"press": {"button": "two"}})).unwrap_err().code(), "CS0205");
    instance =
        visit(&instance, json!({"dismiss-incident": {"reason": "it was taken back"}})).unwrap().instance;
    assert_eq!(
        instance.incident.as_ref().map(|incident| incident.trigger.to_string()).as_deref(),
        Some("button `one`")
    );
    let retried = visit(&instance, json!({"retry-incident": {}})).unwrap();
    assert!(history(&retried).contains(&&Happening::IncidentRetried));
}

#[test]
fn a_long_row_of_decisions_is_a_circle() {
    let decisions: String = (0..18).map(|n| format!("  d{n}: {{kind: decision, cases: [{{when: \"fields.title == 'x'\", to: over}}], else: d{}}}\n", n + 1)).collect();
    let steps = format!(
        "start: first\nsteps:\n  first: {{kind: user, paths: {{go: {{to: d0}}, short: {{to: d3}}}}}}\n{decisions}  d18: {{kind: final, outcome: failure}}\n  over: {{kind: final, outcome: success}}\n"
    );
    let workflow = workflow(&steps);
    let instance = begin(&workflow);
    let gone = tell(&workflow, &instance, 1, json!({"take": {"path": "go"}})).unwrap().instance;
    assert_eq!(gone.step, "first");
    assert!(gone.incident.unwrap().message.contains("more than 16 decisions"));
    let short = tell(&workflow, &instance, 1, json!({"take": {"path": "short"}})).unwrap().instance;
    assert_eq!(short.step, "d18");
}

#[test]
fn what_cannot_be_decided_is_said() {
    let workflow = workflow(
        "start: first\nsteps:\n  first: {kind: user, paths: {go: {to: over, check: \"lists.signers[0].email == 'x'\"}}}\n  over: {kind: final, outcome: success}\n",
    );
    let refused = tell(&workflow, &begin(&workflow), 1, json!({"take": {"path": "go"}})).unwrap_err();
    assert_eq!(refused.code(), "CS0223");
    assert!(refused.to_string().contains("check of path `go`"), "{refused}");
}

#[test]
fn a_path_to_its_own_step_keeps_the_stay() {
    let workflow = workflow(
        "start: first\nsteps:\n  first: {kind: user, timers: {t: {every: P1D, take: out}}, paths: {again: {to: first}, out: {to: over}}}\n  over: {kind: final, outcome: success}\n",
    );
    let instance = begin(&workflow);
    let again = tell(&workflow, &instance, 5_000, json!({"take": {"path": "again"}})).unwrap();
    assert_eq!((again.instance.entered_at_ms, &again.instance.timers), (0, &instance.timers));
    assert!(again.effects.iter().all(|effect| matches!(effect, Effect::Record(_))));
}

#[test]
fn firings_are_previewed() {
    let workflow = workflow(WAITING);
    let instance = start(&workflow, newborn(&["clerk"], json!({"fields": {"day": "1970-01-02"}})), &lent())
        .unwrap()
        .instance;
    let planned = |plan: Vec<timer::Planned>| {
        plan.into_iter().map(|firing| (firing.timer, firing.due_ms)).collect::<Vec<_>>()
    };
    let expected =
        vec![("early".to_owned(), 0), ("early".to_owned(), 3_600_000), ("dated".to_owned(), 86_400_000)];
    assert_eq!(planned(timer::preview(&workflow, &instance, 5)), expected, "the limit of two counts");
    assert_eq!(
        planned(timer::preview(&workflow, &instance, 1)),
        vec![expected[0].clone(), expected[2].clone()]
    );
    let actor = Actor::default();
    let scope = Scope::new(&workflow.definition, &instance, &actor, 1_000);
    let plan = timer::preview_step(&workflow, "wait", &scope, 1).unwrap();
    assert_eq!(planned(plan), vec![("early".to_owned(), 1_000), ("dated".to_owned(), 86_400_000)]);
}
