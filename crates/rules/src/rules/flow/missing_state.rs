//! A transition leads to a state of its own scope.

use crate::finding::{Report, words};
use crate::machine::{MACHINE, State, definition, is_open};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) MISSING_STATE "GEN0575" Error
        "A state machine transitions to a state that does not exist."
        "CreateStateMachine fails with `MISSING_TRANSITION_TARGET` (cfn-lint#4074). A state reaches the states of its own branch or map only (Amazon States Language). Check the name in `StartAt`, `Next`, `Default` or `Catch`."
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
          Load: {Type: Pass, Next: Done}
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
          Load: {Type: Pass, Next: Done}
          Done: {Type: Succeed}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type(MACHINE) {
        let Some(definition) = definition(machine) else { continue };
        for scope in definition.scopes() {
            let states = scope.states();
            if states.is_empty() {
                continue;
            }
            let start = scope.value.get("StartAt").and_then(|start| start.as_str());
            let start = start.map(|name| (scope.at("StartAt"), name));
            for (path, name) in start.into_iter().chain(states.iter().flat_map(State::transitions)) {
                if is_open(name) || states.iter().any(|state| state.name == name) {
                    continue;
                }
                let about = words(
                    format!("unknown state `{name}` in `{}`", machine.id),
                    "Step Functions refuses a transition to a state that its scope does not have",
                    "add the state next to the one that names it, or correct the name",
                );
                report.property(MISSING_STATE, machine, &definition.property(&path), about);
            }
        }
    }
}
