//! The data quality rules for the cleaned records of a dataset, for AWS Glue Data Quality.
//!
//! A ruleset has no target. The curated table of Parquet files uses partition projection, which Athena supports but Glue
//! jobs do not, so an evaluation of the table would see no rows; and a key is unique within a run, not within the table.
//! To check a run, read its folder in a job and evaluate these rules on it. An Iceberg table, in which each key is
//! unique, does not exist before its first run; name it in the evaluation run.

mod rules;
mod sql;

use strataform_resources::glue::DataQualityRuleset;

use crate::model::{Dataset, TableFormat};
use crate::platform::{Context, Stack};

/// Adds the ruleset of a dataset: what the job guarantees, checked independently of the job.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, dataset: &Dataset) {
    let ruleset = DataQualityRuleset::new(context.dataset_name(&dataset.name))
        .description(description(dataset.table_format))
        .ruleset(rules::ruleset(dataset))
        .tags(context.tags());
    stack.add(format!("{}/rules", dataset.name.path()), ruleset);
}

fn description(format: TableFormat) -> &'static str {
    match format {
        TableFormat::Parquet => {
            "Curated files of one run: row count, unique keys, required columns, lengths and expectations"
        }
        TableFormat::Iceberg => {
            "Curated table: row count, unique keys, required columns, lengths and expectations"
        }
    }
}
