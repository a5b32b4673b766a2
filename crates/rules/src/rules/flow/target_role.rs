//! EventBridge starts some targets with a role.

use super::targets;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TARGET_ROLE "GEN0581" Error
        "A rule of EventBridge has a target that needs a role, and no role."
        "PutTargets fails: \"RoleArn is required for target\" (hashicorp/terraform-provider-aws#19913). State machines, Kinesis and delivery streams, Batch, CodeBuild and CodePipeline are called with the role of the target; `RoleArn` of the rule does not count (EventBridge API, Target)."
        Template {
            bad: r#"
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 hour)
      Targets: [{Id: machine, Arn: "arn:aws:states:eu-west-1:111122223333:stateMachine:load"}]
"#,
            good: r#"
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 hour)
      Targets: [{Id: machine, Arn: "arn:aws:states:eu-west-1:111122223333:stateMachine:load", RoleArn: "arn:aws:iam::111122223333:role/rule"}]
"#,
        };
}

/// The services that are called with a role, by type and as their ARNs name them.
const CALLED: [(&str, &str); 6] = [
    ("AWS::StepFunctions::StateMachine", "states"),
    ("AWS::Kinesis::Stream", "kinesis"),
    ("AWS::KinesisFirehose::DeliveryStream", "firehose"),
    ("AWS::Batch::JobQueue", "batch"),
    ("AWS::CodeBuild::Project", "codebuild"),
    ("AWS::CodePipeline::Pipeline", "codepipeline"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for target in targets(world).into_iter().filter(|target| target.value.get("RoleArn").is_none()) {
        let arn = target.arn.replace("${AWS::Partition}", "aws");
        let service = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(1));
        let is_called =
            |(kind, name): &(&str, &str)| service == Some(*name) || world.target(kind, target.arn).is_some();
        if CALLED.iter().any(is_called) {
            let about = words(
                format!("a target of the rule `{}` has no role", target.from.id),
                "EventBridge calls this target with a role",
                "set `RoleArn` of the target to a role that events.amazonaws.com may assume",
            );
            report.property(TARGET_ROLE, target.from, &format!("{}/Arn", target.path), about);
        }
    }
}
