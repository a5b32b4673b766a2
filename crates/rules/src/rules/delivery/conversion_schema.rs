//! A conversion names what it reads, what it writes, and the table with the schema.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM, conversion};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONVERSION_SCHEMA "GEN0509" Error
        "A delivery stream converts records without a schema, an input format or an output format."
        "Firehose refuses it: `SchemaConfiguration`, `InputFormatConfiguration` and `OutputFormatConfiguration` are required if format conversion is enabled, and a schema needs a role, a database and a table (Firehose API, DataFormatConversionConfiguration and SchemaConfiguration). Add what is missing, or set `Enabled` to false."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
        };
}

const NEEDED: [&str; 6] = [
    "InputFormatConfiguration",
    "OutputFormatConfiguration",
    "SchemaConfiguration",
    "SchemaConfiguration/DatabaseName",
    "SchemaConfiguration/RoleARN",
    "SchemaConfiguration/TableName",
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| conversion(one).is_some_and(is_known)) {
        let path = format!("{DESTINATION}/DataFormatConversionConfiguration");
        let is_missing = |name: &&str| {
            let outer = name.split_once('/').and_then(|(outer, _)| stream.get(&format!("{path}/{outer}")));
            // What a member is in is reported before, or known only at deployment.
            let is_open = name.contains('/') && outer.is_none_or(|outer| !is_known(outer));
            !is_open && stream.get(&format!("{path}/{name}")).is_none()
        };
        let Some(name) = NEEDED.into_iter().find(is_missing) else { continue };
        let about = words(
            format!("`{}` converts records without `{}`", stream.id, name.replace('/', ".")),
            "Firehose requires it where conversion is enabled",
            "add it, or set `Enabled` to false",
        );
        report.property(CONVERSION_SCHEMA, stream, &format!("{path}/{name}"), about);
    }
}

/// Whether a value is an object of a template, not of a function.
fn is_known(value: &serde_json::Value) -> bool {
    value.as_object().is_some_and(|members| !members.keys().any(|key| key.starts_with("Fn::")))
}
