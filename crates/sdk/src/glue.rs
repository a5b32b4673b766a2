//! Job runs: AWS Glue.

use std::collections::BTreeMap;

use crate::{Aws, Fault, JobRunState};

/// A run of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobRun {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub state: JobRunState,
    /// Why it failed; empty where it did not.
    pub error: String,
    /// How long it ran, in seconds, without the start.
    pub seconds: i64,
    /// What it is paid by: DPUs times seconds, where Glue says it.
    pub dpu_seconds: Option<f64>,
    /// How many workers it has, where it says so.
    pub workers: Option<i32>,
    /// Their type: `G.1X`.
    pub worker_type: String,
    /// The group of its logs.
    pub log_group: String,
}

impl Aws {
    /// Starts a job; gives the run's id.
    ///
    /// # Errors
    ///
    /// AWS refuses it: too many runs at once, or no such job.
    pub fn start_job(&self, job: &str, arguments: &BTreeMap<String, String>) -> Result<String, Fault> {
        let mut call = self.glue.start_job_run().job_name(job);
        for (name, value) in arguments {
            call = call.arguments(name, value);
        }
        let run = self.wait("glue:StartJobRun", call.send())?;
        Ok(run.job_run_id.unwrap_or_default())
    }

    /// How far a run is.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn job_run(&self, job: &str, id: &str) -> Result<JobRun, Fault> {
        let found = self.wait("glue:GetJobRun", self.glue.get_job_run().job_name(job).run_id(id).send())?;
        let run = found.job_run;
        let mut all = JobRun { id: id.to_owned(), ..JobRun::default() };
        if let Some(run) = run {
            all.state = run.job_run_state.map(|state| JobRunState::of(state.as_str())).unwrap_or_default();
            all.error = run.error_message.unwrap_or_default();
            all.seconds = i64::from(run.execution_time);
            all.dpu_seconds = run.dpu_seconds;
            all.workers = run.number_of_workers;
            all.worker_type = run.worker_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default();
            all.log_group = run.log_group_name.unwrap_or_default();
        }
        Ok(all)
    }
}
