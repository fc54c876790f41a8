//! Whether an outcome can be true: ids that are there, rows and files that belong to the call.
//!
//! The host acts on outcomes without asking again, so a component's lie ends here. Not here: the types, which the
//! contract's own check covers (`admission/exports.rs`).

use super::state::Work;
use crate::contract::actions::{DownloadedDocument, SentDocument};
use crate::contract::types::Recipient;
use crate::contract::{ActionInput, ActionOutcome};

/// Checks an outcome against what was asked, and what the call did.
///
/// # Errors
/// What cannot be true.
pub(super) fn check(action: &ActionInput, outcome: &ActionOutcome, work: &Work) -> Result<(), String> {
    match (action, outcome) {
        (ActionInput::SendForSignature(input), ActionOutcome::SendForSignature(sent)) => {
            check_document(sent, work)?;
            check_rows(&input.recipients, sent.recipients.iter().map(|recipient| recipient.row_key.as_str()))
        }
        (ActionInput::GetRecipientStatuses(input), ActionOutcome::GetRecipientStatuses(statuses)) => {
            check_rows(&input.recipients, statuses.iter().map(|status| status.row_key.as_str()))
        }
        (ActionInput::GetSigningLink(input), ActionOutcome::GetSigningLink(found)) => {
            let links = found.links.iter().map(|link| link.row_key.as_str());
            let skipped = found.skipped.iter().map(|row| row.row_key.as_str());
            check_rows(&input.recipients, links.chain(skipped))
        }
        (_, ActionOutcome::GetDocument(downloaded)) => check_files(downloaded, work),
        _ => Ok(()),
    }
}

fn check_document(sent: &SentDocument, work: &Work) -> Result<(), String> {
    if sent.document_id.trim().is_empty() {
        return Err("it sent a document and returned an empty id (C41)".to_owned());
    }
    match &work.document_id {
        Some(told) if *told != sent.document_id => {
            Err(format!("it told the document `{told}` and returned `{}`", sent.document_id.escape_debug()))
        }
        _ => Ok(()),
    }
}

fn check_rows<'a>(given: &[Recipient], mut returned: impl Iterator<Item = &'a str>) -> Result<(), String> {
    match returned.find(|key| !given.iter().any(|recipient| recipient.row_key == *key)) {
        Some(stranger) => {
            Err(format!("it returned the row `{}`, which it was not given", stranger.escape_debug()))
        }
        None => Ok(()),
    }
}

fn check_files(downloaded: &DownloadedDocument, work: &Work) -> Result<(), String> {
    if downloaded.files.is_empty() {
        return Err("it fetched a document and returned no file".to_owned());
    }
    match downloaded.files.iter().find(|file| work.attachment(file.attachment).is_none()) {
        Some(file) => {
            Err(format!("it returned attachment {}, which it neither made nor was granted", file.attachment))
        }
        None => Ok(()),
    }
}
