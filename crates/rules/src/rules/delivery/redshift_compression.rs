//! What Firehose loads into Redshift is compressed as `COPY` can read it.

use crate::finding::{Report, words};
use crate::rules::delivery::STREAM;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) REDSHIFT_COMPRESSION "GEN0518" Error
        "A delivery stream to Redshift compresses objects in a way that `COPY` does not read."
        "Firehose refuses `Snappy` and `ZIP` for a destination in Redshift, because `COPY` supports neither (Firehose API, RedshiftDestinationConfiguration). Use `GZIP`, with `GZIP` in `CopyOptions`, or `UNCOMPRESSED`."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      RedshiftDestinationConfiguration:
        ClusterJDBCURL: "jdbc:redshift://warehouse.abc123.eu-west-1.redshift.amazonaws.com:5439/shop"
        CopyCommand: {DataTableName: events}
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        S3Configuration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery", CompressionFormat: ZIP}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      RedshiftDestinationConfiguration:
        ClusterJDBCURL: "jdbc:redshift://warehouse.abc123.eu-west-1.redshift.amazonaws.com:5439/shop"
        CopyCommand: {DataTableName: events, CopyOptions: "json 'auto' gzip"}
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        S3Configuration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery", CompressionFormat: GZIP}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "RedshiftDestinationConfiguration/S3Configuration/CompressionFormat";
    for stream in world.of_type(STREAM) {
        let Some(format) = stream.literal(path).filter(|format| ["Snappy", "ZIP"].contains(format)) else {
            continue;
        };
        let about = words(
            format!("`{}` loads objects that are compressed with {format} into Redshift", stream.id),
            "`COPY` does not read them",
            "use `GZIP`, with `GZIP` in `CopyOptions`, or `UNCOMPRESSED`",
        );
        report.property(REDSHIFT_COMPRESSION, stream, path, about);
    }
}
