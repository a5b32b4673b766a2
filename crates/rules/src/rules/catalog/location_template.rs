//! The template of a location names each key.

use super::{TABLE, is_projected, keys, parameter};
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOCATION_TEMPLATE "GEN0535" Error
        "The location template of a table does not name each of its partition keys."
        "Athena refuses to query the table: `storage.location.template` must have a placeholder for each partition key (Athena user guide, \"Set up partition projection\")."
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
        Parameters: {projection.enabled: "true", projection.year.type: integer, projection.year.range: "2024,2044", projection.month.type: integer, projection.month.range: "1,12", storage.location.template: "s3://lake/events/${year}/"}
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
        Parameters: {projection.enabled: "true", projection.year.type: integer, projection.year.range: "2024,2044", projection.month.type: integer, projection.month.range: "1,12", storage.location.template: "s3://lake/events/${year}/${month}/"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let name = "storage.location.template";
    for table in world.of_type(TABLE).filter(|table| is_projected(table)) {
        let Some(template) = parameter(table, name).and_then(|one| one.as_str()) else { continue };
        let template = text::plain(template);
        // A template that is a reference is known only at deployment.
        if !template.starts_with("s3://") {
            continue;
        }
        for key in keys(table).into_iter().filter(|key| !template.contains(&format!("${{{key}}}"))) {
            let about = words(
                format!("the location template of `{}` does not name the partition key `{key}`", table.id),
                "all partitions of the key would have one location",
                format!("add `${{{key}}}` to `{name}`"),
            );
            report.property(LOCATION_TEMPLATE, table, &format!("TableInput/Parameters/{name}"), about);
        }
    }
}
