//! Reads the times providers write. Writing times is left to who needs it.

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

#[cfg(test)]
mod tests {
    use super::timestamp_ms;

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
