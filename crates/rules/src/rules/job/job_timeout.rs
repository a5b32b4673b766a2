//! A job has a timeout of its own.

use super::{JOB, command, version};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) JOB_TIMEOUT "GEN0567" Warning
        "A Glue job has no timeout."
        "A run that hangs is billed until the default stops it: after 2,880 minutes up to Glue 4.0, and after 480 minutes since Glue 5.0 (Glue API, CreateJob, Timeout). Set `Timeout` to a multiple of what a run usually takes."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, GlueVersion: "4.0", Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "4.0", Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type(JOB) {
        let runs_on = matches!(command(job), None | Some("gluestreaming"));
        if runs_on || job.get("Timeout").is_some() {
            continue;
        }
        let default = match version(job) {
            Some(version) if version < 5.0 => "after 48 hours",
            Some(_) => "after 8 hours",
            None => "after 8 or 48 hours, depending on the version of Glue",
        };
        let about = words(
            format!("`{}` has no timeout", job.id),
            format!("Glue stops a run that hangs {default}"),
            "set `Timeout`, in minutes",
        );
        report.resource(JOB_TIMEOUT, job, about);
    }
}
