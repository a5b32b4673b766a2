//! The database of the Glue catalogue and the three tables of each dataset: `<dataset>_raw` as records came,
//! `<dataset>` as they were cleaned, `<dataset>_quarantine` as they were refused.
//!
//! Partitions are projected: their values follow from the table's parameters, so that nobody has to register
//! a partition, and no query waits for a list of them.

mod layout;
mod partitions;

use strataform_resources::glue::{
    self, Column, DatabaseInput, IcebergInput, MetadataOperation, OpenTableFormatInput, Table, TableInput,
    TableStorageDescriptor, TableType,
};
use strataform_resources::kind::S3Bucket;
use strataform_template::{Handle, Name, Node, Object, Text, Value, pseudo, sub};

use self::layout::Layout;
use self::partitions::Partitions;
use crate::model::{CuratedColumn, Dataset, FileFormat, ORDER_COLUMNS, Retention, Source, TableFormat, Type};
use crate::platform::aggregation::sql::catalogue_database;
use crate::platform::{Context, Export, Stack, storage};

/// The database that the tables are in.
pub(super) struct Database {
    /// Its name as text.
    pub(super) name: String,
    /// Its name as the tables of this stack give it: a reference in the stack that has the database, so that
    /// the tables wait for it.
    pub(super) value: Value<Text>,
}

/// The database: made in the stage's first stack, which tells its name to the others, so that they are deployed after
/// it. What it says is made anew from
/// the platform file at any time, so that nothing is lost where it is deleted.
pub(super) fn database(stack: &mut Stack, context: Context<'_>, first: Option<&Export<Text>>) -> Database {
    let name = catalogue_database(context);
    if let Some(first) = first {
        return Database { name, value: stack.import(first) };
    }
    let files = format!("The files of {}", context.platform.title);
    let said = context.platform.description.as_ref().map_or(files.clone(), |said| format!("{files}: {said}"));
    let input = DatabaseInput::new().name(name.clone()).description(text(&said, DESCRIPTION));
    let database = glue::Database::new(pseudo::account_id(), input);
    let value = stack.add("catalogue/database", database).reference();
    Database { name, value: Value::assumed(value.into_node()) }
}

/// Adds the tables of a dataset; gives the one of cleaned records.
pub(super) fn tables(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    database: &Database,
    dataset: &Dataset,
) -> Handle<Table> {
    let path = dataset.name.path();
    let raw = raw(&stack.import(&storage.raw.name), dataset);
    let bucket = stack.import(&storage.curated.name);
    let curated = match dataset.table_format {
        TableFormat::Parquet => curated(&bucket, context.environment.settings.retention, dataset).into(),
        TableFormat::Iceberg => iceberg(&bucket, dataset),
    };
    let quarantine = quarantine(&stack.import(&storage.quarantine.name), dataset);
    let table = || Table::new(pseudo::account_id(), &database.value);
    stack.add(format!("{path}/table/raw"), table().table_input(raw));
    stack.add(format!("{path}/table/quarantine"), table().table_input(quarantine));
    let Curated { input, format } = curated;
    let curated = match format {
        Some(format) => table().open_table_format_input(format),
        None => table(),
    };
    stack.add(format!("{path}/table"), curated.table_input(input))
}

