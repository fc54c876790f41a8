//! When the package runs out, when OneSpan reminds by itself, and whether signers can decline.

use countersign_sdk::contract::types::{Failure, TimestampMs};
use countersign_sdk::failure::invalid;
use countersign_sdk::{Settings, timestamp_text};
use serde::Serialize;

/// OneSpan's own reminders: whole days, counted from sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reminders {
    /// Days until the first one.
    start_in_days_delay: i64,
    /// Days between them.
    interval_in_days: i64,
    /// How many follow.
    repetitions_count: i64,
}

/// The end of the package's life.
pub(super) fn due(now: TimestampMs, expires_at: Option<TimestampMs>) -> Result<Option<String>, Failure> {
    match expires_at {
        Some(at) if at <= now => Err(invalid("expires-at", "is in the past")),
        at => Ok(at.map(timestamp_text)),
    }
}

/// Nothing when none of the three is set: then the account's own count.
pub(super) fn reminders(settings: Settings<'_>) -> Result<Option<Reminders>, Failure> {
    let delay = number(settings, "reminder-delay")?;
    let interval = number(settings, "reminder-frequency")?;
    let count = number(settings, "reminder-count")?;
    if delay.is_none() && interval.is_none() && count.is_none() {
        return Ok(None);
    }
    let interval_in_days = interval.or(delay).unwrap_or(1);
    Ok(Some(Reminders {
        start_in_days_delay: delay.unwrap_or(interval_in_days),
        interval_in_days,
        repetitions_count: count.unwrap_or(0),
    }))
}

/// The account's setting when left out.
pub(super) fn decline_button(settings: Settings<'_>) -> Result<Option<bool>, Failure> {
    let name = "decline-button";
    settings.text(name).map(|_| settings.boolean(name, true)).transpose()
}

fn number(settings: Settings<'_>, name: &str) -> Result<Option<i64>, Failure> {
    match settings.integer(name)? {
        Some(number) if !(0..=999).contains(&number) => {
            Err(invalid(format!("settings.{name}"), format!("`{number}` is no number from 0 to 999")))
        }
        number => Ok(number),
    }
}
