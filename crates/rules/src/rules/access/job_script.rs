//! The role of a job may read its script.

use super::{missing, role};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) JOB_SCRIPT "GEN0606" Error
        "The role of a Glue job may not read the job's script."
        "Every run fails before it starts. The role needs `s3:GetObject` on the script (Glue user guide, \"Create an IAM policy for the AWS Glue service\")."
        Template {
            bad: r#"
Resources:
  Scripts: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:PutObject", Resource: !Sub "${Scripts.Arn}/*"}]}
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: !GetAtt Role.Arn, Timeout: 60, Command: {Name: glueetl, ScriptLocation: !Sub "s3://${Scripts}/job.py"}, GlueVersion: "5.0"}
"#,
            good: r#"
Resources:
  Scripts: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Scripts.Arn}/*"}]}
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: !GetAtt Role.Arn, Timeout: 60, Command: {Name: glueetl, ScriptLocation: !Sub "s3://${Scripts}/job.py"}, GlueVersion: "5.0"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for job in world.of_type("AWS::Glue::Job") {
        let Some(role) = role(world, job, "Role") else { continue };
        let script = job.text("Command/ScriptLocation");
        let Some(bucket) =
            script.and_then(|text| world.referred(text)).filter(|one| one.kind == "AWS::S3::Bucket")
        else {
            continue;
        };
        if !missing(world, role, &["s3:GetObject"], bucket).is_empty() {
            let about = words(
                format!("`{}` cannot read its script", job.id),
                format!("no policy of its role `{}` allows s3:GetObject on `{}`", role.id, bucket.id),
                "allow s3:GetObject on the script",
            );
            report.property(JOB_SCRIPT, job, "Role", about);
        }
    }
}
