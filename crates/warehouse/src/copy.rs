//! The files of a `COPY`: finds them, checks that they match the table, and converts their rows for PostgreSQL.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use strataform_input as input;
use strataform_redshift::CopyOrder;
use strataform_redshift::ast::{CopyFormat, DataType};
use strataform_rows::{Column, Kind, Reader, Table, Value};

use crate::text;

/// Folders that stand in for buckets.
pub(crate) type Buckets = BTreeMap<String, PathBuf>;

/// A manifest, as in `COPY … MANIFEST`.
#[derive(Deserialize)]
struct Manifest {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    url: String,
    #[serde(default)]
    mandatory: bool,
    /// Required by Redshift for columnar files.
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    content_length: u64,
}

/// Returns the rows of an order's files as the data of `COPY … FROM STDIN`, and their number.
pub(crate) fn rows(
    order: &CopyOrder,
    table: &[(String, Option<DataType>)],
    buckets: &Buckets,
) -> Result<(String, usize), String> {
    if order.format != Some(CopyFormat::Parquet) {
        return Err("only Parquet files are supported".to_owned());
    }
    let (mut data, mut count) = (String::new(), 0);
    for path in files(order, buckets)? {
        let mut reader = Reader::open(&path).map_err(|fault| fault.to_string())?;
        let misfit = |cause: String| format!("{}: {cause}", path.display());
        fits(reader.columns(), table).map_err(misfit)?;
        while let Some(group) = reader.next_group().map_err(|fault| fault.to_string())? {
            for at in 0..group.rows() {
                line(&mut data, group.row(at)).map_err(|column| {
                    let name = group.columns.get(column).map_or("", |column| column.name.as_str());
                    misfit(format!(
                        "row {}, column `{name}`: the text contains a NUL character",
                        count + at + 1
                    ))
                })?;
            }
            count += group.rows();
        }
    }
    Ok((data, count))
}

/// Returns a table as the data of `COPY … FROM STDIN`.
pub(crate) fn data(table: &Table) -> Result<String, String> {
    let mut data = String::new();
    for at in 0..table.rows() {
        line(&mut data, table.row(at))
            .map_err(|_| format!("row {}: the text contains a NUL character", at + 1))?;
    }
    Ok(data)
}

/// Appends a row, or returns the index of the column that cannot be written.
fn line<'a>(data: &mut String, row: impl Iterator<Item = &'a Value>) -> Result<(), usize> {
    for (at, value) in row.enumerate() {
        if at > 0 {
            data.push('\t');
        }
        match value {
            Value::Null => data.push_str("\\N"),
            Value::Text(text) if text.contains('\0') => return Err(at),
            Value::Text(text) => text::escape(data, text),
            Value::Bytes(_) => {
                let _ = write!(data, "\\\\x{value}");
            }
            other => {
                let _ = write!(data, "{other}");
            }
        }
    }
    data.push('\n');
    Ok(())
}

/// Returns the files of an order.
fn files(order: &CopyOrder, buckets: &Buckets) -> Result<Vec<PathBuf>, String> {
    if !order.manifest {
        let (folder, key) = place(&order.source, buckets)?;
        return below(&folder, &key);
    }
    let path = file(&order.source, buckets)?;
    let failed = |error: &dyn std::fmt::Display| format!("manifest {}: {error}", order.source);
    let text = input::text(&path, input::Kind::Manifest).map_err(|error| failed(&error))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    let mut found = Vec::new();
    for entry in manifest.entries {
        let path = file(&entry.url, buckets)?;
        let Some(meta) = entry.meta else {
            return Err(format!("missing `meta.content_length` of {} in the manifest", entry.url));
        };
        match std::fs::metadata(&path) {
            Ok(there) if there.len() == meta.content_length => found.push(path),
            Ok(there) => {
                let (declared, actual) = (meta.content_length, there.len());
                return Err(format!(
                    "{} has {actual} bytes, but the manifest declares {declared}",
                    entry.url
                ));
            }
            Err(_) if !entry.mandatory => {}
            Err(error) => return Err(format!("{}: {error}", entry.url)),
        }
    }
    Ok(found)
}

/// Splits a URL into the bucket's folder and the key.
fn place(url: &str, buckets: &Buckets) -> Result<(PathBuf, String), String> {
    let rest = url.strip_prefix("s3://").ok_or_else(|| format!("invalid S3 URL `{url}`"))?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let folder = buckets.get(bucket).ok_or_else(|| format!("bucket `{bucket}` is not mounted"))?;
    Ok((folder.clone(), key.to_owned()))
}

fn file(url: &str, buckets: &Buckets) -> Result<PathBuf, String> {
    let (folder, key) = place(url, buckets)?;
    // A key with `..` would leave the bucket's folder, unlike in S3.
    if key.split('/').any(|part| part == "..") {
        return Err(format!("`{url}` points outside its bucket"));
    }
    Ok(folder.join(key))
}

/// Returns all files whose keys begin with the prefix, ordered by key.
fn below(folder: &Path, prefix: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?;
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.strip_prefix(folder).is_ok_and(|key| key.to_string_lossy().starts_with(prefix)) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(format!("no object key begins with `{prefix}`"));
    }
    found.sort();
    Ok(found)
}

/// Checks that a file's columns are those of the table: Redshift matches them by position and ignores their names, so
/// that columns of the same type in another order would be loaded without an error.
fn fits(columns: &[Column], table: &[(String, Option<DataType>)]) -> Result<(), String> {
    if columns.len() != table.len() {
        let (has, expected) = (columns.len(), table.len());
        return Err(format!("the file has {has} columns, but the table has {expected}"));
    }
    for (at, (column, (name, data_type))) in columns.iter().zip(table).enumerate() {
        if !column.name.eq_ignore_ascii_case(name) {
            let (number, file) = (at + 1, &column.name);
            return Err(format!("column {number} is `{file}` in the file, but `{name}` in the table"));
        }
        if let Some(data_type) = data_type
            && !holds(*data_type, column.kind)
        {
            let (file, kind) = (&column.name, column.kind);
            return Err(format!("column `{file}` is {kind} in the file, but {data_type} in the table"));
        }
    }
    Ok(())
}

/// Whether COPY accepts values of a kind for a column: it converts nothing.
fn holds(data_type: DataType, kind: Kind) -> bool {
    match data_type {
        DataType::SmallInt | DataType::Integer => kind == Kind::Integer,
        DataType::BigInt => kind == Kind::Bigint,
        DataType::Decimal { precision, scale } => kind == Kind::Decimal { precision, scale },
        DataType::Real => kind == Kind::Real,
        DataType::Double => kind == Kind::Double,
        DataType::Boolean => kind == Kind::Boolean,
        DataType::Char(_) | DataType::Varchar(_) => kind == Kind::Text,
        DataType::Date => kind == Kind::Date,
        DataType::Timestamp => kind == Kind::Timestamp,
        DataType::Varbyte(_) => kind == Kind::Bytes,
        // Times, time zones, SUPER and spatial types.
        _ => false,
    }
}
