//! Two resources do not have one name.

use super::NAMED;
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) DUPLICATE_NAME "GEN0680" Error
        "Two resources of a type have the same name."
        "The second one fails to be created, because its name exists: such names are unique in an account and Region (CloudFormation user guide, \"Name type\"). Rename one."
        Template {
            bad: r#"
Resources:
  Orders: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub "${AWS::StackName}-events"}}
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub "${AWS::StackName}-events"}}
"#,
            good: r#"
Resources:
  Orders: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub "${AWS::StackName}-orders"}}
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub "${AWS::StackName}-clicks"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, path, _) in NAMED {
        // One of two resources with conditions may be made in place of the other.
        let all: Vec<&Resource> =
            world.of_type(kind).filter(|one| one.attribute("Condition").is_none()).collect();
        for (at, one) in all.iter().enumerate() {
            let Some(name) = one.text(path) else { continue };
            let is_same = |first: &&&Resource| {
                let differs = first.stack != one.stack && name.contains("${AWS::Stack");
                first.text(path) == Some(name) && !differs
            };
            let Some(first) = all.iter().take(at).find(is_same) else { continue };
            let about = words(
                format!("`{}` has the name of `{}`", one.id, first.id),
                "names of this type are unique in an account and Region",
                format!("change `{path}` of one of them"),
            );
            report.property(DUPLICATE_NAME, one, path, about);
        }
    }
}
