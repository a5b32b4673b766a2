//! The role of a target may call the target.

use serde_json::Value;

use super::{is_sure, may_not_call, schedules, targets};
use crate::finding::{Report, words};
use crate::machine::actions;
use crate::permissions::Answer;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TARGET_CALL "GEN0583" Error
        "The role with which a schedule or a rule calls its target may not do so."
        "Nothing starts, and only a metric of failed invocations tells. Allow the action on the target, such as `states:StartExecution` (EventBridge Scheduler user guide, \"Set up the execution role\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]}
      Policies: [{PolicyName: calls, PolicyDocument: {Statement: [{Effect: Allow, Action: "states:ListExecutions", Resource: "*"}]}}]
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionString: '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 hour)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !Ref Machine, RoleArn: !GetAtt Role.Arn}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]}
      Policies: [{PolicyName: calls, PolicyDocument: {Statement: [{Effect: Allow, Action: "states:StartExecution", Resource: "*"}]}}]
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionString: '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 hour)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !Ref Machine, RoleArn: !GetAtt Role.Arn}
"#,
        };
}

/// Targets, and the actions of which one calls them.
const CALLS: [(&str, &[&str]); 4] = [
    ("AWS::StepFunctions::StateMachine", &["states:StartExecution"]),
    ("AWS::Kinesis::Stream", &["kinesis:PutRecord", "kinesis:PutRecords"]),
    ("AWS::KinesisFirehose::DeliveryStream", &["firehose:PutRecord", "firehose:PutRecordBatch"]),
    ("AWS::SQS::Queue", &["sqs:SendMessage"]),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for target in schedules(world).into_iter().chain(targets(world)) {
        let role = target.value.get("RoleArn").and_then(Value::as_str);
        let Some(role) = role.and_then(|text| world.target("AWS::IAM::Role", text)) else { continue };
        let called = CALLS.iter().find_map(|(kind, any)| Some((*any, world.target(kind, target.arn)?)));
        let missing = match called {
            Some((any, to)) => {
                let lacks = |action: &&str| world.permits(role, action, to) == Answer::No;
                let is_missing = is_sure(world, role, any[0]) && any.iter().all(lacks);
                if is_missing { vec![any[0].to_owned()] } else { Vec::new() }
            }
            None => actions(target.arn).into_iter().filter(|one| may_not_call(world, role, one)).collect(),
        };
        if missing.is_empty() {
            continue;
        }
        let about = words(
            format!("`{}` cannot call its target", target.from.id),
            format!("no policy of its role `{}` allows {} on the target", role.id, missing.join(", ")),
            "allow the action on the target in a policy of the role",
        );
        report.property(TARGET_CALL, target.from, &format!("{}/RoleArn", target.path), about);
    }
}
