//! A log group has a retention.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) RETENTION "GEN0595" Warning
        "A log group has no retention."
        "Without `RetentionInDays`, log events never expire, and their storage is billed every month (CloudWatch Logs API, PutRetentionPolicy). Set `RetentionInDays`."
        Template {
            bad: r"
Resources:
  Logs: {Type: AWS::Logs::LogGroup}
",
            good: r"
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for group in world.of_type("AWS::Logs::LogGroup") {
        // Groups of the class DELIVERY have a fixed retention.
        let is_fixed = group.get("LogGroupClass").is_some_and(|class| *class != "STANDARD");
        if group.get("RetentionInDays").is_none() && !is_fixed {
            let about = words(
                format!("the log group `{}` keeps its events forever", group.id),
                "without `RetentionInDays`, log events never expire",
                "set `RetentionInDays`",
            );
            report.resource(RETENTION, group, about);
        }
    }
}
