//! A job stops after seven days at the latest.

use super::JOB;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TIMEOUT_LIMIT "GEN0566" Error
        "The `Timeout` of a Glue job is longer than 7 days."
        "\"Jobs must have timeout values less than 7 days or 10080 minutes. Otherwise, the jobs will throw an exception\" (Glue API, CreateJob, Timeout). The unit is minutes."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 86400, GlueVersion: "5.0", Command: {Name: gluestreaming, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 1440, GlueVersion: "5.0", Command: {Name: gluestreaming, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

/// The minutes of 7 days.
const MOST: f64 = 10_080.0;

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB) {
        let Some(minutes) = job.number("Timeout").filter(|minutes| *minutes > MOST) else { continue };
        let about = words(
            format!("the timeout of `{}` is {minutes} minutes", job.id),
            "Glue allows at most 7 days, which are 10,080 minutes",
            "set `Timeout` in minutes, below 10,080",
        );
        report.property(TIMEOUT_LIMIT, job, "Timeout", about);
    }
}
