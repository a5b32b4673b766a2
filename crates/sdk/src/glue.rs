//! AWS Glue: job runs.

use std::collections::BTreeSet;

use crate::{Aws, Fault, JobRunState};

/// A job run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobRun {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: JobRunState,
    /// The error message; empty if it did not fail.
    pub error: String,
    /// How long it ran, in seconds, without the startup.
    pub seconds: i64,
    /// The billed DPU seconds, if Glue reports them.
    pub dpu_seconds: Option<f64>,
    /// The number of workers, if Glue reports it.
    pub workers: Option<i32>,
    /// The worker type: `G.1X`.
    pub worker_type: String,
    /// Its log group.
    pub log_group: String,
}

/// How many runs of a job are read, newest first. One ID has one run, and another for each retry by Step Functions.
const NEWEST: i32 = 50;

impl Aws {
    /// The Glue versions of the jobs in the Region: `glue:GetJobs`.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn job_versions(&self) -> Result<BTreeSet<String>, Fault> {
        let mut versions = BTreeSet::new();
        let mut token = None;
        loop {
            let call = self.glue.get_jobs().max_results(1_000).set_next_token(token);
            let found = self.wait("glue:GetJobs", call.send())?;
            versions.extend(found.jobs.unwrap_or_default().into_iter().filter_map(|job| job.glue_version));
            token = found.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(versions);
            }
        }
    }

    /// The newest run of a job that was started with this argument; `None` if none of the newest 50 was.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn job_run(&self, job: &str, argument: (&str, &str)) -> Result<Option<JobRun>, Fault> {
        let call = self.glue.get_job_runs().job_name(job).max_results(NEWEST);
        let found = self.wait("glue:GetJobRuns", call.send())?;
        let (name, value) = argument;
        let runs = found.job_runs.unwrap_or_default().into_iter().filter(|run| {
            run.arguments.as_ref().and_then(|all| all.get(name)).is_some_and(|given| given == value)
        });
        Ok(runs.max_by(|a, b| a.started_on.cmp(&b.started_on)).map(job_run))
    }
}

fn job_run(run: aws_sdk_glue::types::JobRun) -> JobRun {
    JobRun {
        id: run.id.unwrap_or_default(),
        state: run.job_run_state.map(|state| JobRunState::of(state.as_str())).unwrap_or_default(),
        error: run.error_message.unwrap_or_default(),
        seconds: i64::from(run.execution_time),
        dpu_seconds: run.dpu_seconds,
        workers: run.number_of_workers,
        worker_type: run.worker_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        log_group: run.log_group_name.unwrap_or_default(),
    }
}
