//! The data quality rules for the cleaned records of a dataset, for AWS Glue Data Quality.
//!
//! The ruleset of an Iceberg table targets the table, in which each key is unique. The ruleset of Parquet files has no
//! target: the curated table uses partition projection, which Athena and Redshift support but Glue jobs do not, so an
//! evaluation of the table would see no rows; and a key is unique within a run, not within the table. To check a run,
//! read its folder in a job and evaluate these rules on it.

mod rules;
mod sql;

use strataform_resources::glue::{DataQualityRuleset, DataQualityTargetTable, Table};
use strataform_template::{Handle, Resource};

use super::catalogue;
use crate::model::{Dataset, TableFormat};
use crate::platform::{Context, Stack};

/// Adds the ruleset of a dataset: what the job guarantees, checked independently of the job.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    database: &catalogue::Database,
    dataset: &Dataset,
    table: &Handle<Table>,
) {
    let ruleset = DataQualityRuleset::new(context.dataset_name(&dataset.name))
        .description(description(dataset.table_format))
        .ruleset(rules::ruleset(dataset))
        .tags(context.tags());
    let path = format!("{}/rules", dataset.name.path());
    match dataset.table_format {
        TableFormat::Parquet => stack.add(path, ruleset),
        TableFormat::Iceberg => {
            let target = DataQualityTargetTable::new(&database.value, dataset.name.to_string());
            stack.add(path, ruleset.target_table(target).declare().depends_on(table))
        }
    };
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
