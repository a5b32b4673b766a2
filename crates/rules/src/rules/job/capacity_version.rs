//! Since Glue 2.0, a Spark job is sized by workers.

use super::{JOB, is_spark, version};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CAPACITY_VERSION "GEN0565" Warning
        "A Spark job of Glue 2.0 or later sets `MaxCapacity`."
        "\"For Glue version 2.0+ jobs, you cannot specify a Maximum capacity\" (Glue API, CreateJob); Glue usually refuses it or takes the type of workers of Glue 1.0. Set `WorkerType` and `NumberOfWorkers`."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "4.0", MaxCapacity: 4, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "4.0", WorkerType: G.1X, NumberOfWorkers: 4, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB).filter(|job| is_spark(job) && job.is_set("MaxCapacity")) {
        let has_workers = job.get("WorkerType").is_some() || job.get("NumberOfWorkers").is_some();
        let Some(version) = version(job).filter(|version| *version >= 2.0 && !has_workers) else { continue };
        let about = words(
            format!("`{}` sets `MaxCapacity` with Glue {version:.1}", job.id),
            "since Glue 2.0, a Spark job is sized by workers",
            "set `WorkerType` and `NumberOfWorkers` instead",
        );
        report.property(CAPACITY_VERSION, job, "MaxCapacity", about);
    }
}
