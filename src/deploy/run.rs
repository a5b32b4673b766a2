//! [`run`]: runs the state machine of a dataset, and waits for its end.
//!
//! In: a dataset, a run ID, optionally hours. Out: the metrics in the run's manifest. The state machine runs the job,
//! loads its result into the warehouse, and refreshes aggregates and dashboards. A job commits each run ID at most
//! once, so running it again is safe. It refuses to stop a run: the execution continues in AWS if the user stops
//! waiting.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::{Map, Value, json};
use strataform_backoff::{Backoff, End};
use strataform_sdk::{Aws, Execution, ExecutionState, Identity, JobRun, JobRunState, Kind};

use super::deployed::Deployed;
use super::fault::{ABSENT, Fault, INTERRUPTED, Reason, SERVICE};
use crate::assembly::DatasetResources;

/// How often a run is polled: it starts within seconds and takes minutes.
const POLLING: Backoff = Backoff::polling(Duration::from_millis(200), Duration::from_secs(5));

/// What to run.
#[derive(Clone, Copy)]
pub struct RunRequest<'a> {
    /// The connection to AWS.
    pub aws: &'a Aws,
    /// Who runs it.
    pub identity: &'a Identity,
    /// What is deployed.
    pub deployed: &'a Deployed,
    /// The dataset whose records are processed, as it is deployed.
    pub dataset: &'a DatasetResources,
    /// The run ID; one ID commits at most once.
    pub id: &'a str,
    /// The arrival hours to process; `None` for all new records.
    pub hours: Option<Hours<'a>>,
    /// Set when the user stops waiting.
    pub stop: &'a AtomicBool,
    /// Receives the progress.
    pub on: &'a dyn Fn(&RunEvent<'_>),
}

/// Hours of arrival, each as `2026-03-01T05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours<'a> {
    /// The first hour.
    pub from: &'a str,
    /// The hour after the last one.
    pub to: &'a str,
}

/// The progress of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunEvent<'a> {
    /// Step Functions started it.
    Started {
        /// The state machine.
        machine: &'a str,
        /// The ARN of the execution.
        execution: &'a str,
    },
    /// It entered another phase.
    Reached(RunPhase),
    /// The job run started, or changed its state: it waits for workers, or runs.
    Job(&'a JobRun),
}

/// The phases of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunPhase {
    /// The job cleans new records.
    Job,
    /// The warehouse loads what the job wrote.
    Load,
    /// Aggregates are refreshed.
    Refresh,
    /// The data sets of dashboards are refreshed.
    Dashboards,
}

impl RunPhase {
    /// The phases, each with the state that begins it.
    pub(crate) const STATES: [(Self, &'static str); 4] = [
        (Self::Job, "RunJob"),
        (Self::Load, "Load"),
        (Self::Refresh, "Refresh"),
        (Self::Dashboards, "RefreshDashboards"),
    ];

    /// The words that users read.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Job => "running the job",
            Self::Load => "loading into the warehouse",
            Self::Refresh => "refreshing aggregates",
            Self::Dashboards => "refreshing dashboard data sets",
        }
    }

    fn of(state: &str) -> Option<Self> {
        Self::STATES.iter().find(|(_, name)| *name == state).map(|(phase, _)| *phase)
    }
}

/// A run that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// The job run, if Glue returns it.
    pub job: Option<JobRun>,
    /// The metrics of the job, if it committed something that the identity may read.
    pub metrics: Option<Map<String, Value>>,
}

/// Runs the state machine of a dataset, and waits for its end.
///
/// # Errors
///
/// The state machine does not exist, the execution fails, or the user stops waiting.
pub fn run(request: &RunRequest<'_>) -> Result<RunResult, Fault> {
    let machine = &request.dataset.state_machine;
    let started = request.aws.start_execution(request.identity, machine, &input(request).to_string());
    let execution = started.map_err(|fault| {
        if fault.kind == Kind::Missing {
            Fault::refused(ABSENT, format!("unknown state machine {machine}")).help("run `gen deploy`")
        } else {
            fault.into()
        }
    })?;
    (request.on)(&RunEvent::Started { machine, execution: &execution });
    let ended = follow(request, &execution)?;
    let job = job(request);
    succeeded(&ended, job.as_ref(), request.dataset)?;
    Ok(RunResult { job, metrics: committed(request) })
}

/// The input of the state machine.
fn input(request: &RunRequest<'_>) -> Value {
    match request.hours {
        None => json!({ "run_id": request.id }),
        Some(hours) => json!({ "run_id": request.id, "from": hours.from, "to": hours.to }),
    }
}

/// Waits for the end of an execution.
fn follow(request: &RunRequest<'_>, arn: &str) -> Result<Execution, Fault> {
    let mut reached = None;
    let mut state = JobRunState::default();
    let mut pacer = POLLING.start(Some(request.stop));
    loop {
        match request.aws.execution(arn) {
            Ok(found) if found.state.is_final() => return Ok(found),
            Ok(_) => {
                let phase = phase(&request.aws.entered_states(arn).unwrap_or_default());
                if let Some(phase) = phase.filter(|_| phase != reached) {
                    (request.on)(&RunEvent::Reached(phase));
                    reached = Some(phase);
                }
                if phase == Some(RunPhase::Job)
                    && let Some(run) = job(request).filter(|run| run.state != state)
                {
                    (request.on)(&RunEvent::Job(&run));
                    state = run.state;
                }
            }
            // The execution continues, whether or not its state can be read.
            Err(fault) if fault.is_transient() => {}
            Err(fault) => return Err(fault.into()),
        }
        pacer.pause().map_err(|end| match end {
            End::Stopped | End::Exhausted => interrupted(arn),
        })?;
    }
}

