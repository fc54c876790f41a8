//! Tax ids: two letters of the country, then the number.
//!
//! Check digits are not verified: every country has its own.

use crate::wire::draft::TaxId;

/// Takes a tax id apart; blanks, dashes and dots between do not count.
pub(super) fn parse(text: &str) -> Option<TaxId> {
    let id: String =
        text.chars().filter(|letter| !letter.is_whitespace() && !"-.".contains(*letter)).collect();
    let (country, number) = id.split_at_checked(2)?;
    let shaped = country.bytes().all(|letter| letter.is_ascii_alphabetic())
        && !number.is_empty()
        && number.bytes().all(|digit| digit.is_ascii_digit());
    shaped.then(|| TaxId { country: country.to_ascii_uppercase(), number: number.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn tax_ids_are_taken_apart() {
        for (text, expected) in [
            ("PL5260001246", Some(("PL", "5260001246"))),
            ("pl 526-000-12-46", Some(("PL", "5260001246"))),
            ("DE136695976", Some(("DE", "136695976"))),
            ("5260001246", None),
            ("PL", None),
            ("PLX", None),
            ("P", None),
            ("żż1", None),
            ("", None),
        ] {
            let found = parse(text);
            let found = found.as_ref().map(|id| (id.country.as_str(), id.number.as_str()));
            assert_eq!(found, expected, "`{text}`");
        }
    }
}
