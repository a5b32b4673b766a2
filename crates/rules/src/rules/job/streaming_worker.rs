//! The smallest worker is for streaming jobs.

use super::{JOB, command};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) STREAMING_WORKER "GEN0571" Warning
        "A Glue job that does not stream has workers of type G.025X."
        "The type is \"only available for Glue version 3.0 or later streaming jobs\" (Glue API, CreateJob, WorkerType), so Glue usually refuses it. With 4 GB of memory, batches run out of memory. Choose G.1X."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", WorkerType: G.025X, NumberOfWorkers: 2, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", WorkerType: G.025X, NumberOfWorkers: 2, Command: {Name: gluestreaming, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB).filter(|job| job.literal("WorkerType") == Some("G.025X")) {
        if command(job) == Some("glueetl") {
            let about = words(
                format!("`{}` does not stream and has workers of type G.025X", job.id),
                "AWS offers this type for streaming jobs only",
                "set `WorkerType` to G.1X",
            );
            report.property(STREAMING_WORKER, job, "WorkerType", about);
        }
    }
}
