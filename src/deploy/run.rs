//! [`run`]: a run of a dataset's job, followed to its end.
//!
//! In: a dataset, the id of the run, hours. Out: what Glue and the run's own manifest tell of it. The job commits a run
//! of one id once, so running it again does no harm. It refuses to stop a run: that goes on in AWS when the user does
//! not wait for it.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::{Map, Value};
use strataform_backoff::{Backoff, End};
use strataform_sdk::{Aws, JobRun, JobRunState};

use super::deployed::Deployed;
use super::fault::{Fault, INTERRUPTED, Reason, SERVICE};
use crate::assembly::DatasetResources;

/// How often a run is looked at: it starts in some seconds and takes minutes.
const LOOKS: Backoff = Backoff::polling(Duration::from_millis(200), Duration::from_secs(5));

/// What is to run.
#[derive(Clone, Copy)]
pub struct RunRequest<'a> {
    /// AWS.
    pub aws: &'a Aws,
    /// The account.
    pub account: &'a str,
    /// What is deployed.
    pub deployed: &'a Deployed,
    /// The dataset whose job it is, as it is deployed.
    pub dataset: &'a DatasetResources,
    /// The id of the run: one id commits once.
    pub id: &'a str,
    /// The hours in which records arrived; all that is new where there are none.
    pub hours: Option<Hours<'a>>,
    /// Whether the user stops waiting.
    pub stop: &'a AtomicBool,
    /// Hears how far it is.
    pub on: &'a dyn Fn(&RunEvent<'_>),
}

/// Hours of arrival, each as `2026-03-01T05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours<'a> {
    /// The first one.
    pub from: &'a str,
    /// The one after the last.
    pub to: &'a str,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEvent<'a> {
    /// Glue took it.
    Started {
        /// The job.
        job: &'a str,
        /// The id that Glue gave to it.
        id: &'a str,
    },
    /// It has another state.
    Became(&'a JobRunState),
}

/// A run that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// What Glue says of it.
    pub run: JobRun,
    /// What it counted, by name; nothing where it committed nothing, or where that may not be read.
    pub metrics: Option<Map<String, Value>>,
}

/// Starts a job, waits for its end, and reads what it committed.
///
/// # Errors
///
/// Glue does not start it, it does not succeed, or the user stops waiting.
pub fn run(request: &RunRequest<'_>) -> Result<Ran, Fault> {
    let job = &request.dataset.job;
    let id = request.aws.start_job(job, &arguments(request))?;
    (request.on)(&RunEvent::Started { job, id: &id });
    let run = follow(request, job, &id)?;
    succeeded(&run, request.dataset)?;
    Ok(Ran { metrics: committed(request), run })
}

fn arguments(request: &RunRequest<'_>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([("--run_id".to_owned(), request.id.to_owned())]);
    if let Some(hours) = request.hours {
        all.insert("--from".to_owned(), hours.from.to_owned());
        all.insert("--to".to_owned(), hours.to.to_owned());
    }
    all
}

/// Waits for the end of a run.
fn follow(request: &RunRequest<'_>, job: &str, id: &str) -> Result<JobRun, Fault> {
    let mut state = JobRunState::default();
    let mut pacer = LOOKS.start(Some(request.stop));
    loop {
        match request.aws.job_run(job, id) {
            Ok(run) => {
                if run.state != state {
                    (request.on)(&RunEvent::Became(&run.state));
                    state = run.state.clone();
                }
                if state.is_final() {
                    return Ok(run);
                }
            }
            // The job goes on, whether or not we hear of it.
            Err(fault) if fault.is_passing() => {}
            Err(fault) => return Err(fault.into()),
        }
        pacer.pause().map_err(|end| match end {
            End::Stopped | End::Exhausted => goes_on(job, id),
        })?;
    }
}

fn goes_on(job: &str, id: &str) -> Fault {
    Fault::new(INTERRUPTED, Reason::Interrupted, "stopped")
        .because(format!("run {id} of job {job} goes on in AWS"))
        .help("the same --run_id never commits twice, so running it again does no harm")
}

/// Refuses a run that ended otherwise.
fn succeeded(run: &JobRun, dataset: &DatasetResources) -> Result<(), Fault> {
    if run.state == JobRunState::Succeeded {
        return Ok(());
    }
    let why = if run.error.is_empty() { "Glue does not say why" } else { &run.error };
    let DatasetResources { job, job_log_prefix, .. } = dataset;
    Err(Fault::failed(SERVICE, format!("job {job} is {}", run.state))
        .because(why)
        .help(format!("its log is in {job_log_prefix}; nothing was committed, so run it again")))
}

/// The metrics in the manifest that a run committed, where it did and we may read it.
fn committed(request: &RunRequest<'_>) -> Option<Map<String, Value>> {
    let RunRequest { aws, account, deployed, dataset, id, .. } = *request;
    let bucket = deployed.value(&deployed.manifest.buckets.curated)?;
    let key = format!("{}{id}.json", dataset.run_prefix);
    let found = aws.object(account, bucket, &key).ok()??;
    let manifest: Value = serde_json::from_slice(&found.bytes).ok()?;
    manifest.get("strataform")?.get("metrics")?.as_object().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_did_not_succeed_tells_why_and_where_its_log_is() {
        let dataset = DatasetResources {
            name: "event".to_owned(),
            stream: None,
            job: "p-dev-event".to_owned(),
            job_log_prefix: "/strataform/p-dev/jobs".to_owned(),
            state_machine: "p-dev-event".to_owned(),
            raw_prefix: "event/".to_owned(),
            run_prefix: "event/manifests/".to_owned(),
        };
        let run = |state: JobRunState, error: &str| {
            let run = JobRun { state, error: error.to_owned(), ..JobRun::default() };
            succeeded(&run, &dataset)
        };
        assert_eq!(run(JobRunState::Succeeded, ""), Ok(()));
        let fault = run(JobRunState::Timeout, "").unwrap_err();
        assert_eq!(fault.summary, "job p-dev-event is TIMEOUT");
        assert_eq!(fault.causes, ["Glue does not say why"]);
        assert!(fault.help.contains("/strataform/p-dev/jobs"), "{}", fault.help);
        let fault = run(JobRunState::Other("PAUSED".to_owned()), "later").unwrap_err();
        assert_eq!(
            (fault.summary.as_str(), fault.causes),
            ("job p-dev-event is PAUSED", vec!["later".to_owned()])
        );
    }
}
