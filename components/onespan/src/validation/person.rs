//! One row of the signers list: name, address, role, signature, phone, language, organisation.
//!
//! Rules about the order of rows stand in `order`.

use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;
use countersign_sdk::recipients::{FormRow, choice_id, same_email};
use countersign_sdk::text::{e164, non_blank};

use crate::package::ONESPAN;
use crate::role::{ROLES, Role};
use crate::signature::{DEFAULT_SUBTYPE, SIGNATURE_TYPES, subtype};

/// A recipient, checked.
#[derive(Debug)]
pub(crate) struct Person {
    /// Where the row stands in the input.
    pub(crate) index: usize,
    /// Never blank.
    pub(crate) first_name: String,
    /// Never blank.
    pub(crate) last_name: String,
    /// Without outer blanks, in the form's spelling.
    pub(crate) email: String,
    /// What they are asked to do.
    pub(crate) role: Role,
    /// How they sign.
    pub(crate) subtype: &'static str,
    /// The number that gets a code before anything is shown, in E.164.
    pub(crate) phone: Option<String>,
    /// The language of the invitation.
    pub(crate) language: Option<String>,
    /// The organisation's name and their position in it.
    pub(crate) organisation: Option<(String, String)>,
    /// The place in the order; until `order` has looked, the form's.
    pub(crate) place: Option<u32>,
}

/// Checks every row on its own, then that no address comes twice among those who act, or among those who get copies:
/// rows are found again by it.
pub(super) fn check(input: &SendInput) -> Result<Vec<Person>, Failure> {
    if input.recipients.is_empty() {
        return Err(invalid("recipients", "is empty; name at least one recipient"));
    }
    let rows = input.recipients.iter().enumerate().map(|(index, recipient)| FormRow { index, recipient });
    let people = rows.map(person).collect::<Result<Vec<_>, _>>()?;
    if !people.iter().any(|person| person.role.acts()) {
        return Err(invalid("recipients", "has only recipients of copies; name somebody who acts"));
    }
    for person in &people {
        let earlier = people.iter().take(person.index);
        let mut alike = earlier.filter(|earlier| earlier.role.acts() == person.role.acts());
        if let Some(first) = alike.find(|earlier| same_email(&earlier.email, &person.email)) {
            let reason = format!("is the address of row {} too; every recipient needs another", first.index);
            return Err(invalid(format!("recipients[{}].email", person.index), reason));
        }
    }
    Ok(people)
}

fn person(row: FormRow<'_>) -> Result<Person, Failure> {
    let (first_name, last_name) = names(row)?;
    let (email, role) = (row.email(ONESPAN)?.to_owned(), role(row)?);
    let organisation = row.recipient.organisation.as_ref();
    Ok(Person {
        index: row.index,
        first_name,
        last_name,
        email,
        role,
        subtype: if role == Role::Signer { signature(row)? } else { DEFAULT_SUBTYPE },
        phone: phone(row, role)?,
        language: language(&row.field("language"), row.recipient.language.as_deref())?,
        organisation: organisation.map(|ours| (ours.name.trim().to_owned(), ours.position.trim().to_owned())),
        place: row.recipient.order,
    })
}

/// Both names are mandatory. INFERRED: of a whole name, what stands behind the last blank is the last name.
fn names(row: FormRow<'_>) -> Result<(String, String), Failure> {
    let recipient = row.recipient;
    let (first, last) =
        (non_blank(recipient.first_name.as_deref()), non_blank(recipient.last_name.as_deref()));
    if let (Some(first), Some(last)) = (first, last) {
        return Ok((first.to_owned(), last.to_owned()));
    }
    let whole = non_blank(recipient.display_name.as_deref()).unwrap_or_default();
    let Some((first, last)) = whole.rsplit_once(char::is_whitespace) else {
        let reason =
            "has no first and last name; OneSpan needs both, here or as `first-name` and `last-name`";
        return Err(row.invalid("display-name", reason));
    };
    Ok((first.trim().to_owned(), last.to_owned()))
}

fn role(row: FormRow<'_>) -> Result<Role, Failure> {
    let given = choice_id(&row.recipient.role);
    Role::parse(given).ok_or_else(|| {
        let known: Vec<&str> = ROLES.iter().map(|(_, (id, ..))| *id).collect();
        row.invalid("role", format!("`{given}` is no role at OneSpan; use one of {}", known.join(", ")))
    })
}

fn signature(row: FormRow<'_>) -> Result<&'static str, Failure> {
    let given = row.recipient.signature_type.as_deref().unwrap_or_default();
    subtype(given).ok_or_else(|| {
        let known: Vec<&str> = SIGNATURE_TYPES.iter().map(|(id, ..)| *id).collect();
        let given = choice_id(given);
        let reason = format!("`{given}` is no signature type at OneSpan; use one of {}", known.join(", "));
        row.invalid("signature-type", reason)
    })
}

/// The number that gets a code. OneSpan asks for it before the documents open; that it stands for a code to sign, too, is
/// INFERRED: there is no other. Ten digits without `+` would be taken for a number of North America (P32).
fn phone(row: FormRow<'_>, role: Role) -> Result<Option<String>, Failure> {
    let recipient = row.recipient;
    if !recipient.sms_authentication && !recipient.sms_unlock {
        return Ok(None);
    }
    if !role.acts() {
        return Err(row.invalid("role", "gets only a copy, and no code by SMS; switch the SMS off"));
    }
    let given = non_blank(recipient.phone.as_deref()).ok_or_else(|| {
        row.invalid("phone", "is empty, and a code by SMS is asked for; give a number like +48123456789")
    })?;
    e164(given).map(Some).ok_or_else(|| {
        row.invalid("phone", format!("`{given}` is no international number; write it like +48123456789"))
    })
}

/// A language with or without a country: `pl`, `zh-CN`.
pub(super) fn language(field: &str, given: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(given) = non_blank(given) else { return Ok(None) };
    let tag = choice_id(given).replace('_', "-");
    let (primary, region) = tag.split_once('-').unwrap_or((&tag, ""));
    let letters = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|letter| letter.is_ascii_alphabetic())
    };
    if !letters(primary, 2) || !(region.is_empty() || letters(region, 2)) {
        return Err(invalid(
            field,
            format!("`{given}` is no code of a language; write it like `pl` or `zh-CN`"),
        ));
    }
    let region = if region.is_empty() { String::new() } else { format!("-{}", region.to_uppercase()) };
    Ok(Some(format!("{}{region}", primary.to_lowercase())))
}
