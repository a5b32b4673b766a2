//! Whoever may list a bucket may do something with its objects.

use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LISTING "GEN0612" Warning
        "A role may list a bucket, but neither read nor write any object of it."
        "To list names alone is seldom meant: usually the grant for the objects is missing, or names the bucket in place of its objects (`arn:aws:s3:::bucket` for `arn:aws:s3:::bucket/*`)."
        Template {
            bad: r#"
Resources:
  Lake: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: !GetAtt Lake.Arn}
"#,
            good: r#"
Resources:
  Lake: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:ListBucket", Resource: !GetAtt Lake.Arn}
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Lake.Arn}/*"}
"#,
        };
}

const ON_OBJECTS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for role in world.of_type("AWS::IAM::Role") {
        for bucket in world.of_type("AWS::S3::Bucket") {
            let may = |action: &str| world.permits(role, action, bucket);
            if may("s3:ListBucket") != Answer::Yes
                || ON_OBJECTS.iter().any(|action| may(action) != Answer::No)
            {
                continue;
            }
            let about = words(
                format!("`{}` may list `{}`, but use none of its objects", role.id, bucket.id),
                format!("no policy of it allows {}", ON_OBJECTS.join(" or ")),
                "allow what it does with the objects, on `bucket/*`; or remove the right to list",
            );
            report.resource(LISTING, role, about);
        }
    }
}
