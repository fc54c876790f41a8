//! One row of the signers list: name, address, role, signature, phone, language.
//!
//! Rules about the order of rows stand in `order`.

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;
use countersign_sdk::recipients::{FormRow, choice_id, same_email};
use countersign_sdk::text::{e164, non_blank};

use super::phone::Phone;
use super::signature::{self, NEEDS_SMS};
use super::within;
use crate::account::DOCUSIGN;
use crate::options::{Links, links};
use crate::role::{ROLES, Role};

/// As long as DocuSign takes names, addresses, and the ids of those who get links.
const CHARS_MAX: usize = 100;

/// Codes of DocuSign's languages that name a country; of others only the language counts.
const REGIONAL: [&str; 6] = ["en_GB", "es_MX", "fr_CA", "pt_BR", "zh_CN", "zh_TW"];

/// A recipient, checked.
#[derive(Debug)]
pub(crate) struct Person {
    /// Where the row stands in the input.
    pub(crate) index: usize,
    /// The whole name.
    pub(crate) name: String,
    /// Without outer blanks, in the form's spelling.
    pub(crate) email: String,
    /// What they are asked to do.
    pub(crate) role: Role,
    /// The signature provider's name, unless the account's plain signature will do.
    pub(crate) provider: Option<String>,
    /// The number that gets a code for the signature; only a signature provider asks for one.
    pub(crate) sms_to_sign: Option<String>,
    /// The number that gets a code before anything is shown.
    pub(crate) phone_to_open: Option<Phone>,
    /// DocuSign's code of a language.
    pub(crate) language: Option<String>,
    /// The row's key, when links can be made.
    pub(crate) client_user_id: Option<String>,
    /// The place in the order; until `order` has looked, the form's.
    pub(crate) order: Option<u32>,
}

/// Checks every row on its own, then that no address comes twice in one group: rows are found again by it.
pub(super) fn check(host: &dyn Host, input: &SendInput) -> Result<Vec<Person>, Failure> {
    if input.recipients.is_empty() {
        return Err(invalid("recipients", "is empty; name at least one recipient"));
    }
    let rows = input.recipients.iter().enumerate().map(|(index, recipient)| FormRow { index, recipient });
    let people = rows.map(|row| person(host, row, input)).collect::<Result<Vec<_>, _>>()?;
    if !people.iter().any(|person| person.role.acts()) {
        return Err(invalid("recipients", "has only recipients of copies; name somebody who acts"));
    }
    for person in &people {
        let earlier = people.iter().take(person.index);
        let mut alike = earlier.filter(|earlier| earlier.role.group() == person.role.group());
        if let Some(first) = alike.find(|earlier| same_email(&earlier.email, &person.email)) {
            let reason = format!("is the address of row {} too; every recipient needs another", first.index);
            return Err(invalid(format!("recipients[{}].email", person.index), reason));
        }
    }
    Ok(people)
}

fn person(host: &dyn Host, row: FormRow<'_>, input: &SendInput) -> Result<Person, Failure> {
    let (name, email, role) = (name(row)?, email(row)?, role(row)?);
    let provider = (role == Role::Signer).then(|| signature::provider(host, row.recipient)).flatten();
    let (sms_to_sign, phone_to_open) = phones(row, role, provider.as_deref())?;
    Ok(Person {
        index: row.index,
        name,
        email,
        role,
        provider,
        sms_to_sign,
        phone_to_open,
        language: language(row, input)?,
        client_user_id: client_user_id(row, role, links(host)?)?,
        order: row.recipient.order,
    })
}

/// One cell with the whole name, or first and last name.
fn name(row: FormRow<'_>) -> Result<String, Failure> {
    let recipient = row.recipient;
    let pieces = [recipient.first_name.as_deref(), recipient.last_name.as_deref()];
    let pieces: Vec<&str> = pieces.into_iter().filter_map(non_blank).collect();
    let joined = pieces.join(" ");
    let name = non_blank(recipient.display_name.as_deref()).unwrap_or(&joined);
    if name.is_empty() {
        return Err(
            row.invalid("display-name", "is empty, and so are first and last name; DocuSign needs a name")
        );
    }
    within(&row.field("display-name"), name, CHARS_MAX)?;
    Ok(name.to_owned())
}

