//! The columns of a dataset: the same in the job, the Data Catalog, the staging table and the table of the warehouse.
//!
//! In: the columns in the manifest. Out: diagnostics where another file has others.

use strataform_redshift::ast::DataType;

use super::sql::{Warehouse, name};
use super::{Checked, pointed};
use crate::assembly::{DatasetResources, ManifestColumn};
use crate::check::code::ASSEMBLY_COLUMNS;
use crate::diagnostic::Diagnostic;
use crate::model::Type;
use crate::spec::type_named;

/// A column with its type.
type Column = (String, String);

pub(super) fn check(checked: &mut Checked<'_>, warehouse: &Warehouse) {
    let datasets: &[DatasetResources] = &checked.assembly.manifest.datasets;
    for dataset in datasets.iter().filter(|one| !one.columns.is_empty()) {
        let mut own = Vec::new();
        if let Some(job) = job(checked, dataset) {
            catalog(checked, dataset, &job);
            own.extend(job.stored.into_iter().filter(|(name, _)| name.contains("__")));
        }
        for (schema, names) in [("staging", Names::Stored), ("core", Names::Own)] {
            let own = own.iter().filter_map(|(name, one)| Some((name.clone(), type_named(&declared(one))?)));
            let wanted: Vec<(String, Type)> = columns(dataset, names).into_iter().chain(own).collect();
            table(checked, warehouse, dataset, schema, &wanted);
        }
    }
}

/// Which names a file uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// Those in files, which stay.
    Stored,
    /// Those of today.
    Own,
}

/// A type of Hive as a column declares it.
fn declared(hive: &str) -> String {
    match hive {
        "string" => "string(1)".to_owned(),
        "int" => "integer".to_owned(),
        other => other.to_owned(),
    }
}

impl Names {
    fn name(self, column: &ManifestColumn) -> &str {
        match self {
            Self::Stored => column.stored.as_deref().unwrap_or(&column.name),
            Self::Own => &column.name,
        }
    }
}

/// The stored columns of a dataset.
fn columns(dataset: &DatasetResources, names: Names) -> Vec<(String, Type)> {
    let stored = dataset.columns.iter().filter_map(|column| {
        let data_type = type_named(column.data_type.as_deref()?)?;
        Some((names.name(column).to_owned(), data_type))
    });
    stored.collect()
}

/// A table in the Data Catalog: the path of its template, the pointer of its columns, and the columns.
fn cataloged(checked: &Checked<'_>, table: &str) -> Option<(String, String, Vec<Column>)> {
    let mut all = checked.resources("AWS::Glue::Table").into_iter();
    let (path, id, properties) = all.find(|(_, _, properties)| properties["TableInput"]["Name"] == table)?;
    let listed = properties["TableInput"]["StorageDescriptor"]["Columns"].as_array().into_iter().flatten();
    let columns = listed.map(|one| {
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        (text("Name"), text("Type"))
    });
    let pointer = format!("/Resources/{id}/Properties/TableInput/StorageDescriptor/Columns");
    Some((path.to_owned(), pointer, columns.collect()))
}

/// The tables in the Data Catalog: of the rows, of the records as they arrive, and of those that were rejected.
fn catalog(checked: &mut Checked<'_>, dataset: &DatasetResources, job: &Job) {
    let name = &dataset.name;
    // Timestamps and JSON are texts in records.
    let typed = |column: &String, has: &[Column]| {
        let own = columns(dataset, Names::Stored).into_iter().find(|(name, _)| name == column);
        let is_text = has.iter().any(|(name, kind)| name == column && kind == "string");
        own.filter(|_| !is_text).map(|(_, one)| one.hive()).unwrap_or_default()
    };
    let records = cataloged(checked, &format!("{name}_raw")).map(|(_, _, has)| has).unwrap_or_default();
    let raw: Vec<Column> =
        job.records.iter().map(|column| (column.clone(), typed(column, &records))).collect();
    let rejected: Vec<Column> =
        REJECTED.iter().map(|column| ((*column).to_owned(), "string".to_owned())).collect();
    let tables = [
        (name.clone(), &job.stored, "of the rows"),
        (format!("{name}_raw"), &raw, "of the records"),
        (format!("{name}_quarantine"), &rejected, "of the rejected records"),
    ];
    for (table, wanted, what) in tables {
        let Some((path, pointer, has)) = cataloged(checked, &table) else { continue };
        if let Some(cause) = difference(wanted, &has) {
            let summary = format!("the table {what} of `{name}` in the Data Catalog has other columns");
            checked.add(&path, ours(pointed(ASSEMBLY_COLUMNS, pointer, summary), cause));
        }
    }
}

/// The columns of rejected records.
const REJECTED: [&str; 4] = ["reason", "text", "source", "run_id"];

/// What a job reads and writes.
struct Job {
    /// The names of the columns of records.
    records: Vec<String>,
    /// The columns of the rows, those that order versions included.
    stored: Vec<Column>,
}

