//! A state goes on or ends.

use crate::finding::{Report, words};
use crate::machine::{MACHINE, definition};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) STATE_END "GEN0577" Error
        "A state has neither `Next` nor `End`."
        "CreateStateMachine fails with `SCHEMA_VALIDATION_FAILED`: all states but Choice, Succeed and Fail must have `Next` or `End: true` (Amazon States Language, \"Transitions\")."
        Template {
            bad: r"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      Definition:
        StartAt: Load
        States:
          Load: {Type: Pass}
",
            good: r"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      Definition:
        StartAt: Load
        States:
          Load: {Type: Pass, End: true}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type(MACHINE) {
        let Some(definition) = definition(machine) else { continue };
        for state in definition.states() {
            let goes_on = matches!(state.text("Type"), Some("Task" | "Pass" | "Wait" | "Parallel" | "Map"));
            let ends = state.value.get("End").is_some_and(|end| *end != false);
            if !goes_on || ends || state.value.get("Next").is_some() {
                continue;
            }
            let about = words(
                format!("the state `{}` of `{}` has neither `Next` nor `End`", state.name, machine.id),
                "a state of this type must name the next state or end the execution",
                "set `Next`, or `End` to true",
            );
            report.property(STATE_END, machine, &definition.property(&state.path), about);
        }
    }
}
