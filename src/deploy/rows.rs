//! Converts the rows of a file into records of a stream.
//!
//! In: NDJSON or CSV, and the dataset whose stream receives it. Out: records with the key that decides their shard, and
//! every row that the job will quarantine. It refuses to send anything, and to hold a whole file in memory.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;

use csv::{Position, Reader, StringRecord, StringRecordsIntoIter};
use serde_json::{Map, Value};
use strataform_sdk::Record;

use super::fault::{Fault, RECORDS};
use crate::diagnostic::did_you_mean;
use crate::model::{Dataset, Type};

/// The most bytes in a record, its key included.
const LARGEST: usize = 1_024 * 1_024;

/// The most characters in a partition key.
const LONGEST_KEY: usize = 256;

/// How many faults of a file are reported.
const SHOWN: usize = 20;

/// What to do with rows that the job will quarantine: a line that is not JSON, a cell that is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantinePolicy {
    /// Send them: the job quarantines them unchanged.
    Send,
    /// Reject the file.
    Reject,
}

/// A row that the job will quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub cause: String,
}

/// A file of which every row is a record.
#[derive(Clone, Debug)]
pub struct RecordFile<'a> {
    path: &'a Path,
    dataset: &'a Dataset,
    /// How many records it has.
    pub records: usize,
    /// The bytes of their data, without keys.
    pub bytes: u64,
    /// How many of them the job will quarantine.
    pub quarantined: usize,
    /// The first 20 of these.
    pub quarantined_rows: Vec<QuarantinedRow>,
}

impl<'a> RecordFile<'a> {
    /// Reads a whole file: CSV with a header if its name ends in `.csv`, otherwise NDJSON (one JSON object per line).
    ///
    /// # Errors
    ///
    /// The file cannot be read, its header names a column that the dataset does not have, rows are not records (longer
    /// than 1 MiB, or CSV with too few or too many cells), or, with [`QuarantinePolicy::Reject`], the job would
    /// quarantine rows. The fault lists the first 20 of them, with their lines.
    pub fn check(path: &'a Path, dataset: &'a Dataset, policy: QuarantinePolicy) -> Result<Self, Fault> {
        let mut found =
            Self { path, dataset, records: 0, bytes: 0, quarantined: 0, quarantined_rows: Vec::new() };
        let mut wrong = Vec::new();
        for row in Rows::open(path, dataset)? {
            let row = row?;
            match (row.record, row.quarantine_cause) {
                (Ok(record), quarantine_cause) => {
                    found.records += 1;
                    found.bytes += record.data.len() as u64;
                    if let Some(cause) = quarantine_cause {
                        found.add_quarantined(QuarantinedRow { line: row.line, cause });
                    }
                }
                (Err(cause), _) => wrong.push(format!("{}:{}: {cause}", path.display(), row.line)),
            }
        }
        let quarantined = found
            .quarantined_rows
            .iter()
            .map(|one| format!("{}:{}: {}", path.display(), one.line, one.cause));
        let mut count = wrong.len();
        if policy == QuarantinePolicy::Reject {
            wrong.extend(quarantined);
            count += found.quarantined;
        }
        if wrong.is_empty() { Ok(found) } else { Err(refused(path, wrong, count).help("nothing was sent")) }
    }

    fn add_quarantined(&mut self, row: QuarantinedRow) {
        self.quarantined += 1;
        if self.quarantined_rows.len() < SHOWN {
            self.quarantined_rows.push(row);
        }
    }

    /// Its records, in order.
    ///
    /// # Errors
    ///
    /// The file can no longer be read, or it changed since it was checked.
    pub(super) fn rows(&self) -> Result<impl Iterator<Item = Result<Record, Fault>>, Fault> {
        let path = self.path;
        let rows = Rows::open(path, self.dataset)?;
        Ok(rows.map(move |row| {
            let row = row?;
            row.record
                .map_err(|cause| refused(path, vec![format!("{}:{}: {cause}", path.display(), row.line)], 1))
        }))
    }
}

