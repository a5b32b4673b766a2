//! A projection is turned on.

use super::{TABLE, parameters};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PROJECTION_OFF "GEN0541" Warning
        "A table has projections of its partition keys, but not `projection.enabled`."
        "They have no effect: Athena projects only if `projection.enabled` is `true`, and otherwise knows no partition that nobody adds (Athena user guide, \"Set up partition projection\")."
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
        Parameters: {projection.month.type: integer, projection.month.range: "1,12"}
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

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE) {
        let names = parameters(table);
        if names
            .iter()
            .any(|name| name.starts_with("Fn::") || name.eq_ignore_ascii_case("projection.enabled"))
        {
            continue;
        }
        let Some(name) = names.iter().find(|name| {
            name.strip_prefix("projection.").is_some_and(|rest| rest.strip_suffix(".type").is_some())
        }) else {
            continue;
        };
        let about = words(
            format!("the projections of `{}` are not turned on", table.id),
            format!("it has `{name}`, but not `projection.enabled`"),
            "add `projection.enabled`: \"true\"",
        );
        report.property(PROJECTION_OFF, table, &format!("TableInput/Parameters/{name}"), about);
    }
}
