//! A database is made before its tables.

use super::TABLE;
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DATABASE_ORDER "GEN0547" Warning
        "A table or partition may be made before its database."
        "It names the database by a text, so that CloudFormation makes both at once, and fails with EntityNotFoundException if the table is first (CloudFormation user guide, \"DependsOn attribute\"). Name it by `!Ref`, or add `DependsOn`."
        Template {
            bad: r#"
Resources:
  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: "111122223333", DatabaseInput: {Name: lake}}}
  Table:
    Type: AWS::Glue::Table
    Properties: {CatalogId: "111122223333", DatabaseName: lake, TableInput: {Name: events}}
"#,
            good: r#"
Resources:
  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: "111122223333", DatabaseInput: {Name: lake}}}
  Table:
    Type: AWS::Glue::Table
    Properties: {CatalogId: "111122223333", DatabaseName: !Ref Lake, TableInput: {Name: events}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for kind in [TABLE, "AWS::Glue::Partition"] {
        for one in world.of_type(kind) {
            let name = one.text("DatabaseName").filter(|name| text::is_known(name));
            let Some(name) = name else { continue };
            let database = world.target("AWS::Glue::Database", name);
            let Some(database) =
                database.filter(|other| other.stack == one.stack && !world.is_after(one, other))
            else {
                continue;
            };
            let about = words(
                format!("`{}` may be made before its database `{}`", one.id, database.id),
                "it names the database by a text",
                format!("write `!Ref {}`", database.id),
            );
            report.property(DATABASE_ORDER, one, "DatabaseName", about);
        }
    }
}
