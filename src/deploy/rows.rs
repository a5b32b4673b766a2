//! Rows of a file as records of a stream.
//!
//! In: NDJSON or CSV, and the dataset whose stream takes it. Out: records with the key that decides their shard, with every
//! row that the job will not take. It refuses to send anything, and to hold a whole file in memory.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;

use csv::{Position, Reader, StringRecord, StringRecordsIntoIter};
use serde_json::{Map, Value};
use strataform_sdk::Record;

use super::fault::{Fault, RECORDS};
use crate::diagnostic::did_you_mean;
use crate::model::{Dataset, Type};

/// What a record may hold, its key included, in bytes.
const LARGEST: usize = 1_024 * 1_024;

/// The characters of a partition key that Kinesis takes.
const LONGEST_KEY: usize = 256;

/// How many faults of a file are told.
const SHOWN: usize = 20;

/// What becomes of rows that the job will keep in quarantine as they are: a line that is not JSON, a cell that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubts {
    /// They are sent: a record is bytes, and quarantine is there for them.
    Sent,
    /// The file is refused.
    Refused,
}

/// A row that the job will not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub cause: String,
}

/// A file whose every row is a record.
#[derive(Clone, Debug)]
pub struct RecordFile<'a> {
    path: &'a Path,
    dataset: &'a Dataset,
    /// How many records it has.
    pub records: usize,
    /// The bytes of their data, without keys.
    pub bytes: u64,
    /// How many of them the job will not take.
    pub doubtful: usize,
    /// The first 20 of these.
    pub doubts: Vec<Doubt>,
}

impl<'a> RecordFile<'a> {
    /// Reads a whole file: CSV with a header where its name ends in `.csv`, and NDJSON (a JSON object a line) otherwise.
    ///
    /// # Errors
    ///
    /// It cannot be read, its header names a column that the dataset does not have, rows of it are no records (longer than
    /// 1 MiB, of CSV with too few or too many cells), or, where doubts are refused, rows of it are in doubt: the first 20
    /// of them, each with its line.
    pub fn check(path: &'a Path, dataset: &'a Dataset, doubts: Doubts) -> Result<Self, Fault> {
        let mut found = Self { path, dataset, records: 0, bytes: 0, doubtful: 0, doubts: Vec::new() };
        let mut wrong = Vec::new();
        for row in Rows::open(path, dataset)? {
            let row = row?;
            match (row.record, row.doubt) {
                (Ok(record), doubt) => {
                    found.records += 1;
                    found.bytes += record.data.len() as u64;
                    if let Some(cause) = doubt {
                        found.doubt(Doubt { line: row.line, cause });
                    }
                }
                (Err(cause), _) => wrong.push(format!("{}:{}: {cause}", path.display(), row.line)),
            }
        }
        let doubted =
            found.doubts.iter().map(|one| format!("{}:{}: {}", path.display(), one.line, one.cause));
        let mut count = wrong.len();
        if doubts == Doubts::Refused {
            wrong.extend(doubted);
            count += found.doubtful;
        }
        if wrong.is_empty() { Ok(found) } else { Err(refused(path, wrong, count).help("nothing was sent")) }
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.doubtful += 1;
        if self.doubts.len() < SHOWN {
            self.doubts.push(doubt);
        }
    }

    /// Its records, in order.
    ///
    /// # Errors
    ///
    /// It cannot be read any more, or it changed since it was checked.
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

/// Refuses a file for so many rows; the first of them are told.
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

/// A row, and the record that it is.
struct Row {
    /// From 1.
    line: u64,
    record: Result<Record, String>,
    /// Why the job will not take it; nothing where it may.
    doubt: Option<String>,
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
                    Err(error) => Row { line, record: Err(error.to_string()), doubt: None },
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

/// A line as it is; one that is not a JSON object is in doubt.
fn of_line(line: u64, text: &str, dataset: &Dataset) -> Row {
    let data = text.trim().as_bytes().to_vec();
    let (fields, doubt) = match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => (fields, None),
        Ok(_) => (Map::new(), Some("not a JSON object".to_owned())),
        Err(error) => (Map::new(), Some(format!("invalid JSON: {error}"))),
    };
    Row { line, record: record(&fields, data, dataset), doubt }
}

/// A row of CSV as a JSON object, without its empty cells.
fn of_row(line: u64, header: &StringRecord, row: &StringRecord, dataset: &Dataset) -> Row {
    let (mut fields, mut doubt) = (Map::new(), None);
    for (name, cell) in header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let Some(column) = dataset.column(name) else { continue };
        // What is not of the column's type stays the text that it is, and the job says of it what it is not.
        let value = value(cell, column.data_type).unwrap_or_else(|cause| {
            doubt.get_or_insert(format!("{name}: {cause}"));
            Value::String(cell.to_owned())
        });
        fields.insert(name.to_owned(), value);
    }
    let data = serde_json::to_vec(&fields).map_err(|error| error.to_string());
    Row { line, record: data.and_then(|data| record(&fields, data, dataset)), doubt }
}

/// A cell of CSV as the JSON value that the job reads for a column of this type.
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

/// Records of one key go to one shard, and so stay in their order. One without its key is sent as well: the job says
/// of it what is wrong, and keeps it in quarantine.
fn record(fields: &Map<String, Value>, data: Vec<u8>, dataset: &Dataset) -> Result<Record, String> {
    let key = shard_key(fields, dataset);
    let size = data.len() + key.len();
    if size > LARGEST {
        return Err(format!("it has {size} bytes with its key, and a stream takes {LARGEST}"));
    }
    Ok(Record { key, data })
}

/// The values of the dataset's key; `-` where there is none, since Kinesis takes no empty key.
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
    fn a_cell_is_the_value_that_its_column_holds() {
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
            assert!(value(cell, data_type).is_err(), "{cell} is no {data_type}");
        }
    }

    #[test]
    fn a_key_is_cut_where_kinesis_ends_it_and_is_never_empty() {
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
    fn a_record_is_at_most_a_mib_with_its_key() {
        let platform = crate::model::fixture::platform();
        let fields = Map::new();
        // The key is `-`.
        assert!(record(&fields, vec![b'x'; LARGEST - 1], &platform.datasets[0]).is_ok());
        let fault = record(&fields, vec![b'x'; LARGEST], &platform.datasets[0]).unwrap_err();
        assert_eq!(fault, "it has 1048577 bytes with its key, and a stream takes 1048576");
    }
}
