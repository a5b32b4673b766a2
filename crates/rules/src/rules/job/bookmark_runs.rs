//! Bookmarks do not stand two runs at a time.

use super::JOB;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) BOOKMARK_RUNS "GEN0569" Warning
        "A Glue job with bookmarks allows several runs at a time."
        "Runs that overlap read the same files, and the last one to commit moves the bookmark: rows are duplicated or skipped. AWS asks for a maximum of 1 (Glue developer guide, \"Tracking processed data using job bookmarks\")."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", ExecutionProperty: {MaxConcurrentRuns: 4}, DefaultArguments: {--job-bookmark-option: job-bookmark-enable}, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", ExecutionProperty: {MaxConcurrentRuns: 1}, DefaultArguments: {--job-bookmark-option: job-bookmark-enable}, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "ExecutionProperty/MaxConcurrentRuns";
    for job in world.of_type(JOB) {
        if job.literal("DefaultArguments/--job-bookmark-option") != Some("job-bookmark-enable") {
            continue;
        }
        let Some(runs) = job.number(path).filter(|runs| *runs > 1.0) else { continue };
        let about = words(
            format!("`{}` uses bookmarks and allows {runs} runs at a time", job.id),
            "runs that overlap read the same input, and move each other's bookmark",
            "set `MaxConcurrentRuns` to 1",
        );
        report.property(BOOKMARK_RUNS, job, path, about);
    }
}
