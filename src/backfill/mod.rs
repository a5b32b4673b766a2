//! Backfills: process raw records again, one window at a time.
//!
//! In: a platform, an environment, a dataset, a window, the time of planning. Out: a [`Plan`] of bounded runs, each
//! with its name, its input and an estimate; or everything that is wrong with the window. It refuses to read the
//! clock, to start anything and to print.
//!
//! The ID of a run consists of its window and its attempt, and nothing else. A plan that is made again, for example
//! after an interruption, therefore has the same IDs, and the job skips the runs that are already committed. To
//! compute something a second time, use another attempt, which has another ID.

mod chunk;
mod fault;
mod time;

pub use chunk::{Run, RunId};
pub use fault::Fault;
pub use time::{Hour, Moment, TimeFault};

use crate::model::{Dataset, Period};
use crate::platform::processing::flow;
use crate::platform::sizing::Amount;
use crate::platform::{Context, sizing, storage};

/// What to process again.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The name of a dataset.
    pub dataset: &'a str,
    /// The first hour in which records arrived.
    pub from: Hour,
    /// The hour after the last one.
    pub to: Hour,
    /// 1 for the first attempt; a greater number repeats what an earlier attempt committed.
    pub attempt: u16,
    /// The time of planning.
    pub now: Moment,
}

/// Runs that process a window again, one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The name of the dataset.
    pub dataset: String,
    /// The first hour.
    pub from: Hour,
    /// The hour after the last one.
    pub to: Hour,
    /// The number of the attempt, from 1.
    pub attempt: u16,
    /// The time of planning.
    pub now: Moment,
    /// The state machine that executes the runs.
    pub machine: Machine,
    /// The workers of the job.
    pub workers: sizing::Job,
    /// The runs, in chronological order. Never empty.
    pub runs: Vec<Run>,
}

/// The state machine of a dataset, as commands refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// Its Region.
    pub region: String,
    /// Its account; `None` if the platform file does not set one.
    pub account: Option<String>,
}

/// The placeholder for an unknown account: a word that needs no quotes in a shell.
pub const ACCOUNT: &str = "ACCOUNT_ID";

impl Machine {
    /// Its ARN, with [`ACCOUNT`] in place of an unknown account.
    #[must_use]
    pub fn arn(&self) -> String {
        let account = self.account.as_deref().unwrap_or(ACCOUNT);
        let partition = strataform_symbols::partition(&self.region);
        format!("arn:{partition}:states:{}:{account}:stateMachine:{}", self.region, self.name)
    }
}

impl Plan {
    /// The number of batches. A batch is started as a whole, once the previous one has ended.
    #[must_use]
    pub fn batches(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.batch)
    }

    /// The runs of a batch.
    pub fn batch(&self, batch: u32) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.batch == batch)
    }

    /// Bytes that are read, before compression; an estimate.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.runs.iter().map(|run| run.bytes).sum()
    }

    /// Minutes that the jobs run, one after another; an estimate.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        self.runs.iter().map(|run| run.minutes).sum()
    }

    /// Worker hours of all jobs; an upper estimate.
    #[must_use]
    pub fn worker_hours(&self) -> f64 {
        worker_hours(self.workers, self.minutes())
    }

    /// Minutes of all workers of all jobs together; an upper estimate.
    #[must_use]
    pub fn worker_minutes(&self) -> u64 {
        self.workers.workers * self.minutes()
    }

    /// The price of all jobs at list prices; an upper estimate.
    #[must_use]
    pub fn price(&self) -> Amount {
        sizing::job_price(self.workers, self.minutes())
    }

    /// Worker hours of one run; an upper estimate.
    #[must_use]
    pub fn worker_hours_of(&self, run: &Run) -> f64 {
        worker_hours(self.workers, run.minutes)
    }

    /// The name of the execution of a run. Step Functions reserves an execution's name for 90 days, even after a
    /// failure, so a run that is repeated needs another name: it contains the time of planning. Commands of one plan
    /// that are executed twice start nothing twice.
    #[must_use]
    pub fn execution(&self, run: &Run) -> String {
        format!("{}-at-{}", run.id, self.now.compact())
    }
}

#[expect(clippy::cast_precision_loss, reason = "worker minutes are far below 2^52")]
fn worker_hours(job: sizing::Job, minutes: u64) -> f64 {
    (job.workers * minutes) as f64 / 60.0
}

/// Plans a request.
///
/// # Errors
/// Everything that is wrong with the request.
pub fn plan(context: Context<'_>, request: Request<'_>) -> Result<Plan, Vec<Fault>> {
    let dataset = context.platform.dataset(request.dataset);
    let mut faults = window_faults(context, request);
    if dataset.is_none() {
        let known = context.platform.datasets.iter().map(|one| one.name.to_string()).collect();
        faults.insert(0, Fault::Dataset { wanted: request.dataset.to_owned(), known });
    }
    match dataset {
        Some(dataset) if faults.is_empty() => Ok(of(context, dataset, request)),
        _ => Err(faults),
    }
}

/// Plans the repetition of everything that a job can read, at the hour of a day at which that takes longest.
#[must_use]
pub fn whole(context: Context<'_>, dataset: &Dataset) -> Plan {
    const DAY: u64 = 20_000 * 24;
    let kept = context.environment.settings.retention.raw;
    let at = |hour: u64| {
        let now = Moment::since_1970((DAY + hour) * 60 * 60);
        let (from, to) = (oldest(kept, now), now.hour());
        of(context, dataset, Request { dataset: dataset.name.as_str(), from, to, attempt: 2, now })
    };
    (1..24).map(at).fold(at(0), |most, one| if one.minutes() > most.minutes() { one } else { most })
}

fn of(context: Context<'_>, dataset: &Dataset, request: Request<'_>) -> Plan {
    let volume = context.volume(dataset);
    let workers = sizing::job(volume);
    Plan {
        dataset: dataset.name.to_string(),
        from: request.from,
        to: request.to,
        attempt: request.attempt,
        now: request.now,
        machine: Machine {
            name: flow::machine_name(context, dataset),
            region: context.environment.region.clone(),
            account: context.environment.account.clone(),
        },
        workers,
        runs: chunk::runs(volume, workers, (request.from, request.to), request.attempt),
    }
}

fn window_faults(context: Context<'_>, request: Request<'_>) -> Vec<Fault> {
    let Request { from, to, now, .. } = request;
    if from >= to {
        return vec![Fault::Order { from, to }];
    }
    let mut faults = Vec::new();
    let kept = context.environment.settings.retention.raw;
    let oldest = oldest(kept, now);
    if from < oldest {
        let environment = context.environment.name.to_string();
        faults.push(Fault::Deleted { from, oldest, kept, environment });
    }
    if to > now.hour() {
        faults.push(Fault::Future { to, over: now.hour() });
    }
    faults
}

/// The first hour of which nothing has been deleted.
fn oldest(kept: Period, now: Moment) -> Hour {
    // A job cannot read noncurrent versions. The hour in which the oldest kept file arrived may have lost others.
    let days = kept.as_days().saturating_sub(storage::NONCURRENT_DAYS);
    now.hour().minus_hours(i64::try_from(days * 24).unwrap_or(i64::MAX)).plus_hours(1)
}

#[cfg(test)]
mod tests;
