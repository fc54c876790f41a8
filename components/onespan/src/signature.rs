//! How somebody signs: the words of the `signature-types` source, and OneSpan's subtypes of a signature's field.
//!
//! Advanced and qualified signatures are arranged with OneSpan account by account, in ways no source tells; a row that
//! asks for one is refused, not signed with less.

use countersign_sdk::recipients::choice_id;
use countersign_sdk::rows::Named;

/// What counts when a row names none: a click.
pub(crate) const DEFAULT_SUBTYPE: &str = "FULLNAME";

/// OneSpan's subtypes; `BASIC` is the neutral word for the plainest of them.
pub(crate) const SIGNATURE_TYPES: [Named; 6] = [
    ("BASIC", "Click to sign", "Podpis kliknięciem", "Per Klick signieren"),
    ("CAPTURE", "Hand-drawn", "Podpis odręczny", "Handgezeichnet"),
    (
        "MOBILE_CAPTURE",
        "Hand-drawn on a phone",
        "Podpis odręczny na telefonie",
        "Handgezeichnet am Mobiltelefon",
    ),
    ("INITIALS", "Initials", "Inicjały", "Initialen"),
    ("CHOOSE_SIGNATURE", "Signer's choice", "Do wyboru podpisującego", "Wahl des Unterzeichners"),
    (
        "CHOOSE_INITIALS",
        "Initials, signer's choice",
        "Inicjały do wyboru podpisującego",
        "Initialen nach Wahl des Unterzeichners",
    ),
];

/// OneSpan's subtype for a word, in any case.
#[must_use]
pub(crate) fn subtype(word: &str) -> Option<&'static str> {
    let word = choice_id(word);
    if word.is_empty() || word.eq_ignore_ascii_case("BASIC") || word.eq_ignore_ascii_case(DEFAULT_SUBTYPE) {
        return Some(DEFAULT_SUBTYPE);
    }
    SIGNATURE_TYPES.iter().map(|(id, ..)| *id).find(|id| word.eq_ignore_ascii_case(id))
}
