//! Express executions do not wait for jobs.

use crate::finding::{Report, words};
use crate::machine::{MACHINE, definition};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) EXPRESS_SYNC "GEN0578" Error
        "A state machine of type EXPRESS waits for a job or a callback."
        "CreateStateMachine fails: express workflows support neither the pattern for running a job (`.sync`) nor callbacks (`.waitForTaskToken`) (Step Functions developer guide, \"Choosing workflow type\"). Use STANDARD, or do not wait."
        Template {
            bad: r#"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      StateMachineType: EXPRESS
      Definition:
        StartAt: Load
        States:
          Load: {Type: Task, Resource: "arn:aws:states:::glue:startJobRun.sync", End: true}
"#,
            good: r#"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      StateMachineType: STANDARD
      Definition:
        StartAt: Load
        States:
          Load: {Type: Task, Resource: "arn:aws:states:::glue:startJobRun.sync", End: true}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let all = world.of_type(MACHINE);
    for machine in all.filter(|one| one.literal("StateMachineType") == Some("EXPRESS")) {
        let Some(definition) = definition(machine) else { continue };
        for state in definition.states() {
            let Some(call) = state.text("Resource").filter(|call| call.contains(":states:::")) else {
                continue;
            };
            let pattern = call.rsplit_once('.').map(|(_, pattern)| pattern);
            if !matches!(pattern, Some("sync" | "sync:2" | "waitForTaskToken")) {
                continue;
            }
            let about = words(
                format!(
                    "the state `{}` of `{}` waits, and the state machine is EXPRESS",
                    state.name, machine.id
                ),
                "an express execution cannot wait for a job or a callback",
                "set `StateMachineType` to STANDARD, or call without waiting",
            );
            report.property(
                EXPRESS_SYNC,
                machine,
                &definition.property(&format!("{}/Resource", state.path)),
                about,
            );
        }
    }
}
