//! A statement of a policy allows or denies.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::permissions::{documents, statements};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) EFFECT "GEN0613" Error
        "A statement of a policy has an effect other than `Allow` and `Deny`."
        "IAM refuses the policy as malformed; the words are compared with case (IAM user guide, \"IAM JSON policy elements: Effect\")."
        Template {
            bad: r#"
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/*"}]}
"#,
            good: r#"
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/*"}]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for resource in world.all() {
        for document in documents(resource) {
            for (path, statement) in statements(document.value, &document.path) {
                let effect =
                    statement.get("Effect").and_then(Value::as_str).filter(|text| text::is_known(text));
                let Some(effect) = effect.filter(|effect| !["Allow", "Deny"].contains(effect)) else {
                    continue;
                };
                let about = words(
                    format!("`{effect}` is no effect"),
                    "a statement has the effect `Allow` or `Deny`",
                    "correct the word",
                );
                report.property(EFFECT, document.resource, &format!("{path}/Effect"), about);
            }
        }
    }
}
