//! The ARN of a log destination ends with `:*`.

use crate::finding::{Report, words};
use crate::machine::MACHINE;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) LOG_DESTINATION "GEN0579" Error
        "The log destination of a state machine does not end with `:*`."
        "CreateStateMachine fails: \"Log Group ARN must be provided with '*' qualifier\" (hashicorp/terraform-provider-aws#17682; Step Functions API, CloudWatchLogsLogGroup). `!GetAtt Logs.Arn` ends with `:*`."
        Template {
            bad: r#"
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionString: '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
      LoggingConfiguration:
        Level: ERROR
        Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Logs}"}}]
"#,
            good: r#"
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionString: '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
      LoggingConfiguration:
        Level: ERROR
        Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Logs.Arn}}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type(MACHINE) {
        for (path, one) in machine.items("LoggingConfiguration/Destinations") {
            let arn = one.pointer("/CloudWatchLogsLogGroup/LogGroupArn").and_then(|arn| arn.as_str());
            // A reference alone is an attribute or a parameter, which has the ending.
            let Some(arn) = arn.filter(|arn| arn.contains(":log-group:") && !arn.ends_with(":*")) else {
                continue;
            };
            let last = arn.rsplit(":log-group:").next().unwrap_or_default();
            let is_group = |one: &Resource| last == format!("${{{}/{}}}", one.stack, one.id);
            // What a parameter ends with is not known.
            let is_open = last.ends_with('}') && !world.of_type("AWS::Logs::LogGroup").any(is_group);
            if is_open || last.ends_with('*') || last.contains(":log-stream:") {
                continue;
            }
            let about = words(
                format!("the log destination of `{}` does not end with `:*`", machine.id),
                "Step Functions requires the ARN of the log group with this ending",
                "add `:*` to the ARN, or use `!GetAtt` of the log group",
            );
            let path = format!("{path}/CloudWatchLogsLogGroup/LogGroupArn");
            report.property(LOG_DESTINATION, machine, &path, about);
        }
    }
}
