//! A location ends with a slash.

use super::TABLE;
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOCATION_SLASH "GEN0545" Warning
        "The location of a table does not end with `/`."
        "It names a folder, and AWS asks for the slash at its end: a path without it may be taken for the beginning of other names, such as `events` of `events-failed`, by a reader or a policy; the path of a single file gives no rows (Athena user guide, \"Specify a table location in Amazon S3\")."
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
        StorageDescriptor: {Location: "s3://lake/events", Columns: [{Name: id, Type: string}]}
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
    // The files of an Iceberg table are named one by one.
    for table in world.of_type(TABLE).filter(|one| one.get("OpenTableFormatInput").is_none()) {
        let Some(location) = table.text(path).filter(|location| location.starts_with("s3://")) else {
            continue;
        };
        let last = location.rsplit('/').next().unwrap_or_default();
        // The last part may be a parameter, which may end with a slash.
        if !last.is_empty() && text::is_known(last) && !last.contains('}') {
            let about = words(
                format!("the location of `{}` does not end with `/`", table.id),
                format!("it is `{location}`"),
                "add `/` at its end",
            );
            report.property(LOCATION_SLASH, table, path, about);
        }
    }
}
