//! The states of a state machine, and what its tasks call.
//!
//! In: a resource of Step Functions. Out: its definition, the maps of states in it, their transitions, and the actions of IAM that a task
//! needs. It refuses to guess: a definition that is not spelled out, or whose JSON depends on a parameter, has no states.

use serde_json::Value;
use strataform_template::pointer;

use crate::world::Resource;

/// The type of state machines.
pub(crate) const MACHINE: &str = "AWS::StepFunctions::StateMachine";

/// A definition, and the property that has it.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) path: &'static str,
    pub(crate) value: Value,
}

/// States that may transition to each other: those of a state machine, of a branch or of a map.
pub(crate) struct Scope<'a> {
    /// Where it is in the definition, as a path: empty, or `States/Each/ItemProcessor`.
    pub(crate) path: String,
    pub(crate) value: &'a Value,
}

/// The definition of a state machine, if it is spelled out.
pub(crate) fn definition(machine: &Resource) -> Option<&Definition> {
    machine.definition.get_or_init(|| parsed(machine)).as_ref()
}

fn parsed(machine: &Resource) -> Option<Definition> {
    if let Some(value @ Value::Object(_)) = machine.get("Definition") {
        return Some(Definition { path: "Definition", value: value.clone() });
    }
    let value = serde_json::from_str(machine.text("DefinitionString")?).ok()?;
    Some(Definition { path: "DefinitionString", value })
}

impl Definition {
    /// The path of a property that a path in the definition is in.
    pub(crate) fn property(&self, path: &str) -> String {
        match self.path {
            "Definition" => format!("{}/{path}", self.path),
            text => text.to_owned(),
        }
    }

    /// Its maps of states, from the outside in.
    pub(crate) fn scopes(&self) -> Vec<Scope<'_>> {
        let mut found = vec![Scope { path: String::new(), value: &self.value }];
        let mut at = 0;
        while let Some(scope) = found.get(at) {
            let inner: Vec<Scope<'_>> = scope.states().into_iter().flat_map(|one| one.scopes()).collect();
            found.extend(inner);
            at += 1;
        }
        found
    }

    /// All of its states.
    pub(crate) fn states(&self) -> Vec<State<'_>> {
        self.scopes().iter().flat_map(Scope::states).collect()
    }
}

/// A state.
pub(crate) struct State<'a> {
    pub(crate) name: &'a str,
    /// Where it is in the definition.
    pub(crate) path: String,
    pub(crate) value: &'a Value,
}

impl<'a> Scope<'a> {
    /// The path of something in the scope.
    pub(crate) fn at(&self, rest: &str) -> String {
        if self.path.is_empty() { rest.to_owned() } else { format!("{}/{rest}", self.path) }
    }

    /// Its states; none, if they are not all known.
    pub(crate) fn states(&self) -> Vec<State<'a>> {
        let Some(states) = self.value.get("States").and_then(Value::as_object) else { return Vec::new() };
        let is_open =
            |(name, value): (&String, &Value)| is_open(name) || !value.is_object() || depends(value);
        if depends(self.value) || states.iter().any(is_open) {
            return Vec::new();
        }
        let path = |name: &str| self.at(&format!("States/{}", pointer::escaped(name)));
        states.iter().map(|(name, value)| State { name, path: path(name), value }).collect()
    }
}

