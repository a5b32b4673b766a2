//! The database of the Glue Data Catalog and the three tables of each dataset: `<dataset>_raw` with records as they
//! arrived, `<dataset>` with cleaned records, `<dataset>_quarantine` with rejected records.
//!
//! An Iceberg table is not among the resources: its job creates and changes it, in the same database. A table of a
//! stack would have a second owner: CloudFormation updates a table with the properties of the template alone, and so
//! removes those that make it an Iceberg table. Assumes `iceberg-table-update`.
//!
//! The tables use partition projection: partition values follow from table properties, so partitions need not be
//! registered, and no query waits for a list of them.

mod layout;
mod partitions;

use strataform_resources::glue::{
    self, Column, DataLakePrincipal, DatabaseInput, PrincipalPrivileges, PrincipalPrivilegesPermissions,
    Table, TableInput, TableType,
};
use strataform_resources::kind::S3Bucket;
use strataform_template::{Name, Node, Object, Text, Value, pseudo, sub};

use self::layout::Layout;
use self::partitions::Partitions;
use crate::model::{CuratedColumn, Dataset, FileFormat, Retention, Source, TableFormat, Type};
use crate::platform::aggregation::sql::catalogue_database;
use crate::platform::{Context, Export, Stack, storage};

/// The database of the tables.
pub(super) struct Database {
    /// The name as text.
    pub(super) name: String,
    /// The name as the tables of this stack use it: a reference in the stack with the database, so that the tables
    /// depend on it.
    pub(super) value: Value<Text>,
}

/// Adds the database to the stage's first stack, whose output the other stacks import, so that they are deployed after
/// it. It holds no data. If it is deleted, the files of an Iceberg table stay, and its newest metadata file registers
/// it again; everything else in it can be regenerated from the platform file.
pub(super) fn database(stack: &mut Stack, context: Context<'_>, first: Option<&Export<Text>>) -> Database {
    let name = catalogue_database(context);
    if let Some(first) = first {
        return Database { name, value: stack.import(first) };
    }
    let files = format!("Files of {}", context.platform.title);
    let description = match &context.platform.description {
        Some(more) => format!("{files}: {more}"),
        None => files,
    };
    let input = DatabaseInput::new()
        .name(name.clone())
        .description(text(&description, DESCRIPTION))
        .create_table_default_permissions([by_iam()]);
    let database = glue::Database::new(pseudo::account_id(), input);
    let value = stack.add("catalogue/database", database).reference();
    Database { name, value: Value::assumed(value.into_node()) }
}

/// Leaves the access to new tables to IAM, as in an account without Lake Formation. Where "use only IAM access control"
/// is off for new tables, they would otherwise be closed to every role of the platform.
/// Assumes `lake-formation-database`.
fn by_iam() -> PrincipalPrivileges {
    PrincipalPrivileges::new()
        .principal(DataLakePrincipal::new().data_lake_principal_identifier("IAM_ALLOWED_PRINCIPALS"))
        .permissions([PrincipalPrivilegesPermissions::All])
}

/// Adds the tables of a dataset.
pub(super) fn tables(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    database: &Database,
    dataset: &Dataset,
) {
    let path = dataset.name.path();
    let raw = raw(&stack.import(&storage.raw.name), dataset);
    let quarantine = quarantine(&stack.import(&storage.quarantine.name), dataset);
    let table = |input| Table::new(pseudo::account_id(), &database.value).table_input(input);
    stack.add(format!("{path}/table/raw"), table(raw));
    stack.add(format!("{path}/table/quarantine"), table(quarantine));
    match dataset.table_format {
        TableFormat::Parquet => {
            let bucket = stack.import(&storage.curated.name);
            let curated = curated(&bucket, context.environment.settings.retention, dataset);
            stack.add(format!("{path}/table"), table(curated));
        }
        TableFormat::Iceberg => {}
    }
}

