//! Constraints: what Autenti must ask of a party or do with the process.
//!
//! Which recipient gets which constraint is decided in `draft`.

use serde::Serialize;
use serde_json::{Value, json};

const SIGNING: &str = "ACTION:SIGNATURE_APPLICATION";
const OPENING: &str = "ACTION:READ_SENSITIVE_METADATA";

/// One constraint.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Constraint {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    constrained_actions: Vec<&'static str>,
    classifiers: [&'static str; 1],
    attributes: Value,
}

impl Constraint {
    /// The kind of signature a signer must use.
    #[must_use]
    pub(crate) fn signature_type(kind: &str) -> Self {
        let required = format!("SIGNATURE_PROVIDER-SIGNATURE_TYPE:{kind}");
        Self::on(
            SIGNING,
            "CONSTRAINT-UNIQUE_TYPE:SIGNATURE_TYPE",
            json!({ "requiredClassifiers": [required] }),
        )
    }

    /// The identity check that an advanced signature needs, for a person of this name.
    #[must_use]
    pub(crate) fn identity_verification(first_name: &str, last_name: &str) -> Self {
        let profile = json!({
            "amr_values": ["autenti-v3"],
            "reuse_policy": { "reuse_duration": "PT24H" },
            "verified_claims": [{
                "verification": { "trust_framework": "eidas", "assurance_level": "substantial" },
                "claims": { "given_name": first_name, "family_name": last_name },
            }],
        });
        // That it constrains the signing, as the signature type does, is inferred.
        let attributes = json!({ "identificationProfiles": [profile] });
        Self::on(SIGNING, "CONSTRAINT-UNIQUE_TYPE:IDENTITY_VERIFICATION", attributes)
    }

    /// A code by SMS confirms the signature.
    #[must_use]
    pub(crate) fn sms_to_sign(phone: &str) -> Self {
        Self::phone_verification(SIGNING, phone)
    }

    /// A code by SMS opens the document.
    #[must_use]
    pub(crate) fn sms_to_open(phone: &str) -> Self {
        Self::phone_verification(OPENING, phone)
    }

    /// The place in the order of acting; lower acts earlier.
    #[must_use]
    pub(crate) fn priority(order: u32) -> Self {
        Self {
            constrained_actions: Vec::new(),
            classifiers: ["CONSTRAINT-UNIQUE_TYPE:PARTICIPATION_PRIORITY"],
            attributes: json!({ "priority": order }),
        }
    }

    /// How signatures are shown in the document.
    #[must_use]
    pub(crate) fn visualisation(id: &str) -> Self {
        Self::on(SIGNING, "CONSTRAINT-UNIQUE_TYPE:VISUALISATION", json!({ "visualisationId": id }))
    }

    fn phone_verification(action: &'static str, phone: &str) -> Self {
        let classifier = "CONSTRAINT-UNIQUE_TYPE:PHONE_NUMBER_VERIFICATION_REQUIRED";
        Self::on(action, classifier, json!({ "phoneNumber": phone }))
    }

    fn on(action: &'static str, classifier: &'static str, attributes: Value) -> Self {
        Self { constrained_actions: vec![action], classifiers: [classifier], attributes }
    }
}
