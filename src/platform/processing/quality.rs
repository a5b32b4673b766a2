//! The checks of a dataset's cleaned records, which Glue Data Quality runs when it is asked to.

use strataform_resources::glue::{DataQualityRuleset, DataQualityTargetTable, Table};
use strataform_template::Handle;

use super::{catalogue, path};
use crate::model::Dataset;
use crate::platform::{Context, Stack};

/// Bytes of a ruleset.
const LONGEST: usize = 65_536;

/// Adds the rules of a dataset: what the job sees to, said again in words that do not trust the job.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    database: &catalogue::Database,
    table: &Handle<Table>,
    dataset: &Dataset,
) {
    let ruleset = DataQualityRuleset::new(context.dataset_name(&dataset.name))
        .description("That there are records, that they have what they must have, and no key twice")
        .ruleset(rules(dataset))
        .target_table(DataQualityTargetTable::new(&database.value, table))
        .tags(context.tags());
    stack.template.add(format!("{}/rules", path(dataset)), ruleset);
}

/// The rules, in the language of Glue Data Quality.
fn rules(dataset: &Dataset) -> String {
    let key: Vec<String> = dataset.key.iter().map(|column| quoted(column.as_str())).collect();
    let mut rules = format!("Rules = [\n    RowCount > 0,\n    IsPrimaryKey {}", key.join(" "));
    for column in dataset.curated().filter(|column| !column.nullable) {
        let rule = format!(",\n    IsComplete {}", quoted(column.name.as_str()));
        // The last ones of a table of a thousand columns are left to the job.
        if rules.len() + rule.len() + 2 <= LONGEST {
            rules.push_str(&rule);
        }
    }
    rules.push_str("\n]");
    rules
}

/// A text of the language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn rules_name_the_key_and_the_columns_that_must_be_there() {
        let dataset = &fixture::platform().datasets[0];
        let expected = "Rules = [\n    RowCount > 0,\n    IsPrimaryKey \"order_id\",\n    \
                        IsComplete \"order_id\",\n    IsComplete \"ordered_at\"\n]";
        assert_eq!(rules(dataset), expected);
    }

    #[test]
    fn texts_are_quoted() {
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
    }
}
