//! The kind of signature: one of the neutral words, which the connection maps to a signature provider of the account,
//! or such a provider by its own name.

use countersign_sdk::Host;
use countersign_sdk::connection::setting;
use countersign_sdk::contract::types::Recipient;
use countersign_sdk::recipients::choice_id;

/// The plain signature of DocuSign.
pub(crate) const BASIC: &str = "BASIC";
/// The advanced signature of the EU.
pub(crate) const ADVANCED: &str = "ADVANCED";
/// The qualified signature of the EU.
pub(crate) const QUALIFIED: &str = "QUALIFIED";

/// The setting of the connection that maps a neutral word, and the provider that counts when it is not set.
const MAPPED: [(&str, &str, &str); 3] = [
    (BASIC, "signature-provider-basic", ""),
    (ADVANCED, "signature-provider-advanced", "UniversalSignaturePen_OpenTrust_Hash_TSP"),
    (QUALIFIED, "signature-provider-qualified", "docusign_eu_qualified_idnow_tsp"),
];

/// This one cannot sign without a code by SMS.
pub(super) const NEEDS_SMS: &str = "UniversalSignaturePen_OpenTrust_Hash_TSP";

/// The setting that maps a neutral word and its default.
#[must_use]
pub(crate) fn provider_setting(word: &str) -> Option<(&'static str, &'static str)> {
    let mapped = MAPPED.iter().find(|(known, ..)| known.eq_ignore_ascii_case(word))?;
    Some((mapped.1, mapped.2))
}

/// The provider's name for what a row asks for; none means the plain signature as the account has it.
pub(super) fn provider(host: &dyn Host, recipient: &Recipient) -> Option<String> {
    let word = recipient.signature_type.as_deref().map(choice_id).filter(|word| !word.is_empty());
    let word = word.unwrap_or(BASIC);
    match provider_setting(word) {
        Some((name, default)) => {
            setting(host, name).or_else(|| (!default.is_empty()).then(|| default.to_owned()))
        }
        None => Some(word.to_owned()),
    }
}
