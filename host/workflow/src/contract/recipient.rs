//! How columns of a list become the contract's recipient (C47–C60).
//!
//! Not here: reading the cells (`binding.rs`).

use crate::definition::ValueType;

/// One key of a recipient.
#[derive(Debug)]
pub struct RecipientKey {
    /// The key as a mapping in `columns` names it.
    pub key: &'static str,
    /// Columns that are taken without a mapping; the first that exists counts.
    pub columns: &'static [&'static str],
    /// Types of column that fit.
    pub types: &'static [ValueType],
    /// No recipient without it.
    pub required: bool,
}

const TEXT: &[ValueType] = &[ValueType::Text, ValueType::Choice];
const BOOL: &[ValueType] = &[ValueType::Bool];

const fn text(key: &'static str, columns: &'static [&'static str]) -> RecipientKey {
    RecipientKey { key, columns, types: TEXT, required: false }
}

/// Every key, flat: the organisation's record is spelt out.
pub const RECIPIENT_KEYS: &[RecipientKey] = &[
    text("first-name", &["first_name"]),
    text("last-name", &["last_name"]),
    text("display-name", &["display_name", "name"]),
    RecipientKey {
        key: "email",
        columns: &["email"],
        types: &[ValueType::Email, ValueType::Text],
        required: true,
    },
    RecipientKey {
        key: "phone",
        columns: &["phone"],
        types: &[ValueType::Phone, ValueType::Text],
        required: false,
    },
    RecipientKey { key: "role", columns: &["role"], types: TEXT, required: true },
    text("signature-type", &["signature_type", "signature"]),
    RecipientKey {
        key: "sms-authentication",
        columns: &["sms_authentication"],
        types: BOOL,
        required: false,
    },
    RecipientKey { key: "sms-unlock", columns: &["sms_unlock"], types: BOOL, required: false },
    RecipientKey { key: "order", columns: &["order"], types: &[ValueType::Integer], required: false },
    text("organisation-name", &["organisation_name", "organisation"]),
    text("organisation-tax-id", &["organisation_tax_id", "tax_id"]),
    text("organisation-position", &["organisation_position", "position"]),
    RecipientKey { key: "representative", columns: &["representative"], types: BOOL, required: false },
    text("language", &["language"]),
    text("provider-reference", &["provider_reference"]),
];
