//! A table does not read the data of another one.

use super::{TABLE, is_partitioned};
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) LOCATION_OVERLAP "GEN0546" Warning
        "The location of a table lies within that of another one."
        "A table without partition keys reads all objects below its location, so that queries of the outer one return the rows of the inner one, too, or fail on its format (Athena user guide, \"Specify a table location in Amazon S3\"). Give each table a folder of its own."
        Template {
            bad: r#"
Resources:
  Events:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}]}}
  Failed:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: failed, StorageDescriptor: {Location: "s3://lake/events/failed/", Columns: [{Name: id, Type: string}]}}
"#,
            good: r#"
Resources:
  Events:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}]}}
  Failed:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: failed, StorageDescriptor: {Location: "s3://lake/failed/", Columns: [{Name: id, Type: string}]}}
"#,
        };
}

const LOCATION: &str = "TableInput/StorageDescriptor/Location";

pub(crate) fn check(world: &World, report: &mut Report) {
    for outer in world.of_type(TABLE).filter(|one| reads_all(one)) {
        let Some(folder) = outer.text(LOCATION).filter(|text| text.starts_with("s3://")) else { continue };
        let folder = folder.trim_end_matches('/');
        let is_within = |one: &&Resource| {
            let below = one
                .text(LOCATION)
                .and_then(|text| text.strip_prefix(folder))
                .and_then(|rest| rest.strip_prefix('/'));
            // Folders that begin with `_` or `.` are left out.
            below.is_some_and(|below| {
                !below.is_empty() && !below.split('/').any(|part| part.starts_with(['_', '.']))
            })
        };
        for inner in world.of_type(TABLE).filter(is_within) {
            let about = words(
                format!("the location of `{}` lies within that of `{}`", inner.id, outer.id),
                format!("`{}` has no partition keys, and reads all objects below {folder}/", outer.id),
                "give each table a folder of its own",
            );
            report.property(LOCATION_OVERLAP, inner, LOCATION, about);
        }
    }
}

/// Whether a table reads all objects below its location.
fn reads_all(table: &Resource) -> bool {
    let is_view = table.text("TableInput/TableType").is_some_and(|kind| kind.contains("VIEW"));
    !is_partitioned(table)
        && !is_view
        && table.get("OpenTableFormatInput").is_none()
        && table.attribute("Condition").is_none()
}
