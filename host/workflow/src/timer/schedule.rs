//! When a timer fires: computed from its first firing, so that it neither drifts nor catches up in a burst.
//!
//! Not here: what a firing does (`apply/`) and which timers an instance has (`timer.rs`).

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};
use serde_json::Value;

use super::hours::Hours;
use crate::definition::step::Timer;
use crate::form::Form;

/// Firings a schedule looks ahead before it gives up: an hourly timer of a thousand years.
const FIRINGS_MAX: i64 = 1 << 33;

/// A timer's settings, read and ready for use.
#[derive(Debug, Clone)]
pub struct Schedule {
    every: Option<Span>,
    first: Option<Span>,
    first_at: Option<String>,
    retry_after: Option<Span>,
    hours: Option<Hours>,
    zone: TimeZone,
}

/// The first firing of a timer: where its schedule starts, and when it is really due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct First {
    /// Start of the schedule; later firings are counted from here.
    pub anchor_ms: i64,
    /// When it fires: not before now, and within business hours.
    pub due_ms: i64,
}

impl Schedule {
    /// Reads the settings of a definition's timer.
    ///
    /// # Errors
    /// When a duration or the hours cannot be read.
    pub fn read(timer: &Timer) -> Result<Self, String> {
        let hours = timer.hours.as_ref().map(Hours::read).transpose()?;
        let zone = hours.as_ref().map_or(TimeZone::UTC, |hours| hours.zone().clone());
        let every = read_span(timer.every.as_deref())?;
        if every.is_some_and(|span| !span.is_positive()) {
            return Err("`every` must be longer than nothing; write for example `PT1H`".to_owned());
        }
        Ok(Self {
            every,
            first: read_span(timer.first.as_deref())?.or(every),
            first_at: timer.first_at.clone(),
            retry_after: read_span(timer.errors.retry_after.as_deref())?,
            hours,
            zone,
        })
    }

    /// The first firing of a stay that began at `entered_ms`, seen from `now_ms`; none while the field of `first-at` is empty.
    ///
    /// # Errors
    /// When the field of `first-at` holds no date, or nothing is ever open.
    pub fn first(&self, entered_ms: i64, now_ms: i64, form: &Form) -> Result<Option<First>, String> {
        let anchor_ms = match &self.first_at {
            Some(field) => match form.fields.get(field) {
                None | Some(Value::Null) => return Ok(None),
                Some(value) => self.moment(field, value)?,
            },
            None => self
                .first
                .map_or(Some(entered_ms), |span| self.add(entered_ms, span))
                .ok_or_else(out_of_range)?,
        };
        let due_ms = self.open(anchor_ms.max(now_ms)).ok_or_else(never_open)?;
        Ok(Some(First { anchor_ms, due_ms }))
    }

    /// The next regular firing after `now_ms`; firings that were missed are left out. None when it fires once.
    #[must_use]
    pub fn next(&self, anchor_ms: i64, now_ms: i64) -> Option<i64> {
        let every = self.every?;
        let anchor = self.zoned(anchor_ms)?;
        let after = |count: i64| nominal(&anchor, every, count).is_none_or(|moment_ms| moment_ms > now_ms);
        let count = first_true(after)?;
        self.open(nominal(&anchor, every, count)?)
    }

    /// When to try again after an error: `retry-after`, but not before the provider's own wish; else the next regular firing.
    #[must_use]
    pub fn retry(&self, anchor_ms: i64, now_ms: i64, asked_ms: Option<i64>) -> Option<i64> {
        let Some(wait) = self.retry_after else { return self.next(anchor_ms, now_ms) };
        let own_ms = self.add(now_ms, wait)?;
        self.open(asked_ms.map_or(own_ms, |asked_ms| own_ms.max(now_ms.saturating_add(asked_ms))))
    }

    /// The field that holds the first firing, if any.
    #[must_use]
    pub fn first_at(&self) -> Option<&str> {
        self.first_at.as_deref()
    }

    fn open(&self, moment_ms: i64) -> Option<i64> {
        let Some(hours) = &self.hours else { return Some(moment_ms) };
        let moment = Timestamp::from_millisecond(moment_ms).ok()?;
        hours.open_at_or_after(moment).map(Timestamp::as_millisecond)
    }

    fn add(&self, moment_ms: i64, span: Span) -> Option<i64> {
        nominal(&self.zoned(moment_ms)?, span, 1)
    }

    fn zoned(&self, moment_ms: i64) -> Option<Zoned> {
        Some(Timestamp::from_millisecond(moment_ms).ok()?.to_zoned(self.zone.clone()))
    }

    /// A date field means the beginning of that day in the timer's zone.
    fn moment(&self, field: &str, value: &Value) -> Result<i64, String> {
        let text = value.as_str().unwrap_or_default();
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(moment.as_millisecond());
        }
        let midnight = text.parse::<jiff::civil::Date>().and_then(|date| date.to_zoned(self.zone.clone()));
        midnight
            .map(|midnight| midnight.timestamp().as_millisecond())
            .map_err(|_| format!("`fields.{field}` holds no date that a timer could start from"))
    }
}

/// Reads an ISO 8601 duration.
///
/// # Errors
/// When the text is none.
pub(crate) fn read_span(text: Option<&str>) -> Result<Option<Span>, String> {
    let read = |text: &str| {
        text.parse::<Span>()
            .map_err(|_| format!("`{text}` is no duration; write for example `PT1H` or `P2D`"))
    };
    text.map(read).transpose()
}

