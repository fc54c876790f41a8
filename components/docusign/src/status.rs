//! DocuSign's words for where an envelope and its recipients stand, and their neutral readings.
//!
//! Names of these words for people stand in `data_sources`.

use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure, RecipientState};
use countersign_sdk::draft::Stage;
use countersign_sdk::{failure, timestamp_ms};

use crate::wire::envelope::Envelope;
use crate::wire::party::Party;

/// The reason that DocuSign itself writes when an envelope ran out. Whether it is translated no source says.
const EXPIRED: &str = "envelope has expired";

/// The status of an envelope.
///
/// # Errors
/// When the envelope has no status at all.
pub(crate) fn document_status(envelope: &Envelope) -> Result<DocumentStatus, Failure> {
    let code = envelope.status.as_deref().unwrap_or_default().trim();
    if code.is_empty() {
        return Err(failure::other("malformed-response", "DocuSign's envelope has no `status`"));
    }
    let state = match document_state(code) {
        DocumentState::Cancelled if has_expired(envelope) => DocumentState::Expired,
        state => state,
    };
    Ok(DocumentStatus { code: code.to_owned(), state })
}

/// The neutral reading of a word, in any case: DocuSign writes `Processing` and `Sent` as well.
#[must_use]
pub(crate) fn document_state(code: &str) -> DocumentState {
    match code.to_ascii_lowercase().as_str() {
        "created" => DocumentState::Draft,
        "processing" => DocumentState::Processing,
        // `delivered` is opened by all, `signed` passes at once, `correct` is being corrected by its sender.
        "sent" | "delivered" | "signed" | "correct" => DocumentState::InProgress,
        "completed" => DocumentState::Completed,
        "declined" => DocumentState::Declined,
        "voided" | "deleted" => DocumentState::Cancelled,
        // INFERRED: a word that filters know and that no envelope was seen with.
        "timedout" => DocumentState::Expired,
        _ => DocumentState::Other,
    }
}

/// An envelope that ran out is voided by DocuSign, with a reason of its own (P8). In case that is translated: nobody
/// but DocuSign voids after the term (INFERRED).
fn has_expired(envelope: &Envelope) -> bool {
    let reason = envelope.voided_reason.as_deref().unwrap_or_default().trim().trim_end_matches('.');
    let time = |text: &Option<String>| text.as_deref().and_then(timestamp_ms);
    let voided = time(&envelope.voided_date_time).or_else(|| time(&envelope.status_changed_date_time));
    let late = voided.zip(time(&envelope.expire_date_time)).is_some_and(|(voided, expiry)| voided >= expiry);
    reason.eq_ignore_ascii_case(EXPIRED) || late
}

/// Whether an envelope was sent.
#[must_use]
pub(crate) fn stage(code: &str) -> Stage {
    let code = code.trim();
    match document_state(code) {
        DocumentState::Draft => Stage::Draft,
        // A draft thrown away; a sent one is voided first.
        DocumentState::Cancelled if code.eq_ignore_ascii_case("deleted") => Stage::Broken(code.to_owned()),
        DocumentState::Processing | DocumentState::Other => Stage::Unknown(code.to_owned()),
        _ => Stage::Sent,
    }
}

/// The neutral reading of a recipient's word. `delivered` is opened, not mailed.
#[must_use]
pub(crate) fn recipient_state(party: &Party) -> RecipientState {
    match party.word().to_ascii_lowercase().as_str() {
        "created" => RecipientState::Waiting,
        // INFERRED: a failed check ends nothing at DocuSign, so it counts only while the recipient has yet to act.
        "sent" | "delivered" if party.failed_check().is_some() => RecipientState::AuthenticationFailed,
        "sent" => RecipientState::Notified,
        "delivered" => RecipientState::Viewed,
        "signed" | "completed" => RecipientState::Done,
        "declined" => RecipientState::Declined,
        "autoresponded" => RecipientState::Undeliverable,
        _ => RecipientState::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sdk::json;

    fn envelope(json: &str) -> Envelope {
        json::read(json.as_bytes()).unwrap()
    }

    #[test]
    fn words_have_a_neutral_reading() {
        use DocumentState as S;
        for (word, state) in [
            ("created", S::Draft),
            ("Processing", S::Processing),
            ("Sent", S::InProgress),
            ("delivered", S::InProgress),
            ("signed", S::InProgress),
            ("correct", S::InProgress),
            ("completed", S::Completed),
            ("declined", S::Declined),
            ("voided", S::Cancelled),
            ("deleted", S::Cancelled),
            ("timedout", S::Expired),
            ("template", S::Other),
        ] {
            let status = document_status(&envelope(&format!(r#"{{"status":"{word}"}}"#))).unwrap();
            assert_eq!(status, DocumentStatus { code: word.to_owned(), state }, "`{word}`");
        }
        assert!(document_status(&envelope("{}")).is_err());
    }

    #[test]
    fn an_expiry_is_told_from_a_void() {
        use DocumentState as S;
        for (more, state) in [
            (r#""voidedReason":"Envelope has expired.""#, S::Expired),
            (r#""voidedReason":" envelope has expired ""#, S::Expired),
            (r#""voidedReason":"Wrong amount""#, S::Cancelled),
            (
                r#""voidedReason":"Umschlag abgelaufen","voidedDateTime":"2026-05-04T09:00:00.0000001Z","expireDateTime":"2026-05-04T09:00:00Z""#,
                S::Expired,
            ),
            (
                r#""statusChangedDateTime":"2026-05-03T09:00:00Z","expireDateTime":"2026-05-04T09:00:00Z""#,
                S::Cancelled,
            ),
            (r#""voidedReason":null"#, S::Cancelled),
        ] {
            let status = document_status(&envelope(&format!(r#"{{"status":"voided",{more}}}"#))).unwrap();
            assert_eq!(status.state, state, "{more}");
        }
    }

    #[test]
    fn the_stage_tells_whether_anybody_was_mailed() {
        for (word, expected) in [
            ("created", Stage::Draft),
            ("sent", Stage::Sent),
            ("voided", Stage::Sent),
            ("completed", Stage::Sent),
            ("deleted", Stage::Broken("deleted".to_owned())),
            ("processing", Stage::Unknown("processing".to_owned())),
            ("", Stage::Unknown(String::new())),
        ] {
            assert_eq!(stage(word), expected, "`{word}`");
        }
    }
}
