//! Divides a window into runs of bounded size.

use std::fmt;

use super::Hour;
use crate::model::Volume;
use crate::platform::processing::flow::QUEUE_HOURS;
use crate::platform::sizing::{self, Worker};

/// The ID of a run: `backfill-2026030100-2026030200`, followed by `-2` for the second attempt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    fn of(from: Hour, to: Hour, attempt: u16) -> Self {
        let window = format!("backfill-{}-{}", from.compact(), to.compact());
        Self(if attempt > 1 { format!("{window}-{attempt}") } else { window })
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One run of a backfill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its ID.
    pub id: RunId,
    /// The first hour.
    pub from: Hour,
    /// The hour after the last one.
    pub to: Hour,
    /// The batch that it starts with, from 1.
    pub batch: u32,
    /// Bytes that it reads, before compression; an estimate.
    pub bytes: u64,
    /// Minutes that its job runs; an estimate.
    pub minutes: u64,
}

/// Bytes that a `G.1X` worker processes per hour; a test compares it with the sizing.
const WORKER_HOUR: u64 = 8_000_000_000;

/// Minutes until the workers of a job have started and its first file is read.
const START: u64 = 2;

/// The most hours of a run, however small the volume: a run that fails is repeated as a whole, and each hour is a
/// prefix to list.
const LONGEST: u64 = 30 * 24;

/// Divides the window into runs. Each takes about half of the job's time limit, so that a day with twice the records
/// still completes.
pub(super) fn runs(volume: Volume, job: sizing::Job, window: (Hour, Hour), attempt: u16) -> Vec<Run> {
    let hours = hours(volume, job);
    let mut runs: Vec<Run> = Vec::new();
    let (mut from, mut batch, mut ahead) = (window.0, 1, 0);
    while from < window.1 {
        let to = end(from, hours).min(window.1);
        let bytes = bytes(volume, u64::try_from(from.hours_until(to)).unwrap_or(0));
        let minutes = START + (bytes * 60).div_ceil(rate(job));
        // A run that waits too long in the queue fails, and other runs wait too.
        if ahead * 2 > QUEUE_HOURS * 60 {
            (batch, ahead) = (batch + 1, 0);
        }
        runs.push(Run { id: RunId::of(from, to, attempt), from, to, batch, bytes, minutes });
        ahead += minutes;
        from = to;
    }
    runs
}

/// Hours of records in a run: whole days, or a divisor of a day.
fn hours(volume: Volume, job: sizing::Job) -> u64 {
    let bytes = rate(job) * (job.timeout / 2).saturating_sub(START) / 60;
    let hours = (bytes * 24 / volume.bytes_per_day()).clamp(1, LONGEST);
    let parts = [12, 8, 6, 4, 3, 2, 1];
    match hours {
        24.. => hours / 24 * 24,
        _ => parts.into_iter().find(|part| *part <= hours).unwrap_or(1),
    }
}

/// The end of a run that begins at `from`: midnight, or the end of its part of the day.
fn end(from: Hour, hours: u64) -> Hour {
    let hours = i64::try_from(hours).unwrap_or(24);
    let into = if hours >= 24 { from.of_day() } else { from.of_day() % hours };
    from.plus_hours(hours - into)
}

/// Bytes that a job processes per hour; its driver does not count.
fn rate(job: sizing::Job) -> u64 {
    let times = match job.worker {
        Worker::G1x => 1,
        Worker::G2x => 2,
    };
    (job.workers - 1).max(1) * times * WORKER_HOUR
}

fn bytes(volume: Volume, hours: u64) -> u64 {
    volume.bytes_per_day() * hours / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volumes() -> impl Iterator<Item = Volume> {
        (0..=400).map(|step| Volume::clamped(10_000_000 + step * 250_000_000))
    }

    fn hour(text: &str) -> Hour {
        Hour::parse(text).expect(text)
    }

    /// Sizing gives a job enough workers to process a missed day within an hour, plus one.
    #[test]
    fn a_worker_is_as_fast_as_the_sizing_assumes() {
        for volume in volumes() {
            let (job, day) = (sizing::job(volume), volume.bytes_per_day());
            assert!(rate(job) >= day, "{volume}");
            let one = sizing::Job { workers: job.workers - 1, ..job };
            let spare = if job.worker == Worker::G1x { 0 } else { WORKER_HOUR * 2 };
            assert!(job.workers == 2 || rate(one) < day + spare, "{volume}");
        }
    }

    #[test]
    fn a_run_takes_at_most_half_of_the_time_limit_and_a_good_part_of_it() {
        for volume in volumes() {
            let job = sizing::job(volume);
            let window = (hour("2026-03-01"), hour("2026-09-01"));
            let runs = runs(volume, job, window, 1);
            assert!(runs.iter().all(|run| run.minutes <= job.timeout / 2), "{volume}");
            let most = runs.iter().map(|run| run.minutes).max().expect("a run");
            let hours = hours(volume, job);
            assert!(hours == LONGEST || most * 4 >= job.timeout / 2, "{volume}: {most} of {}", job.timeout);
            assert!(hours.is_multiple_of(24) || 24 % hours == 0, "{volume}: {hours}");
        }
    }

    #[test]
    fn runs_cover_the_window_once_and_end_at_midnight_or_within_a_day() {
        for volume in volumes().step_by(40) {
            for (from, to) in [
                ("2026-03-01T05", "2026-03-09T17"),
                ("2026-03-01", "2026-03-02"),
                ("2026-03-01T23", "2026-03-02T01"),
            ] {
                let runs = runs(volume, sizing::job(volume), (hour(from), hour(to)), 1);
                let mut at = hour(from);
                for run in &runs {
                    assert!(run.from == at && run.from < run.to);
                    at = run.to;
                }
                assert_eq!(at, hour(to));
                let whole = bytes(volume, u64::try_from(hour(from).hours_until(hour(to))).expect("hours"));
                let parts: u64 = runs.iter().map(|run| run.bytes).sum();
                assert!(whole.abs_diff(parts) <= runs.len() as u64, "{volume}: {whole}, {parts}");
                let (_, inner) = runs.split_last().expect("a run");
                assert!(
                    inner.iter().all(|run| run.to.of_day() == 0 || volume.bytes_per_day() > 7_000_000_000),
                    "{volume}"
                );
            }
        }
    }

    #[test]
    fn no_run_of_a_batch_exceeds_the_queue_limit() {
        for volume in volumes() {
            let window = (hour("2026-03-01"), hour("2026-09-01"));
            let runs = runs(volume, sizing::job(volume), window, 1);
            for batch in 1..=runs.last().expect("a run").batch {
                let minutes: Vec<u64> =
                    runs.iter().filter(|run| run.batch == batch).map(|run| run.minutes).collect();
                let ahead: u64 = minutes[..minutes.len() - 1].iter().sum();
                assert!(ahead < QUEUE_HOURS * 60, "{volume}: {ahead}");
            }
        }
    }

    #[test]
    fn an_id_names_the_window_and_attempt_and_is_valid_for_the_job() {
        let (from, to) = (hour("2026-03-01"), hour("2026-03-02"));
        assert_eq!(RunId::of(from, to, 1).to_string(), "backfill-2026030100-2026030200");
        assert_eq!(RunId::of(from, to, 2).to_string(), "backfill-2026030100-2026030200-2");
        // An execution's name has at most 80 characters.
        assert!(RunId::of(from, to, u16::MAX).to_string().len() + "-at-20260301000000".len() <= 80);
    }
}