/// The fault for a file with `count` invalid rows; it lists the first of them.
fn refused(path: &Path, mut wrong: Vec<String>, count: usize) -> Fault {
    let noun = if count == 1 { "row" } else { "rows" };
    wrong.truncate(SHOWN);
    if count > SHOWN {
        wrong.push(format!("and {} more", count - SHOWN));
    }
    let mut fault = Fault::refused(RECORDS, format!("invalid records: {count} {noun} of {}", path.display()));
    fault.causes = wrong;
    fault
}

fn unreadable(path: &Path, error: &dyn std::error::Error) -> Fault {
    Fault::refused(RECORDS, format!("cannot read {}", path.display())).because(error.to_string())
}

/// A row, and its record.
struct Row {
    /// From 1.
    line: u64,
    record: Result<Record, String>,
    /// Why the job will quarantine it; `None` if nothing is known to be wrong.
    quarantine_cause: Option<String>,
}

/// The rows of a file, one at a time.
struct Rows<'a> {
    path: &'a Path,
    dataset: &'a Dataset,
    source: Source,
}

enum Source {
    Csv { header: StringRecord, rows: StringRecordsIntoIter<File> },
    Ndjson { line: u64, lines: Lines<BufReader<File>> },
}

impl<'a> Rows<'a> {
    fn open(path: &'a Path, dataset: &'a Dataset) -> Result<Self, Fault> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let source = if is_csv {
            let mut rows = Reader::from_reader(file);
            let header = rows.headers().map_err(|error| unreadable(path, &error))?.clone();
            known(path, &header, dataset)?;
            Source::Csv { header, rows: rows.into_records() }
        } else {
            Source::Ndjson { line: 0, lines: BufReader::new(file).lines() }
        };
        Ok(Self { path, dataset, source })
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Csv { header, rows } => {
                let row = rows.next()?;
                let position = row.as_ref().map_or_else(csv::Error::position, StringRecord::position);
                let line = position.map_or(0, Position::line);
                Some(Ok(match row {
                    Ok(row) => of_row(line, header, &row, self.dataset),
                    Err(error) => Row { line, record: Err(error.to_string()), quarantine_cause: None },
                }))
            }
            Source::Ndjson { line, lines } => loop {
                *line += 1;
                match lines.next()? {
                    Ok(text) if text.trim().is_empty() => {}
                    Ok(text) => return Some(Ok(of_line(*line, &text, self.dataset))),
                    Err(error) => return Some(Err(unreadable(self.path, &error))),
                }
            },
        }
    }
}

/// Refuses columns that the dataset does not have.
fn known(path: &Path, header: &StringRecord, dataset: &Dataset) -> Result<(), Fault> {
    let names = dataset.columns.iter().map(|column| column.name.as_str());
    let unknown: Vec<&str> = header.iter().filter(|name| dataset.column(name).is_none()).collect();
    let Some(first) = unknown.first() else { return Ok(()) };
    let summary = format!("{}: {} has no column `{}`", path.display(), dataset.name, unknown.join("`, `"));
    Err(Fault::refused(RECORDS, summary).help(did_you_mean(first, names)))
}

/// A line, unchanged; the job will quarantine one that is not a JSON object.
fn of_line(line: u64, text: &str, dataset: &Dataset) -> Row {
    let data = text.trim().as_bytes().to_vec();
    let (fields, quarantine_cause) = match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => (fields, None),
        Ok(_) => (Map::new(), Some("not a JSON object".to_owned())),
        Err(error) => (Map::new(), Some(format!("invalid JSON: {error}"))),
    };
    Row { line, record: record(&fields, data, dataset), quarantine_cause }
}

/// A row of CSV as a JSON object, without its empty cells.
fn of_row(line: u64, header: &StringRecord, row: &StringRecord, dataset: &Dataset) -> Row {
    let (mut fields, mut quarantine_cause) = (Map::new(), None);
    for (name, cell) in header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let Some(column) = dataset.column(name) else { continue };
        // A value that does not fit the column's type stays text, and the job reports it.
        let value = value(cell, column.data_type).unwrap_or_else(|cause| {
            quarantine_cause.get_or_insert(format!("{name}: {cause}"));
            Value::String(cell.to_owned())
        });
        fields.insert(name.to_owned(), value);
    }
    let data = serde_json::to_vec(&fields).map_err(|error| error.to_string());
    Row { line, record: data.and_then(|data| record(&fields, data, dataset)), quarantine_cause }
}

