//! The type of workers and their number belong together.

use super::{JOB, is_spark};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) HALF_WORKERS "GEN0561" Error
        "A Glue job sets the type of its workers without their number, or the number without the type."
        "CreateJob fails: \"Please set both Worker Type and Number of Workers\" (aws/aws-cdk#26241). Set both."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", WorkerType: G.1X, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
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
    for job in world.of_type(JOB).filter(|job| is_spark(job)) {
        let both = ["WorkerType", "NumberOfWorkers"];
        for (has, lacks) in [(both[0], both[1]), (both[1], both[0])] {
            if !job.is_set(has) || job.get(lacks).is_some() || job.is_set("MaxCapacity") {
                continue;
            }
            let about = words(
                format!("`{}` sets `{has}` without `{lacks}`", job.id),
                "Glue requires both",
                format!("set `{lacks}`"),
            );
            report.property(HALF_WORKERS, job, has, about);
        }
    }
}
