//! Reads the times providers write, and writes one in the form that all of them read.

use crate::contract::types::TimestampMs;

/// Milliseconds since 1970 of an RFC 3339 time, of one without a zone (taken as UTC), or of epoch
/// milliseconds in digits. Nothing when it is none of these or before 1970.
#[must_use]
pub fn timestamp_ms(text: &str) -> Option<TimestampMs> {
    let text = text.trim();
    if let Ok(ms) = text.parse::<u64>() {
        return Some(ms);
    }
    let zoned = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
    let ms = zoned.or_else(|_| {
        text.parse::<jiff::civil::DateTime>()
            .and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).map(jiff::Timestamp::as_millisecond))
    });
    u64::try_from(ms.ok()?).ok()
}

/// The time in RFC 3339, in UTC: `2023-11-14T22:13:20.123Z`. A time beyond the year 9999 is written as the last one.
#[must_use]
pub fn timestamp_text(ms: TimestampMs) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.unwrap_or(jiff::Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::{timestamp_ms, timestamp_text};

    #[test]
    fn what_is_written_is_read_back() {
        for (ms, text) in [(0, "1970-01-01T00:00:00Z"), (1_700_000_000_123, "2023-11-14T22:13:20.123Z")] {
            assert_eq!(timestamp_text(ms), text);
            assert_eq!(timestamp_ms(text), Some(ms));
        }
        assert!(timestamp_text(u64::MAX).starts_with("9999-"));
    }

    #[test]
    fn every_known_writing_is_read() {
        let expected = Some(1_700_000_000_123);
        for text in [
            "2023-11-14T22:13:20.123Z",
            "2023-11-14T22:13:20.123456Z",
            "2023-11-14T23:13:20.123+01:00",
            "2023-11-14T22:13:20.123",
            "1700000000123",
        ] {
            assert_eq!(timestamp_ms(text), expected, "{text}");
        }
        assert_eq!(timestamp_ms("2023-11-14"), Some(1_699_920_000_000));
        assert_eq!(timestamp_ms("yesterday"), None);
        assert_eq!(timestamp_ms("1969-12-31T00:00:00Z"), None);
    }
}
