//! OneSpan's words for where a package stands, and their neutral readings.
//!
//! Where each recipient stands is in `standing`, names of these words for people in `data_sources`.

use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
use countersign_sdk::draft::Stage;
use countersign_sdk::failure;
use countersign_sdk::text::non_blank;

use crate::wire::package::Package;

/// A package in the trash keeps its status, so the trash has a word of its own here: OneSpan calls the folder so.
pub(crate) const TRASHED: &str = "TRASHED";

/// Where a package stands.
///
/// # Errors
/// When the package has no status at all.
pub(crate) fn package_status(package: &Package) -> Result<DocumentStatus, Failure> {
    if package.trashed == Some(true) {
        return Ok(status_of(TRASHED));
    }
    let code = non_blank(package.status.as_deref());
    code.map(status_of)
        .ok_or_else(|| failure::other("malformed-response", "OneSpan's package has no `status`"))
}

/// A word beside its neutral reading.
#[must_use]
pub(crate) fn status_of(code: &str) -> DocumentStatus {
    DocumentStatus { code: code.to_owned(), state: document_state(code) }
}

/// The neutral reading of a word, in any case: those of a package, and those of its signing status in both spellings.
/// States can go backwards: a package that was sent can be a draft again, and come back from the trash (P35).
#[must_use]
pub(crate) fn document_state(code: &str) -> DocumentState {
    match code.to_ascii_uppercase().as_str() {
        "DRAFT" | "INACTIVE" => DocumentState::Draft,
        "SENT" | "SIGNING_PENDING" => DocumentState::InProgress,
        // Everybody has signed, and the sender must complete it. `READY_FOR_COMPLETE` is INFERRED from the event's name.
        "SIGNING_COMPLETED" | "SIGNING_COMPLETE" | "READY_FOR_COMPLETE" | "READY_FOR_COMPLETION" => {
            DocumentState::AwaitingCompletion
        }
        // Only what was completed can be archived.
        "COMPLETED" | "ARCHIVED" => DocumentState::Completed,
        "DECLINED" | "OPTED_OUT" => DocumentState::Declined,
        "EXPIRED" => DocumentState::Expired,
        "CANCELED" | "CANCELLED" | "DELETED" | TRASHED => DocumentState::Cancelled,
        _ => DocumentState::Other,
    }
}

/// Whether a package was sent. What was sent and taken back to be a draft looks like one that never was.
#[must_use]
pub(crate) fn stage(package: &Package) -> Stage {
    let Ok(status) = package_status(package) else { return Stage::Unknown(String::new()) };
    match status.state {
        DocumentState::Draft => Stage::Draft,
        DocumentState::Cancelled => Stage::Broken(status.code),
        DocumentState::Processing | DocumentState::Other => Stage::Unknown(status.code),
        _ => Stage::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sdk::json;

    fn package(json: &str) -> Package {
        json::read(json.as_bytes()).unwrap()
    }

    #[test]
    fn words_have_a_neutral_reading() {
        use DocumentState as S;
        for (word, state) in [
            ("DRAFT", S::Draft),
            ("INACTIVE", S::Draft),
            ("SENT", S::InProgress),
            ("sent", S::InProgress),
            ("SIGNING_PENDING", S::InProgress),
            ("SIGNING_COMPLETE", S::AwaitingCompletion),
            ("SIGNING_COMPLETED", S::AwaitingCompletion),
            ("READY_FOR_COMPLETE", S::AwaitingCompletion),
            ("READY_FOR_COMPLETION", S::AwaitingCompletion),
            ("COMPLETED", S::Completed),
            ("ARCHIVED", S::Completed),
            ("DECLINED", S::Declined),
            ("OPTED_OUT", S::Declined),
            ("EXPIRED", S::Expired),
            ("CANCELED", S::Cancelled),
            ("DELETED", S::Cancelled),
            ("TRASHED", S::Cancelled),
            ("LAYOUT", S::Other),
        ] {
            assert_eq!(document_state(word), state, "`{word}`");
        }
    }

    #[test]
    fn the_trash_hides_the_status() {
        let trashed = package(r#"{"status":"COMPLETED","trashed":"true"}"#);
        assert_eq!(package_status(&trashed).unwrap(), status_of(TRASHED));
        let restored = package(r#"{"status":"COMPLETED","trashed":false}"#);
        assert_eq!(package_status(&restored).unwrap().state, DocumentState::Completed);
        assert!(package_status(&package("{}")).is_err());
    }

    #[test]
    fn the_stage_tells_whether_anybody_was_mailed() {
        for (json, expected) in [
            (r#"{"status":"DRAFT"}"#, Stage::Draft),
            (r#"{"status":"SENT"}"#, Stage::Sent),
            (r#"{"status":"OPTED_OUT"}"#, Stage::Sent),
            (r#"{"status":"ARCHIVED"}"#, Stage::Sent),
            (r#"{"status":"DRAFT","trashed":true}"#, Stage::Broken("TRASHED".to_owned())),
            (r#"{"status":"MOON"}"#, Stage::Unknown("MOON".to_owned())),
            ("{}", Stage::Unknown(String::new())),
        ] {
            assert_eq!(stage(&package(json)), expected, "{json}");
        }
    }
}
