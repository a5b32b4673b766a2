//! A partition key is no column.

use super::{TABLE, columns, keys};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DOUBLE_KEY "GEN0530" Error
        "A partition key of a table has the name of one of its columns."
        "Athena answers `HIVE_INVALID_METADATA: Hive metadata for table is invalid: Table descriptor contains duplicate columns`, and Spark refuses the table (Athena user guide, \"Troubleshooting in Athena\"). Remove the column, or give the key another name."
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
        PartitionKeys: [{Name: id, Type: string}]
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
        PartitionKeys: [{Name: day, Type: string}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE) {
        let columns = columns(table);
        for (at, key) in keys(table).into_iter().enumerate() {
            if columns.iter().any(|column| column.eq_ignore_ascii_case(key)) {
                let about = words(
                    format!("the partition key `{key}` of `{}` is a column, too", table.id),
                    "the names of columns and partition keys are one list",
                    "remove the column, or give the key another name",
                );
                report.property(DOUBLE_KEY, table, &format!("TableInput/PartitionKeys/{at}/Name"), about);
            }
        }
    }
}
