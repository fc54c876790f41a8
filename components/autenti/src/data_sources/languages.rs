//! The languages in which Autenti writes to recipients.

use countersign_sdk::rows::Named;

/// What counts when nobody chose.
pub(crate) const DEFAULT_LANGUAGE: &str = "pl";

/// Two-letter codes and their names.
pub(crate) const LANGUAGES: [Named; 24] = [
    ("cs", "Czech", "Czeski", "Tschechisch"),
    ("da", "Danish", "Duński", "Dänisch"),
    ("de", "German", "Niemiecki", "Deutsch"),
    ("el", "Greek", "Grecki", "Griechisch"),
    ("en", "English", "Angielski", "Englisch"),
    ("es", "Spanish", "Hiszpański", "Spanisch"),
    ("fi", "Finnish", "Fiński", "Finnisch"),
    ("fr", "French", "Francuski", "Französisch"),
    ("ga", "Irish", "Irlandzki", "Irisch"),
    ("hr", "Croatian", "Chorwacki", "Kroatisch"),
    ("hu", "Hungarian", "Węgierski", "Ungarisch"),
    ("it", "Italian", "Włoski", "Italienisch"),
    ("lt", "Lithuanian", "Litewski", "Litauisch"),
    ("lv", "Latvian", "Łotewski", "Lettisch"),
    ("mt", "Maltese", "Maltański", "Maltesisch"),
    ("nl", "Dutch", "Niderlandzki", "Niederländisch"),
    ("no", "Norwegian", "Norweski", "Norwegisch"),
    ("pl", "Polish", "Polski", "Polnisch"),
    ("ro", "Romanian", "Rumuński", "Rumänisch"),
    ("ru", "Russian", "Rosyjski", "Russisch"),
    ("sk", "Slovak", "Słowacki", "Slowakisch"),
    ("sl", "Slovenian", "Słoweński", "Slowenisch"),
    ("sv", "Swedish", "Szwedzki", "Schwedisch"),
    ("uk", "Ukrainian", "Ukraiński", "Ukrainisch"),
];

/// Whether Autenti writes in this language.
#[must_use]
pub(crate) fn is_known(code: &str) -> bool {
    LANGUAGES.iter().any(|(known, ..)| *known == code)
}
