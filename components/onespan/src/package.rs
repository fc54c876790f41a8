//! Requests about packages, as OneSpan calls what is sent, and reading one.
//!
//! The base URL of the role `api` is the host alone, `https://sandbox.esignlive.com`; `/api` is part of every path here.

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::{Failure, Recipient};
use countersign_sdk::recipients::find_party;
use countersign_sdk::{Host, Request, text};

use crate::refusal::fetch;
use crate::role::Role;
use crate::wire::package::{Package, Party};

/// The only connection role.
pub(crate) const API: &str = "api";

/// The name for messages.
pub(crate) const ONESPAN: &str = "OneSpan";

/// Answers in the shapes of this version of the API.
const JSON: &str = "application/json; esl-api-version=11";

/// The same, for files.
const FILE: &str = "*/*; esl-api-version=11";

/// The start of a request about all packages.
pub(crate) fn at_packages(method: &str, repeat: Repeat) -> Request {
    Request::new(API, method, repeat).header("accept", JSON).segment("api").segment("packages")
}

/// The start of a request about one package. Its id holds `=`, which the host encodes (P33).
pub(crate) fn at_package(method: &str, id: &str, repeat: Repeat) -> Request {
    at_packages(method, repeat).segment(id)
}

/// The start of a request for a file of one package.
pub(crate) fn file_of_package(id: &str) -> Request {
    Request::get(API).header("accept", FILE).segment("api").segment("packages").segment(id)
}

/// The id of a package, as an action got it in this field.
///
/// # Errors
/// `invalid` when it is empty (C42) or cannot be an id.
pub(crate) fn package_id<'a>(field: &str, id: &'a str) -> Result<&'a str, Failure> {
    text::document_id(field, id, ONESPAN)
}

/// Reads a package: its state, roles, documents and messages come together.
///
/// # Errors
/// When OneSpan refuses or does not answer, or its answer cannot be read.
pub(crate) fn read_package(host: &dyn Host, id: &str) -> Result<Package, Failure> {
    fetch(host, at_package("GET", id, Repeat::Read))?.json()
}

/// The one that a row stands for, among those who act or those who get copies. A role that is none of ours finds nobody
/// in particular, so everybody is looked at.
#[must_use]
pub(crate) fn party_of<'p>(row: &Recipient, parties: &'p [Party]) -> Option<&'p Party> {
    let wanted = Role::parse(&row.role);
    let alike: Vec<&Party> =
        parties.iter().filter(|party| wanted.is_none_or(|role| role.acts() != party.is_copy())).collect();
    find_party(row, &alike, |party| party.key()).copied()
}
