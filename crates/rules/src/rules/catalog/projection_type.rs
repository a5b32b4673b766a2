//! Partition projection knows each key.

use super::{TABLE, is_projected, keys, parameter};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PROJECTION_TYPE "GEN0532" Error
        "A table with partition projection has a partition key without a projection."
        "Athena refuses to query the table: with `projection.enabled`, each partition key needs `projection.KEY.type` (Athena user guide, \"Set up partition projection\")."
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
        Parameters: {projection.enabled: "true", projection.year.type: integer, projection.year.range: "2024,2044"}
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

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE).filter(|table| is_projected(table)) {
        for key in keys(table) {
            if parameter(table, &format!("projection.{key}.type")).is_none() {
                let about = words(
                    format!("the partition key `{key}` of `{}` has no projection", table.id),
                    "`projection.enabled` is true",
                    format!("add `projection.{key}.type` and what the type needs"),
                );
                report.property(PROJECTION_TYPE, table, "TableInput/Parameters", about);
            }
        }
    }
}