impl Job {
    fn of(text: &str) -> Self {
        let strings = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let all = text.lines().filter_map(|line| line.trim_start().strip_prefix("Stored("));
        let stored = all.filter_map(|line| match strings(line).as_slice() {
            [_, stored, data_type, ..] => Some((stored.clone(), data_type.to_ascii_lowercase())),
            _ => None,
        });
        // The schema of a record names each column once, in backticks; those of our own begin with an underscore.
        let schema = text.lines().find_map(|line| line.strip_prefix("RECORD_SCHEMA = ")).unwrap_or_default();
        let names =
            schema.split('`').skip(1).step_by(2).filter(|name| !name.starts_with('_')).map(str::to_owned);
        Self { records: names.collect(), stored: stored.collect() }
    }
}

/// The columns that the job writes.
fn job(checked: &mut Checked<'_>, dataset: &DatasetResources) -> Option<Job> {
    let path = format!("processing/jobs/{}.py", dataset.name);
    let text = checked.assembly.text(&path)?;
    let found = Job::of(&text);
    let wanted: Vec<Column> =
        columns(dataset, Names::Stored).into_iter().map(|(name, one)| (name, one.hive())).collect();
    // Columns that order the versions of a key have two underscores in their names; the manifest does not list them.
    let own = found.stored.iter().filter(|(name, _)| !name.contains("__")).cloned();
    if let Some(cause) = difference(&wanted, &own.collect::<Vec<_>>()) {
        let start = text.find("STORED: list[Stored]").unwrap_or_default();
        let summary = format!("the job of `{}` writes other columns", dataset.name);
        checked.add(&path, ours(Diagnostic::error(ASSEMBLY_COLUMNS, start..start + 6, summary), cause));
    }
    Some(found)
}

/// A table of the warehouse.
fn table(
    checked: &mut Checked<'_>,
    warehouse: &Warehouse,
    dataset: &DatasetResources,
    schema: &str,
    wanted: &[(String, Type)],
) {
    let Some(has) = warehouse.columns(&name(schema, &dataset.name)) else { return };
    for (column, data_type) in wanted {
        let cause = match has.iter().find(|(name, _)| name == column) {
            None => format!("it has no column `{column}`"),
            Some((_, Some(own))) if !holds(*own, *data_type) => {
                format!(
                    "`{column}` is {}, which does not hold every {}",
                    own.to_string().to_ascii_lowercase(),
                    data_type
                )
            }
            Some(_) => continue,
        };
        let file = checked.assembly.manifest.sql.iter().map(|one| one.path.clone()).find(|path| {
            let text = checked.assembly.text(path).unwrap_or_default();
            text.contains(&format!("CREATE TABLE IF NOT EXISTS \"{schema}\".\"{}\"", dataset.name))
        });
        let summary = format!("the table {schema}.{} has other columns than the dataset", dataset.name);
        let one = ours(Diagnostic::error(ASSEMBLY_COLUMNS, 0..0, summary), cause);
        checked.add(file.as_deref().unwrap_or_default(), one);
        return;
    }
}

/// Whether a column of the warehouse holds every value of a type.
fn holds(own: DataType, data_type: Type) -> bool {
    match (own, data_type) {
        (DataType::Varchar(bytes), Type::String { length }) => bytes >= length,
        (DataType::Varchar(_) | DataType::Super, Type::Json)
        | (DataType::Boolean, Type::Boolean)
        | (DataType::Integer | DataType::BigInt, Type::Integer)
        | (DataType::BigInt, Type::Bigint)
        | (DataType::Double, Type::Double)
        | (DataType::Date, Type::Date)
        | (DataType::Timestamp, Type::Timestamp) => true,
        (DataType::Decimal { precision, scale }, Type::Decimal { precision: digits, scale: after }) => {
            scale == after && precision >= digits
        }
        _ => false,
    }
}

/// The first difference between two lists of columns.
fn difference(wanted: &[Column], has: &[Column]) -> Option<String> {
    for (name, data_type) in wanted {
        match has.iter().find(|(other, _)| other == name) {
            None => return Some(format!("it has no column `{name}`")),
            Some((_, other)) if !data_type.is_empty() && other != data_type => {
                return Some(format!("`{name}` is {other} there, and {data_type} in the dataset"));
            }
            Some(_) => {}
        }
    }
    if let Some(twice) =
        has.iter().enumerate().find(|(at, one)| has[..*at].iter().any(|other| other.0 == one.0))
    {
        return Some(format!("it has the column `{}` twice", twice.1.0));
    }
    let more = has.iter().find(|(name, _)| wanted.iter().all(|(other, _)| other != name));
    more.map(|(name, _)| format!("the dataset has no column `{name}`"))
}

fn ours(one: Diagnostic, cause: String) -> Diagnostic {
    one.because(cause).help(super::AGAIN)
}
