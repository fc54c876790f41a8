//! What must hold after every event, and at the end.
//!
//! Nobody is invited twice unless a person said wrongly that nobody was; what was told is still so; an instance runs
//! exactly while a call of it is open; history only grows and reads in order; timers and incidents are where the
//! instance says. Not here: what is said of a loss (`world.rs`).

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use countersign_simulators::autenti::MailKind;
use countersign_store::{InstanceKey, PhaseName, Store};
use countersign_workflow::definition::step::EndOutcome;
use countersign_workflow::instance::{Instance, Phase};

use super::world::{Slot, World};

/// More than any history here.
const LINES_MAX: usize = 100_000;

/// What stands in tables of its own, by instance.
struct Tables {
    open_calls: BTreeMap<String, Vec<String>>,
    timers: BTreeMap<String, BTreeMap<String, i64>>,
    incidents: BTreeMap<String, usize>,
}

/// Looks at everything; answers where the instances are.
pub async fn all(world: &mut World<'_>) -> anyhow::Result<String> {
    let store = world.host.store.clone();
    let tables = Tables::read(&store).await?;
    let mut seen = Vec::new();
    for (number, slot) in world.slots.iter_mut().enumerate() {
        one(&store, &tables, slot).await.with_context(|| format!("instance #{number}"))?;
        seen.push(format!("#{number} {}", slot.words()));
    }
    let known = |id: &String| world.slots.iter().any(|slot| slot.id.as_ref() == Some(id));
    let stray = tables.open_calls.keys().find(|id| !known(id));
    ensure!(stray.is_none(), "a call of nobody is open: {stray:?}");
    mails(world)?;
    Ok(seen.join(" · "))
}

/// After a loss: what is there now is what is known. Instances may be gone, and none may be trusted.
pub async fn begin_again(world: &mut World<'_>) -> anyhow::Result<()> {
    let store = world.host.store.clone();
    for slot in &mut world.slots {
        let Some(id) = slot.id.clone() else { continue };
        slot.seen = store.instance(&InstanceKey::id(&id)).await?;
        slot.history = history(&store, &id).await?.into_iter().map(|(_, line)| line).collect();
        slot.is_suspect = true;
        if slot.seen.is_none() {
            (slot.id, slot.is_left_alone) = (None, true);
        }
    }
    Ok(())
}

/// Everything is over: whoever was to sign was invited, and the signed file is there.
pub fn end(world: &World<'_>) -> anyhow::Result<()> {
    let invitations = invitations(world);
    for (number, slot) in world.slots.iter().enumerate() {
        let Some(instance) = slot.seen.as_ref().filter(|_| !slot.is_left_alone) else { continue };
        if !matches!(&instance.phase, Phase::Ended { outcome: EndOutcome::Success }) {
            continue;
        }
        let invited = invitations.keys().filter(|(title, _)| *title == slot.title).count();
        ensure!(invited == 2, "instance #{number} was signed and {invited} people were invited");
        let signed = instance.form.attachments.iter().filter(|file| file.category == "signed").count();
        ensure!(signed == 1, "instance #{number} has {signed} signed files");
    }
    Ok(())
}

impl Tables {
    async fn read(store: &Store) -> anyhow::Result<Self> {
        let mut tables =
            Self { open_calls: BTreeMap::new(), timers: BTreeMap::new(), incidents: BTreeMap::new() };
        for row in store.open_calls().await? {
            tables.open_calls.entry(row.call.instance_id).or_default().push(row.call.id);
        }
        for row in store.upcoming_timers(i64::MIN, LINES_MAX).await? {
            tables.timers.entry(row.instance_id).or_default().insert(row.timer, row.due_ms);
        }
        for row in store.incidents(true, LINES_MAX).await? {
            *tables.incidents.entry(row.incident.instance_id).or_default() += 1;
        }
        Ok(tables)
    }
}

async fn one(store: &Store, tables: &Tables, slot: &mut Slot) -> anyhow::Result<()> {
    let Some(id) = slot.id.clone() else { return Ok(()) };
    let key = InstanceKey::id(&id);
    let instance = store.instance(&key).await?.context("it was acknowledged and is gone")?;
    let row = store.instance_summary(&key).await?.context("it has a body and no row")?;
    if let Some(seen) = &slot.seen {
        ensure!(
            instance.version >= seen.version,
            "version {} was told, now it has {}",
            seen.version,
            instance.version
        );
        ensure!(
            instance.version > seen.version || instance == *seen,
            "it changed within version {}",
            seen.version
        );
    }
    one_phase(tables, &instance, row.phase)?;
    let waits = instance.waits().and_then(|tries| Some(("retry!".to_owned(), tries.due_ms?)));
    let timers = instance.timers.iter().filter_map(|(name, state)| Some((name.clone(), state.due_ms?)));
    let timers: BTreeMap<String, i64> = timers.chain(waits).collect();
    let armed = tables.timers.get(&id).cloned().unwrap_or_default();
    ensure!(timers == armed, "its timers are {timers:?}, armed are {armed:?}");
    let open = tables.incidents.get(&id).copied().unwrap_or_default();
    ensure!(open == usize::from(instance.incident.is_some()), "{open} incidents of it are open");
    let lines = history(store, &id).await?;
    ensure!(lines.is_sorted_by_key(|(at_ms, _)| *at_ms), "its history goes back in time");
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    ensure!(lines.starts_with(&slot.history), "its history was rewritten");
    (slot.seen, slot.history) = (Some(instance), lines);
    Ok(())
}

/// It runs exactly while one call of it is open, which is the call that it waits for.
fn one_phase(tables: &Tables, instance: &Instance, phase: PhaseName) -> anyhow::Result<()> {
    let open = tables.open_calls.get(&instance.id).map(Vec::as_slice).unwrap_or_default();
    let (expected, waits_for) = match &instance.phase {
        Phase::Resting => (PhaseName::Resting, None),
        Phase::Running(run) => (PhaseName::Running, run.call_id.as_ref()),
        Phase::Ended { .. } => (PhaseName::Ended, None),
    };
    ensure!(phase == expected, "it is {expected:?} and listed as {phase:?}");
    ensure!(
        open.iter().eq(waits_for),
        "it is {expected:?}, waits for {waits_for:?}, and these calls of it are open: {open:?}"
    );
    Ok(())
}

async fn history(store: &Store, id: &str) -> anyhow::Result<Vec<(i64, String)>> {
    let rows = store.history(id, 0, LINES_MAX).await?;
    rows.into_iter().map(|row| Ok((row.entry.at_ms, serde_json::to_string(&row.entry)?))).collect()
}

/// Invitations by document title and recipient.
fn invitations(world: &World<'_>) -> BTreeMap<(String, String), usize> {
    let control = world.stage.simulator.control();
    let titles: BTreeMap<String, String> = control
        .documents()
        .into_iter()
        .map(|document| (document.id, document.title.unwrap_or_default()))
        .collect();
    let mut invitations = BTreeMap::new();
    for mail in control.ledger(None).into_iter().filter(|mail| mail.kind == MailKind::Invitation) {
        let title = titles.get(&mail.document).cloned().unwrap_or_default();
        *invitations.entry((title, mail.to)).or_default() += 1;
    }
    invitations
}

fn mails(world: &World<'_>) -> anyhow::Result<()> {
    for ((title, to), times) in invitations(world) {
        let slot = world.slots.iter().find(|slot| slot.title == title);
        let slot = slot.with_context(|| format!("`{title}` was sent and is nobody's"))?;
        ensure!(times <= 1 + slot.wrong_answers, "MAILED TWICE: `{title}` to {to}, {times} times");
    }
    Ok(())
}
