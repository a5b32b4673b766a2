//! Records of text are divided by line ends.

use crate::finding::{Report, words};
use crate::rules::catalog::{TABLE, folder};
use crate::rules::delivery::{DESTINATION, STREAM, conversion};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) DELIMITER "GEN0516" Warning
        "A delivery stream joins records without a delimiter where a table reads lines."
        "Firehose writes records one after the other. Unless each ends with a line end already, a table reads only the first record of an object, or none (Athena user guide, \"JSON SerDe libraries\": each record on a line of its own). Add the processor `AppendDelimiterToRecord`."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Raw.Arn
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        Prefix: "events/"
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}], SerdeInfo: {SerializationLibrary: org.openx.data.jsonserde.JsonSerDe}}}
"#,
            good: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Raw.Arn
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        Prefix: "events/"
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: AppendDelimiterToRecord}]}
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}], SerdeInfo: {SerializationLibrary: org.openx.data.jsonserde.JsonSerDe}}}
"#,
        };
}

/// Processors that end a record with a line end, or may.
const ENDING: [&str; 3] = ["AppendDelimiterToRecord", "Lambda", "CloudWatchLogProcessing"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| conversion(one).is_none() && !may_end(one)) {
        let bucket = stream.text(&format!("{DESTINATION}/BucketARN"));
        let Some(bucket) = bucket.and_then(|text| world.target("AWS::S3::Bucket", text)) else { continue };
        let Some(prefix) = stream.literal(&format!("{DESTINATION}/Prefix")) else { continue };
        let library = "TableInput/StorageDescriptor/SerdeInfo/SerializationLibrary";
        let reads_lines = |one: &&Resource| {
            one.literal(library).is_some_and(|name| name.to_ascii_lowercase().contains("jsonserde"))
        };
        let is_over =
            |one: &&Resource| folder(world, one, bucket).is_some_and(|folder| prefix.starts_with(folder));
        if let Some(table) = world.of_type(TABLE).filter(reads_lines).find(is_over) {
            let about = words(
                format!("`{}` joins records without a delimiter", stream.id),
                format!("the table `{}` reads a record from each line", table.id),
                "add the processor `AppendDelimiterToRecord`, or end each record with a line end in the producers",
            );
            report.property(DELIMITER, stream, &format!("{DESTINATION}/ProcessingConfiguration"), about);
        }
    }
}

/// Whether a processor may end each record with a line end.
fn may_end(stream: &Resource) -> bool {
    let path = format!("{DESTINATION}/ProcessingConfiguration");
    let Some(processing) = stream.get(&path) else { return false };
    let text = processing.to_string();
    text.contains("Fn::") || ENDING.iter().any(|kind| text.contains(kind))
}
