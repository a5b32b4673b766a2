//! The capacity of a job fits its kind.

use super::{JOB, command};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SHELL_CAPACITY "GEN0563" Error
        "The `MaxCapacity` of a Glue job does not fit the kind of job."
        "Glue refuses it: a Python shell job takes 0.0625 or 1 DPU, a Spark job 2 to 100 whole DPUs (Glue API, CreateJob, MaxCapacity)."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, MaxCapacity: 2, Command: {Name: pythonshell, ScriptLocation: "s3://code/job.py", PythonVersion: "3.9"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, MaxCapacity: 1, Command: {Name: pythonshell, ScriptLocation: "s3://code/job.py", PythonVersion: "3.9"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB) {
        let (Some(kind), Some(capacity)) = (command(job), job.number("MaxCapacity")) else { continue };
        let (fits, expected) = match kind {
            "pythonshell" => ([0.0625, 1.0].contains(&capacity), "0.0625 or 1"),
            "glueetl" | "gluestreaming" => {
                (capacity >= 2.0 && capacity.fract() == 0.0, "a whole number from 2 to 100")
            }
            _ => continue,
        };
        if !fits {
            let about = words(
                format!("`{}` is a `{kind}` job with a `MaxCapacity` of {capacity}", job.id),
                format!("for this kind of job, Glue expects {expected}"),
                format!("set `MaxCapacity` to {expected}"),
            );
            report.property(SHELL_CAPACITY, job, "MaxCapacity", about);
        }
    }
}
