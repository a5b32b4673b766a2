//! A column has a type of Hive.

use super::TABLE;
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) COLUMN_TYPE "GEN0537" Error
        "A column of a table has a type that the Data Catalog does not know."
        "Athena and Spark refuse to read the table. The types are those of Hive: `string`, `int`, `bigint`, `decimal(12,2)`, `timestamp`, `array<…>`, `map<…>`, `struct<…>` (Athena user guide, \"Data types in Amazon Athena\")."
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
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: varchar2}]}
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

const TYPES: [&str; 26] = [
    "array",
    "bigint",
    "binary",
    "boolean",
    "byte",
    "char",
    "date",
    "decimal",
    "double",
    "float",
    "int",
    "integer",
    "interval",
    "long",
    "map",
    "numeric",
    "real",
    "short",
    "smallint",
    "string",
    "struct",
    "timestamp",
    "timestamptz",
    "tinyint",
    "uniontype",
    "varchar",
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE) {
        for list in ["TableInput/StorageDescriptor/Columns", "TableInput/PartitionKeys"] {
            for (path, column) in table.items(list) {
                let Some(kind) =
                    column.get("Type").and_then(|one| one.as_str()).filter(|one| text::is_known(one))
                else {
                    continue;
                };
                let base = kind.trim().split(['(', '<', ' ']).next().unwrap_or_default().to_ascii_lowercase();
                if !TYPES.contains(&base.as_str()) {
                    let about = words(
                        format!("`{}` has a column of the type `{kind}`", table.id),
                        "the Data Catalog has the types of Hive",
                        "use one of them, such as `string`, `int`, `decimal(12,2)` or `timestamp`",
                    );
                    report.property(COLUMN_TYPE, table, &format!("{path}/Type"), about);
                }
            }
        }
    }
}
