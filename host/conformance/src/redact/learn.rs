//! Learning what identifies people, from the keys it stands under and from its shape.
//!
//! Not here: replacing it (`redact.rs`), and the shapes of stand-ins (`stand_in.rs`).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::patterns::{self, Found, Kind};
use super::{Redaction, stand_in};

/// The address that takes the place of the acting user's, as in the fixtures' `connection.json`.
const SENDER: &str = "sender@example.com";

/// Keys, without case and separators, whose values are words of the contract or of the provider.
const KEPT: [&str; 9] = [
    "role",
    "signaturetype",
    "language",
    "visualisation",
    "labels",
    "rowkey",
    "code",
    "state",
    "clientreference",
];
const NAMES: [&str; 9] = [
    "firstname",
    "lastname",
    "givenname",
    "familyname",
    "surname",
    "fullname",
    "displayname",
    "username",
    "signername",
];
const PHONES: [&str; 4] = ["phone", "mobile", "msisdn", "telephone"];
const ORGANISATIONS: [&str; 4] = ["organisation", "organization", "company", "employer"];
const OFFICIAL: [&str; 7] = ["taxid", "nip", "pesel", "vatid", "regon", "nationalid", "personalid"];
const SECRETS: [&str; 8] =
    ["token", "accesstoken", "refreshtoken", "idtoken", "secret", "password", "apikey", "otp"];
const REFERENCES: [&str; 3] = ["providerreference", "reference", "references"];

/// What surrounds a value.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Its key without case and separators; that of the list when it stands in one.
    key: &'a str,
    /// It belongs to an object about a person.
    person: bool,
    /// It belongs to an object about an organisation.
    organisation: bool,
    /// It enters the component, so that its links are data and no constants of the component.
    enters: bool,
}

impl Redaction {
    /// Learns the acting user, who gets the address that fixtures use for it.
    pub fn learn_acting_user(&mut self, email: &str) {
        self.emails.entry(email.trim().to_lowercase()).or_insert_with(|| SENDER.to_owned());
    }

    /// Learns the connection's settings: identifiers are replaced by their name.
    pub fn learn_settings(&mut self, settings: &BTreeMap<String, String>) {
        for (name, value) in settings {
            let identifies = name.ends_with("id") || name.ends_with("account") || name.ends_with("user");
            if identifies && value.len() >= 4 && value.bytes().any(|byte| byte.is_ascii_digit()) {
                self.literals.entry(value.clone()).or_insert_with(|| name.clone());
            }
            self.learn_text(value, true);
        }
    }

    /// Learns an action's input, recipients in order.
    pub fn learn_input(&mut self, input: &Value) {
        self.keep_words(input, "");
        for recipient in recipients(input) {
            let email = recipient.get("email").and_then(Value::as_str).unwrap_or_default();
            if email.contains('@') {
                self.learn_email(email.trim(), "signer");
            }
        }
        self.learn_json(input, true);
    }

    /// Learns a value; `enters` when a component is given it, and not when it made it.
    pub fn learn_json(&mut self, value: &Value, enters: bool) {
        self.learn(value, Place { key: "", person: false, organisation: false, enters });
    }

    /// Learns what a text shows by its shape.
    pub fn learn_text(&mut self, text: &str, enters: bool) {
        for Found { kind, range } in patterns::find(text) {
            let Some(found) = text.get(range) else { continue };
            match kind {
                Kind::Email => self.learn_email(found, "person"),
                Kind::Link if enters => {
                    self.learn_literal(found, "links", |number| format!("https://example.com/link-{number}"))
                }
                Kind::Token => self.learn_literal(found, "secrets", |number| format!("token-{number}")),
                Kind::Phone if found.starts_with('+') => self.learn_phone(found),
                Kind::Link | Kind::Phone => {}
            }
        }
    }

