//! Where requests go: below one account, by the id that the operator configured.
//!
//! The base URL of the role `api` is the account's own `base_uri`, as DocuSign's `/oauth/userinfo` tells it
//! (P2): `https://eu.docusign.net`. Nothing here asks for it, and nothing of it is repeated in a path (P3).

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Request};

use countersign_sdk::connection::{misconfigured, setting};

/// The only connection role.
pub(crate) const API: &str = "api";

/// The name for messages.
pub(crate) const DOCUSIGN: &str = "DocuSign";

/// The connection setting that names the account.
pub(crate) const ACCOUNT_ID: &str = "account-id";

/// The start of a request below the account.
///
/// # Errors
/// `unauthorized` when the operator named no account.
pub(crate) fn at_account(host: &dyn Host, method: &str, repeat: Repeat) -> Result<Request, Failure> {
    let id = account_id(host)?;
    let request = Request::new(API, method, repeat).header("accept", "application/json");
    Ok(request.segment("restapi").segment("v2.1").segment("accounts").segment(id))
}

/// The start of a request about all envelopes.
///
/// # Errors
/// As [`at_account`].
pub(crate) fn at_envelopes(host: &dyn Host, method: &str, repeat: Repeat) -> Result<Request, Failure> {
    Ok(at_account(host, method, repeat)?.segment("envelopes"))
}

/// The start of a request about one envelope.
///
/// # Errors
/// As [`at_account`].
pub(crate) fn at_envelope(
    host: &dyn Host,
    method: &str,
    id: &str,
    repeat: Repeat,
) -> Result<Request, Failure> {
    Ok(at_envelopes(host, method, repeat)?.segment(id))
}

/// A GUID, or the short number that older pages of DocuSign show; an address or an e-mail is neither.
fn account_id(host: &dyn Host) -> Result<String, Failure> {
    let Some(id) = setting(host, ACCOUNT_ID) else {
        return Err(misconfigured(
            ACCOUNT_ID,
            "is not set; copy the API account id from DocuSign's page `Apps and Keys`",
        ));
    };
    if id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        return Ok(id);
    }
    Err(misconfigured(ACCOUNT_ID, &format!("is `{id}`, which is no account id")))
}
