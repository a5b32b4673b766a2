//! The checks of the cleaned records of a dataset, for Glue Data Quality.
//!
//! The ruleset of an Iceberg table names the table, in which a key stands once. That of Parquet files names none:
//! the folders of the curated table are projected, which Athena and Redshift know and Glue's own jobs do not, so
//! that an evaluation of the table would see no row; and a key stands once in a run, not once in the table. Who
//! checks a run reads its folder in a job and evaluates these rules on it.

mod rules;
mod sql;

use strataform_resources::glue::{DataQualityRuleset, DataQualityTargetTable, Table};
use strataform_template::{Handle, Resource};

use super::catalogue;
use crate::model::{Dataset, TableFormat};
use crate::platform::{Context, Stack};

/// Adds the rules of a dataset: what the job sees to, said again in words that do not trust the job.
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
            "Of the curated files of one run: there are records, no key twice, what must be there, expectations"
        }
        TableFormat::Iceberg => {
            "Of the table: there are records, no key twice, what must be there, expectations"
        }
    }
}
