//! Timestamps of the sample world, which begins on Sunday, March 1, 2026.

/// Milliseconds since March 1, 2026, 00:00 UTC.
#[derive(Clone, Copy)]
pub(super) struct Moment(pub(super) u64);

/// A minute in milliseconds.
pub(super) const MINUTE: u64 = 60_000;
/// A day in milliseconds.
pub(super) const DAY: u64 = 24 * 60 * MINUTE;

impl Moment {
    /// `2026-03-01T00:00:00.000Z`
    pub(super) fn iso(self) -> String {
        let (of_day, seconds) = (self.0 % DAY, self.0 % DAY / 1_000);
        format!(
            "{}T{:02}:{:02}:{:02}.{:03}Z",
            self.date(),
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
            of_day % 1_000
        )
    }

    /// `2026-03-01`
    pub(super) fn date(self) -> String {
        // From March on, the lengths of months repeat in this pattern, with February last.
        const LENGTHS: [u64; 12] = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28];
        let mut days = self.0 / DAY;
        for (at, length) in (0_u64..).zip(LENGTHS.iter().cycle()) {
            if days < *length {
                let month = (at + 2) % 12 + 1;
                return format!("{}-{month:02}-{:02}", 2026 + (at + 2) / 12, days + 1);
            }
            days -= length;
        }
        unreachable!("the lengths repeat forever")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_iso_8601() {
        assert_eq!(Moment(0).iso(), "2026-03-01T00:00:00.000Z");
        assert_eq!(Moment(DAY + 61_005).iso(), "2026-03-02T00:01:01.005Z");
        assert_eq!(Moment(30 * DAY).date(), "2026-03-31");
        assert_eq!(Moment(31 * DAY).date(), "2026-04-01");
        assert_eq!(Moment(306 * DAY).date(), "2027-01-01");
    }
}
