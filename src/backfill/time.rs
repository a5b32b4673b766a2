//! [`Hour`] and [`Moment`]: the times of a window, in UTC.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Timelike as _, Utc};

/// An hour in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(DateTime<Utc>);

/// A second in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(DateTime<Utc>);

/// Why a text is not an hour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// The text has none of the supported forms.
    #[error("write 2026-03-01, 2026-03-01T05 or 2026-03-01T05:00Z; times are UTC")]
    Form,
    /// The month is not 01 to 12.
    #[error("months are 01 to 12")]
    Month,
    /// The month has fewer days.
    #[error("{month} has {days} days")]
    Day {
        /// `2026-02`
        month: String,
        /// The number of its days.
        days: u8,
    },
    /// The hour is above 23.
    #[error("hours are 00 to 23; a day ends with hour 00 of the next one")]
    Hour,
    /// The time is not a whole hour.
    #[error("a window has whole hours: write {hour} or {}", hour.plus_hours(1))]
    Minutes {
        /// The hour that contains the time.
        hour: Hour,
    },
    /// The text has an offset from UTC.
    #[error("times are UTC: write the time in UTC, with or without a final Z")]
    Offset,
}

impl Hour {
    /// Reads `2026-03-01` (its first hour), `2026-03-01T05`, `2026-03-01T05:00Z`.
    ///
    /// # Errors
    /// Why the text is not an hour.
    pub fn parse(text: &str) -> Result<Self, TimeFault> {
        let (date, time) = text.split_once('T').unwrap_or((text, "00"));
        let [year, month, day] = numbers(date, '-', [4, 2, 2]).ok_or(TimeFault::Form)?;
        if time.contains(['+', '-']) {
            return Err(TimeFault::Offset);
        }
        let time = time.strip_suffix('Z').unwrap_or(time);
        let [hour, minute, second] = clock(time).ok_or(TimeFault::Form)?;
        let first = NaiveDate::from_ymd_opt(year.cast_signed(), month, 1).ok_or(TimeFault::Month)?;
        let date = first.with_day(day).ok_or_else(|| TimeFault::Day {
            month: first.format("%Y-%m").to_string(),
            days: first.num_days_in_month(),
        })?;
        let hour = Self(date.and_hms_opt(hour, 0, 0).ok_or(TimeFault::Hour)?.and_utc());
        if (minute, second) == (0, 0) { Ok(hour) } else { Err(TimeFault::Minutes { hour }) }
    }

    /// Returns the hour that is `hours` later, or the last one of the calendar.
    #[must_use]
    pub fn plus_hours(self, hours: i64) -> Self {
        let later = TimeDelta::try_hours(hours).and_then(|hours| self.0.checked_add_signed(hours));
        later.map_or_else(|| Moment(DateTime::<Utc>::MAX_UTC).hour(), Self)
    }

    /// Returns the hour that is `hours` earlier, or the first one of the calendar.
    #[must_use]
    pub fn minus_hours(self, hours: i64) -> Self {
        let earlier = TimeDelta::try_hours(hours).and_then(|hours| self.0.checked_sub_signed(hours));
        Self(earlier.unwrap_or(DateTime::<Utc>::MIN_UTC))
    }

    /// The number of hours until a later hour.
    #[must_use]
    pub fn hours_until(self, later: Self) -> i64 {
        (later.0 - self.0).num_hours()
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub fn of_day(self) -> i64 {
        i64::from(self.0.hour())
    }

    /// Returns the form for names: `2026030105`.
    #[must_use]
    pub fn compact(self) -> String {
        let at = self.0;
        // A synth names the runs of a whole backfill for each dataset, and a format string is parsed each time.
        format!("{:04}{:02}{:02}{:02}", at.year(), at.month(), at.day(), at.hour())
    }
}

/// The form that the job accepts: `2026-03-01T05`.
impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H"))
    }
}

