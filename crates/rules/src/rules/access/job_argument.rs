//! The role of a job may use what its arguments name.

use serde_json::Value;

use super::role;
use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) JOB_ARGUMENT "GEN0610" Warning
        "The role of a Glue job has no right on a bucket or a secret that an argument of the job names."
        "A script usually reads or writes what its arguments name, and then fails with `AccessDenied`. Allow the actions that the script needs, or remove the argument."
        Template {
            bad: r#"
Resources:
  Lake: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:GetObject", "s3:PutObject"], Resource: !Sub "${Other.Arn}/*"}
  Job:
    Type: AWS::Glue::Job
    Properties:
      Role: !GetAtt Role.Arn
      Timeout: 60
      GlueVersion: "5.0"
      Command: {Name: glueetl, ScriptLocation: "s3://scripts/job.py"}
      DefaultArguments: {"--target": !Sub "s3://${Lake}/events/"}
"#,
            good: r#"
Resources:
  Lake: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:GetObject", "s3:PutObject"], Resource: !Sub "${Lake.Arn}/*"}
  Job:
    Type: AWS::Glue::Job
    Properties:
      Role: !GetAtt Role.Arn
      Timeout: 60
      GlueVersion: "5.0"
      Command: {Name: glueetl, ScriptLocation: "s3://scripts/job.py"}
      DefaultArguments: {"--target": !Sub "s3://${Lake}/events/"}
"#,
        };
}

/// What an argument may name, and the actions of which a script needs at least one.
const USES: [(&str, &[&str]); 2] = [
    ("AWS::S3::Bucket", &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
    ("AWS::SecretsManager::Secret", &["secretsmanager:GetSecretValue"]),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type("AWS::Glue::Job") {
        let Some(role) = role(world, job, "Role") else { continue };
        let Some(Value::Object(arguments)) = job.get("DefaultArguments") else { continue };
        for (name, value) in arguments {
            let Some(named) = value.as_str().and_then(|text| world.referred(text)) else { continue };
            let Some((_, actions)) = USES.iter().find(|(kind, _)| *kind == named.kind) else { continue };
            if actions.iter().all(|action| world.permits(role, action, named) == Answer::No) {
                let about = words(
                    format!("`{}` may not use `{}`, which its argument `{name}` names", job.id, named.id),
                    format!("no policy of its role `{}` allows {}", role.id, actions.join(" or ")),
                    "allow what the script does with it, or remove the argument",
                );
                report.property(JOB_ARGUMENT, job, &format!("DefaultArguments/{name}"), about);
            }
        }
    }
}
