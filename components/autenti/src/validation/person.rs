//! One row of the signers list: names, address, role, signature, phone, organisation.
//!
//! Rules about the order of rows stand in `order`.

use countersign_sdk::contract::types::{Failure, Recipient};
use countersign_sdk::failure::invalid;
use countersign_sdk::recipients::{FormRow, choice_id, same_email};
use countersign_sdk::text::{e164, non_blank};

use super::tax_id;
use crate::process::AUTENTI;
use crate::wire::draft::TaxId;
use crate::wire::{role, signature};

/// A recipient, checked.
#[derive(Debug)]
pub(crate) struct Person {
    /// Where the row stands in the input.
    pub(crate) index: usize,
    /// Given name.
    pub(crate) first_name: String,
    /// Family name.
    pub(crate) last_name: String,
    /// Without outer blanks, in the form's spelling.
    pub(crate) email: String,
    /// Autenti's word; unknown ones are passed on.
    pub(crate) role: String,
    /// Autenti's word; only signers have one.
    pub(crate) signature_type: Option<String>,
    /// The number that confirms the signature.
    pub(crate) sms_to_sign: Option<String>,
    /// The number that opens the document.
    pub(crate) sms_to_open: Option<String>,
    /// The place in the order, if order counts for the role.
    pub(crate) order: Option<u32>,
    /// The organisation the person acts for.
    pub(crate) member: Option<Member>,
}

/// Membership of an organisation, checked.
#[derive(Debug)]
pub(crate) struct Member {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// Its tax id.
    pub(crate) tax_id: TaxId,
    /// The person's position.
    pub(crate) position: String,
}

impl Person {
    /// Whether the order of acting concerns this person.
    #[must_use]
    pub(crate) fn acts_in_order(&self) -> bool {
        self.role == role::SIGNER || self.role == role::APPROVER
    }
}

/// Checks every row on its own, then that no address comes twice.
pub(super) fn check(recipients: &[Recipient]) -> Result<Vec<Person>, Failure> {
    if recipients.is_empty() {
        return Err(invalid("recipients", "is empty; name at least one recipient"));
    }
    let rows = recipients.iter().enumerate().map(|(index, recipient)| FormRow { index, recipient });
    let people = rows.map(person).collect::<Result<Vec<_>, _>>()?;
    for (index, person) in people.iter().enumerate() {
        if let Some(first) =
            people.iter().take(index).find(|earlier| same_email(&earlier.email, &person.email))
        {
            let reason = format!("is the address of row {} too; every recipient needs another", first.index);
            return Err(invalid(format!("recipients[{index}].email"), reason));
        }
    }
    Ok(people)
}

fn person(row: FormRow<'_>) -> Result<Person, Failure> {
    let (first_name, last_name) = names(row)?;
    let email = row.email(AUTENTI)?.to_owned();
    let role = role_of(row)?;
    let signature_type = (role == role::SIGNER).then(|| signature_type(row.recipient));
    check_signature(row, signature_type.as_deref())?;
    let phone = phone(row)?;
    Ok(Person {
        index: row.index,
        first_name,
        last_name,
        email,
        role,
        signature_type,
        sms_to_sign: phone.clone().filter(|_| row.recipient.sms_authentication),
        sms_to_open: phone.filter(|_| row.recipient.sms_unlock),
        order: row.recipient.order,
        member: member(row)?,
    })
}

/// First and last name, or one cell with both: its last word is the family name.
fn names(row: FormRow<'_>) -> Result<(String, String), Failure> {
    let recipient = row.recipient;
    let (first, last) =
        (non_blank(recipient.first_name.as_deref()), non_blank(recipient.last_name.as_deref()));
    match (first, last, non_blank(recipient.display_name.as_deref())) {
        (Some(first), Some(last), _) => Ok((first.to_owned(), last.to_owned())),
        (_, _, Some(whole)) => whole
            .rsplit_once(char::is_whitespace)
            .map(|(first, last)| (first.split_whitespace().collect::<Vec<_>>().join(" "), last.to_owned()))
            .ok_or_else(|| {
                row.invalid("display-name", "has only one word; Autenti needs first and last name")
            }),
        (None, _, None) => Err(row.invalid("first-name", "is empty; Autenti needs first and last name")),
        (Some(_), None, None) => Err(row.invalid("last-name", "is empty; Autenti needs first and last name")),
    }
}

