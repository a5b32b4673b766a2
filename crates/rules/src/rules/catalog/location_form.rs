//! A location is a path of S3.

use super::TABLE;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOCATION_FORM "GEN0544" Error
        "The location of a table is an ARN or an address of the web."
        "No query finds the data: a location is `s3://BUCKET/FOLDER/`, neither an ARN nor an HTTP address (Athena user guide, \"Specify a table location in Amazon S3\")."
        Template {
            bad: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: "arn:aws:s3:::lake/events/", Columns: [{Name: id, Type: string}]}
"#,
            good: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "TableInput/StorageDescriptor/Location";
    for table in world.of_type(TABLE) {
        let Some(location) = table.text(path) else { continue };
        // Tables over DynamoDB have its ARN; `${Bucket.Arn}` is none of a location, wherever it is.
        let to_bucket = world.referred(location).is_some_and(|one| one.kind == "AWS::S3::Bucket");
        let is_arn = location.starts_with("arn:") && location.split(':').nth(2) == Some("s3");
        let is_web = (location.starts_with("http://") || location.starts_with("https://"))
            && location.contains(".amazonaws.com");
        if is_arn || is_web || (to_bucket && location.contains(".Arn}")) {
            let about = words(
                format!("the location of `{}` is `{location}`", table.id),
                "it is not a path of S3",
                "write `s3://BUCKET/FOLDER/`",
            );
            report.property(LOCATION_FORM, table, path, about);
        }
    }
}
