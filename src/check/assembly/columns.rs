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
        catalog(checked, dataset);
        job(checked, dataset);
        for (schema, is_staging) in [("staging", true), ("core", false)] {
            table(checked, warehouse, dataset, schema, Names::of(is_staging));
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

impl Names {
    fn of(is_staging: bool) -> Self {
        if is_staging { Self::Stored } else { Self::Own }
    }

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

/// The table in the Data Catalog.
fn catalog(checked: &mut Checked<'_>, dataset: &DatasetResources) {
    let wanted: Vec<Column> =
        columns(dataset, Names::Stored).into_iter().map(|(name, one)| (name, one.hive())).collect();
    let mut found = Vec::new();
    for (path, id, properties) in checked.resources("AWS::Glue::Table") {
        let table = &properties["TableInput"];
        if table["Name"] != dataset.name.as_str() {
            continue;
        }
        let listed = table["StorageDescriptor"]["Columns"].as_array().into_iter().flatten();
        let has: Vec<Column> = listed
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                (text("Name"), text("Type"))
            })
            .collect();
        let pointer = format!("/Resources/{id}/Properties/TableInput/StorageDescriptor/Columns");
        if let Some(cause) = difference(&wanted, &has) {
            let summary = format!("the table of `{}` in the Data Catalog has other columns", dataset.name);
            found.push((path.to_owned(), ours(pointed(ASSEMBLY_COLUMNS, pointer, summary), cause)));
        }
    }
    for (path, one) in found {
        checked.add(&path, one);
    }
}

/// The columns that the job writes.
fn job(checked: &mut Checked<'_>, dataset: &DatasetResources) {
    let path = format!("processing/jobs/{}.py", dataset.name);
    let Some(text) = checked.assembly.text(&path) else { return };
    let has: Vec<Column> = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("Stored("))
        .filter_map(|line| {
            let mut quoted = line.split('"').skip(1).step_by(2);
            let (_, stored, data_type) = (quoted.next()?, quoted.next()?, quoted.next()?);
            Some((stored.to_owned(), data_type.to_ascii_lowercase()))
        })
        .collect();
    let wanted: Vec<Column> =
        columns(dataset, Names::Stored).into_iter().map(|(name, one)| (name, one.hive())).collect();
    if let Some(cause) = difference(&wanted, &has) {
        let start = text.find("STORED: list[Stored]").unwrap_or_default();
        let summary = format!("the job of `{}` writes other columns", dataset.name);
        checked.add(&path, ours(Diagnostic::error(ASSEMBLY_COLUMNS, start..start + 6, summary), cause));
    }
}

/// A table of the warehouse.
fn table(
    checked: &mut Checked<'_>,
    warehouse: &Warehouse,
    dataset: &DatasetResources,
    schema: &str,
    names: Names,
) {
    let Some(has) = warehouse.columns(&name(schema, &dataset.name)) else { return };
    for (column, data_type) in columns(dataset, names) {
        let cause = match has.iter().find(|(name, _)| *name == column) {
            None => format!("it has no column `{column}`"),
            Some((_, Some(own))) if !holds(*own, data_type) => {
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
            Some((_, other)) if other != data_type => {
                return Some(format!("`{name}` is {other} there, and {data_type} in the dataset"));
            }
            Some(_) => {}
        }
    }
    // Columns of our own, such as the order of versions, have two underscores in their names.
    let more =
        has.iter().find(|(name, _)| !name.contains("__") && wanted.iter().all(|(other, _)| other != name));
    more.map(|(name, _)| format!("the dataset has no column `{name}`"))
}

fn ours(one: Diagnostic, cause: String) -> Diagnostic {
    one.because(cause).help(super::AGAIN)
}
