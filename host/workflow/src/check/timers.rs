//! Timers: when they fire and what they do.
//!
//! Not here: computing firings (`crate::timer`).

use jiff::civil::{Date, Time};
use jiff::tz::TimeZoneDatabase;

use super::Check;
use super::report::suggest;
use super::types::Surroundings;
use crate::definition::ValueType;
use crate::definition::step::{BusinessHours, Stay, Timer};
use crate::position::join;

/// The shortest period: a provider is a shared service (checklist C27 asks every hour).
const PERIOD_LEAST_MS: i64 = 60_000;

impl<'a> Check<'a> {
    pub(super) fn timer(&mut self, pointer: &str, stay: &'a Stay, timer: &'a Timer) {
        self.schedule(pointer, timer);
        if let Some(condition) = &timer.when {
            self.condition(&join(pointer, "when"), condition, &Surroundings::default());
        }
        if let Some(path) = &timer.take {
            self.taken(&join(pointer, "take"), stay, path);
        } else if timer.automation.is_empty() && self.intact(pointer) {
            let message = "the timer does nothing; add actions under `do`, or a path under `take`";
            self.report.error_at_key("empty-timer", pointer, message);
        }
        self.limits(pointer, timer);
        if let Some(hours) = &timer.hours {
            self.hours(&join(pointer, "hours"), hours);
        }
    }

    fn schedule(&mut self, pointer: &str, timer: &Timer) {
        if let Some(every) = &timer.every {
            self.duration(&join(pointer, "every"), every, PERIOD_LEAST_MS);
        }
        if let Some(first) = &timer.first {
            self.duration(&join(pointer, "first"), first, 0);
        }
        if let Some(field) = &timer.first_at {
            self.first_at(&join(pointer, "first-at"), field);
        }
        match (&timer.every, &timer.first, &timer.first_at) {
            (None, None, None) if self.intact(pointer) => {
                let message = "the timer never fires; add `every`, `first` or `first-at`";
                self.report.error_at_key("timer-never-fires", pointer, message);
            }
            (_, Some(_), Some(_)) => {
                let message = "`first` and `first-at` contradict each other; keep one";
                self.report.error_at_key("redundant", &join(pointer, "first-at"), message);
            }
            _ => {}
        }
    }

    fn first_at(&mut self, pointer: &str, name: &str) {
        match self.definition.fields.get(name).map(|field| field.value_type) {
            Some(ValueType::Date | ValueType::DateTime) => {}
            Some(_) => {
                let message = format!("field `{name}` holds no date; its type must be `date` or `date-time`");
                self.report.error("type-mismatch", pointer, message);
            }
            None => {
                let hint = suggest(name, self.definition.fields.keys().map(String::as_str));
                self.report.error("unknown-field", pointer, format!("there is no field `{name}`{hint}"));
            }
        }
    }

    fn limits(&mut self, pointer: &str, timer: &Timer) {
        let at_limit = join(pointer, "limit");
        match timer.limit {
            Some(0) => self.report.error(
                "out-of-range",
                &at_limit,
                "a timer with the limit 0 never fires; write 1 or more",
            ),
            Some(_) if timer.every.is_none() && self.intact(pointer) => {
                let message = "without `every` the timer fires once anyway; remove `limit`";
                self.report.warn_at_key("redundant", &at_limit, message);
            }
            _ => {}
        }
        let at_errors = join(pointer, "errors");
        if timer.errors.max == 0 {
            self.report.error(
                "out-of-range",
                &join(&at_errors, "max"),
                "a timer must bear at least 1 error; write 1 to stop at the first",
            );
        }
        if let Some(retry_after) = &timer.errors.retry_after {
            self.duration(&join(&at_errors, "retry-after"), retry_after, PERIOD_LEAST_MS);
        }
    }

    fn hours(&mut self, pointer: &str, hours: &BusinessHours) {
        // The same zones on every machine: the crate's own, never the system's.
        if TimeZoneDatabase::bundled().get(&hours.zone).is_err() {
            let message =
                format!("`{}` is no time zone; write an IANA name such as `Europe/Warsaw`", hours.zone);
            self.report.error("bad-hours", &join(pointer, "zone"), message);
        }
        if hours.days.is_empty() && self.intact(pointer) {
            let message = "no day is named, so the timer never fires; name at least one";
            self.report.error("bad-hours", &join(pointer, "days"), message);
        }
        let (from, to) =
            (self.time(&join(pointer, "from"), &hours.from), self.time(&join(pointer, "to"), &hours.to));
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            let message =
                format!("the hours end before they begin; `to` must be later than `{}`", hours.from);
            self.report.error("bad-hours", &join(pointer, "to"), message);
        }
        for (position, holiday) in hours.holidays.iter().enumerate() {
            if holiday.parse::<Date>().map(|date| date.to_string()).ok().as_ref() != Some(holiday) {
                let message = format!("`{holiday}` is no date; write for example `2026-12-25`");
                self.report.error(
                    "bad-hours",
                    &join(&join(pointer, "holidays"), &position.to_string()),
                    message,
                );
            }
        }
    }

    fn time(&mut self, pointer: &str, text: &str) -> Option<Time> {
        let time = text.parse::<Time>().ok().filter(|_| text.len() == 5);
        if time.is_none() {
            self.report.error(
                "bad-hours",
                pointer,
                format!("`{text}` is no time of day; write for example `\"09:00\"`"),
            );
        }
        time
    }
}
