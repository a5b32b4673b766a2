//! The review of `gen check`, `gen synth` and `gen deploy`: the rules that ship, and the day.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate};
use strataform::check::policy::{Review, shipped_rules};
use strataform::model;

/// The review of today.
pub(super) fn today() -> Review<'static> {
    Review { rules: vec![shipped_rules()], today: day() }
}

/// Today, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "which suppressions have expired depends on the day; none of it is rendered"
)]
pub(super) fn day() -> NaiveDate {
    // With a clock before 1970, no suppression has expired.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    DateTime::from_timestamp(seconds, 0).map_or(NaiveDate::MIN, |time| time.date_naive())
}

/// Reads a day of the command line.
pub(super) fn parse_day(text: &str) -> Result<NaiveDate, String> {
    model::parse_day(text).ok_or_else(|| "expected a date, such as `2027-03-01`".to_owned())
}