/// The phase of an execution, from the states that it entered, newest first.
fn phase(entered: &[String]) -> Option<RunPhase> {
    entered.iter().find_map(|state| RunPhase::of(state))
}

/// The job run, if Glue returns it.
fn job(request: &RunRequest<'_>) -> Option<JobRun> {
    request.aws.job_run(&request.dataset.job, ("--run_id", request.id)).ok().flatten()
}

fn interrupted(arn: &str) -> Fault {
    Fault::new(INTERRUPTED, Reason::Interrupted, "interrupted")
        .because(format!("execution {arn} continues in AWS"))
        .help("a --run-id commits at most once, so running it again is safe")
}

/// Returns a fault if the execution did not succeed.
fn succeeded(ended: &Execution, job: Option<&JobRun>, dataset: &DatasetResources) -> Result<(), Fault> {
    if ended.state == ExecutionState::Succeeded {
        return Ok(());
    }
    let DatasetResources { state_machine, job_log_prefix, .. } = dataset;
    let summary = format!("state machine {state_machine} ended with {}", ended.state);
    Err(Fault::failed(SERVICE, summary).because(cause(ended, job)).help(format!(
        "see the job's log in {job_log_prefix}, then run it again; what is committed is not recomputed"
    )))
}

/// Why an execution failed: if its job failed, the script's error, which the job run has.
fn cause(ended: &Execution, job: Option<&JobRun>) -> String {
    match (job, ended.error.as_str(), ended.cause.as_str()) {
        (Some(job), ..) if job.state != JobRunState::Succeeded && !job.error.is_empty() => job.error.clone(),
        (_, "", "") => "Step Functions gives no cause".to_owned(),
        (_, error, cause) => format!("{error}: {cause}"),
    }
}

/// The metrics in the manifest that a run committed, if there is one that the identity may read.
fn committed(request: &RunRequest<'_>) -> Option<Map<String, Value>> {
    let RunRequest { aws, identity, deployed, dataset, id, .. } = *request;
    let bucket = deployed.value(&deployed.manifest.buckets.curated)?;
    let key = format!("{}{id}.json", dataset.run_prefix);
    let found = aws.object(&identity.account, bucket, &key).ok()??;
    let manifest: Value = serde_json::from_slice(&found.bytes).ok()?;
    manifest.get("strataform")?.get("metrics")?.as_object().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(state: ExecutionState, error: &str, cause: &str) -> Execution {
        Execution { state, error: error.to_owned(), cause: cause.to_owned() }
    }

    #[test]
    fn a_failed_run_reports_the_cause_and_its_log() {
        let dataset = DatasetResources {
            name: "event".to_owned(),
            stream: None,
            job: "p-dev-event".to_owned(),
            job_log_prefix: "/strataform/p-dev/jobs".to_owned(),
            state_machine: "p-dev-event".to_owned(),
            raw_prefix: "event/".to_owned(),
            run_prefix: "event/manifests/".to_owned(),
            columns: Vec::new(),
        };
        let run = |ended: Execution, job: Option<&JobRun>| succeeded(&ended, job, &dataset);
        assert_eq!(run(ended(ExecutionState::Succeeded, "", ""), None), Ok(()));
        let fault = run(ended(ExecutionState::TimedOut, "", ""), None).unwrap_err();
        assert_eq!(fault.summary, "state machine p-dev-event ended with TIMED_OUT");
        assert_eq!(fault.causes, ["Step Functions gives no cause"]);
        assert!(fault.help.contains("/strataform/p-dev/jobs"), "{}", fault.help);
        let loads = || ended(ExecutionState::Failed, "Redshift", "Load: no such table");
        assert_eq!(run(loads(), None).unwrap_err().causes, ["Redshift: Load: no such table"]);
        let job = |state| JobRun { state, error: "rows do not reconcile".to_owned(), ..JobRun::default() };
        let failed = run(loads(), Some(&job(JobRunState::Failed))).unwrap_err();
        assert_eq!(failed.causes, ["rows do not reconcile"]);
        let later = run(loads(), Some(&job(JobRunState::Succeeded))).unwrap_err();
        assert_eq!(later.causes, ["Redshift: Load: no such table"], "the job did not fail");
    }

    #[test]
    fn the_phase_follows_from_the_last_state_that_begins_one() {
        assert_eq!(phase(&[]), None);
        assert_eq!(phase(&["Check".to_owned()]), None);
        let states = ["LoadStatus", "LoadWait", "Load", "Committed", "RunJob"].map(str::to_owned);
        assert_eq!(phase(&states), Some(RunPhase::Load));
        assert_eq!(phase(&states[3..]), Some(RunPhase::Job));
    }
}
