//! A name is not too long, whatever its parameters get.

use super::{NAMED, least_length};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LENGTH "GEN0685" Error
        "A name is too long, whatever its parameters get."
        "The service refuses it. The name of a role, function, rule or delivery stream has at most 64 characters, of a bucket 63, of a queue or state machine 80 (the API reference of each service)."
        Template {
            bad: r#"
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${AWS::StackName}-orders-of-the-retail-platform-that-arrived-too-late-to-be-loaded-by-the-nightly-run"}}
"#,
            good: r#"
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${AWS::StackName}-late-orders"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, path, most) in NAMED {
        for one in world.of_type(kind) {
            let Some(length) = one.text(path).map(least_length).filter(|length| *length > most) else {
                continue;
            };
            let about = words(
                format!("the name of `{}` has at least {length} characters", one.id),
                format!("a name of this type has at most {most}"),
                format!("shorten `{path}`, or remove it: CloudFormation then makes one"),
            );
            report.property(LENGTH, one, path, about);
        }
    }
}