impl<'a> State<'a> {
    pub(crate) fn text(&self, member: &str) -> Option<&'a str> {
        self.value.get(member)?.as_str()
    }

    /// The states that it names, with where it does; a name that is unknown is an open text.
    pub(crate) fn transitions(&self) -> Vec<(String, &'a str)> {
        let of = |value: &'a Value, member: &str, path: &str| {
            let next = value.get(member)?;
            Some((format!("{path}/{member}"), next.as_str().unwrap_or("${}")))
        };
        let mut found: Vec<_> =
            ["Next", "Default"].iter().filter_map(|one| of(self.value, one, &self.path)).collect();
        for list in ["Choices", "Catch"] {
            for (at, one) in self.value.get(list).and_then(Value::as_array).into_iter().flatten().enumerate()
            {
                let path = format!("{}/{list}/{at}", self.path);
                found.extend(if depends(one) { Some((path, "${}")) } else { of(one, "Next", &path) });
            }
        }
        found
    }

    fn scopes(&self) -> Vec<Scope<'a>> {
        let branches = self.value.get("Branches").and_then(Value::as_array).into_iter().flatten().enumerate();
        let branches =
            branches.map(|(at, value)| Scope { path: format!("{}/Branches/{at}", self.path), value });
        let maps = ["Iterator", "ItemProcessor"].into_iter();
        let maps = maps.filter_map(|member| {
            Some(Scope { path: format!("{}/{member}", self.path), value: self.value.get(member)? })
        });
        branches.chain(maps).collect()
    }
}

/// Whether a name depends on a parameter or a substitution.
pub(crate) fn is_open(name: &str) -> bool {
    name.contains("${")
}

/// Whether members of an object depend on a function.
fn depends(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.keys().any(|key| key.starts_with("Fn::")))
}

/// The actions that a call needs, of a task's resource or of a universal target of Scheduler; none, if the call is not known.
pub(crate) fn actions(call: &str) -> Vec<String> {
    let Some(rest) = ["states:::", "scheduler:::"].iter().find_map(|mark| Some(call.split_once(mark)?.1))
    else {
        let is_function = call.contains(":lambda:") && call.contains(":function:");
        return if is_function { vec!["lambda:InvokeFunction".to_owned()] } else { Vec::new() };
    };
    let (rest, is_sdk) = rest.strip_prefix("aws-sdk:").map_or((rest, false), |rest| (rest, true));
    let (call, pattern) = rest.split_once('.').unwrap_or((rest, ""));
    let Some((service, name)) = call.split_once(':') else { return Vec::new() };
    let service = match service {
        "redshiftdata" => "redshift-data",
        "sfn" | "states" => "states",
        "glue" | "sns" | "sqs" | "athena" => service,
        "lambda" if name == "invoke" => service,
        "dynamodb" | "events" | "batch" | "ecs" | "codebuild" if !is_sdk => service,
        _ => return Vec::new(),
    };
    // A batch of messages needs the action of one.
    let is_message = matches!(service, "sns" | "sqs");
    let name = name.strip_suffix("Batch").filter(|_| is_message).unwrap_or(name);
    let mut upper = name.to_owned();
    if let Some(first) = upper.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let mut found = match (service, upper.as_str()) {
        ("lambda", "Invoke") => vec!["lambda:InvokeFunction".to_owned()],
        _ => vec![format!("{service}:{upper}")],
    };
    if (service, upper.as_str(), pattern) == ("glue", "StartJobRun", "sync") {
        found.push("glue:GetJobRun".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_need_the_actions_of_their_service() {
        for (call, expected) in [
            ("arn:aws:states:::glue:startJobRun", "glue:StartJobRun"),
            ("arn:${AWS::Partition}:states:::glue:startJobRun.sync", "glue:StartJobRun glue:GetJobRun"),
            ("arn:aws:states:::aws-sdk:redshiftdata:executeStatement", "redshift-data:ExecuteStatement"),
            ("arn:aws:states:::states:startExecution.sync:2", "states:StartExecution"),
            ("arn:aws:states:::lambda:invoke.waitForTaskToken", "lambda:InvokeFunction"),
            ("arn:aws:states:::aws-sdk:sqs:sendMessageBatch", "sqs:SendMessage"),
            ("arn:aws:lambda:eu-west-1:111122223333:function:load", "lambda:InvokeFunction"),
            ("arn:aws:scheduler:::aws-sdk:sfn:startExecution", "states:StartExecution"),
            ("arn:aws:states:::aws-sdk:s3:listObjectsV2", ""),
            ("${template/Function.Arn}", ""),
        ] {
            assert_eq!(actions(call).join(" "), expected, "{call}");
        }
    }
}
