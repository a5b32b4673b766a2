//! Glue 5 does not read the log group of continuous logging.

use super::{JOB, is_spark, version};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONTINUOUS_LOG "GEN0570" Warning
        "A job of Glue 5.0 or later names the log group of continuous logging."
        "`--continuous-log-logGroup` belongs to Glue 4.0 and earlier. Since Glue 5.0, logs go to `/aws-glue/jobs/error` and `/aws-glue/jobs/output`, which keep logs forever, unless `--custom-logGroup-prefix` is given (Glue developer guide, \"Logging for AWS Glue jobs\")."
        Template {
            bad: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", DefaultArguments: {--continuous-log-logGroup: /jobs/orders}, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
            good: r#"
Resources:
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: arn:aws:iam::111122223333:role/job, Timeout: 60, GlueVersion: "5.0", DefaultArguments: {--custom-logGroup-prefix: /jobs/orders}, Command: {Name: glueetl, ScriptLocation: "s3://code/job.py"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "DefaultArguments/--continuous-log-logGroup";
    for job in world.of_type(JOB).filter(|job| is_spark(job) && job.is_set(path)) {
        let has_prefix = job.get("DefaultArguments/--custom-logGroup-prefix").is_some();
        let Some(version) = version(job).filter(|version| *version >= 5.0 && !has_prefix) else { continue };
        let about = words(
            format!("`{}` names its log group as before Glue 5.0", job.id),
            format!(
                "Glue {version:.1} ignores `--continuous-log-logGroup` and writes to /aws-glue/jobs/error and output"
            ),
            "set `--custom-logGroup-prefix`, and create the groups `<prefix>/error` and `<prefix>/output`",
        );
        report.property(CONTINUOUS_LOG, job, path, about);
    }
}
