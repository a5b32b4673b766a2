//! The job that cleans a dataset: one PySpark script, rendered from `glue-scripts/job.py.hbs` and its
//! parts.
//!
//! In: a dataset. Out: the script. How a job works is in the template. Whatever differs between datasets is in a
//! [`JobContext`], and all of it becomes literals in the script.

use std::sync::LazyLock;

use handlebars::RenderError;
use serde::Serialize;

use self::deletions::Deletion;
use self::iceberg::Iceberg;
use self::value::job_column;
use super::template::Templates;
use crate::model::expression::Reference;
use crate::model::{
    Action, Column, Dataset, Engine, Expectation, FileFormat, ORDER_COLUMNS, Partition, Source, TableFormat,
    Type,
};
use crate::platform::Context;
use crate::platform::processing::RECORDS_FAIL;

mod deletions;
mod iceberg;
#[cfg(test)]
mod tests;
mod value;

static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| {
    Templates::new(&[
        ("job", include_str!("../../../glue-scripts/job.py.hbs")),
        ("arguments", include_str!("../../../glue-scripts/arguments.py.hbs")),
        ("storage", include_str!("../../../glue-scripts/storage.py.hbs")),
        ("inputs", include_str!("../../../glue-scripts/inputs.py.hbs")),
        ("rows", include_str!("../../../glue-scripts/rows.py.hbs")),
        ("outcome", include_str!("../../../glue-scripts/outcome.py.hbs")),
        ("iceberg", include_str!("../../../glue-scripts/iceberg.py.hbs")),
        ("dumps", include_str!("../../../glue-scripts/dumps.py.hbs")),
        ("checks", include_str!("../../../glue-scripts/checks.py.hbs")),
    ])
});

/// The script of a dataset's job. Equal contexts give equal bytes.
///
/// # Errors
/// Fails if the template uses a value that the context does not have.
pub fn script(context: &JobContext) -> Result<String, RenderError> {
    TEMPLATES.render("job", context)
}

/// The context that a dataset's script is rendered from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobContext {
    /// The title comment: the platform, the dataset and its description.
    pub title: String,
    /// The dataset's name, as in the job's argument.
    pub dataset: String,
    /// `stream`, `json`, `csv` or `parquet`.
    pub source: &'static str,
    /// The delimiter of CSV fields.
    pub delimiter: String,
    /// The schema that records are read with, as Spark DDL.
    pub record_schema: String,
    /// The schema of the decimals in JSON records that a double cannot represent exactly, as Spark DDL.
    pub exact_schema: Option<String>,
    /// The columns of the records, in the order of the platform file.
    pub columns: Vec<JobColumn>,
    /// The names that columns of the records had before, newest first for each column.
    pub former: Vec<JobFormer>,
    /// The derived columns, in the order of the platform file.
    pub derived: Vec<JobDerived>,
    /// The columns of the curated files, in order.
    pub stored: Vec<JobStored>,
    /// The rules from the expectations, in the order of the platform file.
    pub rules: Vec<JobRule>,
    /// The columns of the key.
    pub key: Vec<String>,
    /// The column of the event time.
    pub event_time: Option<String>,
    /// The partition column, `event_hour`, `event_day` or `event_month`; `None` without partitions.
    pub partition_column: Option<&'static str>,
    /// The format of the event time in it: a pattern for Spark's `date_format`.
    pub partition_format: &'static str,
    /// Spark SQL that brings the rows of each partition together.
    pub rebalance: &'static str,
    /// Spark SQL over curated rows that is true for records that arrived late.
    pub late: Option<String>,
    /// Spark SQL over records that is true if the event time is too far in the future.
    pub ahead: Option<String>,
    /// The percentage of records that can be rejected before the run fails.
    pub max_rejected: u8,
    /// How the message begins if the records fail the run.
    pub records_fail: &'static str,
    /// How rows are deleted.
    #[serde(flatten)]
    pub deletion: Deletion,
    /// The statements for the Iceberg table; empty for Parquet.
    #[serde(flatten)]
    pub iceberg: Iceberg,
}

/// A column of the records, in the context of the script.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobColumn {
    /// The name.
    pub name: String,
    /// Spark SQL that converts the value in `_record` to the column's type, or returns null.
    pub value: String,
    /// The type for the rejection reason, with its article: `a bigint`.
    pub label: String,
    /// Spark SQL that returns why a value of the type is rejected, or null.
    pub limit: Option<String>,
    /// Whether it is required.
    pub required: bool,
    /// `hash`, `mask` or `drop`.
    pub protection: Option<&'static str>,
}

