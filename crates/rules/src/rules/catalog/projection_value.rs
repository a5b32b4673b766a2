//! The values of a projection are such as Athena reads.

use super::{TABLE, is_projected, keys, parameter};
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PROJECTION_VALUE "GEN0539" Error
        "A projection has a type or a range that Athena does not read."
        "Athena refuses to query the table: the type is `enum`, `integer`, `date` or `injected`, and the range of an integer is its least and its greatest value, in this order: `1,12` (Athena user guide, \"Supported types for partition projection\")."
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
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}]}
        PartitionKeys: [{Name: month, Type: string}]
        Parameters: {projection.enabled: "true", projection.month.type: integer, projection.month.range: "1-12"}
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
        PartitionKeys: [{Name: month, Type: string}]
        Parameters: {projection.enabled: "true", projection.month.type: integer, projection.month.range: "1,12"}
"#,
        };
}

const TYPES: [&str; 4] = ["enum", "integer", "date", "injected"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE).filter(|table| is_projected(table)) {
        for key in keys(table) {
            let value = |of: &str| {
                parameter(table, &format!("projection.{key}.{of}"))?
                    .as_str()
                    .filter(|one| text::is_known(one))
            };
            let Some(kind) = value("type").map(|kind| kind.trim().to_ascii_lowercase()) else { continue };
            let range = value("range").filter(|_| kind == "integer");
            let (of, right) = if !TYPES.contains(&kind.as_str()) {
                ("type", "write `enum`, `integer`, `date` or `injected`")
            } else if range.is_some_and(|range| !is_range(range)) {
                ("range", "write the least and the greatest value: `1,12`")
            } else if kind == "date"
                && value("range").is_some_and(|range| range.split(',').count() != 2)
                && !value("format").is_some_and(|one| one.contains(','))
            {
                ("range", "write the first and the last date: `2024-01-01,NOW`")
            } else {
                continue;
            };
            let about = words(
                format!(
                    "the projection of `{key}` of `{}` has the {of} `{}`",
                    table.id,
                    value(of).unwrap_or_default()
                ),
                "Athena does not read it",
                right,
            );
            report.property(
                PROJECTION_VALUE,
                table,
                &format!("TableInput/Parameters/projection.{key}.{of}"),
                about,
            );
        }
    }
}

/// Whether a text is two integers in ascending order.
fn is_range(text: &str) -> bool {
    let ends: Option<Vec<i64>> = text.split(',').map(|one| one.trim().parse().ok()).collect();
    matches!(ends.as_deref(), Some([least, most]) if least <= most)
}
