//! Whole lives of instances under random events: what must hold whatever happens.
//!
//! Not here: the stories a person reads (`stories.rs`) and random texts of definitions (`properties.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "lives/chance.rs"]
mod chance;
#[path = "lives/watch.rs"]
mod watch;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chance::Chance;
use countersign_workflow::apply::{Applied, Context, apply, start};
use countersign_workflow::event::Event;
use countersign_workflow::instance::{Instance, Phase, Standing};
use countersign_workflow::load::{Workflow, load};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use watch::Watch;

/// The workflows of the stories.
fn workflows() -> &'static [Workflow; 2] {
    static LOADED: OnceLock<[Workflow; 2]> = OnceLock::new();
    LOADED.get_or_init(|| {
        [
            load(include_str!("../../../fixtures/workflows/contract-signing/workflow.yaml")).unwrap(),
            load(include_str!("../../../fixtures/workflows/office-hours/workflow.yaml")).unwrap(),
        ]
    })
}

/// What a whole life left behind.
struct Life {
    first: Instance,
    events: Vec<(Event, Instance)>,
}

fn live(workflow: &Workflow, chances: &[Chance]) -> Life {
    let mut watch = Watch::default();
    let Applied { instance: first, effects } = start(workflow, chance::birth(workflow), &lent()).unwrap();
    watch.started(workflow, &first, &effects);
    let mut instance = first.clone();
    let mut at_ms = chance::BIRTH_MS;
    let mut events = Vec::new();
    for chance in chances {
        at_ms += chance.after_ms;
        let event = chance.event(workflow, &instance, at_ms, watch.open_call());
        at_ms = event.at_ms;
        match apply(workflow, &instance, &event, &lent()) {
            Err(refusal) => assert!(!refusal.code().is_empty() && !refusal.mend().is_empty()),
            Ok(applied) => {
                assert!(!matches!(instance.phase, Phase::Ended { .. }), "an event changed an ended instance");
                watch.applied(workflow, (&instance, &event), &applied);
                instance = applied.instance;
                events.push((event, instance.clone()));
            }
        }
    }
    Life { first, events }
}

fn lent() -> Context<'static> {
    Context {
        select: &|_, instance| Ok(instance.form.files().map(|file| file.id).collect()),
        choices: &|_| None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_hold_and_a_replay_equals_the_life(which in 0..2_usize, chances in prop::collection::vec(chance::any(), 1..80)) {
        let workflow = &workflows()[which];
        let life = live(workflow, &chances);
        let mut replayed = life.first;
        for (event, expected) in &life.events {
            // Through text and back, as storage does it.
            let stored: Instance = serde_json::from_str(&serde_json::to_string(&replayed).unwrap()).unwrap();
            let event: Event = serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap();
            replayed = apply(workflow, &stored, &event, &lent()).unwrap().instance;
            prop_assert_eq!(&replayed, expected);
        }
    }
}

/// Chance must reach the corners, or the rules above hold for want of trying.
#[test]
fn chance_reaches_every_corner() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for round in 0..600_usize {
        let chances = prop::collection::vec(chance::any(), 80).new_tree(&mut runner).unwrap().current();
        for (event, instance) in live(&workflows()[round % 2], &chances).events {
            kinds.insert(format!("{:?}", std::mem::discriminant(&event.what)));
            note(&mut seen, &instance);
        }
    }
    let corners = [
        "in prepare",
        "in approval",
        "in awaiting",
        "in approved",
        "in not-signed",
        "in withdrawn",
        "in draft",
        "in waiting",
        "in over",
        "in done",
        "incident in doubt true",
        "incident in doubt false",
        "two incidents",
        "send unsent",
        "send in doubt",
        "send sent",
        "waits Timer(\"hourly\")",
        "waits Outside(DocumentChanged)",
        "waits for another try",
    ];
    let missed: Vec<_> = corners.iter().filter(|corner| !seen.contains(**corner)).collect();
    assert!(missed.is_empty(), "never reached: {missed:?}");
    assert_eq!(kinds.len(), 17, "some kind of event was never applied");
}

fn note(seen: &mut BTreeSet<String>, instance: &Instance) {
    seen.insert(format!("in {}", instance.step));
    seen.extend(instance.incidents().map(|incident| format!("incident in doubt {}", incident.in_doubt)));
    seen.extend(instance.waiting.iter().map(|waiting| format!("waits {waiting:?}")));
    seen.extend(instance.unfinished_documents.values().map(|left| match left.standing {
        Standing::Unsent => "send unsent".to_owned(),
        Standing::InDoubt => "send in doubt".to_owned(),
        Standing::Sent { .. } => "send sent".to_owned(),
    }));
    if instance.waits().is_some() {
        seen.insert("waits for another try".to_owned());
    }
    if !instance.further_incidents.is_empty() {
        seen.insert("two incidents".to_owned());
    }
}
