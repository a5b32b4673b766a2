//! A projection has what its type needs.

use super::{TABLE, is_projected, keys, parameter};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PROJECTION_RANGE "GEN0534" Error
        "A projection lacks what its type needs."
        "Athena refuses to query the table: the types `integer` and `date` need a range, `date` a format, and `enum` values (Athena user guide, \"Supported types for partition projection\")."
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
        PartitionKeys: [{Name: year, Type: string}, {Name: month, Type: string}]
        Parameters: {projection.enabled: "true", projection.year.type: integer, projection.year.range: "2024,2044", projection.month.type: integer}
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
        PartitionKeys: [{Name: year, Type: string}, {Name: month, Type: string}]
        Parameters: {projection.enabled: "true", projection.year.type: integer, projection.year.range: "2024,2044", projection.month.type: integer, projection.month.range: "1,12"}
"#,
        };
}

/// Types, and what they need.
const NEEDS: [(&str, &str); 4] =
    [("integer", "range"), ("date", "range"), ("date", "format"), ("enum", "values")];

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE).filter(|table| is_projected(table)) {
        for key in keys(table) {
            let Some(kind) = parameter(table, &format!("projection.{key}.type")).and_then(|one| one.as_str())
            else {
                continue;
            };
            for (_, needed) in NEEDS.iter().filter(|(of, _)| of.eq_ignore_ascii_case(kind)) {
                if parameter(table, &format!("projection.{key}.{needed}")).is_none() {
                    let about = words(
                        format!("the projection of `{key}` of `{}` has no {needed}", table.id),
                        format!("its type is {kind}"),
                        format!("add `projection.{key}.{needed}`"),
                    );
                    report.property(
                        PROJECTION_RANGE,
                        table,
                        &format!("TableInput/Parameters/projection.{key}.type"),
                        about,
                    );
                }
            }
        }
    }
}
