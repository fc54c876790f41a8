//! What can be recognised without knowing it: addresses, links, tokens, phone numbers.
//!
//! Not here: what takes their place (`stand_in.rs`).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `https://…`: whoever holds a signing link can act.
    Link,
    /// A JSON Web Token (RFC 7519): three parts of base64url, the first a JSON object.
    Token,
    /// An e-mail address.
    Email,
    /// Something of digits that can be a phone number.
    Phone,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

const PATTERN: &str = r#"(?x)
    (?<link>https?://[^\s"'<>\\^`{|}]*[^\s"'<>\\^`{|}.,;:!?)\]])
  | (?<token>\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*)
  | (?<email>[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)
  | (?<phone>\+?\d[\d\ ().-]{5,}\d)"#;

static PATTERNS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PATTERN).ok());

/// Everything that is recognised, in order.
pub(super) fn find(text: &str) -> Vec<Found> {
    let Some(patterns) = PATTERNS.as_ref() else { return Vec::new() };
    let kinds =
        [("link", Kind::Link), ("token", Kind::Token), ("email", Kind::Email), ("phone", Kind::Phone)];
    let found = patterns.captures_iter(text).filter_map(|found| {
        let named = |(name, kind)| found.name(name).map(|place| Found { kind, range: place.range() });
        kinds.into_iter().find_map(named)
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        let cases: [(&str, &[(Kind, &str)]); 9] = [
            ("nothing here, 2 of 3", &[]),
            ("to A.B+c@mail.firma.pl, please", &[(Kind::Email, "A.B+c@mail.firma.pl")]),
            ("zażółć@gęślą.pl", &[(Kind::Email, "zażółć@gęślą.pl")]),
            ("see https://a.pl/sign?t=1&e=x@y.pl.", &[(Kind::Link, "https://a.pl/sign?t=1&e=x@y.pl")]),
            ("<a href=\"http://a.pl\">", &[(Kind::Link, "http://a.pl")]),
            ("call +48 601-234-567 now", &[(Kind::Phone, "+48 601-234-567")]),
            ("601234567", &[(Kind::Phone, "601234567")]),
            ("12345", &[]),
            ("Bearer eyJhbGciOiJ.eyJzdWIi.sig-1", &[(Kind::Token, "eyJhbGciOiJ.eyJzdWIi.sig-1")]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> =
                find(text).into_iter().map(|found| (found.kind, &text[found.range])).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