/// A name that a column had before: records from before the rename have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobFormer {
    /// The name of the column.
    pub name: String,
    /// The name before.
    pub former: String,
}

/// A derived column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobDerived {
    /// The name.
    pub name: String,
    /// Spark SQL over the columns of the records.
    pub expression: String,
}

/// A column of the curated files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobStored {
    /// The name.
    pub name: String,
    /// The name in the files, which stays when the column is renamed.
    pub stored: String,
    /// The permanent number, which is the field ID in the files.
    pub number: u32,
    /// The type, in Spark SQL.
    pub kind: String,
}

/// A rule for records.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobRule {
    /// The name.
    pub name: String,
    /// Spark SQL over the columns of the records.
    pub expression: String,
    /// `quarantine`, `warn` or `fail`.
    pub action: &'static str,
    /// The percentage of records that must pass; 0 for no threshold.
    pub threshold: u8,
}

impl JobContext {
    /// The context of a dataset's job.
    ///
    /// It contains nothing of the environment, which the job gets from its arguments, so that all environments of a
    /// platform share one script.
    #[must_use]
    pub fn of(platform: Context<'_>, dataset: &Dataset) -> Self {
        let (source, delimiter) = source(&dataset.source);
        let (partition_column, partition_format, rebalance) = match dataset.event_time {
            Some(_) => partition(dataset.partition),
            None => partition(Partition::Whole),
        };
        let description = dataset.description.as_deref().unwrap_or("no description");
        Self {
            title: format!("{}, {}: {description}", platform.platform.name, dataset.name),
            dataset: dataset.name.to_string(),
            source,
            delimiter: delimiter.to_string(),
            record_schema: record_schema(dataset),
            exact_schema: exact_schema(dataset),
            columns: dataset.columns.iter().map(|column| job_column(&dataset.source, column)).collect(),
            former: dataset.columns.iter().flat_map(|column| former(dataset, column)).collect(),
            derived: dataset
                .derived
                .iter()
                .map(|derived| JobDerived {
                    name: derived.name.to_string(),
                    expression: derived.expression.render(Engine::Spark, &reference),
                })
                .collect(),
            stored: stored(dataset),
            rules: dataset.expectations.iter().map(rule).collect(),
            key: dataset.key.iter().map(ToString::to_string).collect(),
            event_time: dataset.event_time.as_ref().map(ToString::to_string),
            partition_column,
            partition_format,
            rebalance,
            late: late(dataset),
            ahead: ahead(dataset),
            max_rejected: dataset.max_rejected,
            records_fail: RECORDS_FAIL,
            deletion: Deletion::of(dataset),
            iceberg: match dataset.table_format {
                TableFormat::Parquet => Iceberg::default(),
                TableFormat::Iceberg => Iceberg::of(dataset),
            },
        }
    }
}

fn stored(dataset: &Dataset) -> Vec<JobStored> {
    let own = dataset.curated().map(|column| (column.name.to_string(), column.data_type));
    let all = own.chain(dataset.row_columns().map(|(name, data_type)| (name.to_owned(), data_type)));
    all.map(|(name, data_type)| JobStored {
        stored: dataset.stored_name(&name).to_owned(),
        number: dataset.number(&name).unwrap_or_default(),
        kind: data_type.spark(),
        name,
    })
    .collect()
}

fn former<'a>(dataset: &'a Dataset, column: &'a Column) -> impl Iterator<Item = JobFormer> + 'a {
    let former = dataset.identities.former_names(column.name.as_str());
    former.map(|former| JobFormer { name: column.name.to_string(), former: former.to_owned() })
}

fn source(source: &Source) -> (&'static str, char) {
    match source {
        Source::Stream => ("stream", ','),
        Source::Files { format: FileFormat::Json } => ("json", ','),
        Source::Files { format: FileFormat::Csv { delimiter } } => ("csv", *delimiter),
        Source::Files { format: FileFormat::Parquet } => ("parquet", ','),
    }
}

