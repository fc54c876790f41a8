//! Lists: envelopes in pages, and what an account offers.

use countersign_sdk::lenient;
use serde::Deserialize;

use super::envelope::Envelope;
use super::problem::ErrorDetails;

/// A page of envelopes; every number is text.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelopes {
    /// The envelopes.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) envelopes: Vec<Envelope>,
    /// The same, when they were asked for by transaction id.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) envelope_transaction_statuses: Vec<Transaction>,
    /// The last place of this page, from 0.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub(crate) end_position: Option<i64>,
    /// How many there are.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub(crate) total_set_size: Option<i64>,
    /// Where the next page is.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) next_uri: Option<String>,
}

/// What became of a transaction id.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transaction {
    /// The envelope.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) envelope_id: Option<String>,
    /// DocuSign's word for its state.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) status: Option<String>,
    /// Our reference.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) transaction_id: Option<String>,
    /// Why there is none.
    #[serde(default)]
    pub(crate) error_details: Option<ErrorDetails>,
}

/// What `signatureProviders` answers.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignatureProviders {
    /// Those the account may use.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) signature_providers: Vec<SignatureProvider>,
}

/// One way to sign.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignatureProvider {
    /// What is sent.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) signature_provider_name: Option<String>,
    /// What is shown.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) signature_provider_display_name: Option<String>,
}

/// What `identity_verification` answers.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdentityWorkflows {
    /// Those the account may use.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) identity_verification: Vec<IdentityWorkflow>,
}

/// One way to prove who one is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdentityWorkflow {
    /// The account's own id of it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) workflow_id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) default_name: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) default_description: Option<String>,
}

/// What `supported_languages` answers.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Languages {
    /// The languages.
    #[serde(default, deserialize_with = "lenient::list")]
    pub(crate) languages: Vec<Language>,
}

/// One language.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Language {
    /// Its name, with the code in brackets.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    /// Its code: `pl`, `pt_BR`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) value: Option<String>,
}

impl Envelopes {
    /// Whether another page follows.
    #[must_use]
    pub(crate) fn has_more(&self) -> bool {
        let told = self.next_uri.as_deref().is_some_and(|uri| !uri.trim().is_empty());
        let counted = self.end_position.zip(self.total_set_size).is_some_and(|(end, total)| end + 1 < total);
        told || counted
    }
}
