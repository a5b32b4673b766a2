//! The role of a scheduled action may act.

use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::rules::access::role;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SCHEDULED_ROLE "GEN0660" Error
        "The role of a scheduled action may not do what is scheduled."
        "Redshift pauses, resumes or resizes a cluster as the role: without the action in its policies, each run fails (Amazon Redshift API reference, \"CreateScheduledAction\"). A cluster that is not paused goes on costing."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: scheduler.redshift.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: pause
          PolicyDocument: {Statement: [{Effect: Allow, Action: "redshift:ResumeCluster", Resource: "*"}]}
  Pause:
    Type: AWS::Redshift::ScheduledAction
    Properties:
      ScheduledActionName: pause
      IamRole: !GetAtt Role.Arn
      Schedule: cron(0 20 * * ? *)
      TargetAction: {PauseCluster: {ClusterIdentifier: shop}}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: scheduler.redshift.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: pause
          PolicyDocument: {Statement: [{Effect: Allow, Action: "redshift:PauseCluster", Resource: "*"}]}
  Pause:
    Type: AWS::Redshift::ScheduledAction
    Properties:
      ScheduledActionName: pause
      IamRole: !GetAtt Role.Arn
      Schedule: cron(0 20 * * ? *)
      TargetAction: {PauseCluster: {ClusterIdentifier: shop}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for scheduled in world.of_type("AWS::Redshift::ScheduledAction") {
        let Some(role) = role(world, scheduled, "IamRole") else { continue };
        for name in ["PauseCluster", "ResumeCluster", "ResizeCluster"] {
            let action = format!("redshift:{name}");
            let is_wanted = scheduled.get(&format!("TargetAction/{name}")).is_some();
            if !is_wanted || world.permits_any(role, &action) != Answer::No {
                continue;
            }
            let about = words(
                format!("`{}` fails each time that it runs", scheduled.id),
                format!("no policy of its role `{}` allows `{action}`", role.id),
                format!("allow `{action}` on the cluster"),
            );
            report.property(SCHEDULED_ROLE, scheduled, "IamRole", about);
        }
    }
}
