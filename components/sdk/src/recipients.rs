//! Matches the rows of a form with the provider's own list of who takes part.
//!
//! What a recipient is called on the wire is the provider's business.

use crate::contract::types::{Failure, Recipient};
use crate::failure::invalid;
use crate::text::is_email;

/// One row of the form and its place, for the paths of fields.
#[derive(Debug, Clone, Copy)]
pub struct FormRow<'a> {
    /// Its place in the input, from 0.
    pub index: usize,
    /// What it holds.
    pub recipient: &'a Recipient,
}

impl<'a> FormRow<'a> {
    /// The path of one of its fields: `recipients[2].phone`.
    #[must_use]
    pub fn field(&self, field: &str) -> String {
        format!("recipients[{}].{field}", self.index)
    }

    /// The failure for one of its fields.
    #[must_use]
    pub fn invalid(&self, field: &str, reason: impl Into<String>) -> Failure {
        invalid(self.field(field), reason)
    }

    /// The address, without outer blanks.
    ///
    /// # Errors
    /// `invalid` when there is none, or it cannot be one.
    pub fn email(&self, provider: &str) -> Result<&'a str, Failure> {
        let email = self.recipient.email.trim();
        if email.is_empty() {
            return Err(self.invalid("email", format!("is empty; {provider} invites by e-mail")));
        }
        if !is_email(email) {
            let reason = format!("`{email}` is no e-mail address; write `name@example.com`");
            return Err(self.invalid("email", reason));
        }
        Ok(email)
    }
}

/// How the provider names one of its parties.
#[derive(Debug, Clone, Copy, Default)]
pub struct PartyKey<'a> {
    /// Its id.
    pub reference: Option<&'a str>,
    /// Its e-mail address.
    pub email: Option<&'a str>,
    /// Its role, in the words of the `recipient-roles` source.
    pub role: Option<&'a str>,
}

/// The party that a row stands for: by the provider's id when the row carries one, otherwise by e-mail
/// (in any case, without outer blanks) and role.
pub fn find_party<'p, P>(
    row: &Recipient,
    parties: &'p [P],
    key: impl Fn(&'p P) -> PartyKey<'p>,
) -> Option<&'p P> {
    let wanted = row.provider_reference.as_deref().map(str::trim).filter(|reference| !reference.is_empty());
    let by_reference =
        wanted.and_then(|wanted| parties.iter().find(|party| key(party).reference == Some(wanted)));
    by_reference.or_else(|| parties.iter().find(|party| same_person(row, key(party))))
}

fn same_person(row: &Recipient, party: PartyKey<'_>) -> bool {
    let email = party.email.is_some_and(|email| same_email(email, &row.email));
    email && party.role.is_none_or(|role| role.trim().eq_ignore_ascii_case(choice_id(&row.role)))
}

/// Whether two addresses are one: outer blanks and case do not count.
#[must_use]
pub fn same_email(one: &str, other: &str) -> bool {
    let one = one.trim();
    !one.is_empty() && one.to_lowercase() == other.trim().to_lowercase()
}

/// The id of a choice that a form may store as `id#name`.
#[must_use]
pub fn choice_id(value: &str) -> &str {
    value.split_once('#').map_or(value, |(id, _)| id).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(email: &str, role: &str, reference: Option<&str>) -> Recipient {
        Recipient {
            row_key: "1".to_owned(),
            first_name: None,
            last_name: None,
            display_name: None,
            email: email.to_owned(),
            phone: None,
            role: role.to_owned(),
            signature_type: None,
            sms_authentication: false,
            sms_unlock: false,
            order: None,
            organisation: None,
            representative: false,
            language: None,
            provider_reference: reference.map(str::to_owned),
        }
    }

    #[test]
    fn rows_find_their_party() {
        let parties = [
            ("P:1", "Anna@example.com", "SIGNER"),
            ("P:2", "anna@example.com", "VIEWER"),
            ("P:3", "", "SIGNER"),
        ];
        let find = |email: &str, role: &str, reference: Option<&str>| {
            find_party(&row(email, role, reference), &parties, |(id, email, role)| PartyKey {
                reference: Some(id),
                email: Some(email),
                role: Some(role),
            })
            .map(|party| party.0)
        };
        assert_eq!(find(" ANNA@example.com ", "SIGNER", None), Some("P:1"));
        assert_eq!(find("anna@example.com", "VIEWER#Viewer", None), Some("P:2"));
        assert_eq!(find("anna@example.com", "APPROVER", None), None, "same person, another role");
        assert_eq!(find("other@example.com", "SIGNER", Some("P:2")), Some("P:2"), "the id wins");
        assert_eq!(
            find("anna@example.com", "SIGNER", Some("P:9")),
            Some("P:1"),
            "an unknown id does not hide the rest"
        );
        assert_eq!(find("", "SIGNER", None), None, "two empty addresses are not one person");
    }
}