/// The table of raw records.
fn raw(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> TableInput {
    let (layout, partitions, note) = match &dataset.source {
        Source::Stream => (
            Layout::compressed_json(),
            Partitions::arrival(bucket, dataset),
            "Raw records, partitioned by delivery hour; timestamps and JSON are strings.",
        ),
        Source::Files { format: FileFormat::Json } => (
            Layout::json(),
            Partitions::default(),
            "Raw files with one record per line; timestamps and JSON are strings.",
        ),
        Source::Files { format: FileFormat::Csv { delimiter } } => (
            Layout::csv(*delimiter),
            Partitions::default(),
            "Raw files; all columns are strings, in the order of the platform file, \
             whatever the header of a file.",
        ),
        Source::Files { format: FileFormat::Parquet } => {
            (Layout::parquet(), Partitions::default(), "Raw files.")
        }
    };
    let columns = dataset.columns.iter().map(|one| {
        column(one.name.as_str(), raw_type(&dataset.source, one.data_type), one.description.as_deref())
    });
    let location = sub!("s3://${bucket}/${dataset}/", bucket = bucket, dataset = dataset.name.to_string());
    let storage = layout.storage(location, columns.collect());
    input(&format!("{}_raw", dataset.name), dataset, note, &layout, partitions).storage_descriptor(storage)
}

/// The Hive type that a column of the raw records is read as. Hive cannot read a timestamp that ends in `Z`, and reads
/// a JSON object as a string; the CSV reader supports only strings.
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

/// The table of cleaned records as Parquet files. It includes the files of failed runs and older versions of records,
/// which is why a query must name the runs.
fn curated(bucket: &Value<Name<S3Bucket>>, keep: Retention, dataset: &Dataset) -> TableInput {
    let note = "Cleaned records. Every query must filter on run (run = '…'); only runs with a manifest \
                under manifests/ are complete. The warehouse has the merged rows of all runs.";
    let layout = Layout::parquet();
    let location =
        sub!("s3://${bucket}/${dataset}/data/", bucket = bucket, dataset = dataset.name.to_string());
    let partitions = Partitions::events(bucket, dataset, keep);
    let storage = layout.storage(location, curated_columns(dataset));
    input(dataset.name.as_str(), dataset, note, &layout, partitions).storage_descriptor(storage)
}

fn curated_columns(dataset: &Dataset) -> Vec<Column> {
    // Athena finds the columns of a file by name, so they have the names that they have in files.
    // Assumes `athena-names`.
    let column = |one: CuratedColumn<'_>| {
        let stored = dataset.stored_name(one.name.as_str());
        let renamed = (stored != one.name.as_str()).then(|| match one.description {
            Some(text) => format!("{} in the platform file. {text}", one.name),
            None => format!("{} in the platform file.", one.name),
        });
        column(stored, one.data_type.hive(), renamed.as_deref().or(one.description))
    };
    let order = dataset.row_columns().map(|(name, data_type)| self::column(name, data_type.hive(), None));
    dataset.curated().map(column).chain(order).collect()
}

/// The table of rejected records, as the job writes them.
fn quarantine(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> TableInput {
    let columns = [
        ("reason", "Why the record was rejected: a column and its violation, or an expectation"),
        ("text", "The record as it arrived; empty if the whole file could not be read"),
        ("source", "The file that contains the record"),
        ("run_id", "The run that rejected the record"),
    ];
    let columns = columns.into_iter().map(|(name, comment)| column(name, Type::Json.hive(), Some(comment)));
    let layout = Layout::json();
    let location = sub!("s3://${bucket}/${dataset}/", bucket = bucket, dataset = dataset.name.to_string());
    let storage = layout.storage(location, columns.collect());
    let note = "Rejected records with the reason. Every query must filter on run (run = '…').";
    let partitions = Partitions::runs(bucket, dataset);
    let name = format!("{}_quarantine", dataset.name);
    input(&name, dataset, note, &layout, partitions).storage_descriptor(storage)
}

/// A table without its storage descriptor.
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

fn column(name: &str, hive: String, description: Option<&str>) -> Column {
    let column = Column::new(name.to_owned()).type_(hive);
    match description {
        Some(text) => column.comment(comment(text)),
        None => column,
    }
}

/// The description of a dataset's Iceberg table.
#[must_use]
pub fn iceberg_description(dataset: &Dataset) -> String {
    description(dataset, "Cleaned records, as an Iceberg table.")
}

/// A description as the comment of a column.
#[must_use]
pub fn comment(description: &str) -> String {
    text(description, COMMENT)
}

/// The dataset's description from the platform file, then the note on the table.
fn description(dataset: &Dataset, note: &str) -> String {
    match &dataset.description {
        // The note is never cut: it explains how to read the table.
        Some(own) => format!("{} {note}", text(own, DESCRIPTION - note.len() - 1)),
        None => note.to_owned(),
    }
}

/// Maximum bytes of a column comment.
const COMMENT: usize = 255;
/// Maximum bytes of a table description.
const DESCRIPTION: usize = 2_048;

/// A text as the Data Catalog accepts it: on one line, and cut at a character boundary if it is too long.
fn text(text: &str, most: usize) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let end = (0..=most.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    line.truncate(end);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_a_character_boundary() {
        assert_eq!(text("a\nb", COMMENT), "a b");
        assert_eq!(text("short", 5), "short");
        assert_eq!(text("aéé", 4), "aé");
        assert_eq!(text(&"é".repeat(200), COMMENT).len(), 254);
    }
}
