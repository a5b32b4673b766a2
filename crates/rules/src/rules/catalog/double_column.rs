//! A table has a column once.

use super::{TABLE, columns};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DOUBLE_COLUMN "GEN0531" Error
        "A table has two columns whose names differ only in case, or not at all."
        "Names of columns are in lower case in the Data Catalog, so that they are the same: Athena and Spark refuse the table (Athena user guide, \"Name databases, tables, and columns\"). Rename or remove one."
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
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}, {Name: ID, Type: string}]}
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
    for table in world.of_type(TABLE) {
        let columns = columns(table);
        for (at, column) in columns.iter().enumerate() {
            if columns[..at].iter().any(|other| other.eq_ignore_ascii_case(column)) {
                let about = words(
                    format!("`{}` has the column `{column}` twice", table.id),
                    "the Data Catalog does not tell upper from lower case",
                    "rename or remove one of them",
                );
                let path = format!("TableInput/StorageDescriptor/Columns/{at}/Name");
                report.property(DOUBLE_COLUMN, table, &path, about);
            }
        }
    }
}
