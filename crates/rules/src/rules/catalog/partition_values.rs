//! A partition has a value for each partition key.

use super::TABLE;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PARTITION_VALUES "GEN0542" Error
        "A partition has more or fewer values than its table has partition keys."
        "Glue refuses it: \"The number of partition keys do not match the number of partition values\" (apache/hudi#6281; Glue API, PartitionInput)."
        Template {
            bad: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, PartitionKeys: [{Name: year, Type: string}, {Name: month, Type: string}]}
  Partition:
    Type: AWS::Glue::Partition
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableName: !Ref Table
      PartitionInput: {Values: ["2026"]}
"#,
            good: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, PartitionKeys: [{Name: year, Type: string}, {Name: month, Type: string}]}
  Partition:
    Type: AWS::Glue::Partition
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableName: !Ref Table
      PartitionInput: {Values: ["2026", "01"]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for partition in world.of_type("AWS::Glue::Partition") {
        // A table that is named by a text may be one of several databases.
        let table =
            partition.text("TableName").and_then(|name| world.referred(name)).filter(|one| one.kind == TABLE);
        let Some(table) = table else { continue };
        let path = "PartitionInput/Values";
        let values = partition.get(path).and_then(|all| all.as_array());
        let keys = match table.get("TableInput/PartitionKeys") {
            None => Some(0),
            Some(keys) => {
                keys.as_array().filter(|all| all.iter().all(|one| one.get("Name").is_some())).map(Vec::len)
            }
        };
        let Some((values, keys)) = values.filter(|all| all.iter().all(|one| !one.is_object())).zip(keys)
        else {
            continue;
        };
        if values.len() != keys {
            let about = words(
                format!("`{}` has {} values", partition.id, values.len()),
                format!("its table `{}` has {keys} partition keys", table.id),
                "give a value for each key, in the order of the keys",
            );
            report.property(PARTITION_VALUES, partition, path, about);
        }
    }
}
