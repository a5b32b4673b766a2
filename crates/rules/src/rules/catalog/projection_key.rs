//! A projection is one of a partition key.

use super::{TABLE, is_projected, keys, parameters};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PROJECTION_KEY "GEN0533" Warning
        "A table has a projection of something that is not one of its partition keys."
        "It has no effect; usually the name has a typing mistake, and the key that is meant has no projection (Athena user guide, \"Set up partition projection\")."
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
        Parameters: {projection.enabled: "true", projection.year.type: integer, projection.year.range: "2024,2044", projection.month.type: integer, projection.month.range: "1,12", projection.day.type: integer, projection.day.range: "1,31"}
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
        let keys = keys(table);
        for name in parameters(table) {
            let key = name.strip_prefix("projection.").and_then(|rest| rest.strip_suffix(".type"));
            let Some(key) = key.filter(|key| !keys.iter().any(|one| one.eq_ignore_ascii_case(key))) else {
                continue;
            };
            let about = words(
                format!("`{}` has a projection of `{key}`, which is no partition key", table.id),
                format!("its partition keys are {}", keys.join(", ")),
                "correct the name, or remove the projection",
            );
            report.property(PROJECTION_KEY, table, &format!("TableInput/Parameters/{name}"), about);
        }
    }
}
