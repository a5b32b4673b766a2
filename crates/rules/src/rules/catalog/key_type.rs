//! A partition key has a simple type.

use super::TABLE;
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) KEY_TYPE "GEN0543" Error
        "A partition key has a type with parts."
        "Its value is the name of a folder, so that only simple types are supported as partition keys: no `array`, `map` or `struct` (Glue API, TableInput: PartitionKeys)."
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
        PartitionKeys: [{Name: day, Type: "struct<year:int,month:int>"}]
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
        PartitionKeys: [{Name: day, Type: date}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE) {
        for (path, key) in table.items("TableInput/PartitionKeys") {
            let kind = key.get("Type").and_then(|one| one.as_str()).filter(|one| text::is_known(one));
            let base =
                kind.and_then(|kind| kind.split('<').next()).map(|base| base.trim().to_ascii_lowercase());
            if base.is_some_and(|base| ["array", "map", "struct", "uniontype"].contains(&base.as_str())) {
                let about = words(
                    format!("a partition key of `{}` has the type `{}`", table.id, kind.unwrap_or_default()),
                    "only simple types are supported as partition keys",
                    "use a simple type, such as `string`, `int` or `date`",
                );
                report.property(KEY_TYPE, table, &format!("{path}/Type"), about);
            }
        }
    }
}
