//! Takes a package back, in the way the connection says: into the trash, back to a draft, declined in the sender's name,
//! or deleted.
//!
//! The package is read first: OneSpan would throw away a completed one, too.

use countersign_sdk::contract::actions::{WithdrawInput, Withdrawn};
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
use countersign_sdk::failure::rejected;
use countersign_sdk::text::non_blank;
use countersign_sdk::{Host, Request, connection};
use serde_json::json;

use crate::package::{at_package, package_id, read_package};
use crate::refusal::fetch;
use crate::status::{TRASHED, package_status, status_of};

/// How a package is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withdrawal {
    /// Into the trash, where it is kept for two weeks.
    Trash,
    /// A draft again, to be mended and sent by hand.
    Recall,
    /// Declined, with the reason.
    Decline,
    /// Gone for good.
    Delete,
}

/// The words of the setting `withdrawal`; the first is the default.
pub(crate) const WITHDRAWALS: [(&str, Withdrawal); 4] = [
    ("trash", Withdrawal::Trash),
    ("recall", Withdrawal::Recall),
    ("decline", Withdrawal::Decline),
    ("delete", Withdrawal::Delete),
];

/// The name of the setting.
pub(crate) const WITHDRAWAL: &str = "withdrawal";

/// Declining needs words.
const NO_REASON: &str = "Withdrawn by the sender.";

/// See `withdraw-document` of the contract.
///
/// # Errors
/// `rejected` when the package was completed; otherwise as OneSpan says.
pub(crate) fn withdraw_document(host: &dyn Host, input: &WithdrawInput) -> Result<Withdrawn, Failure> {
    let id = package_id("document-id", &input.document.document_id)?;
    let way = connection::choice(host, WITHDRAWAL, &WITHDRAWALS, Withdrawal::Trash)?;
    let package = match read_package(host, id) {
        // What was to be deleted is gone.
        Err(Failure::NotFound) if way == Withdrawal::Delete => return Ok(withdrawn(status_of("DELETED"))),
        package => package?,
    };
    let status = package_status(&package)?;
    if status.state == DocumentState::Completed {
        let message = format!("the package is `{}`; what was signed by all cannot be withdrawn", status.code);
        return Err(rejected(status.code, &message));
    }
    if has_ended(way, &status) {
        return Ok(withdrawn(status));
    }
    let (request, becomes) = request(way, id, input.reason.as_deref());
    match fetch(host, request) {
        Ok(_) => Ok(withdrawn(status_of(becomes))),
        Err(Failure::NotFound) if way == Withdrawal::Delete => Ok(withdrawn(status_of(becomes))),
        Err(failure) => Err(failure),
    }
}

/// Whether nobody can sign any more; a package is deleted all the same.
fn has_ended(way: Withdrawal, status: &DocumentStatus) -> bool {
    match status.state {
        DocumentState::Cancelled | DocumentState::Declined | DocumentState::Expired => {
            way != Withdrawal::Delete
        }
        DocumentState::Draft => way == Withdrawal::Recall,
        _ => false,
    }
}

/// The request, and the word for what the package is afterwards. All of them leave what is so as it is.
fn request(way: Withdrawal, id: &str, reason: Option<&str>) -> (Request, &'static str) {
    let change = |body| at_package("PUT", id, Repeat::Repeatable).json(&body);
    match way {
        Withdrawal::Trash => (change(json!({ "trashed": true })), TRASHED),
        Withdrawal::Recall => (change(json!({ "status": "DRAFT" })), "DRAFT"),
        Withdrawal::Decline => {
            let content = non_blank(reason).unwrap_or(NO_REASON);
            (change(json!({ "status": "DECLINED", "messages": [{ "content": content }] })), "DECLINED")
        }
        Withdrawal::Delete => (at_package("DELETE", id, Repeat::Repeatable), "DELETED"),
    }
}

fn withdrawn(status: DocumentStatus) -> Withdrawn {
    Withdrawn { status: Some(status) }
}
