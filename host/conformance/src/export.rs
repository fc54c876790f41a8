//! From a recorded call to a case: people and secrets replaced, files numbered, everything in the words of the format.
//!
//! Not here: what is replaced by what (`redact.rs`), writing the folder (`case/write.rs`), and finding the record.

mod body;
mod exchange;
mod files;
mod learn;
mod placeholder;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use countersign_sandbox::attachment::Shelf;
use countersign_sandbox::exchange::{Exchange, RecordedResponse};
use countersign_sandbox::{ActionInput, Provider};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::case::Case;
use crate::compare::plain;
use crate::format::{CaseFile, ConnectionFile, Provenance, ProvenanceKind};
use crate::recording::{RecordedResult, Recording};
use crate::redact::Redaction;
use crate::replay::Replayed;

/// The format numbers exchanges with two digits.
const EXCHANGES_MAX: usize = 99;

/// What a person says about a case.
#[derive(Debug, Clone)]
pub struct About {
    /// The name of its folder.
    pub name: String,
    /// What it shows, in a sentence.
    pub docs: String,
    /// Where it was recorded.
    pub source: String,
    /// When.
    pub date: Date,
}

/// Which bytes the files of a case get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Small valid ones of the same media type: what people sign cannot be redacted.
    StandIns,
    /// Those of the call, where they are at hand; text is redacted.
    Recorded,
}

/// A case made of a recorded call.
#[derive(Debug)]
pub struct Exported {
    /// The case.
    pub case: Case,
    /// How many values of each kind were replaced.
    pub replaced: BTreeMap<&'static str, usize>,
    /// What the case cannot say as it was recorded, a sentence each.
    pub notes: Vec<String>,
}

/// Makes a case of a recorded call and its replay, which must be the same.
///
/// # Errors
/// Why this call cannot be a case, in words.
pub fn export(
    provider: &Provider,
    (recording, replayed): (&Recording, &Replayed),
    shelf: &Shelf,
    files: Files,
    about: About,
) -> Result<Exported, String> {
    check(recording, &about)?;
    let redaction = learn::of(recording);
    let numbers = renumbered(recording);
    let mut made = files::of(recording, &redaction, (shelf, files, &numbers));
    let mut exchanges = Vec::with_capacity(recording.exchanges.len());
    for recorded in &recording.exchanges {
        exchanges.push(exchange::write(recorded, &redaction, &mut made)?);
    }
    let input = plain(redaction.json(&recording.input));
    let action = ActionInput::from_json(&recording.action, input.clone())
        .map_err(|problem| format!("the recorded input does not fit the contract: {problem}"))?;
    let (outcome, failure) = expectation(recording, &redaction, &numbers);
    let connection = connection(provider, recording, &redaction);
    let docs = redaction.text(about.docs.trim());
    let docs = made.notes.iter().fold(docs, |docs, note| format!("{docs} {note}"));
    let file = CaseFile {
        docs,
        provenance: Provenance { kind: ProvenanceKind::Recorded, source: about.source, date: about.date },
        covers: Vec::new(),
        now: Timestamp::from_millisecond(recording.now_ms).map_err(|e| format!("the call's time: {e}"))?,
        acting_user: None,
        settings: BTreeMap::new(),
        input,
        attachments: made.granted_files(),
        outcome,
        failure,
        document_created: replayed.end.document_id.as_deref().map(|id| redaction.text(id)),
        created: made.created_files(),
    };
    let provider = provider.manifest.id.clone();
    Ok(Exported {
        case: Case {
            name: format!("{provider}/{}/{}", recording.action, redaction.text(&about.name)),
            provider,
            connection,
            granted: file
                .attachments
                .iter()
                .filter_map(|granted| Some((granted.id, made.named.get(granted.file.as_ref()?)?.clone())))
                .collect(),
            file,
            input: action,
            exchanges,
            named: made.named,
        },
        replaced: redaction.counts().clone(),
        notes: made.notes,
    })
}

fn check(recording: &Recording, about: &About) -> Result<(), String> {
    if about.docs.trim().is_empty() {
        return Err("the case has no docs; say in a sentence what it shows".to_owned());
    }
    if recording.exchanges.len() > EXCHANGES_MAX {
        let count = recording.exchanges.len();
        return Err(format!("the call has {count} exchanges, and a case holds at most {EXCHANGES_MAX}"));
    }
    Ok(())
}

/// The numbers of the files that the call made: in a case they follow those that were granted.
fn renumbered(recording: &Recording) -> BTreeMap<u32, u32> {
    let first = recording.granted.iter().map(|file| file.id).max().unwrap_or(0).saturating_add(1);
    recording.created.iter().map(|file| file.id).zip(first..).collect()
}

fn connection(provider: &Provider, recording: &Recording, redaction: &Redaction) -> ConnectionFile {
    let mut settings = provider.manifest.offer().setting_defaults;
    settings.extend(recording.settings.clone());
    ConnectionFile {
        docs: "What the recorded cases share; identifiers are replaced by their names.".to_owned(),
        roles: recording.roles.clone(),
        settings: settings.into_iter().map(|(name, value)| (name, redaction.text(&value))).collect(),
        acting_user: recording.acting_user.as_deref().map(|user| redaction.text(user)),
        credentials: BTreeMap::new(),
    }
}

/// Outcome and failure, one of which is there.
fn expectation(
    recording: &Recording,
    redaction: &Redaction,
    numbers: &BTreeMap<u32, u32>,
) -> (Option<Value>, Option<Value>) {
    match &recording.result {
        RecordedResult::Outcome(outcome) => (Some(renumber(plain(redaction.json(outcome)), numbers)), None),
        RecordedResult::Failure(failure) => {
            let words: Vec<&str> = recording.exchanges.iter().filter_map(breaking).collect();
            (None, Some(redaction.json(&open_words(failure.clone(), &words))))
        }
    }
}

fn breaking(exchange: &Exchange) -> Option<&str> {
    match &exchange.response {
        Some(RecordedResponse::Failed { message, .. }) => Some(message),
        _ => None,
    }
}

/// A case breaks connections with words of its own, so a failure that carries the recorded ones may have any.
fn open_words(value: Value, words: &[&str]) -> Value {
    match value {
        Value::String(text) if words.iter().any(|word| text.contains(word)) => json!({"any": true}),
        Value::Object(object) => {
            object.into_iter().map(|(key, value)| (key, open_words(value, words))).collect()
        }
        other => other,
    }
}

fn renumber(value: Value, numbers: &BTreeMap<u32, u32>) -> Value {
    match value {
        Value::Object(object) => {
            let number = |value: &Value| {
                let id = u32::try_from(value.as_u64()?).ok()?;
                numbers.get(&id).map(|number| json!(number))
            };
            let keyed = object.into_iter().map(|(key, value)| {
                let numbered = if key == "attachment" { number(&value) } else { None };
                (key, numbered.unwrap_or_else(|| renumber(value, numbers)))
            });
            keyed.collect()
        }
        Value::Array(list) => list.into_iter().map(|value| renumber(value, numbers)).collect(),
        other => other,
    }
}
