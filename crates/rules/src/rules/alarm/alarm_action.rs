//! An alarm tells someone.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ALARM_ACTION "GEN0599" Warning
        "An alarm has no action, and nothing in the templates reads its state."
        "It changes its color in the console, and no one is told. Set `AlarmActions` to a topic, name the alarm in a composite alarm, or delete it (CloudWatch user guide, \"Alarm actions\")."
        Template {
            bad: r"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 3, Threshold: 1, ComparisonOperator: LessThanThreshold}
",
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 3, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    // Rules of EventBridge and composite alarms may read alarms by their name.
    let reads = |kind: &str| {
        world.of_type(kind).any(|one| one.properties.to_string().to_lowercase().contains("alarm"))
    };
    if reads("AWS::Events::Rule") || reads("AWS::CloudWatch::CompositeAlarm") {
        return;
    }
    for alarm in world.of_type(ALARM) {
        let mine = format!("${{{}/{}", alarm.stack, alarm.id);
        let actions = ["AlarmActions", "OKActions", "InsufficientDataActions"];
        let acts =
            actions.iter().any(|path| alarm.get(path).is_some_and(|all| *all != serde_json::json!([])));
        let is_named = alarm.get("AlarmName").is_some_and(|name| !name.is_string());
        if acts
            || is_named
            || world.all().any(|one| one.id != alarm.id && one.properties.to_string().contains(&mine))
        {
            continue;
        }
        let about = words(
            format!("the alarm `{}` has no action", alarm.id),
            "its state changes, and no one is told",
            "set `AlarmActions` to the ARN of a topic",
        );
        report.resource(ALARM_ACTION, alarm, about);
    }
}
