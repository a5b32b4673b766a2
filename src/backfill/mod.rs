//! Backfills: what was read once is processed again, a window at a time.
//!
//! In: a platform, an environment, a dataset, a window, the time of planning. Out: a [`Plan`] of bounded runs, each
//! with its name, its input and an estimate; or everything that is wrong with the window. It refuses to look at a
//! clock, to start anything and to print.
//!
//! A run's id says its window and its attempt, and nothing else. So a plan that is made again, as after an
//! interruption, has the same ids, and the job skips what they have committed; to compute something a second
//! time is another attempt, and another id.

mod chunk;
mod fault;
mod time;

pub use chunk::{Run, RunId};
pub use fault::Fault;
pub use time::{Hour, Moment, TimeFault};

use crate::model::{Dataset, Period};
use crate::platform::processing::flow;
use crate::platform::{Context, context, sizing};

/// What is to be processed again.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The name of a dataset.
    pub dataset: &'a str,
    /// The first hour in which records arrived.
    pub from: Hour,
    /// The hour after the last one.
    pub to: Hour,
    /// 1 for the first time, more to compute again what an earlier attempt committed.
    pub attempt: u16,
    /// When the plan is made.
    pub now: Moment,
}

/// Runs that process a window again, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The name of the dataset.
    pub dataset: String,
    /// The first hour.
    pub from: Hour,
    /// The hour after the last one.
    pub to: Hour,
    /// Which attempt it is.
    pub attempt: u16,
    /// When the plan was made.
    pub now: Moment,
    /// What runs them.
    pub machine: Machine,
    /// The workers of the job.
    pub workers: sizing::Job,
    /// The runs, in the order of time. Never empty.
    pub runs: Vec<Run>,
}

/// The state machine of a dataset, as a command names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// The region that it is in.
    pub region: String,
    /// The account; `None` where the platform file leaves it open.
    pub account: Option<String>,
}

/// What stands for the account where it is not known: a word that a shell leaves alone.
pub const ACCOUNT: &str = "ACCOUNT_ID";

impl Machine {
    /// Its ARN, with [`ACCOUNT`] in place of an account that is not known.
    #[must_use]
    pub fn arn(&self) -> String {
        let account = self.account.as_deref().unwrap_or(ACCOUNT);
        let partition = context::partition(&self.region);
        format!("arn:{partition}:states:{}:{account}:stateMachine:{}", self.region, self.name)
    }
}

impl Plan {
    /// How many batches there are: a batch is started as a whole, when the one before it has ended.
    #[must_use]
    pub fn batches(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.batch)
    }

    /// The runs of a batch.
    pub fn batch(&self, batch: u32) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.batch == batch)
    }

    /// Bytes that are read, before compression, about.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.runs.iter().map(|run| run.bytes).sum()
    }

    /// Minutes that the jobs run, one after the other, about.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        self.runs.iter().map(|run| run.minutes).sum()
    }

    /// Hours of workers that the jobs use at most, about.
    #[must_use]
    pub fn worker_hours(&self) -> f64 {
        worker_hours(self.workers, self.minutes())
    }

    /// Hours of workers that a run uses at most, about.
    #[must_use]
    pub fn worker_hours_of(&self, run: &Run) -> f64 {
        worker_hours(self.workers, run.minutes)
    }

    /// The name of the execution of a run. An execution's name is taken for ninety days whatever came of it, so
    /// that a run that failed needs another one: the time of the plan is in it. Commands of one plan that are
    /// given twice start nothing twice.
    #[must_use]
    pub fn execution(&self, run: &Run) -> String {
        format!("{}-at-{}", run.id, self.now.compact())
    }
}

#[expect(clippy::cast_precision_loss, reason = "minutes of workers are far below 2^52")]
fn worker_hours(job: sizing::Job, minutes: u64) -> f64 {
    (job.workers * minutes) as f64 / 60.0
}

/// The plan of a request.
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

/// The first hour of which nothing is deleted yet.
fn oldest(kept: Period, now: Moment) -> Hour {
    // The hour in which the oldest file that is kept arrived may have lost others.
    now.hour().minus_hours(i64::try_from(kept.as_days() * 24).unwrap_or(i64::MAX)).plus_hours(1)
}

#[cfg(test)]
mod tests;
