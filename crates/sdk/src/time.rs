//! Points in time, as text and as milliseconds.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Formats seconds since 1970 as `2026-11-22T10:00:00Z`.
#[must_use]
pub fn utc(seconds: i64) -> String {
    DateTime::from_secs(seconds).fmt(Format::DateTime).unwrap_or_default()
}

/// Milliseconds since 1970, so that two times within one second differ.
pub(crate) fn moment(time: Option<&DateTime>) -> i64 {
    time.and_then(|time| time.to_millis().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_time_is_formatted_as_utc() {
        assert_eq!(super::utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::utc(1_795_000_000), "2026-11-18T11:06:40Z");
    }
}
