//! The role of a warehouse that reads streams may do all that it needs.

use super::attached;
use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) STREAM_ROLE "GEN0663" Warning
        "A role of a warehouse may read Kinesis records, but not find them."
        "Streaming ingestion looks for shards before it reads: besides `kinesis:GetRecords`, the role needs `kinesis:GetShardIterator`, `kinesis:ListShards` and `kinesis:DescribeStreamSummary`, else the refresh of the materialized view fails (Amazon Redshift database developer guide, \"Getting started with streaming ingestion from Amazon Kinesis Data Streams\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: redshift.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: read
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["kinesis:GetRecords", "kinesis:GetShardIterator"], Resource: "*"}]}
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties: {NamespaceName: shop, IamRoles: [!GetAtt Role.Arn]}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: redshift.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: read
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["kinesis:Get*", "kinesis:List*", "kinesis:Describe*"], Resource: "*"}]}
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties: {NamespaceName: shop, IamRoles: [!GetAtt Role.Arn]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let needed = ["kinesis:GetShardIterator", "kinesis:ListShards", "kinesis:DescribeStreamSummary"];
    for (warehouse, roles) in attached(world) {
        for (path, role) in roles {
            let role = role.as_str().and_then(|arn| world.target("AWS::IAM::Role", arn));
            let Some(role) = role.filter(|role| reads(world, role)) else { continue };
            let is_missing = |action: &&&str| world.permits_any(role, action) == Answer::No;
            let missing: Vec<&str> = needed.iter().filter(is_missing).copied().collect();
            if missing.is_empty() {
                continue;
            }
            let about = words(
                format!("`{}` cannot ingest the streams that its role `{}` may read", warehouse.id, role.id),
                format!("no policy of the role allows {}", missing.join(", ")),
                "allow the actions on the streams",
            );
            report.property(STREAM_ROLE, warehouse, &path, about);
        }
    }
}

/// Whether a role may read records of streams.
fn reads(world: &World, role: &Resource) -> bool {
    world.permits_any(role, "kinesis:GetRecords") == Answer::Yes
}
