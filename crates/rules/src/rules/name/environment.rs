//! A name differs between environments.

use super::NAMED;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ENVIRONMENT "GEN0684" Warning
        "A template with a parameter for the environment spells out a name without it."
        "The second environment in the account fails to be deployed, because the name exists (CloudFormation user guide, \"Name type\"). Use `Fn::Sub` with the parameter or the name of the stack, or leave the name to CloudFormation."
        Template {
            bad: r"
Parameters:
  Environment: {Type: String}
Resources:
  Orders: {Type: AWS::Kinesis::Stream, Properties: {Name: orders, Tags: [{Key: environment, Value: !Ref Environment}]}}
",
            good: r#"
Parameters:
  Environment: {Type: String}
Resources:
  Orders: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub "orders-${Environment}"}}
"#,
        };
}

/// The names of parameters for the environment, in lower case.
const ENVIRONMENT_NAMES: [&str; 6] =
    ["environment", "env", "stage", "environmentname", "envname", "stagename"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, path, _) in NAMED {
        for one in world.of_type(kind) {
            let is_environment =
                |name: &&String| ENVIRONMENT_NAMES.contains(&name.to_ascii_lowercase().as_str());
            let Some(parameter) = world.parameters(&one.stack).iter().find(is_environment) else { continue };
            let written = one.written.pointer(&format!("/Properties/{path}"));
            let name = written.and_then(|name| name.as_str()).filter(|name| !name.contains("${"));
            let Some(name) = name else { continue };
            let about = words(
                format!("the name `{name}` of `{}` is the same in each environment", one.id),
                format!(
                    "the template has the parameter `{parameter}`, and two stacks in an account cannot have one name"
                ),
                format!("write `!Sub \"{name}-${{{parameter}}}\"`, or remove `{path}`"),
            );
            report.property(ENVIRONMENT, one, path, about);
        }
    }
}
