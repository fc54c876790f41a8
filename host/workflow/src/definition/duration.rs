//! ISO 8601 durations of timers and cooldowns, as milliseconds.
//!
//! Not here: business hours and firing times (`crate::timer`).

use jiff::{Span, Unit};

/// Reads a duration such as `PT1H`, `P2D` or `P1W`.
///
/// A day is 24 hours here and a week seven days. Months and years have no fixed length and are refused.
///
/// # Errors
/// Says what is wrong with the text and shows a right one.
pub fn milliseconds(text: &str) -> Result<i64, String> {
    let span = read(text)?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(format!(
            "`{text}` holds months or years, which differ in length; write days, for example `P30D`"
        ));
    }
    total(text, span)
}

/// The least length of a duration of the calendar, such as `P1M`: counted from a first of February.
///
/// # Errors
/// Says what is wrong with the text and shows a right one.
pub fn least_milliseconds(text: &str) -> Result<i64, String> {
    total(text, read(text)?)
}

fn read(text: &str) -> Result<Span, String> {
    let wrong = || format!("`{text}` is no ISO 8601 duration; write for example `PT30M`, `PT1H` or `P2D`");
    // jiff also reads its own friendlier form.
    if text.starts_with('P') { text.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}

fn total(text: &str, span: Span) -> Result<i64, String> {
    let from = jiff::civil::date(2026, 2, 1);
    let total = span.total((Unit::Millisecond, from)).map_err(|_| format!("`{text}` is too long"))?;
    // A century: nothing that is armed further ahead is meant.
    if !(0.0..=3_155_760_000_000.0).contains(&total) {
        return Err(format!("`{text}` must lie between nothing and a hundred years"));
    }
    #[allow(clippy::cast_possible_truncation)]
    Ok(total as i64)
}

#[cfg(test)]
mod tests {
    use super::{least_milliseconds, milliseconds};

    #[test]
    fn reads_what_timers_use() {
        for (text, expected) in [
            ("PT1H", 3_600_000),
            ("PT10M", 600_000),
            ("P2D", 172_800_000),
            ("P1W", 604_800_000),
            ("P1DT12H", 129_600_000),
            ("PT0S", 0),
        ] {
            assert_eq!(milliseconds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_month_has_a_least_length() {
        assert_eq!(least_milliseconds("P1M"), Ok(28 * 86_400_000));
        assert_eq!(least_milliseconds("PT1H"), Ok(3_600_000));
        assert!(least_milliseconds("every month").is_err());
    }

    #[test]
    fn refuses_what_has_no_fixed_length() {
        for text in ["", "1h", "1 hour", "P1M", "P1Y", "-PT1H", "P", "PT", "P999999D"] {
            assert!(milliseconds(text).is_err(), "{text}");
        }
    }
}
