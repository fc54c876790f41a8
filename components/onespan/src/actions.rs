//! The verbs, one file each.
//!
//! Requests that several of them make stand in `package`, what refusals mean in `refusal`.

pub(crate) mod get_document;
pub(crate) mod get_document_status;
pub(crate) mod get_recipient_statuses;
pub(crate) mod get_signing_link;
pub(crate) mod list_changes;
pub(crate) mod send_for_signature;
pub(crate) mod send_reminders;
pub(crate) mod withdraw_document;