/// The partition column, its format, and the statement that brings the rows of each partition together.
fn partition(partition: Partition) -> (Option<&'static str>, &'static str, &'static str) {
    match partition {
        Partition::Hour => {
            (Some("event_hour"), "yyyy-MM-dd-HH", "SELECT /*+ REBALANCE(event_hour) */ * FROM {rows}")
        }
        Partition::Day => {
            (Some("event_day"), "yyyy-MM-dd", "SELECT /*+ REBALANCE(event_day) */ * FROM {rows}")
        }
        Partition::Month => {
            (Some("event_month"), "yyyy-MM", "SELECT /*+ REBALANCE(event_month) */ * FROM {rows}")
        }
        Partition::Whole => (None, "", ""),
    }
}

/// The condition for a late record: its event time is more than `late` before the arrival of its file.
fn late(dataset: &Dataset) -> Option<String> {
    let time = quoted(dataset.event_time.as_ref()?.as_str());
    let seconds = dataset.late.as_minutes() * 60;
    let [(arrived, _), ..] = ORDER_COLUMNS;
    Some(format!("{time} < {arrived} - INTERVAL '{seconds}' SECOND"))
}

/// The condition for a record from the future: its event time is more than `ahead` after the arrival of its file.
fn ahead(dataset: &Dataset) -> Option<String> {
    let time = quoted(dataset.event_time.as_ref()?.as_str());
    let seconds = dataset.ahead.as_minutes() * 60;
    Some(format!("{time} > `_modified` + INTERVAL '{seconds}' SECOND"))
}

/// The schema that records are read with: strings, except for Parquet, which has its own types. A line of JSON is read
/// as an array of the record and an element that the script adds.
fn record_schema(dataset: &Dataset) -> String {
    let typed = is_parquet(&dataset.source);
    let kind = |column: &Column| if typed { column.data_type.spark() } else { "STRING".to_owned() };
    let names = |column: &Column| {
        let kind = kind(column);
        let former = dataset.identities.former_names(column.name.as_str());
        let names: Vec<String> = std::iter::once(column.name.as_str()).chain(former).map(quoted).collect();
        names.into_iter().map(move |name| (name, kind.clone()))
    };
    let columns = dataset.columns.iter().flat_map(names);
    let all = |end: Option<&str>, between: &str| {
        let end = end.map(|name| (name.to_owned(), "STRING".to_owned()));
        let parts = columns.clone().chain(end).map(|(name, kind)| format!("{name}{between}{kind}"));
        parts.collect::<Vec<_>>().join(", ")
    };
    match dataset.source.format() {
        FileFormat::Parquet => all(None, " "),
        FileFormat::Csv { .. } => all(Some("`_corrupt`"), " "),
        FileFormat::Json => format!("ARRAY<STRUCT<{}>>", all(Some("`_end`"), ": ")),
    }
}

/// The schema of decimals that would lose digits if a JSON number became a double first.
fn exact_schema(dataset: &Dataset) -> Option<String> {
    let wide: Vec<String> = dataset
        .columns
        .iter()
        .filter(|column| is_exact(&dataset.source, column))
        .flat_map(|column| {
            let former = dataset.identities.former_names(column.name.as_str());
            let names = std::iter::once(column.name.as_str()).chain(former);
            names.map(|name| format!("{} {}", quoted(name), column.data_type.spark())).collect::<Vec<_>>()
        })
        .collect();
    (!wide.is_empty()).then(|| wide.join(", "))
}

fn is_parquet(source: &Source) -> bool {
    *source.format() == FileFormat::Parquet
}

/// Whether a column must be parsed separately: a double represents every decimal of 15 digits, but not of 16.
fn is_exact(source: &Source, column: &Column) -> bool {
    *source.format() == FileFormat::Json && matches!(column.data_type, Type::Decimal { precision: 16.., .. })
}

fn rule(expectation: &Expectation) -> JobRule {
    JobRule {
        name: expectation.name.to_string(),
        expression: expectation.expression.render(Engine::Spark, &reference),
        action: match expectation.action {
            Action::Quarantine => "quarantine",
            Action::Warn => "warn",
            Action::Fail => "fail",
        },
        threshold: expectation.threshold,
    }
}

fn reference(reference: &Reference) -> String {
    let column = quoted(reference.column.as_str());
    match &reference.alias {
        Some(alias) => format!("{}.{column}", quoted(alias.as_str())),
        None => column,
    }
}

/// A quoted identifier for Spark.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