    fn learn(&mut self, value: &Value, place: Place<'_>) {
        match value {
            Value::String(text) => self.learn_at(text, place),
            Value::Array(list) => list.iter().for_each(|value| self.learn(value, place)),
            Value::Object(object) => {
                let person = is_person(object);
                let organisation = ORGANISATIONS.contains(&place.key);
                if let Some(whole) = whole_name(object) {
                    self.learn_name(&whole);
                }
                for (key, value) in object {
                    self.learn_text(key, place.enters);
                    self.learn(value, Place { key: &plain(key), person, organisation, ..place });
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn learn_at(&mut self, text: &str, place: Place<'_>) {
        let key = place.key;
        self.learn_text(text, place.enters);
        if text.trim().is_empty() || text.contains('@') {
            return;
        }
        if SECRETS.contains(&key) && text != "***" {
            self.learn_literal(text, "secrets", |number| format!("token-{number}"));
        } else if PHONES.iter().any(|phone| key.contains(phone)) {
            self.learn_phone(text);
        } else if OFFICIAL.contains(&key) {
            self.learn_official_number(text);
        } else if is_organisation_name(place) {
            let name = |number| format!("Organisation {}", stand_in::number(number));
            self.learn_literal(text.trim(), "organisations", name);
        } else if NAMES.contains(&key) || (key == "name" && place.person) {
            self.learn_name(text);
        } else if REFERENCES.contains(&key) || (place.person && key.ends_with("id")) {
            self.learn_person_id(text);
        }
    }

    fn learn_email(&mut self, email: &str, role: &'static str) {
        let key = email.to_lowercase();
        if !self.emails.contains_key(&key) {
            let number = self.count(if role == "signer" { "signers" } else { "e-mail addresses" });
            self.emails.insert(key, format!("{role}-{number}@example.com"));
        }
    }

    fn learn_phone(&mut self, phone: &str) {
        let Some(key) = stand_in::phone_key(phone) else { return };
        if !self.phones.contains_key(&key) {
            let digits = stand_in::phone_digits(&key, self.count("phone numbers"));
            self.phones.insert(key, digits);
        }
    }

    /// Learns a name word by word, so that it can be taken apart and put together.
    fn learn_name(&mut self, name: &str) {
        let words: Vec<&str> = name.split_whitespace().collect();
        let new: Vec<&str> = words.iter().copied().filter(|word| !self.words.contains_key(*word)).collect();
        if let Some((last, others)) = new.split_last() {
            let number = stand_in::number(self.count("names"));
            self.learn_word(last, &number);
            others.iter().for_each(|word| self.learn_word(word, "Signer"));
        }
        let whole: Vec<&str> =
            words.iter().map(|word| self.words.get(*word).map_or(*word, String::as_str)).collect();
        let whole = whole.join(" ");
        if words.len() > 1 {
            self.literals.insert(name.trim().to_owned(), whole);
        }
    }

    /// Words of the protocol stand for themselves. Short words would be found everywhere, so they are replaced alone.
    fn learn_word(&mut self, word: &str, stand_in: &str) {
        if self.words.contains_key(word) {
            return;
        }
        let stand_in = if self.kept.contains(word) { word } else { stand_in };
        self.words.insert(word.to_owned(), stand_in.to_owned());
        if word.chars().count() < 3 {
            self.wholes.insert(word.to_owned(), stand_in.to_owned());
            return;
        }
        let spelt = |change: fn(&str) -> String| (change(word), change(stand_in));
        let spellings =
            [(word.to_owned(), stand_in.to_owned()), spelt(str::to_uppercase), spelt(str::to_lowercase)];
        for (spelling, stand_in) in spellings.into_iter().filter(|(word, _)| !self.kept.contains(word)) {
            self.literals.entry(spelling).or_insert(stand_in);
        }
    }

    fn learn_official_number(&mut self, number: &str) {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < 5 || self.literals.contains_key(number.trim()) {
            return;
        }
        let position = self.count("official numbers");
        let stand_in = stand_in::official_number(number.trim(), position);
        let plain: String = stand_in.chars().filter(char::is_ascii_digit).collect();
        self.literals.entry(digits).or_insert(plain);
        self.literals.entry(number.trim().to_owned()).or_insert(stand_in);
    }

    fn learn_person_id(&mut self, id: &str) {
        if id.len() >= 4 && id.bytes().any(|byte| byte.is_ascii_digit()) {
            self.learn_literal(id, "ids of people", |number| stand_in::person_id(id, number));
        }
    }

    fn learn_literal(&mut self, literal: &str, kind: &'static str, stand_in: impl Fn(usize) -> String) {
        if !self.literals.contains_key(literal) && !self.kept.contains(literal) {
            let number = self.count(kind);
            self.literals.insert(literal.to_owned(), stand_in(number));
        }
    }

    /// Remembers the words that name roles, types and languages.
    fn keep_words(&mut self, value: &Value, key: &str) {
        match value {
            Value::String(text) if KEPT.contains(&key) => {
                let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                self.kept.extend(words.map(str::to_owned));
                self.kept.insert(text.clone());
            }
            Value::Array(list) => list.iter().for_each(|value| self.keep_words(value, key)),
            Value::Object(object) => {
                object.iter().for_each(|(key, value)| self.keep_words(value, &plain(key)));
            }
            _ => {}
        }
    }

    fn count(&mut self, kind: &'static str) -> usize {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        *count
    }
}

fn recipients(input: &Value) -> impl Iterator<Item = &Value> {
    input.get("recipients").and_then(Value::as_array).into_iter().flatten()
}

/// Objects that hold a name of a person, an address or contacts.
fn is_person(object: &Map<String, Value>) -> bool {
    object.keys().map(|key| plain(key)).any(|key| {
        NAMES.contains(&key.as_str())
            || matches!(key.as_str(), "email" | "emailaddress" | "mail" | "contacts")
    })
}

/// Given and family name, as components put them together.
fn whole_name(object: &Map<String, Value>) -> Option<String> {
    let part = |names: [&str; 3]| {
        let found = object.iter().find(|(key, _)| names.contains(&plain(key).as_str()));
        found.and_then(|(_, value)| value.as_str()).map(str::trim).filter(|name| !name.is_empty())
    };
    let (first, last) =
        (part(["firstname", "givenname", "forename"])?, part(["lastname", "familyname", "surname"])?);
    Some(format!("{first} {last}"))
}

fn is_organisation_name(place: Place<'_>) -> bool {
    let named = |organisation: &&str| place.key.strip_prefix(*organisation) == Some("name");
    (place.organisation && place.key == "name") || ORGANISATIONS.iter().any(named)
}

/// `first-name`, `firstName` and `first_name` are one key.
fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
