//! Autenti's words for where a process and its parties stand, and their neutral readings.
//!
//! Names of these words for people stand in `data_sources`.

use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure, RecipientState};
use countersign_sdk::draft::Stage;
use countersign_sdk::failure;

use crate::wire::process::Process;

/// The status of a process. A stray blank around the word is not part of it; the word itself is never changed.
///
/// # Errors
/// When the process has no status at all.
pub(crate) fn document_status(process: &Process) -> Result<DocumentStatus, Failure> {
    let code = process.status.as_deref().unwrap_or_default().trim();
    if code.is_empty() {
        return Err(failure::other("malformed-response", "Autenti's process has no `status`"));
    }
    Ok(DocumentStatus { code: code.to_owned(), state: document_state(code) })
}

/// The neutral reading. That an unsent process is called DRAFT is inferred. PROCESSING covers the whole time in which recipients act; SUCCESS is ambiguous and
/// therefore no end: only COMPLETED means signed.
fn document_state(code: &str) -> DocumentState {
    match code {
        "DRAFT" => DocumentState::Draft,
        "PROCESSING" | "SUCCESS" => DocumentState::InProgress,
        "COMPLETED" => DocumentState::Completed,
        "REJECTED" => DocumentState::Declined,
        "WITHDRAWN" => DocumentState::Cancelled,
        "FAILED" | "ERROR" => DocumentState::Failed,
        _ => DocumentState::Other,
    }
}

/// Whether a process was sent. A party with a lasting id proves it, whatever the status says.
#[must_use]
pub(crate) fn stage(process: &Process) -> Stage {
    if process.parties.iter().any(|party| party.sent_reference().is_some()) {
        return Stage::Sent;
    }
    let code = process.status.as_deref().unwrap_or_default().trim();
    match document_state(code) {
        DocumentState::Draft => Stage::Draft,
        DocumentState::Failed => Stage::Broken(code.to_owned()),
        DocumentState::Other => Stage::Unknown(code.to_owned()),
        _ => Stage::Sent,
    }
}

/// The neutral reading of a party's word. OBSOLETE and FAILED have no certain one.
#[must_use]
pub(crate) fn recipient_state(code: &str) -> RecipientState {
    match code {
        "NONE" => RecipientState::Waiting,
        "PENDING" => RecipientState::Notified,
        "COMPLETED" => RecipientState::Done,
        "REJECTED" => RecipientState::Declined,
        _ => RecipientState::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sdk::json;

    fn process(json: &str) -> Process {
        json::read(json.as_bytes()).unwrap()
    }

    #[test]
    fn words_have_a_neutral_reading() {
        use DocumentState as S;
        for (word, code, state) in [
            ("DRAFT", "DRAFT", S::Draft),
            ("PROCESSING", "PROCESSING", S::InProgress),
            ("SUCCESS", "SUCCESS", S::InProgress),
            ("COMPLETED", "COMPLETED", S::Completed),
            ("COMPLETED ", "COMPLETED", S::Completed),
            ("REJECTED", "REJECTED", S::Declined),
            ("WITHDRAWN", "WITHDRAWN", S::Cancelled),
            ("FAILED", "FAILED", S::Failed),
            ("ERROR", "ERROR", S::Failed),
            ("Archived", "Archived", S::Other),
        ] {
            let status = document_status(&process(&format!(r#"{{"status":"{word}"}}"#))).unwrap();
            assert_eq!(status, DocumentStatus { code: code.to_owned(), state }, "`{word}`");
        }
        assert!(document_status(&process("{}")).is_err());
    }

    #[test]
    fn the_stage_tells_whether_anybody_was_mailed() {
        let sent_party = r#"{"status":"","parties":[{"party":{"id":"PARTY-PUBLIC_SIGNING_PROCESS_ID:1"}}]}"#;
        for (json, expected) in [
            (r#"{"status":"DRAFT"}"#, Stage::Draft),
            (r#"{"status":"PROCESSING"}"#, Stage::Sent),
            (r#"{"status":"WITHDRAWN"}"#, Stage::Sent),
            (r#"{"status":"ERROR"}"#, Stage::Broken("ERROR".to_owned())),
            (r#"{"status":"NEW_WORD"}"#, Stage::Unknown("NEW_WORD".to_owned())),
            ("{}", Stage::Unknown(String::new())),
            (sent_party, Stage::Sent),
        ] {
            assert_eq!(stage(&process(json)), expected, "{json}");
        }
    }
}