/// The role as Autenti writes it. Unknown ones are Autenti's to judge, except the sender's own.
fn role_of(row: FormRow<'_>) -> Result<String, Failure> {
    let given = choice_id(&row.recipient.role);
    if given.is_empty() {
        return Err(row.invalid("role", "is empty; the source `recipient-roles` lists the roles"));
    }
    if given.eq_ignore_ascii_case(role::SENDER) {
        return Err(row
            .invalid("role", "`SENDER` is no recipient; use `as-organisation` to send as the organisation"));
    }
    let known = [role::SIGNER, role::APPROVER, role::REVIEWER, role::VIEWER];
    let known = known.into_iter().find(|known| known.eq_ignore_ascii_case(given));
    Ok(known.unwrap_or(given).to_owned())
}

/// The kind of signature; none asked for is the plain one.
fn signature_type(recipient: &Recipient) -> String {
    let given = recipient.signature_type.as_deref().map(choice_id).filter(|given| !given.is_empty());
    let known = [signature::BASIC, signature::ADVANCED, signature::QUALIFIED];
    let given = given.unwrap_or(signature::BASIC);
    known.into_iter().find(|known| known.eq_ignore_ascii_case(given)).unwrap_or(given).to_owned()
}

fn check_signature(row: FormRow<'_>, signature_type: Option<&str>) -> Result<(), Failure> {
    match (signature_type, row.recipient.sms_authentication) {
        (Some(signature::ADVANCED), false) => {
            Err(row.invalid("sms-authentication", "is off, and an ADVANCED signature needs it; switch it on"))
        }
        (Some(signature::QUALIFIED), true) => {
            Err(row
                .invalid("sms-authentication", "is on, and a QUALIFIED signature forbids it; switch it off"))
        }
        _ => Ok(()),
    }
}

/// The number in E.164, needed as soon as one of the SMS switches is on.
fn phone(row: FormRow<'_>) -> Result<Option<String>, Failure> {
    if !row.recipient.sms_authentication && !row.recipient.sms_unlock {
        return Ok(None);
    }
    let given = non_blank(row.recipient.phone.as_deref()).ok_or_else(|| {
        row.invalid("phone", "is empty, and a code by SMS is asked for; give a number like +48123456789")
    })?;
    let number = e164(given).ok_or_else(|| {
        row.invalid("phone", format!("`{given}` is no international number; write it like +48123456789"))
    })?;
    Ok(Some(number))
}

/// The organisation, all of it, when the person represents one.
fn member(row: FormRow<'_>) -> Result<Option<Member>, Failure> {
    if !row.recipient.representative {
        return Ok(None);
    }
    let Some(organisation) = &row.recipient.organisation else {
        return Err(row.invalid("organisation", "is missing, and the recipient represents one"));
    };
    let need = |field: &str, value: &str| {
        let reason = "is empty, and the recipient represents an organisation";
        let value = non_blank(Some(value)).map(str::to_owned);
        value.ok_or_else(|| row.invalid(&format!("organisation.{field}"), reason))
    };
    let name = need("name", &organisation.name)?;
    let tax_id = need("tax-id", &organisation.tax_id)?;
    let position = need("position", &organisation.position)?;
    let tax_id = tax_id::parse(&tax_id).ok_or_else(|| {
        let reason = format!("`{tax_id}` is no tax id with its country; write it like PL5260001246");
        row.invalid("organisation.tax-id", reason)
    })?;
    Ok(Some(Member { organisation: name, tax_id, position }))
}