fn email(row: FormRow<'_>) -> Result<String, Failure> {
    let email = row.email(DOCUSIGN)?;
    within(&row.field("email"), email, CHARS_MAX)?;
    Ok(email.to_owned())
}

fn role(row: FormRow<'_>) -> Result<Role, Failure> {
    let given = choice_id(&row.recipient.role);
    Role::parse(given).ok_or_else(|| {
        let known: Vec<&str> = ROLES.iter().map(|(role, _)| role.id()).collect();
        row.invalid("role", format!("`{given}` is no role at DocuSign; use one of {}", known.join(", ")))
    })
}

/// The numbers that get codes: for the signature when a signature provider makes it, otherwise before the documents
/// are shown. That a plain signature is confirmed by the code to open it is INFERRED: DocuSign has no other.
fn phones(
    row: FormRow<'_>,
    role: Role,
    provider: Option<&str>,
) -> Result<(Option<String>, Option<Phone>), Failure> {
    let recipient = row.recipient;
    if provider == Some(NEEDS_SMS) && !recipient.sms_authentication {
        let reason = format!("is off, and the signature provider `{NEEDS_SMS}` needs it; switch it on");
        return Err(row.invalid("sms-authentication", reason));
    }
    let to_sign = recipient.sms_authentication && provider.is_some();
    let to_open = recipient.sms_unlock || (recipient.sms_authentication && !to_sign);
    if !to_sign && !to_open {
        return Ok((None, None));
    }
    if !role.opens_documents() {
        return Err(row.invalid("role", format!("`{}` gets no code by SMS; switch the SMS off", role.id())));
    }
    let phone = phone(row)?;
    Ok((to_sign.then(|| phone.e164.clone()), to_open.then_some(phone)))
}

fn phone(row: FormRow<'_>) -> Result<Phone, Failure> {
    let given = non_blank(row.recipient.phone.as_deref()).ok_or_else(|| {
        row.invalid("phone", "is empty, and a code by SMS is asked for; give a number like +48123456789")
    })?;
    let phone = e164(given).as_deref().and_then(Phone::of);
    phone.ok_or_else(|| {
        row.invalid("phone", format!("`{given}` is no international number; write it like +48123456789"))
    })
}

/// The row's language, else that of the process, as DocuSign writes it: `pl-PL` is `pl`, `pt-BR` is `pt_BR`.
fn language(row: FormRow<'_>, input: &SendInput) -> Result<Option<String>, Failure> {
    let own = non_blank(row.recipient.language.as_deref());
    let Some(given) = own.or(non_blank(input.language.as_deref())) else { return Ok(None) };
    let tag = choice_id(given).replace('-', "_");
    if let Some(regional) = REGIONAL.iter().find(|known| known.eq_ignore_ascii_case(&tag)) {
        return Ok(Some((*regional).to_owned()));
    }
    let primary = tag.split('_').next().unwrap_or_default().to_lowercase();
    if (2..=3).contains(&primary.len()) && primary.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return Ok(Some(primary));
    }
    let field = if own.is_some() { row.field("language") } else { "language".to_owned() };
    Err(invalid(
        field,
        format!("`{given}` is no code of a language; the source `languages` lists those there are"),
    ))
}

fn client_user_id(row: FormRow<'_>, role: Role, links: Links) -> Result<Option<String>, Failure> {
    if links == Links::Off || !role.opens_documents() {
        return Ok(None);
    }
    let key = row.recipient.row_key.trim();
    if key.is_empty() || key.chars().count() > CHARS_MAX {
        return Err(row.invalid("row-key", "is empty or too long to make links for the recipient"));
    }
    Ok(Some(key.to_owned()))
}
