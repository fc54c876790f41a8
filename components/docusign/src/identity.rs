//! The account's workflow that checks a phone: its id differs from account to account.
//!
//! What it is sent for stands in `definition`.

use countersign_sdk::Host;
use countersign_sdk::connection::setting;
use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;

use crate::account::at_account;
use crate::options::PhoneCheck;
use crate::refusal::fetch;
use crate::validation::Invitation;
use crate::wire::listing::{IdentityWorkflow, IdentityWorkflows};

/// DocuSign's own name for it.
const PHONE_AUTHENTICATION: &str = "Phone Authentication";

/// The setting of the connection that names it, and saves the question.
pub(crate) const PHONE_WORKFLOW_ID: &str = "phone-workflow-id";

/// The id, when a recipient of this invitation needs it.
///
/// # Errors
/// `not-entitled` when the account has no such workflow; otherwise as DocuSign says.
pub(crate) fn phone_workflow(host: &dyn Host, invitation: &Invitation) -> Result<Option<String>, Failure> {
    let is_needed = invitation.people.iter().any(|person| person.phone_to_open.is_some());
    if !is_needed || invitation.phone_check != PhoneCheck::Workflow {
        return Ok(None);
    }
    if let Some(id) = setting(host, PHONE_WORKFLOW_ID) {
        return Ok(Some(id));
    }
    let known = workflows(host)?;
    let wanted = known.into_iter().find(|workflow| {
        let name = workflow.default_name.as_deref().unwrap_or_default();
        name.trim().eq_ignore_ascii_case(PHONE_AUTHENTICATION)
    });
    let id = wanted.and_then(|workflow| workflow.workflow_id).filter(|id| !id.trim().is_empty());
    id.map(Some).ok_or_else(|| {
        Failure::NotEntitled(format!(
            "the account has no identity workflow `{PHONE_AUTHENTICATION}`; let DocuSign switch it on, or set \
             `phone-check` to an older one"
        ))
    })
}

/// The workflows of the account.
///
/// # Errors
/// As DocuSign says.
pub(crate) fn workflows(host: &dyn Host) -> Result<Vec<IdentityWorkflow>, Failure> {
    let request = at_account(host, "GET", Repeat::Read)?.segment("identity_verification");
    let known: IdentityWorkflows = fetch(host, request)?.json()?;
    Ok(known.identity_verification)
}
