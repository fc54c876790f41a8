//! When DocuSign reminds by itself and when the envelope runs out: whole days, counted from sending.

use countersign_sdk::Settings;
use countersign_sdk::contract::types::{Failure, TimestampMs};
use countersign_sdk::failure::invalid;

use crate::wire::notification::{Expirations, Notification, Reminders};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Nothing when neither is asked for: then the account's own count.
pub(super) fn check(
    now: TimestampMs,
    expires_at: Option<TimestampMs>,
    settings: Settings<'_>,
) -> Result<Option<Notification>, Failure> {
    let (delay, frequency) = (days(settings, "reminder-delay")?, days(settings, "reminder-frequency")?);
    let reminders = (delay.is_some() || frequency.is_some()).then_some(Reminders {
        reminder_enabled: "true",
        reminder_delay: delay,
        reminder_frequency: frequency,
    });
    let expirations = expirations(now, expires_at, days(settings, "expire-warn")?)?;
    if reminders.is_none() && expirations.is_none() {
        return Ok(None);
    }
    Ok(Some(Notification { use_account_defaults: "false", reminders, expirations }))
}

/// A part of a day counts as a whole one: nobody loses time that was promised.
fn expirations(
    now: TimestampMs,
    expires_at: Option<TimestampMs>,
    warn: Option<String>,
) -> Result<Option<Expirations>, Failure> {
    let Some(at) = expires_at else {
        return match warn {
            Some(_) => {
                Err(invalid("settings.expire-warn", "needs `expires-at`: nothing runs out without it"))
            }
            None => Ok(None),
        };
    };
    let left = at.checked_sub(now).filter(|left| *left > 0);
    let left = left.ok_or_else(|| invalid("expires-at", "is in the past"))?;
    let expire_after = left.div_ceil(DAY_MS).to_string();
    Ok(Some(Expirations { expire_enabled: "true", expire_after, expire_warn: warn }))
}

fn days(settings: Settings<'_>, name: &str) -> Result<Option<String>, Failure> {
    match settings.integer(name)? {
        Some(days) if !(0..=999).contains(&days) => {
            Err(invalid(format!("settings.{name}"), format!("`{days}` is no number of days from 0 to 999")))
        }
        days => Ok(days.map(|days| days.to_string())),
    }
}
