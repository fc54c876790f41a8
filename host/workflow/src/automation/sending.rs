//! Never sent twice: one client reference for one send, whatever fails, until it succeeded or a person decides.
//!
//! A send is known by its place in the definition. Its record outlives the run that failed:
//!
//! | how far it came | the same input again | another input |
//! |---|---|---|
//! | unsent | same reference, its draft resumed (for the same acting user) | the draft is given up, new reference |
//! | in doubt | same reference, its draft resumed | refused until a person abandons it |
//! | sent, a later action failed | not sent again, its outcome is used | refused until a person abandons it |
//!
//! Not here: the freeze while a send is in doubt (`apply/rights.rs`).

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::apply::Turn;
use crate::binding::Bound;
use crate::definition::automation::ActionStep;
use crate::effect::{Effect, Happening, Orphan};
use crate::failure::Failure;
use crate::instance::{Run, Standing, Trigger, UnfinishedDocument};

/// The one action that mails people.
pub(crate) const VERB: &str = "send-for-signature";

/// A send, looked up.
pub(crate) enum Prepared {
    /// Send it; reference and draft are filled in.
    Send(Bound),
    /// It was sent before; this was its outcome.
    Sent(Value),
}

/// A send that succeeded.
pub(crate) struct Sent {
    pub(crate) connection: String,
    pub(crate) document_id: String,
    pub(crate) client_reference: String,
    /// The host does not know the id yet.
    pub(crate) is_news: bool,
}

/// The place of the action at which a run stands: `approval/path accept/0`.
pub(crate) fn site(step: &str, run: &Run) -> String {
    format!("{}{}", prefix(step, run), run.position)
}

/// Decides whether to send, and under which reference.
pub(crate) fn prepare(
    turn: &mut Turn<'_>,
    run: &Run,
    action: &ActionStep,
    bound: Bound,
) -> Result<Prepared, Failure> {
    let site = site(&turn.instance.step, run);
    let input_sha256 = digest(&bound);
    let unfinished = match turn.instance.unfinished_documents.get(&site).cloned() {
        None => begin(turn, &bound, input_sha256),
        Some(known) => match (&known.standing, known.input_sha256 == input_sha256) {
            (Standing::Sent { outcome }, true) => {
                let document_id = known.document_id.clone().unwrap_or_default();
                turn.record(Happening::ActionReused { action: action.action.clone(), document_id });
                return Ok(Prepared::Sent(outcome.clone()));
            }
            (Standing::Sent { .. } | Standing::InDoubt, false) => return Err(changed(&known)),
            (Standing::InDoubt, true) => known,
            // Another person's draft may be out of reach for this one.
            (Standing::Unsent, true) if known.acting_user == bound.acting_user => known,
            (Standing::Unsent, _) => {
                give_up(turn, known, "what is to be sent has changed");
                begin(turn, &bound, input_sha256)
            }
        },
    };
    let input = with_reference(bound.input, &unfinished);
    let acting_user = unfinished.acting_user.clone();
    turn.instance.unfinished_documents.insert(site, unfinished);
    Ok(Prepared::Send(Bound { input, acting_user, ..bound }))
}

/// Notes that the send succeeded. An empty id is no success: the provider registered nothing (C41).
pub(crate) fn sent(turn: &mut Turn<'_>, run: &Run, outcome: &Value) -> Result<Sent, Failure> {
    let document_id = outcome.get("document-id").and_then(Value::as_str).unwrap_or_default().trim();
    if document_id.is_empty() {
        let message = "the provider gave no document id, so the document is not registered there; report it to the provider";
        return Err(Failure::other("empty-document-id", message));
    }
    let site = site(&turn.instance.step, run);
    let unfinished = turn.instance.unfinished_documents.get_mut(&site);
    let unfinished =
        unfinished.ok_or_else(|| Failure::other("unknown-send", "the engine has no record of this send"))?;
    let before = unfinished.clone();
    let is_news = before.document_id.as_deref() != Some(document_id);
    unfinished.document_id = Some(document_id.to_owned());
    unfinished.standing = Standing::Sent { outcome: outcome.clone() };
    if is_news && before.document_id.is_some() {
        orphan(turn, &before, "another document was sent in its place");
    }
    let UnfinishedDocument { connection, client_reference, .. } = before;
    Ok(Sent { connection, document_id: document_id.to_owned(), client_reference, is_news })
}

/// Takes up the document of a send in doubt, when it is the one that carries its reference. It stays in doubt: what is
/// known now is only where to look.
pub(crate) fn found(turn: &mut Turn<'_>, run: &Run, document_id: &str, client_reference: &str) -> bool {
    let site = site(&turn.instance.step, run);
    let Some(unfinished) = turn.instance.unfinished_documents.get_mut(&site) else { return false };
    if unfinished.client_reference != client_reference {
        return false;
    }
    match &unfinished.document_id {
        Some(known) => known == document_id,
        None => {
            unfinished.document_id = Some(document_id.to_owned());
            let connection = unfinished.connection.clone();
            turn.record(Happening::DocumentCreated { document_id: document_id.to_owned() });
            correlate(turn, connection, document_id, client_reference.to_owned());
            true
        }
    }
}

/// A document of the provider belongs to this instance from now on.
pub(crate) fn correlate(
    turn: &mut Turn<'_>,
    connection: String,
    document_id: &str,
    client_reference: String,
) {
    turn.instance.references.insert(document_id.to_owned(), client_reference.clone());
    turn.effects.push(Effect::Correlate {
        connection,
        document_id: document_id.to_owned(),
        client_reference: Some(client_reference),
    });
}