/// Records as they came.
fn raw(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> TableInput {
    let (layout, partitions, note) = match &dataset.source {
        Source::Stream => (
            Layout::compressed_json(),
            Partitions::arrival(bucket, dataset),
            "As records came, by the hour in which they were delivered; times and JSON are text.",
        ),
        Source::Files { format: FileFormat::Json } => (
            Layout::json(),
            Partitions::default(),
            "As files came, in which a record is a line; times and JSON are text.",
        ),
        Source::Files { format: FileFormat::Csv { delimiter } } => (
            Layout::csv(*delimiter),
            Partitions::default(),
            "As files came; all is text, and columns are taken in the order of the platform file, \
             whatever a file's header says.",
        ),
        Source::Files { format: FileFormat::Parquet } => {
            (Layout::parquet(), Partitions::default(), "As files came.")
        }
    };
    let columns = dataset.columns.iter().map(|one| {
        column(one.name.as_str(), raw_type(&dataset.source, one.data_type), one.description.as_deref())
    });
    let location = sub!("s3://${bucket}/${dataset}/", bucket = bucket, dataset = dataset.name.to_string());
    let storage = layout.storage(location, columns.collect());
    input(&format!("{}_raw", dataset.name), dataset, note, &layout, partitions).storage_descriptor(storage)
}

/// What a column of the records is read as. Hive knows no time that ends in `Z`, and an object of JSON
/// is text to it; what reads CSV knows text alone.
fn raw_type(source: &Source, data_type: Type) -> String {
    let text = Type::Json.hive();
    match (source.format(), data_type) {
        (FileFormat::Parquet, data_type) => data_type.hive(),
        (FileFormat::Csv { .. }, _) | (FileFormat::Json, Type::Timestamp) => text,
        (
            FileFormat::Json,
            Type::String { .. }
            | Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Decimal { .. }
            | Type::Double
            | Type::Date
            | Type::Json,
        ) => data_type.hive(),
    }
}

/// What a table of cleaned records is, and the open format that it is kept in.
struct Curated {
    input: TableInput,
    format: Option<OpenTableFormatInput>,
}

impl From<TableInput> for Curated {
    fn from(input: TableInput) -> Self {
        Self { input, format: None }
    }
}

/// Records as they were cleaned. The files of runs that died are there as well, and older versions of a record:
/// which is why a query must name the runs.
fn curated(bucket: &Value<Name<S3Bucket>>, keep: Retention, dataset: &Dataset) -> TableInput {
    let note = "Cleaned. Every query names the runs that it reads (run = '…'); only those that have a \
                manifest below manifests/ are whole. The warehouse has the rows of all runs, merged.";
    let layout = Layout::parquet();
    let location =
        sub!("s3://${bucket}/${dataset}/data/", bucket = bucket, dataset = dataset.name.to_string());
    let partitions = Partitions::events(bucket, dataset, keep);
    let storage = layout.storage(location, curated_columns(dataset));
    input(dataset.name.as_str(), dataset, note, &layout, partitions).storage_descriptor(storage)
}

/// An Iceberg table, which Glue makes the first metadata of; it stands beside the files of the runs.
fn iceberg(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> Curated {
    let location =
        sub!("s3://${bucket}/${dataset}/iceberg/", bucket = bucket, dataset = dataset.name.to_string());
    let storage = TableStorageDescriptor::new().location(location).columns(curated_columns(dataset));
    let input = TableInput::new()
        .name(dataset.name.to_string())
        .description(description(dataset, "Cleaned, as an Iceberg table."))
        .table_type(TableType::ExternalTable)
        .storage_descriptor(storage);
    let create = IcebergInput::new().metadata_operation(MetadataOperation::Create).version("2");
    Curated { input, format: Some(OpenTableFormatInput::new().iceberg_input(create)) }
}

fn curated_columns(dataset: &Dataset) -> Vec<Column> {
    let column = |one: CuratedColumn<'_>| column(one.name.as_str(), one.data_type.hive(), one.description);
    let order = ORDER_COLUMNS.map(|(name, data_type)| (name, data_type.hive()));
    let order = order.map(|(name, hive)| self::column(name, hive, None));
    dataset.curated().map(column).chain(order).collect()
}

/// Records as they were refused: what the job writes of each.
fn quarantine(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> TableInput {
    let columns = [
        ("reason", "Why it was refused: a column and what it is not, or an expectation"),
        ("text", "The record as it came; empty where a whole file could not be read"),
        ("source", "The file that it came in"),
        ("run_id", "The run that refused it"),
    ];
    let columns = columns.into_iter().map(|(name, comment)| column(name, Type::Json.hive(), Some(comment)));
    let layout = Layout::json();
    let location = sub!("s3://${bucket}/${dataset}/", bucket = bucket, dataset = dataset.name.to_string());
    let storage = layout.storage(location, columns.collect());
    let note = "Refused, with the reason. Every query names the runs that it reads (run = '…').";
    let partitions = Partitions::runs(bucket, dataset);
    let name = format!("{}_quarantine", dataset.name);
    input(&name, dataset, note, &layout, partitions).storage_descriptor(storage)
}

/// A table, save for its storage.
fn input(name: &str, dataset: &Dataset, note: &str, layout: &Layout, partitions: Partitions) -> TableInput {
    let mut parameters =
        Object::from([("EXTERNAL", Node::from("TRUE")), ("classification", layout.classification.into())]);
    for (name, value) in layout.parameters.iter().cloned() {
        parameters.insert(name, value);
    }
    for (name, value) in partitions.parameters {
        parameters.insert(name, value);
    }
    let table = TableInput::new()
        .name(name.to_owned())
        .description(description(dataset, note))
        .table_type(TableType::ExternalTable)
        .parameters(parameters);
    if partitions.keys.is_empty() { table } else { table.partition_keys(partitions.keys) }
}

fn column(name: &str, hive: String, comment: Option<&str>) -> Column {
    let column = Column::new(name.to_owned()).type_(hive);
    match comment {
        Some(comment) => column.comment(text(comment, COMMENT)),
        None => column,
    }
}

/// What the platform file says of the dataset, then what its table is.
fn description(dataset: &Dataset, note: &str) -> String {
    match &dataset.description {
        // The note stays whole: it says how to read the table.
        Some(said) => format!("{} {note}", text(said, DESCRIPTION - note.len() - 1)),
        None => note.to_owned(),
    }
}

/// Bytes of a column's comment.
const COMMENT: usize = 255;
/// Bytes of a table's description.
const DESCRIPTION: usize = 2_048;

/// What a user said, as the catalogue takes it: on one line, and cut at a character where it is longer.
fn text(said: &str, most: usize) -> String {
    let mut line: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let end = (0..=most.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    line.truncate(end);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_a_character() {
        assert_eq!(text("a\nb", COMMENT), "a b");
        assert_eq!(text("short", 5), "short");
        assert_eq!(text("aéé", 4), "aé");
        assert_eq!(text(&"é".repeat(200), COMMENT).len(), 254);
    }
}
