//! The cases every provider needs, so that a suite cannot pass by leaving out what is hard.
//!
//! Not here: the exceptions of one provider (`format/expectations.rs`).

use std::collections::BTreeSet;

use countersign_sandbox::contract::data_sources::Source;
use countersign_sandbox::contract::manifest::Description;

/// The name under which a manifest declares its data sources.
const ROWS: &str = "rows";

/// Needed whatever the provider is: the word a case puts into `covers`, and what the case shows.
pub(crate) const NEEDED: [(&str, &str); 29] = [
    ("status-words", "each word the provider has for the state of a document"),
    ("unknown-status", "a word for a state that nobody knew"),
    ("local-validation", "each rule that is checked before anything is sent"),
    ("token-renewal", "401, a fresh token, and once more"),
    ("forbidden", "403"),
    ("unknown-document", "404"),
    ("conflict", "409, or how the provider says that the state does not allow it"),
    ("rate-limit-with-retry-after", "429 that says how long to wait"),
    ("rate-limit-without-retry-after", "429 that does not"),
    ("server-fault", "5xx"),
    ("timeout-before-sending", "no connection: nobody can have acted on it"),
    ("timeout-after-sending", "no answer: somebody may have acted on it"),
    ("malformed-json", "an answer that is no JSON"),
    ("wrong-content-type", "an answer of another kind than asked for"),
    ("empty-id", "no id where one is needed; fails clearly"),
    ("partial-failure", "some steps done, then a refusal"),
    ("resumption", "going on where an earlier attempt stopped"),
    ("paging", "a list in more than one page"),
    ("non-ascii-names", "names that are not ASCII"),
    ("non-ascii-file-names", "file names that are not ASCII"),
    ("percent-encoding", "ids that hold `/`, `:` or `=`"),
    ("large-attachment", "a file of 20 MB"),
    ("download-before-completion", "fetching too early"),
    ("locked-link", "a signing link that is guarded"),
    ("nobody-to-remind", "a reminder with nobody eligible"),
    ("wrong-signature", "a message with a wrong signature, or a changed byte"),
    ("replayed-event", "the same message again"),
    ("reordered-events", "messages in another order than things happened"),
    ("unknown-event", "an event that nobody knew"),
];

/// A case that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// Its word.
    pub(crate) word: String,
    /// What it shows.
    pub(crate) shows: String,
}

/// Everything this provider needs: the list above, an outcome of each action, rows of each data source, each event.
pub(crate) fn needs(manifest: &Description, sources: &[Source]) -> Vec<Need> {
    let need = |word: String, shows: &str| Need { word, shows: shows.to_owned() };
    let actions = manifest.actions.iter().filter(|action| action.name != ROWS);
    let actions = actions.map(|action| need(outcome_of(&action.name), "an outcome of this action"));
    let sources = sources.iter().map(|source| need(rows_of(&source.id), "rows of this data source"));
    let events = manifest.webhooks.iter().flat_map(|webhook| &webhook.events);
    let events = events.map(|event| need(event_of(event), "this event, as read"));
    let common = NEEDED.iter().map(|(word, shows)| need((*word).to_owned(), shows));
    let mut known = BTreeSet::new();
    let all = actions.chain(sources).chain(events).chain(common);
    all.filter(|need| known.insert(need.word.clone())).collect()
}

/// The word for an outcome of an action.
pub(crate) fn outcome_of(action: &str) -> String {
    format!("outcome-of:{action}")
}

/// The word for rows of a data source.
pub(crate) fn rows_of(source: &str) -> String {
    format!("rows-of:{source}")
}

/// The word for an event.
pub(crate) fn event_of(event: &str) -> String {
    format!("event:{event}")
}

/// Whether `covers` may hold this: a requirement, a pitfall, or a word of the list above.
pub(crate) fn is_known(covered: &str) -> bool {
    let number = covered.strip_prefix(['C', 'P']);
    number.is_some_and(|number| {
        (1..=3).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit())
    }) || NEEDED.iter().any(|(word, _)| *word == covered)
}

/// What is covered, in the order in which people look it up: requirements and pitfalls by number, then words.
pub(crate) fn order(covered: &str) -> (bool, &str, u32) {
    let number = covered.get(1..).and_then(|number| number.parse().ok());
    match (covered.get(..1), number) {
        (Some(letter), Some(number)) => (false, letter, number),
        _ => (true, covered, 0),
    }
}
