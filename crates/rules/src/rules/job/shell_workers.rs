//! A Python shell job has no workers.

use super::{JOB, command};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SHELL_WORKERS "GEN0562" Error
        "A Python shell job sets workers."
        "CreateJob fails: \"Worker Type is not supported for Job Command pythonshell\" (cloudposse/terraform-aws-glue#42). Set `MaxCapacity` to 0.0625 or 1."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, WorkerType: G.1X, NumberOfWorkers: 2, Command: {Name: pythonshell, ScriptLocation: "s3://code/job.py", PythonVersion: "3.9"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, MaxCapacity: 0.0625, Command: {Name: pythonshell, ScriptLocation: "s3://code/job.py", PythonVersion: "3.9"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB).filter(|job| command(job) == Some("pythonshell")) {
        if job.is_set("WorkerType") {
            let about = words(
                format!("`{}` is a Python shell job with workers", job.id),
                "Glue runs a Python shell job on a share of one machine",
                "remove the workers, and set `MaxCapacity` to 0.0625 or 1",
            );
            report.property(SHELL_WORKERS, job, "WorkerType", about);
        }
    }
}
