//! Reading one envelope, and the check of the id that an action starts from.
//!
//! What the answers mean is decided by the actions and in `status`.

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, Recipient};
use countersign_sdk::recipients::find_party;
use countersign_sdk::{Host, text};

use crate::account::{DOCUSIGN, at_envelope};
use crate::refusal::fetch;
use crate::role::Role;
use crate::wire::envelope::Envelope;
use crate::wire::party::{Group, Parties, Party};

/// The id of a document at DocuSign, as an action got it in this field.
///
/// # Errors
/// `invalid` when it is empty (C42) or cannot be an id.
pub(crate) fn document_id<'a>(field: &str, id: &'a str) -> Result<&'a str, Failure> {
    text::document_id(field, id, DOCUSIGN)
}

/// Reads an envelope, and with it `recipients` or `documents` if wanted: one request instead of two, because
/// DocuSign counts them for each envelope (P17).
///
/// # Errors
/// When DocuSign refuses or does not answer, or its answer cannot be read.
pub(crate) fn read_envelope(host: &dyn Host, id: &str, include: Option<&str>) -> Result<Envelope, Failure> {
    let request = at_envelope(host, "GET", id, Repeat::Read)?;
    let request = match include {
        Some(include) => request.query("include", include),
        None => request,
    };
    fetch(host, request)?.json()
}

/// The recipient that a row stands for, among those who are asked for the same. A role that is none of ours finds
/// nobody in particular, so everybody is looked at.
#[must_use]
pub(crate) fn party_of<'p>(row: &Recipient, parties: &'p Parties) -> Option<&'p Party> {
    let groups = Role::parse(&row.role).map_or(Group::ALL.to_vec(), |role| vec![role.group()]);
    groups.into_iter().find_map(|group| find_party(row, parties.of(group), Party::key))
}