/// Notes that nobody knows whether the send happened.
pub(crate) fn doubt(turn: &mut Turn<'_>, run: &Run) {
    stand(turn, run, Standing::InDoubt);
}

/// Notes a person's word that nothing was sent.
pub(crate) fn settle_unsent(turn: &mut Turn<'_>, run: &Run) {
    stand(turn, run, Standing::Unsent);
}

/// The run ended well: its sends are finished, the next ones are new.
pub(crate) fn settle(turn: &mut Turn<'_>, run: &Run) {
    let own = prefix(&turn.instance.step, &Run { on_path: false, ..run.clone() });
    let of_path = prefix(&turn.instance.step, run);
    let left = std::mem::take(&mut turn.instance.unfinished_documents);
    for (site, unfinished) in left {
        match site.starts_with(&own) || site.starts_with(&of_path) {
            // Skipped by a person, or its condition no longer held: its draft stays behind.
            true if unfinished.standing == Standing::Unsent => {
                give_up(turn, unfinished, "its sending was skipped")
            }
            true => {}
            false => drop(turn.instance.unfinished_documents.insert(site, unfinished)),
        }
    }
}

/// A person gives up what a trigger's sends left behind.
pub(crate) fn abandon(turn: &mut Turn<'_>, trigger: &Trigger) {
    let step = turn.instance.step.clone();
    let mut prefixes = vec![format!("{step}/{}/", plain(trigger))];
    if let Trigger::Timer(name) = trigger
        && let Some(path) = turn.stay().and_then(|stay| stay.timers.get(name)?.take.as_ref())
    {
        prefixes.push(format!("{step}/path {path}/"));
    }
    let left = std::mem::take(&mut turn.instance.unfinished_documents);
    for (site, unfinished) in left {
        match prefixes.iter().any(|prefix| site.starts_with(prefix)) {
            true => give_up(turn, unfinished, "a person gave it up"),
            false => {
                turn.instance.unfinished_documents.insert(site, unfinished);
            }
        }
    }
}

fn begin(turn: &mut Turn<'_>, bound: &Bound, input_sha256: String) -> UnfinishedDocument {
    turn.instance.sends += 1;
    UnfinishedDocument {
        connection: bound.connection.clone(),
        acting_user: bound.acting_user.clone(),
        client_reference: format!("{}/{}", turn.instance.id, turn.instance.sends),
        document_id: None,
        input_sha256,
        standing: Standing::Unsent,
    }
}

/// The instance ends: nobody will go on with what its runs left unfinished.
pub(crate) fn leave_behind(turn: &mut Turn<'_>) {
    for (_, unfinished) in std::mem::take(&mut turn.instance.unfinished_documents) {
        give_up(turn, unfinished, "the instance ended without it");
    }
}

/// A later attempt made another draft: the one known before stays behind.
pub(crate) fn replaced(turn: &mut Turn<'_>, before: &UnfinishedDocument) {
    orphan(turn, before, "a later attempt made another draft");
}

fn give_up(turn: &mut Turn<'_>, unfinished: UnfinishedDocument, why: &str) {
    if unfinished.document_id.is_some() || unfinished.standing != Standing::Unsent {
        orphan(turn, &unfinished, why);
        let UnfinishedDocument { client_reference, document_id, .. } = unfinished;
        turn.record(Happening::DocumentAbandoned { client_reference, document_id });
    }
}

fn orphan(turn: &mut Turn<'_>, unfinished: &UnfinishedDocument, why: &str) {
    turn.effects.push(Effect::Orphan(Orphan {
        connection: unfinished.connection.clone(),
        document_id: unfinished.document_id.clone(),
        client_reference: unfinished.client_reference.clone(),
        standing: unfinished.standing.word().to_owned(),
        why: why.to_owned(),
    }));
}

fn changed(known: &UnfinishedDocument) -> Failure {
    let document = known.document_id.as_deref().unwrap_or("an unknown id");
    let how = if known.standing == Standing::InDoubt { "may have been sent" } else { "was sent" };
    let reason = format!(
        "the document {how} as `{document}` ({}), and what is to be sent has changed since; \
         undo the change, or withdraw it at the provider and dismiss the incident with `abandon`",
        known.client_reference
    );
    Failure::invalid("client-reference", reason)
}

fn stand(turn: &mut Turn<'_>, run: &Run, standing: Standing) {
    let site = site(&turn.instance.step, run);
    if let Some(unfinished) = turn.instance.unfinished_documents.get_mut(&site) {
        unfinished.standing = standing;
    }
}

fn with_reference(input: Map<String, Value>, unfinished: &UnfinishedDocument) -> Map<String, Value> {
    let mut whole = Map::new();
    whole.insert("client-reference".to_owned(), json!(unfinished.client_reference));
    whole.insert("resume-document".to_owned(), json!(unfinished.document_id));
    whole.extend(input);
    whole
}

/// Of everything that decides what people receive; not of the reference, which follows from it.
fn digest(bound: &Bound) -> String {
    let what = json!([bound.connection, bound.input]);
    hex::encode(Sha256::digest(what.to_string()))
}

fn prefix(step: &str, run: &Run) -> String {
    match &run.path {
        Some(path) if run.on_path => format!("{step}/path {path}/"),
        _ => format!("{step}/{}/", plain(&run.trigger)),
    }
}

fn plain(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Path(name) => format!("path {name}"),
        Trigger::Button(name) => format!("button {name}"),
        Trigger::Timer(name) => format!("timer {name}"),
        Trigger::Outside(event) => format!("event {}", event.word()),
    }
}
