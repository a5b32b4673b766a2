//! Each state can be reached.

use crate::finding::{Report, words};
use crate::machine::{MACHINE, definition, is_open};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) UNREACHABLE_STATE "GEN0576" Error
        "No transition of a state machine leads to one of its states."
        "CreateStateMachine fails with `MISSING_TRANSITION_TARGET`: the state is not reachable (cfn-lint#4073). Transition to it, or delete it."
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
          Report: {Type: Pass, Next: Done}
          Done: {Type: Succeed}
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
          Load: {Type: Pass, Next: Report}
          Report: {Type: Pass, Next: Done}
          Done: {Type: Succeed}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type(MACHINE) {
        let Some(definition) = definition(machine) else { continue };
        for scope in definition.scopes() {
            let states = scope.states();
            let Some(start) = scope.value.get("StartAt").and_then(|start| start.as_str()) else { continue };
            let mut targets = vec![start];
            for state in &states {
                let others = state.transitions().into_iter().map(|(_, name)| name);
                targets.extend(others.filter(|name| *name != state.name));
            }
            if targets.iter().any(|name| is_open(name)) {
                continue;
            }
            for state in states.iter().filter(|state| !targets.contains(&state.name)) {
                let about = words(
                    format!("no transition of `{}` leads to the state `{}`", machine.id, state.name),
                    "Step Functions refuses states that cannot be reached",
                    "transition to the state, or delete it",
                );
                report.property(UNREACHABLE_STATE, machine, &definition.property(&state.path), about);
            }
        }
    }
}
