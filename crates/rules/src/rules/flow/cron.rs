//! A cron expression has six fields, and one day.

use crate::finding::{Report, words};
use crate::text::is_known;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CRON "GEN0588" Error
        "A schedule is not a cron expression of AWS."
        "The service refuses it. A cron expression of EventBridge, Scheduler and Glue has six fields, and either the day of the month or the day of the week must be `?` (EventBridge user guide, \"Setting a schedule pattern for scheduled rules\"; Glue developer guide, \"Time-based schedules for jobs and crawlers\")."
        Template {
            bad: r#"
Resources:
  Crawler: {Type: AWS::Glue::Crawler, Properties: {Role: crawler, DatabaseName: lake, Schedule: {ScheduleExpression: "cron(0 3 * * *)"}, Targets: {S3Targets: [{Path: "s3://lake/raw/"}]}}}
"#,
            good: r#"
Resources:
  Crawler: {Type: AWS::Glue::Crawler, Properties: {Role: crawler, DatabaseName: lake, Schedule: {ScheduleExpression: "cron(0 3 * * ? *)"}, Targets: {S3Targets: [{Path: "s3://lake/raw/"}]}}}
"#,
        };
}

/// Resources with a schedule, and its property.
const SCHEDULES: [(&str, &str); 4] = [
    ("AWS::Events::Rule", "ScheduleExpression"),
    ("AWS::Scheduler::Schedule", "ScheduleExpression"),
    ("AWS::Glue::Trigger", "Schedule"),
    ("AWS::Glue::Crawler", "Schedule/ScheduleExpression"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, path) in SCHEDULES {
        for one in world.of_type(kind) {
            let fields = one.text(path).filter(|text| is_known(text));
            let fields = fields.and_then(|text| text.trim().strip_prefix("cron(")?.strip_suffix(')'));
            // Commas between fields are common, and harmless.
            let split = |text: &str| {
                text.split_whitespace().map(|one| one.trim_end_matches(',').to_owned()).collect()
            };
            let Some(fields): Option<Vec<String>> = fields.map(split) else { continue };
            let cause = match fields.as_slice() {
                [_, _, day, _, weekday, _] => {
                    if day == "?" || weekday == "?" {
                        continue;
                    }
                    "the day of the month or the day of the week must be `?`".to_owned()
                }
                other => {
                    format!("it has {} fields, and AWS expects 6, the last of which is the year", other.len())
                }
            };
            let about = words(
                format!("invalid schedule `cron({})` of `{}`", fields.join(" "), one.id),
                cause,
                "write minutes, hours, day of month, month, day of week and year: `cron(0 3 * * ? *)`",
            );
            report.property(CRON, one, path, about);
        }
    }
}