/// A CSV cell as the JSON value that the job reads for a column of this type.
fn value(cell: &str, data_type: Type) -> Result<Value, String> {
    let parsed = || serde_json::from_str::<Value>(cell).ok();
    match data_type {
        Type::Integer | Type::Bigint | Type::Decimal { .. } | Type::Double => {
            parsed().filter(Value::is_number).ok_or_else(|| format!("`{cell}` is not a number"))
        }
        Type::Boolean => parsed()
            .filter(Value::is_boolean)
            .ok_or_else(|| format!("`{cell}` is neither `true` nor `false`")),
        Type::Json => parsed().ok_or_else(|| "invalid JSON".to_owned()),
        Type::String { .. } | Type::Date | Type::Timestamp => Ok(Value::String(cell.to_owned())),
    }
}

/// Makes a record. Records with the same key go to the same shard, and so stay in order. A record without its key is
/// sent, too: the job quarantines it with a reason.
fn record(fields: &Map<String, Value>, data: Vec<u8>, dataset: &Dataset) -> Result<Record, String> {
    let key = shard_key(fields, dataset);
    let size = data.len() + key.len();
    if size > LARGEST {
        return Err(format!(
            "the record has {size} bytes with its key, and a stream accepts at most {LARGEST}"
        ));
    }
    Ok(Record { key, data })
}

/// The values of the dataset's key, or `-` without any, since Kinesis requires a key.
fn shard_key(fields: &Map<String, Value>, dataset: &Dataset) -> String {
    let values = dataset.key.iter().map(|name| match fields.get(name.as_str()) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    });
    let key: String = values.collect::<Vec<_>>().join("|").chars().take(LONGEST_KEY).collect();
    if key.is_empty() { "-".to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_becomes_the_value_that_its_column_type_requires() {
        let decimal = Type::Decimal { precision: 12, scale: 2 };
        let cases = [
            ("7", Type::Integer, json!(7)),
            ("-12.50", decimal, json!(-12.5)),
            ("1e3", Type::Double, json!(1e3)),
            ("true", Type::Boolean, json!(true)),
            ("[1,{}]", Type::Json, json!([1, {}])),
            ("007", Type::String { length: 3 }, json!("007")),
            ("2026-03-01", Type::Date, json!("2026-03-01")),
            ("2026-03-01T00:00:00Z", Type::Timestamp, json!("2026-03-01T00:00:00Z")),
        ];
        for (cell, data_type, expected) in cases {
            assert_eq!(value(cell, data_type), Ok(expected), "{cell}");
        }
        for (cell, data_type) in
            [("one", Type::Bigint), ("\"7\"", decimal), ("1", Type::Boolean), ("{", Type::Json)]
        {
            assert!(value(cell, data_type).is_err(), "{cell} is not a {data_type}");
        }
    }

    #[test]
    fn a_key_is_truncated_to_the_limit_of_kinesis_and_is_never_empty() {
        let platform = crate::model::fixture::platform();
        let dataset = &platform.datasets[0];
        let key = |fields: Value| shard_key(fields.as_object().unwrap(), dataset);
        let name = dataset.key[0].as_str();
        assert_eq!(key(json!({ name: "a" })), "a");
        assert_eq!(key(json!({ name: 7 })), "7");
        assert_eq!(key(json!({ name: null })), "-");
        assert_eq!(key(json!({})), "-");
        assert_eq!(key(json!({ name: "é".repeat(300) })).chars().count(), LONGEST_KEY);
    }

    #[test]
    fn a_record_has_at_most_one_mib_with_its_key() {
        let platform = crate::model::fixture::platform();
        let fields = Map::new();
        // The key is `-`.
        assert!(record(&fields, vec![b'x'; LARGEST - 1], &platform.datasets[0]).is_ok());
        let fault = record(&fields, vec![b'x'; LARGEST], &platform.datasets[0]).unwrap_err();
        assert_eq!(fault, "the record has 1048577 bytes with its key, and a stream accepts at most 1048576");
    }
}
