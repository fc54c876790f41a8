//! The shapes of stand-ins.
//!
//! Not here: what needs one (`learn.rs`).

use std::collections::BTreeMap;

/// The digits that two spellings of one phone number share, country and trunk prefix aside.
const PHONE_DIGITS: usize = 9;

const NUMBERS: [&str; 12] =
    ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];

/// `One`, `Two`, …, `N13`.
pub(super) fn number(position: usize) -> String {
    NUMBERS.get(position.saturating_sub(1)).map_or_else(|| format!("N{position}"), |word| (*word).to_owned())
}

/// What identifies a phone number however it is written; none when there are too few digits.
pub(super) fn phone_key(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let key = digits.len().saturating_sub(PHONE_DIGITS);
    (digits.len() >= 7).then(|| digits.get(key..).unwrap_or_default().to_owned())
}

/// The digits that take the place of such a key.
pub(super) fn phone_digits(key: &str, position: usize) -> String {
    let whole = format!("500{position:06}");
    whole.get(whole.len().saturating_sub(key.len())..).unwrap_or_default().to_owned()
}

/// A text of digits in which those of a known number are replaced; none when it holds no known one.
pub(super) fn phone(found: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let (key, stand_in) = known.iter().find(|(key, _)| digits.contains(key.as_str()))?;
    let replaced = digits.replacen(key, stand_in, 1);
    let mut replaced = replaced.chars();
    let in_place = |c: char| if c.is_ascii_digit() { replaced.next().unwrap_or(c) } else { c };
    Some(found.chars().map(in_place).collect())
}

/// An identifier of a person: a UUID stays one, otherwise what stands before the last separator stays.
pub(super) fn person_id(id: &str, position: usize) -> String {
    let is_uuid = id.len() == 36
        && id.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    if is_uuid {
        return format!("00000000-0000-4000-8000-{position:012}");
    }
    let prefix = id.rfind([':', '/', '#']).map_or("", |at| id.get(..=at).unwrap_or_default());
    format!("{prefix}person-{position}")
}

/// An official number: as many digits, and for ten of them the check digit of a Polish tax id, which components verify.
pub(super) fn official_number(number: &str, position: usize) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let standing = match digits {
        10 => tax_id(position),
        _ => format!("{position:0>digits$}"),
    };
    let mut standing = standing.chars();
    let in_place = |c: char| if c.is_ascii_digit() { standing.next().unwrap_or(c) } else { c };
    number.chars().map(in_place).collect()
}

fn tax_id(position: usize) -> String {
    const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    let check = |digits: &str| {
        digits.chars().zip(WEIGHTS).filter_map(|(c, weight)| Some(c.to_digit(10)? * weight)).sum::<u32>() % 11
    };
    // One number in eleven has no check digit; positions are spread so that a neighbour has one.
    let candidates = (0..10).map(|step| format!("1{:08}", position * 10 + step));
    candidates
        .map(|digits| (check(&digits), digits))
        .find(|(check, _)| *check < 10)
        .map_or_else(|| "1111111111".to_owned(), |(check, digits)| format!("{digits}{check}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_keeps_its_spelling() {
        let known = BTreeMap::from([("601234567".to_owned(), phone_digits("601234567", 1))]);
        let cases = [
            ("+48601234567", Some("+48500000001")),
            ("+48 601 234 567", Some("+48 500 000 001")),
            ("601-234-567", Some("500-000-001")),
            ("0048601234567", Some("0048500000001")),
            ("601234567 (2", Some("500000001 (2")),
            ("601234568", None),
        ];
        for (found, expected) in cases {
            assert_eq!(phone(found, &known).as_deref(), expected, "{found}");
        }
    }

    #[test]
    fn identifiers_keep_their_shape() {
        let cases = [
            ("PARTY-PUBLIC_SIGNING_PROCESS_ID:9c2", "PARTY-PUBLIC_SIGNING_PROCESS_ID:person-3"),
            ("9c2f", "person-3"),
            ("0d9f3b0e-1111-4222-8333-444455556666", "00000000-0000-4000-8000-000000000003"),
        ];
        for (id, expected) in cases {
            assert_eq!(person_id(id, 3), expected);
        }
        assert_eq!(official_number("525-24-45-767", 1).replace('-', ""), tax_id(1));
        assert_eq!(official_number("PL12345678901", 7), "PL00000000007");
        for position in 1..40 {
            let digits: Vec<u32> = tax_id(position).chars().map(|c| c.to_digit(10).unwrap()).collect();
            let sum: u32 = digits.iter().zip([6, 5, 7, 2, 3, 4, 5, 6, 7]).map(|(d, w)| d * w).sum();
            assert_eq!(sum % 11, digits[9], "{digits:?}");
        }
    }
}
