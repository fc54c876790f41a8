//! ISO 8601 durations of timers and cooldowns, as milliseconds.
//!
//! Not here: business hours and firing times (`crate::timer`).

use jiff::{Span, SpanRelativeTo, Unit};

/// Reads a duration such as `PT1H`, `P2D` or `P1W`.
///
/// A day is 24 hours here and a week seven days. Months and years have no fixed length and are refused.
///
/// # Errors
/// Says what is wrong with the text and shows a right one.
pub fn milliseconds(text: &str) -> Result<i64, String> {
    if !text.starts_with('P') {
        return Err(format!("`{text}` is no ISO 8601 duration; write for example `PT30M`, `PT1H` or `P2D`"));
    }
    let span: Span = text
        .parse()
        .map_err(|_| format!("`{text}` is no ISO 8601 duration; write for example `PT30M`, `PT1H` or `P2D`"))?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(format!("`{text}` holds months or years, which differ in length; write days, for example `P30D`"));
    }
    let total = span
        .total((Unit::Millisecond, SpanRelativeTo::days_are_24_hours()))
        .map_err(|_| format!("`{text}` is too long"))?;
    // A century: nothing that is armed further ahead is meant.
    if !(0.0..=3_155_760_000_000.0).contains(&total) {
        return Err(format!("`{text}` must lie between nothing and a hundred years"));
    }
    #[allow(clippy::cast_possible_truncation)]
    Ok(total as i64)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

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
    fn refuses_what_has_no_fixed_length() {
        for text in ["", "1h", "1 hour", "P1M", "P1Y", "-PT1H", "P", "PT", "P999999D"] {
            assert!(milliseconds(text).is_err(), "{text}");
        }
    }
}
