//! The role of a conversion may read the table.

use super::role;
use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::rules::delivery::{DESTINATION, STREAM, conversion};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DELIVERY_SCHEMA "GEN0603" Error
        "The role with which a delivery stream converts records may not read the table with their schema."
        "Every record fails. The role needs `glue:GetTable`, `glue:GetTableVersion` and `glue:GetTableVersions` (Firehose developer guide, \"Grant Firehose access to AWS Glue for data format conversion\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "glue:GetDatabase", Resource: "*"}]}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: !GetAtt Role.Arn, DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"], Resource: "*"}]}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: !GetAtt Role.Arn, DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
        };
}

const NEEDED: [&str; 3] = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| conversion(one).is_some()) {
        let path = format!("{DESTINATION}/DataFormatConversionConfiguration/SchemaConfiguration/RoleARN");
        let Some(role) = role(world, stream, &path) else { continue };
        let is_missing = |action: &&str| world.permits_any(role, action) == Answer::No;
        let missing: Vec<&str> = NEEDED.into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            let about = words(
                format!("`{}` cannot read the schema of its records", stream.id),
                format!("no policy of the role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions on the catalog, the database and the table",
            );
            report.property(DELIVERY_SCHEMA, stream, &path, about);
        }
    }
}
