//! DocuSign's own shapes, as its API writes and reads them. It writes every value as text, truth and numbers too, so
//! what is read is read leniently and what is written is strict (P26).
//!
//! The neutral words of the contract are not known here; whoever reads or makes these shapes converts.

pub(crate) mod definition;
pub(crate) mod envelope;
pub(crate) mod listing;
pub(crate) mod message;
pub(crate) mod notification;
pub(crate) mod party;
pub(crate) mod problem;
pub(crate) mod recipient;

/// The envelope custom field that carries our reference: searchable, and part of every webhook message.
pub(crate) const REFERENCE_FIELD: &str = "countersign-reference";
