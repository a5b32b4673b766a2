//! A type of worker needs its version of Glue.

use super::{JOB, version};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) WORKER_VERSION "GEN0564" Error
        "The version of Glue does not have the type of worker of a job."
        "CreateJob fails: G.025X, G.4X and G.8X need Glue 3.0 or later, and G.12X, G.16X and R.1X to R.8X need Glue 4.0 (Glue API, CreateJob, WorkerType). Choose another type or a later version."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "3.0", WorkerType: R.1X, NumberOfWorkers: 2, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "4.0", WorkerType: R.1X, NumberOfWorkers: 2, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB) {
        let least = match job.literal("WorkerType") {
            Some("G.025X" | "G.4X" | "G.8X") => 3.0,
            Some("G.12X" | "G.16X" | "R.1X" | "R.2X" | "R.4X" | "R.8X") => 4.0,
            _ => continue,
        };
        let Some(version) = version(job).filter(|version| *version < least) else { continue };
        let about = words(
            format!("Glue {version:.1} does not have the type of worker of `{}`", job.id),
            format!("the type requires Glue {least:.1} or later"),
            "choose another `WorkerType` or a later `GlueVersion`",
        );
        report.property(WORKER_VERSION, job, "WorkerType", about);
    }
}
