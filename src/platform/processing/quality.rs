//! The checks of the cleaned records of one run of a dataset, for Glue Data Quality.
//!
//! A ruleset names no table: the folders of the curated table are projected, which Athena and Redshift know and
//! Glue's own jobs do not, so that an evaluation of the table sees no row; and a key stands once in a run, not
//! once in the table. Who checks a run reads its folder in a job and evaluates these rules on it.

use strataform_resources::glue::DataQualityRuleset;

use super::path;
use crate::model::Dataset;
use crate::platform::{Context, Stack};

/// Bytes of a ruleset.
const LONGEST: usize = 65_536;

/// Adds the rules of a dataset: what the job sees to, said again in words that do not trust the job.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, dataset: &Dataset) {
    let ruleset = DataQualityRuleset::new(context.dataset_name(&dataset.name))
        .description(
            "Of the curated files of one run: there are records, they have what they must have, and no key twice",
        )
        .ruleset(rules(dataset))
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
