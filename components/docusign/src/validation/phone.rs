//! Phone numbers: E.164 taken apart into the country's calling code and the rest, as DocuSign wants it (P32).

/// A number, whole and in its two pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone {
    /// `+48123456789`.
    pub(crate) e164: String,
    /// `48`.
    pub(crate) country: String,
    /// `123456789`.
    pub(crate) number: String,
}

/// Calling codes of two digits (ITU-T E.164, list of assigned codes); 1 and 7 have one, all others three.
const TWO_DIGITS: [u8; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

impl Phone {
    /// Takes a number in E.164 apart.
    #[must_use]
    pub(crate) fn of(e164: &str) -> Option<Self> {
        let digits = e164.strip_prefix('+')?;
        let (country, number) = digits.split_at_checked(code_digits(digits))?;
        let whole = !number.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        whole.then(|| Self { e164: e164.to_owned(), country: country.to_owned(), number: number.to_owned() })
    }
}

fn code_digits(digits: &str) -> usize {
    if digits.starts_with(['1', '7']) {
        return 1;
    }
    let two = digits.get(..2).and_then(|start| start.parse::<u8>().ok());
    if two.is_some_and(|two| TWO_DIGITS.contains(&two)) { 2 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_apart_and_fit_together_again() {
        for (e164, country) in [
            ("+48123456789", "48"),
            ("+14155551234", "1"),
            ("+79161234567", "7"),
            ("+442071838750", "44"),
            ("+493012345678", "49"),
            ("+353861234567", "353"),
            ("+420601123456", "420"),
            ("+97235551234", "972"),
            ("+989121234567", "98"),
            ("+38761123456", "387"),
            ("+8801712345678", "880"),
            ("+21612345678", "216"),
        ] {
            let phone = Phone::of(e164).unwrap();
            assert_eq!(phone.country, country, "{e164}");
            assert_eq!(format!("+{}{}", phone.country, phone.number), e164);
            assert_eq!(phone.e164, e164);
        }
        assert_eq!(Phone::of("48123456789"), None);
        assert_eq!(Phone::of("+48"), None);
    }

    #[test]
    fn every_start_has_one_code() {
        for start in 100..1000_u32 {
            let e164 = format!("+{start}5551234");
            let phone = Phone::of(&e164).unwrap();
            assert!((1..=3).contains(&phone.country.len()), "{e164}");
            assert_eq!(format!("+{}{}", phone.country, phone.number), e164);
        }
    }
}
