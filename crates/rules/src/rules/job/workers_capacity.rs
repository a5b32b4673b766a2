//! Glue refuses workers together with a maximum capacity.

use super::JOB;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) WORKERS_CAPACITY "GEN0560" Error
        "A Glue job sets both workers and `MaxCapacity`."
        "Glue refuses it: \"Do not set MaxCapacity if using WorkerType and NumberOfWorkers\" (Glue API, CreateJob). Remove `MaxCapacity`."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", WorkerType: G.1X, NumberOfWorkers: 2, MaxCapacity: 2, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", WorkerType: G.1X, NumberOfWorkers: 2, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB).filter(|job| job.is_set("MaxCapacity")) {
        let Some(other) = ["WorkerType", "NumberOfWorkers"].into_iter().find(|path| job.is_set(path)) else {
            continue;
        };
        let about = words(
            format!("`{}` sets `MaxCapacity` and `{other}`", job.id),
            "Glue accepts either a capacity or workers",
            "remove `MaxCapacity`",
        );
        report.property(WORKERS_CAPACITY, job, "MaxCapacity", about);
    }
}