impl Moment {
    /// Returns the moment `seconds` after the beginning of 1970, or the last one of the calendar.
    #[must_use]
    pub fn since_1970(seconds: u64) -> Self {
        let moment = i64::try_from(seconds).ok().and_then(DateTime::from_timestamp_secs);
        Self(moment.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// The hour that contains the moment.
    #[must_use]
    pub fn hour(self) -> Hour {
        let into = self.0.timestamp().rem_euclid(3600);
        Hour(DateTime::from_timestamp_secs(self.0.timestamp() - into).unwrap_or(self.0))
    }

    /// Returns the form for names: `20260301053059`.
    #[must_use]
    pub fn compact(self) -> String {
        self.0.format("%Y%m%d%H%M%S").to_string()
    }
}

impl From<Hour> for Moment {
    fn from(hour: Hour) -> Self {
        Self(hour.0)
    }
}

/// Reads numbers with exactly `digits` digits each.
fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[u32; N]> {
    let parts: Vec<&str> = text.split(between).collect();
    let parts: [&str; N] = parts.try_into().ok()?;
    let mut found = [0; N];
    for ((part, digits), number) in parts.iter().zip(digits).zip(&mut found) {
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    Some(found)
}

/// Reads `05`, `05:00` or `05:00:00`.
fn clock(text: &str) -> Option<[u32; 3]> {
    let of =
        |[hour, minute, second]: [u32; 3]| (minute < 60 && second < 60).then_some([hour, minute, second]);
    numbers(text, ':', [2])
        .map(|[hour]| [hour, 0, 0])
        .or_else(|| numbers(text, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]))
        .or_else(|| numbers(text, ':', [2, 2, 2]))
        .and_then(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(text: &str) -> Hour {
        Hour::parse(text).expect(text)
    }

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        let mut at = hour("1970-01-01");
        assert_eq!(at, Moment::since_1970(0).hour());
        for _ in 0..146_097 {
            assert_eq!(hour(&at.to_string()), at);
            at = at.plus_hours(24);
        }
        assert_eq!(at, hour("2370-01-01"));
        assert_eq!(Moment::from(hour("2026-03-01")), Moment::since_1970(1_772_323_200));
        assert_eq!(hour("2024-02-29T23").plus_hours(1), hour("2024-03-01"));
        assert_eq!(hour("0001-01-01").to_string(), "0001-01-01T00");
        assert_eq!(hour("9999-12-31T23").compact(), "9999123123");
    }

    #[test]
    fn all_forms_of_an_hour_are_equal() {
        for text in [
            "2026-03-01T05",
            "2026-03-01T05Z",
            "2026-03-01T05:00",
            "2026-03-01T05:00Z",
            "2026-03-01T05:00:00Z",
        ] {
            assert_eq!(hour(text).to_string(), "2026-03-01T05");
        }
        assert_eq!(hour("2026-03-01").to_string(), "2026-03-01T00");
    }

    #[test]
    fn an_invalid_hour_is_explained() {
        for (text, why) in [
            ("", "write 2026-03-01"),
            ("yesterday", "write 2026-03-01"),
            ("2026-3-1", "write 2026-03-01"),
            ("2026-03-01 05:00", "write 2026-03-01"),
            ("2026-03-01T", "write 2026-03-01"),
            ("2026-03-01T5", "write 2026-03-01"),
            ("2026-03-01T05:60Z", "write 2026-03-01"),
            ("2026-03-01T05:00:00.5Z", "write 2026-03-01"),
            ("２026-03-01", "write 2026-03-01"),
            ("+026-03-01", "write 2026-03-01"),
            ("2026-13-01", "months are 01 to 12"),
            ("2026-02-29", "2026-02 has 28 days"),
            ("2024-02-30", "2024-02 has 29 days"),
            ("2026-04-00", "2026-04 has 30 days"),
            ("2026-03-01T24", "hours are 00 to 23"),
            ("2026-03-01T05:30Z", "write 2026-03-01T05 or 2026-03-01T06"),
            ("2026-12-31T23:00:01Z", "write 2026-12-31T23 or 2027-01-01T00"),
            ("2026-03-01T05:00+02:00", "times are UTC"),
            ("2026-03-01T05-0800", "times are UTC"),
        ] {
            let message = Hour::parse(text).expect_err(text).to_string();
            assert!(message.contains(why), "{text}: {message}");
        }
    }

    #[test]
    fn a_moment_is_in_an_hour() {
        let moment = Moment::since_1970(1_772_323_200 + 5 * 3600 + 30 * 60 + 59);
        assert_eq!(moment.hour(), hour("2026-03-01T05"));
        assert_eq!(moment.compact(), "20260301053059");
        assert_eq!(Moment::from(hour("2026-03-01T05")).compact(), "20260301050000");
    }

    #[test]
    fn times_end_where_the_calendar_does() {
        let last = Moment::since_1970(u64::MAX).hour();
        assert_eq!(last.plus_hours(1), last);
        assert_eq!(last.plus_hours(i64::MAX), last);
        let first = last.minus_hours(i64::MAX);
        assert_eq!(first.minus_hours(1), first);
        assert!(first.hours_until(last) > 0);
    }
}
