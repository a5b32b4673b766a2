//! How long nothing may happen before it is an alarm.
//!
//! In: a schedule, and what else a healthy dataset can wait for. Out: a threshold. A failed run has an alarm of its own;
//! silence is what no other alarm notices: a schedule that is disabled, a producer that stopped.

use super::{MissingData, Side, Threshold};
use crate::model::Schedule;

/// Minutes in an hour: alarms on silence count hours, because CloudWatch evaluates shorter periods for at most one day.
const HOUR: u64 = 60;

/// Minutes of a day.
const DAY: u64 = 24 * HOUR;

/// Minutes that a run takes in addition to its job: to start, to load, and to refresh what depends on it.
const LOAD: u64 = HOUR;

/// The longest silence of something healthy, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    hours: u32,
}

impl Silence {
    /// Between two successful runs with this schedule and this job timeout in minutes: one period, and a second run that
    /// takes as long as it may while the first took no time.
    ///
    /// Arrivals have no period, but each day a run looks for files whose event was lost.
    #[must_use]
    pub fn of_runs(schedule: Schedule, timeout: u64) -> Self {
        Self::minutes(period(schedule) + timeout + LOAD)
    }

    /// Between two records of a stream: a day, because most producers are idle at some hours of it, and the time until
    /// a run would notice.
    #[must_use]
    pub fn of_records(schedule: Schedule) -> Self {
        Self::minutes(DAY + period(schedule))
    }

    fn minutes(minutes: u64) -> Self {
        // Two days are the longest warm-up period; no schedule and no timeout comes near them.
        Self { hours: u32::try_from(minutes.div_ceil(HOUR)).unwrap_or(u32::MAX).min(48) }
    }

    /// The period of the metric in seconds.
    #[must_use]
    pub fn period() -> u32 {
        3_600
    }

    /// Its length in hours.
    #[must_use]
    pub fn hours(self) -> u32 {
        self.hours
    }

    /// The threshold: not one event in each of the hours, the first of which begins when the alarm is created.
    /// Assumes `alarm-warm-up`.
    #[must_use]
    pub fn threshold(self) -> Threshold {
        Threshold {
            side: Side::Below,
            limit: 1.0,
            periods: (self.hours, self.hours),
            missing_data: MissingData::BreachingAfter(self.hours * 60),
        }
    }
}

/// Minutes between two runs.
fn period(schedule: Schedule) -> u64 {
    match schedule {
        Schedule::Every(period) => period.as_minutes(),
        Schedule::Daily { .. } | Schedule::OnArrival => DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Period;

    #[test]
    fn silence_is_longer_than_a_healthy_run_can_take() {
        let every = |minutes| Schedule::Every(Period::minutes(minutes));
        let runs = |schedule, timeout| Silence::of_runs(schedule, timeout).hours();
        assert_eq!(runs(every(15), 120), 4);
        assert_eq!(runs(every(60), 120), 4);
        assert_eq!(runs(every(60), 480), 10);
        assert_eq!(runs(Schedule::Daily { hour: 2, minute: 30 }, 480), 33);
        assert_eq!(runs(Schedule::OnArrival, 120), 27);
        assert_eq!(Silence::of_records(every(15)).hours(), 25);
        assert_eq!(Silence::of_records(Schedule::Daily { hour: 2, minute: 30 }).hours(), 48);
    }

    #[test]
    fn a_threshold_is_within_the_limits_of_cloudwatch() {
        for schedule in [Schedule::Every(Period::minutes(5)), Schedule::Every(Period::minutes(1_440))] {
            for silence in [Silence::of_runs(schedule, 480), Silence::of_records(schedule)] {
                let threshold = silence.threshold();
                assert_eq!(threshold.periods.0, threshold.periods.1);
                assert!(threshold.periods.1 * Silence::period() <= 604_800);
                let MissingData::BreachingAfter(warm_up) = threshold.missing_data else {
                    panic!("{threshold:?}")
                };
                assert!((1..=2_880).contains(&warm_up), "{warm_up}");
            }
        }
    }
}
