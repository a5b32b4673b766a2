//! A placeholder of a definition has a value.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::finding::{Report, words};
use crate::machine::MACHINE;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SUBSTITUTION "GEN0589" Warning
        "The definition of a state machine has a placeholder without a value."
        "CloudFormation replaces the keys of `DefinitionSubstitutions` only; any other `${…}` stays as text, so that the task gets it as a name or Step Functions refuses it as an ARN (CloudFormation, AWS::StepFunctions::StateMachine, DefinitionSubstitutions)."
        Template {
            bad: r#"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionSubstitutions: {JobName: load-orders}
      DefinitionString: '{"StartAt": "Load", "States": {"Load": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun", "Parameters": {"JobName": "${Job}"}, "End": true}}}'
"#,
            good: r#"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionSubstitutions: {Job: load-orders}
      DefinitionString: '{"StartAt": "Load", "States": {"Load": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun", "Parameters": {"JobName": "${Job}"}, "End": true}}}'
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type(MACHINE) {
        let known = match machine.get("DefinitionSubstitutions") {
            Some(Value::Object(known)) if !known.keys().any(|key| key.starts_with("Fn::")) => known.clone(),
            None => serde_json::Map::new(),
            Some(_) => continue,
        };
        for path in ["Definition", "DefinitionString"] {
            let Some(text) = machine.get(path).map(Value::to_string) else { continue };
            // Literal text with `${` is written `${!`.
            let names: BTreeSet<&str> =
                text.split("${!").skip(1).filter_map(|rest| rest.split('}').next()).collect();
            let is_name = |name: &&&str| {
                !name.is_empty() && name.bytes().all(|one| one.is_ascii_alphanumeric() || one == b'_')
            };
            for name in names.iter().filter(is_name).filter(|name| !known.contains_key(**name)) {
                let about = words(
                    format!("the placeholder `{name}` of `{}` has no value", machine.id),
                    "it stays as text in the definition",
                    "add it to `DefinitionSubstitutions`, or use `Fn::Sub`",
                );
                report.property(SUBSTITUTION, machine, path, about);
            }
        }
    }
}
