//! Rules of Glue jobs, triggers and crawlers.

pub(super) mod bookmark_runs;
pub(super) mod capacity_version;
pub(super) mod continuous_log;
pub(super) mod half_workers;
pub(super) mod job_timeout;
pub(super) mod shell_capacity;
pub(super) mod shell_workers;
pub(super) mod streaming_worker;
pub(super) mod timeout_limit;
pub(super) mod trigger_kind;
pub(super) mod worker_version;
pub(super) mod workers_capacity;

use crate::world::Resource;

/// The type of Glue jobs.
pub(crate) const JOB: &str = "AWS::Glue::Job";

/// The kind of a job: `glueetl`, `gluestreaming`, `pythonshell` or `glueray`.
pub(crate) fn command(job: &Resource) -> Option<&str> {
    job.literal("Command/Name")
}

/// Whether a job certainly runs on Spark.
pub(crate) fn is_spark(job: &Resource) -> bool {
    matches!(command(job), Some("glueetl" | "gluestreaming"))
}

/// The version of Glue, if the template spells it out.
pub(crate) fn version(job: &Resource) -> Option<f64> {
    job.number("GlueVersion")
}
