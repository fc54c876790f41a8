//! Checks of text that come in forms: blanks, ids of documents, addresses, phone numbers.
//!
//! What a provider makes of them is its own business.

use crate::contract::types::Failure;
use crate::failure::invalid;

/// Ids are opaque; longer ones than this are none.
const ID_BYTES_MAX: usize = 512;

/// The text without outer blanks, unless nothing is left.
#[must_use]
pub fn non_blank(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The id of a document at the provider, as an action got it in this field.
///
/// # Errors
/// `invalid` when it is empty (C42) or cannot be an id.
pub fn document_id<'a>(field: &str, id: &'a str, provider: &str) -> Result<&'a str, Failure> {
    let id = id.trim();
    if id.is_empty() {
        let reason =
            format!("is empty: the document was not sent to {provider} yet; send it for signature first");
        return Err(invalid(field, reason));
    }
    if !is_id(id) {
        let reason = format!("is no id of {provider}: too long, or with characters nobody can see");
        return Err(invalid(field, reason));
    }
    Ok(id)
}

/// Whether a provider could have given this id.
#[must_use]
pub fn is_id(id: &str) -> bool {
    !id.trim().is_empty() && id.len() <= ID_BYTES_MAX && !id.chars().any(char::is_control)
}

/// Whether this has the shape of an e-mail address; more than that only the mail can prove.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let shaped = text
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'));
    shaped && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

/// An international number in E.164, `+48123456789`; blanks, dashes, dots and brackets go.
#[must_use]
pub fn e164(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|letter| !" -.()\u{a0}".contains(*letter)).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    let shaped = (8..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    shaped.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_seen_and_bounded() {
        assert_eq!(document_id("document-id", " D/1= ", "Acme"), Ok("D/1="));
        for wrong in ["", "  ", "a\nb", &"x".repeat(513)] {
            assert!(document_id("document-id", wrong, "Acme").is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn addresses_have_a_shape() {
        for (text, expected) in [
            ("anna@example.com", true),
            ("a+b@ä.example", true),
            ("anna", false),
            ("@example.com", false),
            ("anna@", false),
            ("a@b@c", false),
            ("a b@example.com", false),
            ("a@example.com\n", false),
        ] {
            assert_eq!(is_email(text), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_international() {
        for (text, expected) in [
            ("+48 (123) 456-78.9", Some("+48123456789")),
            ("+1\u{a0}415\u{a0}5551234", Some("+14155551234")),
            ("123456789", None),
            ("+48", None),
            ("+1234567890123456", None),
            ("+48 12x 456 789", None),
        ] {
            assert_eq!(e164(text).as_deref(), expected, "{text:?}");
        }
    }
}