/// A moment so many spans after another. Multiplied first, so that P1M from 31 January reaches 31 March.
fn nominal(anchor: &Zoned, span: Span, count: i64) -> Option<i64> {
    let whole = span.checked_mul(count).ok()?;
    Some(anchor.checked_add(whole).ok()?.timestamp().as_millisecond())
}

/// The smallest count from 0 for which a condition holds that stays true once it is.
fn first_true(holds: impl Fn(i64) -> bool) -> Option<i64> {
    if holds(0) {
        return Some(0);
    }
    let mut high = 1;
    while !holds(high) {
        high = high.checked_mul(2).filter(|high| *high < FIRINGS_MAX)?;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

fn out_of_range() -> String {
    "the first firing lies beyond every calendar; shorten `first`".to_owned()
}

fn never_open() -> String {
    "no business hours follow the first firing; mend `hours`".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::step::{BusinessHours, TimerErrors, Weekday};

    fn timer(every: Option<&str>) -> Timer {
        Timer {
            every: every.map(str::to_owned),
            first: None,
            first_at: None,
            when: None,
            automation: Vec::new(),
            take: None,
            limit: None,
            errors: TimerErrors::default(),
            hours: None,
        }
    }

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn warsaw() -> BusinessHours {
        BusinessHours {
            zone: "Europe/Warsaw".to_owned(),
            days: vec![
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
            ],
            from: "09:00".to_owned(),
            to: "17:00".to_owned(),
            holidays: Vec::new(),
        }
    }

    fn check_next(timer: &Timer, anchor: &str, now: &str, expect: Option<&str>) {
        let next = Schedule::read(timer).unwrap().next(ms(anchor), ms(now));
        assert_eq!(next, expect.map(ms), "from {anchor} after {now}");
    }

    #[test]
    fn keeps_its_beat_and_skips_what_was_missed() {
        let hourly = timer(Some("PT1H"));
        check_next(&hourly, "2026-11-22T10:00:00Z", "2026-11-22T10:00:07Z", Some("2026-11-22T11:00:00Z"));
        check_next(&hourly, "2026-11-22T10:00:00Z", "2026-11-25T03:59:59Z", Some("2026-11-25T04:00:00Z"));
        check_next(&hourly, "2026-11-22T10:00:00Z", "2026-11-22T09:00:00Z", Some("2026-11-22T10:00:00Z"));
        check_next(&timer(None), "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z", None);
    }

    #[test]
    fn months_do_not_drift_at_their_ends() {
        let monthly = timer(Some("P1M"));
        check_next(&monthly, "2026-01-31T08:00:00Z", "2026-02-01T00:00:00Z", Some("2026-02-28T08:00:00Z"));
        check_next(&monthly, "2026-01-31T08:00:00Z", "2026-03-01T00:00:00Z", Some("2026-03-31T08:00:00Z"));
    }

    #[test]
    fn a_day_is_a_local_day() {
        let daily = Timer { hours: Some(warsaw()), ..timer(Some("P1D")) };
        check_next(&daily, "2026-03-27T09:00:00Z", "2026-03-27T09:00:00Z", Some("2026-03-30T07:00:00Z"));
        check_next(&daily, "2026-03-27T09:00:00Z", "2026-03-30T07:00:00Z", Some("2026-03-30T08:00:00Z"));
    }

    #[test]
    fn a_night_of_hourly_firings_becomes_one_in_the_morning() {
        let hourly = Timer { hours: Some(warsaw()), ..timer(Some("PT1H")) };
        check_next(&hourly, "2026-11-20T09:00:00Z", "2026-11-20T15:00:00Z", Some("2026-11-23T08:00:00Z"));
        check_next(&hourly, "2026-11-20T09:00:00Z", "2026-11-23T08:00:00Z", Some("2026-11-23T09:00:00Z"));
    }

    #[test]
    fn the_first_firing_comes_from_a_span_or_a_field() {
        let entered = ms("2026-11-22T10:00:00Z");
        let first = |timer: &Timer, form: &Form| {
            Schedule::read(timer).unwrap().first(entered, entered, form).unwrap().map(|f| f.due_ms)
        };
        let mut form = Form::default();
        assert_eq!(first(&timer(Some("PT1H")), &form), Some(ms("2026-11-22T11:00:00Z")));
        assert_eq!(
            first(&Timer { first: Some("PT0S".to_owned()), ..timer(Some("PT1H")) }, &form),
            Some(entered)
        );
        let dated = Timer { first_at: Some("deadline".to_owned()), ..timer(None) };
        assert_eq!(first(&dated, &form), None);
        form.fields.insert("deadline".to_owned(), "2026-11-30".into());
        assert_eq!(first(&dated, &form), Some(ms("2026-11-30T00:00:00Z")));
        form.fields.insert("deadline".to_owned(), "2026-11-01T08:00:00+01:00".into());
        assert_eq!(first(&dated, &form), Some(entered), "a date that is over fires at once");
    }

    #[test]
    fn a_retry_waits_at_least_as_long_as_the_provider_asks() {
        let errors = TimerErrors { max: 3, retry_after: Some("PT10M".to_owned()) };
        let schedule = Schedule::read(&Timer { errors, ..timer(Some("PT1H")) }).unwrap();
        let now = ms("2026-11-22T10:00:00Z");
        assert_eq!(schedule.retry(now, now, None), Some(now + 600_000));
        assert_eq!(schedule.retry(now, now, Some(900_000)), Some(now + 900_000));
        let patient = Schedule::read(&timer(Some("PT1H"))).unwrap();
        assert_eq!(patient.retry(now, now, None), Some(now + 3_600_000));
    }
}
