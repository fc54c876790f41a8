//! Business hours: moving a moment to the next opening, in a time zone, across changes of the clock.
//!
//! Not here: when a timer is due in the first place (`schedule.rs`).

use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};

use crate::definition::step::{BusinessHours, Weekday};

/// An opening further away than this is no opening: the days or holidays leave none.
const SEARCH_DAYS_MAX: u32 = 1_000;

/// Business hours, read and ready for use.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    days: Vec<jiff::civil::Weekday>,
    from: Time,
    to: Time,
    holidays: Vec<Date>,
}

impl Hours {
    /// Reads the hours of a definition.
    ///
    /// # Errors
    /// When the zone, a time or a date cannot be read, or nothing is ever open.
    pub fn read(hours: &BusinessHours) -> Result<Self, String> {
        let holidays = hours.holidays.iter().map(|day| read_date(day)).collect::<Result<_, _>>()?;
        let read = Self {
            zone: read_zone(&hours.zone)?,
            days: hours.days.iter().map(|day| civil(*day)).collect(),
            from: read_time(&hours.from)?,
            to: read_time(&hours.to)?,
            holidays,
        };
        if read.days.is_empty() || read.from >= read.to {
            return Err(
                "the hours are never open; name at least one day and let `from` come before `to`".to_owned()
            );
        }
        Ok(read)
    }

    /// The zone the hours are told in.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The moment itself when it is open, otherwise the next opening; none when there is none for years.
    #[must_use]
    pub fn open_at_or_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let local = moment.to_zoned(self.zone.clone());
        let mut day = local.date();
        for _ in 0..SEARCH_DAYS_MAX {
            if self.works_on(day)
                && let Some(open) = self.open_within(day, &local)
            {
                return Some(open.timestamp());
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// The opening of the day, or the moment itself when it lies between opening and closing.
    fn open_within(&self, day: Date, local: &Zoned) -> Option<Zoned> {
        let opening = day.to_datetime(self.from).to_zoned(self.zone.clone()).ok()?;
        let closing = day.to_datetime(self.to).to_zoned(self.zone.clone()).ok()?;
        match () {
            () if *local < opening => Some(opening),
            () if *local < closing => Some(local.clone()),
            () => None,
        }
    }

    fn works_on(&self, day: Date) -> bool {
        self.days.contains(&day.weekday()) && !self.holidays.contains(&day)
    }
}

/// A zone from the compiled-in database: the machine's own may differ, and the engine reads no files.
pub(crate) fn read_zone(name: &str) -> Result<TimeZone, String> {
    let unknown = |_| format!("`{name}` is no time zone; use an IANA name such as `Europe/Warsaw`");
    TimeZoneDatabase::bundled().get(name).map_err(unknown)
}

fn read_time(text: &str) -> Result<Time, String> {
    text.parse().map_err(|_| format!("`{text}` is no time of day; write it as `09:00`"))
}

fn read_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is no date; write it as `2026-12-25`"))
}

fn civil(day: Weekday) -> jiff::civil::Weekday {
    match day {
        Weekday::Monday => jiff::civil::Weekday::Monday,
        Weekday::Tuesday => jiff::civil::Weekday::Tuesday,
        Weekday::Wednesday => jiff::civil::Weekday::Wednesday,
        Weekday::Thursday => jiff::civil::Weekday::Thursday,
        Weekday::Friday => jiff::civil::Weekday::Friday,
        Weekday::Saturday => jiff::civil::Weekday::Saturday,
        Weekday::Sunday => jiff::civil::Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warsaw(holidays: &[&str]) -> Hours {
        Hours::read(&BusinessHours {
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
            holidays: holidays.iter().map(|day| (*day).to_owned()).collect(),
        })
        .unwrap()
    }

    fn check(hours: &Hours, moment: &str, expect: &str) {
        let open = hours.open_at_or_after(moment.parse().unwrap()).unwrap();
        assert_eq!(open, expect.parse().unwrap(), "from {moment}");
    }

    #[test]
    fn moves_to_the_next_opening() {
        let hours = warsaw(&["2026-12-25"]);
        check(&hours, "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"); // open already
        check(&hours, "2026-11-20T05:00:00Z", "2026-11-20T08:00:00Z"); // before opening
        check(&hours, "2026-11-20T16:00:00Z", "2026-11-23T08:00:00Z"); // closing time on a Friday
        check(&hours, "2026-12-24T18:00:00Z", "2026-12-28T08:00:00Z"); // holiday, then a weekend
    }

    #[test]
    fn opening_follows_the_local_clock_across_its_changes() {
        let hours = warsaw(&[]);
        check(&hours, "2026-03-27T17:00:00Z", "2026-03-30T07:00:00Z"); // summer time began on the 29th
        check(&hours, "2026-10-23T16:00:00Z", "2026-10-26T08:00:00Z"); // and ended on the 25th
    }

    #[test]
    fn unreadable_hours_are_refused() {
        let broken = BusinessHours {
            zone: "Europe/Nowhere".to_owned(),
            days: vec![Weekday::Monday],
            from: "09:00".to_owned(),
            to: "17:00".to_owned(),
            holidays: Vec::new(),
        };
        assert!(Hours::read(&broken).unwrap_err().contains("Europe/Nowhere"));
        let closed = BusinessHours { zone: "UTC".to_owned(), to: "09:00".to_owned(), ..broken };
        assert!(Hours::read(&closed).unwrap_err().contains("never open"));
    }
}
