//! [`Hour`] and [`Moment`]: the times of a window, in UTC.

use std::fmt;

/// A whole hour in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour {
    /// Hours since 1970.
    since: i64,
}

/// A second in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since 1970.
    since: i64,
}

/// Why a text is no hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFault {
    /// It is of none of the forms.
    Form,
    /// There is no such month.
    Month,
    /// The month has fewer days.
    Day {
        /// `2026-02`
        month: String,
        /// How many it has.
        days: i64,
    },
    /// The hour is above 23.
    Hour,
    /// It is within an hour.
    Minutes {
        /// The hour that it is in.
        hour: Hour,
    },
    /// It has an offset to UTC.
    Offset,
}

impl fmt::Display for TimeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("write 2026-03-01, 2026-03-01T05 or 2026-03-01T05:00Z; times are UTC"),
            Self::Month => f.write_str("months are 01 to 12"),
            Self::Day { month, days } => write!(f, "{month} has {days} days"),
            Self::Hour => f.write_str("hours are 00 to 23; a day ends with hour 00 of the next one"),
            Self::Minutes { hour } => {
                write!(f, "a window has whole hours: write {hour} or {}", hour.plus_hours(1))
            }
            Self::Offset => f.write_str("times are UTC: write it so, with Z or nothing at the end"),
        }
    }
}

impl std::error::Error for TimeFault {}

impl Hour {
    /// Reads `2026-03-01` (its first hour), `2026-03-01T05`, `2026-03-01T05:00Z`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, TimeFault> {
        let (date, time) = text.split_once('T').unwrap_or((text, "00"));
        let [year, month, day] = numbers(date, '-', [4, 2, 2]).ok_or(TimeFault::Form)?;
        if time.contains(['+', '-']) {
            return Err(TimeFault::Offset);
        }
        let time = time.strip_suffix('Z').unwrap_or(time);
        let [hour, minute, second] = clock(time).ok_or(TimeFault::Form)?;
        if !(1..=12).contains(&month) {
            return Err(TimeFault::Month);
        }
        let days = days_of(year, month);
        if !(1..=days).contains(&day) {
            return Err(TimeFault::Day { month: format!("{year:04}-{month:02}"), days });
        }
        if hour > 23 {
            return Err(TimeFault::Hour);
        }
        let hour = Self { since: days_since(year, month, day) * 24 + hour };
        if (minute, second) == (0, 0) { Ok(hour) } else { Err(TimeFault::Minutes { hour }) }
    }

    /// So many hours later.
    #[must_use]
    pub fn plus_hours(self, hours: i64) -> Self {
        Self { since: self.since.saturating_add(hours) }
    }

    /// So many hours earlier.
    #[must_use]
    pub fn minus_hours(self, hours: i64) -> Self {
        Self { since: self.since.saturating_sub(hours) }
    }

    /// Hours until a later one.
    #[must_use]
    pub fn hours_until(self, later: Self) -> i64 {
        later.since - self.since
    }

    /// 0 to 23.
    #[must_use]
    pub fn of_day(self) -> i64 {
        self.since.rem_euclid(24)
    }

    /// `2026030105`: as it stands in names.
    #[must_use]
    pub fn compact(self) -> String {
        let (year, month, day) = date_of(self.since.div_euclid(24));
        format!("{year:04}{month:02}{day:02}{:02}", self.of_day())
    }
}

/// `2026-03-01T05`: as the job takes it.
impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.since.div_euclid(24));
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}", self.of_day())
    }
}

impl Moment {
    /// So many seconds after the beginning of 1970.
    #[must_use]
    pub fn since_1970(seconds: u64) -> Self {
        Self { since: i64::try_from(seconds).unwrap_or(i64::MAX) }
    }

    /// The hour that it is in.
    #[must_use]
    pub fn hour(self) -> Hour {
        Hour { since: self.since.div_euclid(3600) }
    }

    /// `20260301053059`: as it stands in names.
    #[must_use]
    pub fn compact(self) -> String {
        let rest = self.since.rem_euclid(3600);
        format!("{}{:02}{:02}", self.hour().compact(), rest / 60, rest % 60)
    }
}

impl From<Hour> for Moment {
    fn from(hour: Hour) -> Self {
        Self { since: hour.since.saturating_mul(3600) }
    }
}

/// Numbers of so many digits each.
fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[i64; N]> {
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

/// `05`, `05:00`, `05:00:00`.
fn clock(text: &str) -> Option<[i64; 3]> {
    let of =
        |[hour, minute, second]: [i64; 3]| (minute < 60 && second < 60).then_some([hour, minute, second]);
    numbers(text, ':', [2])
        .map(|[hour]| [hour, 0, 0])
        .or_else(|| numbers(text, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]))
        .or_else(|| numbers(text, ':', [2, 2, 2]))
        .and_then(of)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the beginning of year 0 to that of a year.
fn days_before(year: i64) -> i64 {
    // Leap years below it: year 0 is one.
    let last = year - 1;
    year * 365 + last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400) + 1
}

/// Days from the beginning of 1970 to a day.
fn days_since(year: i64, month: i64, day: i64) -> i64 {
    let months: i64 = (1..month).map(|month| days_of(year, month)).sum();
    days_before(year) - days_before(1970) + months + day - 1
}

/// Year, month and day of a day that is so many days after the beginning of 1970.
fn date_of(days: i64) -> (i64, i64, i64) {
    let whole = days + days_before(1970);
    // At most a year off: a year has 365.2425 days.
    let mut year = whole * 400 / 146_097;
    while days_before(year) > whole {
        year -= 1;
    }
    while days_before(year + 1) <= whole {
        year += 1;
    }
    let mut rest = whole - days_before(year);
    let mut month = 1;
    while rest >= days_of(year, month) {
        rest -= days_of(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(text: &str) -> Hour {
        Hour::parse(text).expect(text)
    }

    #[test]
    fn every_day_of_four_centuries_is_read_as_it_is_written() {
        let mut at = hour("1970-01-01");
        assert_eq!(at.since, 0);
        for _ in 0..146_097 {
            assert_eq!(hour(&at.to_string()), at);
            at = at.plus_hours(24);
        }
        assert_eq!(at, hour("2370-01-01"));
        assert_eq!(hour("2026-03-01").since, 1_772_323_200 / 3600);
        assert_eq!(hour("2024-02-29T23").plus_hours(1), hour("2024-03-01"));
        assert_eq!(hour("0001-01-01").to_string(), "0001-01-01T00");
        assert_eq!(hour("9999-12-31T23").compact(), "9999123123");
    }

    #[test]
    fn three_forms_are_one_hour() {
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
    fn what_is_no_hour_says_why() {
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
            let said = Hour::parse(text).expect_err(text).to_string();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    #[test]
    fn a_moment_is_in_an_hour() {
        let moment = Moment::since_1970(1_772_323_200 + 5 * 3600 + 30 * 60 + 59);
        assert_eq!(moment.hour(), hour("2026-03-01T05"));
        assert_eq!(moment.compact(), "20260301053059");
        assert_eq!(Moment::from(hour("2026-03-01T05")).compact(), "20260301050000");
    }
}
