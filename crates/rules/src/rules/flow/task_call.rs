//! The role of a state machine may do what its tasks do.

use super::may_not_call;
use crate::finding::{Report, words};
use crate::machine::{MACHINE, actions, definition};
use crate::rules::access::role;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TASK_CALL "GEN0580" Error
        "The role of a state machine may not call what a task calls."
        "The execution fails at the state with an access error. A task needs the action that it names, and a task that waits for a Glue job also reads the run (Step Functions developer guide, \"IAM policies for integrated services\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]}
      Policies: [{PolicyName: calls, PolicyDocument: {Statement: [{Effect: Allow, Action: "glue:StartJobRun", Resource: "*"}]}}]
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Load
        States:
          Load: {Type: Task, Resource: "arn:aws:states:::glue:startJobRun.sync", Parameters: {JobName: load}, End: true}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]}
      Policies: [{PolicyName: calls, PolicyDocument: {Statement: [{Effect: Allow, Action: ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"], Resource: "*"}]}}]
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Load
        States:
          Load: {Type: Task, Resource: "arn:aws:states:::glue:startJobRun.sync", Parameters: {JobName: load}, End: true}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type(MACHINE) {
        let (Some(definition), Some(role)) = (definition(machine), role(world, machine, "RoleArn")) else {
            continue;
        };
        for state in definition.states() {
            let is_own = state.text("Type") == Some("Task") && state.value.get("Credentials").is_none();
            let Some(call) = state.text("Resource").filter(|_| is_own) else { continue };
            let actions = match world.target("AWS::Lambda::Function", call) {
                Some(_) => vec!["lambda:InvokeFunction".to_owned()],
                None => actions(call),
            };
            let missing: Vec<String> =
                actions.into_iter().filter(|one| may_not_call(world, role, one)).collect();
            if missing.is_empty() {
                continue;
            }
            let about = words(
                format!("`{}` cannot run its state `{}`", machine.id, state.name),
                format!("no policy of its role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions in a policy of the role",
            );
            report.property(
                TASK_CALL,
                machine,
                &definition.property(&format!("{}/Resource", state.path)),
                about,
            );
        }
    }
}
