//! Glue stores names in lower case.

use super::literals;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOWER_CASE "GEN0686" Warning
        "The name of a Glue database or table has capital letters."
        "Glue folds it to lower case when it is stored (Glue API, DatabaseInput and TableInput), so that a comparison with the name in the template, as policies and drift detection make it, fails. Write it in lower case."
        Template {
            bad: r"
Resources:
  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: !Ref AWS::AccountId, DatabaseInput: {Name: RetailLake}}}
",
            good: r"
Resources:
  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: !Ref AWS::AccountId, DatabaseInput: {Name: retail_lake}}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, path) in
        [("AWS::Glue::Database", "DatabaseInput/Name"), ("AWS::Glue::Table", "TableInput/Name")]
    {
        for one in world.of_type(kind) {
            let Some(name) = one.text(path) else { continue };
            if literals(name).iter().any(|part| part.bytes().any(|byte| byte.is_ascii_uppercase())) {
                let about = words(
                    format!("the name of `{}` has capital letters", one.id),
                    "Glue stores it in lower case, unlike what the template and its policies say",
                    "write the name in lower case",
                );
                report.property(LOWER_CASE, one, path, about);
            }
        }
    }
}
