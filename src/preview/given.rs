//! Rows from the user: a Parquet or CSV file for each data set.

use std::path::{Path, PathBuf};

use serde_json::{Number, Value};
use strataform_input::Bounded;
use strataform_preview::{Column, DataSet, Kind};
use strataform_rows::{Reader, Value as Cell, days, micros};

use super::MOST_ROWS;
use crate::diagnostic::rows::{MISSING, ROWS};
use crate::diagnostic::{Diagnostic, did_you_mean};

/// The maximum number of faults that are reported for one file.
const MOST_FAULTS: usize = 5;

/// The most bytes that are read of a CSV file for one record.
const LONGEST_RECORD: u64 = 4 << 20;

/// The rows of a data set, from the file with its name in a folder.
pub(super) fn rows(folder: &Path, name: &str, columns: Vec<Column>) -> Result<DataSet, Vec<Diagnostic>> {
    let [parquet, csv] = ["parquet", "csv"].map(|ending| folder.join(format!("{name}.{ending}")));
    let path = if parquet.is_file() { parquet } else { csv };
    if !path.is_file() {
        let summary = format!("{} has no rows of `{name}`", folder.display());
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let help = format!("put {name}.parquet or {name}.csv there, with the columns {}", names.join(", "));
        return Err(vec![Diagnostic::unplaced(MISSING, summary).help(help)]);
    }
    let mut file = File { path, columns, rows: Vec::new(), total: 0, faults: Vec::new() };
    if file.path.extension().is_some_and(|ending| ending == "csv") {
        file.csv();
    } else {
        file.parquet();
    }
    if file.faults.is_empty() {
        return Ok(DataSet { columns: file.columns, rows: file.rows, total: file.total });
    }
    Err(file.faults)
}

struct File {
    path: PathBuf,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
    total: usize,
    faults: Vec<Diagnostic>,
}

impl File {
    fn fault(&mut self, summary: &str, help: impl Into<String>) {
        let summary = format!("{}: {summary}", self.path.display());
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Diagnostic::unplaced(ROWS, summary).help(help));
        }
    }

    /// The position of each column in a file; `None` if one is missing.
    fn places(&mut self, names: &[&str]) -> Option<Vec<usize>> {
        let wanted: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let (mut places, mut missing) = (Vec::new(), Vec::new());
        for name in &wanted {
            if let Some(place) = names.iter().position(|one| one == name) {
                places.push(place);
            } else {
                missing.push(name.as_str());
            }
        }
        if let Some(first) = missing.first() {
            let noun = if missing.len() == 1 { "column" } else { "columns" };
            let help = did_you_mean(first, names.iter().copied());
            self.fault(&format!("missing {noun} `{}`", missing.join("`, `")), help);
        }
        (places.len() == wanted.len()).then_some(places)
    }

    fn row(&mut self, cells: impl Iterator<Item = Result<Value, String>>) {
        self.total += 1;
        let mut row = Vec::with_capacity(self.columns.len());
        for (at, cell) in cells.enumerate() {
            match cell {
                Ok(value) => row.push(value),
                Err(text) => {
                    let column = &self.columns[at];
                    let wanted = match column.kind {
                        Kind::Integer => "a whole number",
                        Kind::Decimal => "a number",
                        Kind::DateTime => "a date or a timestamp",
                        Kind::String => "text",
                    };
                    let summary =
                        format!("row {}: expected {wanted} in `{}`, found `{text}`", self.total, column.name);
                    self.fault(&summary, "correct the value");
                    return;
                }
            }
        }
        if self.rows.len() < MOST_ROWS {
            self.rows.push(row);
        }
    }

    fn csv(&mut self) {
        let (source, progress) = match std::fs::File::open(&self.path) {
            Ok(file) => Bounded::new(file, LONGEST_RECORD),
            Err(error) => return self.fault(&error.to_string(), "use a CSV file with a header line"),
        };
        let mut reader = csv::Reader::from_reader(source);
        let names = match reader.headers() {
            Ok(names) => names.clone(),
            Err(error) => {
                return self.fault(&error.to_string(), "write the column names in the first line");
            }
        };
        let names: Vec<&str> = names.iter().collect();
        let Some(places) = self.places(&names) else { return };
        let kinds: Vec<Kind> = self.columns.iter().map(|column| column.kind).collect();
        for record in reader.records() {
            progress.made();
            match record {
                Ok(record) => {
                    let cells = places.iter().zip(&kinds);
                    let cells: Vec<_> = cells
                        .map(|(place, kind)| {
                            let text = record.get(*place).unwrap_or_default();
                            of_text(text, *kind).ok_or_else(|| text.to_owned())
                        })
                        .collect();
                    self.row(cells.into_iter());
                }
                Err(error) => return self.fault(&error.to_string(), "correct the file"),
            }
        }
    }

    fn parquet(&mut self) {
        let help = "write it with Spark, DuckDB or pandas";
        let mut reader = match Reader::open(&self.path) {
            Ok(reader) => reader,
            Err(fault) => return self.fault(&fault.cause, help),
        };
        let names: Vec<String> = reader.columns().iter().map(|column| column.name.clone()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let Some(places) = self.places(&names) else { return };
        let kinds: Vec<Kind> = self.columns.iter().map(|column| column.kind).collect();
        loop {
            match reader.next_group() {
                Ok(None) => return,
                Err(fault) => return self.fault(&fault.cause, help),
                Ok(Some(table)) => {
                    for at in 0..table.rows() {
                        let cells = places.iter().zip(&kinds);
                        let cells: Vec<_> = cells
                            .map(|(place, kind)| {
                                let cell = &table.values[*place][at];
                                of_cell(cell, *kind).ok_or_else(|| cell.to_string())
                            })
                            .collect();
                        self.row(cells.into_iter());
                    }
                }
            }
        }
    }
}

/// A CSV field as a value of a kind; an empty field is null.
fn of_text(text: &str, kind: Kind) -> Option<Value> {
    if text.is_empty() {
        return Some(Value::Null);
    }
    match kind {
        Kind::String => Some(text.into()),
        Kind::Integer => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Decimal => text.trim().parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number),
        Kind::DateTime => {
            let spaced = text.trim().trim_end_matches('Z').replace('T', " ");
            let cell = days(&spaced).map(Cell::Date).or_else(|| micros(&spaced).map(Cell::Timestamp))?;
            moment(&cell)
        }
    }
}

fn of_cell(cell: &Cell, kind: Kind) -> Option<Value> {
    match (cell, kind) {
        (Cell::Null, _) => Some(Value::Null),
        (Cell::Text(text), Kind::String) => Some(text.as_str().into()),
        (Cell::Boolean(value), Kind::String) => Some(value.to_string().into()),
        (Cell::Integer(number), Kind::Integer | Kind::Decimal) => Some((*number).into()),
        (Cell::Decimal(_, 0), Kind::Integer) => cell.to_string().parse::<i64>().ok().map(Value::from),
        (Cell::Decimal(..), Kind::Decimal) => {
            cell.to_string().parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number)
        }
        // NaN and infinity are shown as null, because JSON does not have them.
        (Cell::Double(number), Kind::Decimal) => {
            Some(Number::from_f64(*number).map_or(Value::Null, Value::Number))
        }
        (Cell::Date(_) | Cell::Timestamp(_), Kind::DateTime) => moment(cell),
        _ => None,
    }
}

/// `2026-05-30T13:00:00Z`
pub(super) fn moment(cell: &Cell) -> Option<Value> {
    let text = cell.to_string();
    let (day, time) = text.split_once(' ').unwrap_or((&text, "00:00:00"));
    let time = time.split('.').next()?;
    (day.len() == 10).then(|| format!("{day}T{time}Z").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_values_of_their_kind_or_none() {
        let of = |text: &str, kind| of_text(text, kind).map(|value| value.to_string());
        assert_eq!(of("", Kind::Integer).as_deref(), Some("null"));
        assert_eq!(of("12", Kind::Integer).as_deref(), Some("12"));
        assert_eq!(of("1.5", Kind::Decimal).as_deref(), Some("1.5"));
        assert_eq!(of("2026-05-30", Kind::DateTime).as_deref(), Some("\"2026-05-30T00:00:00Z\""));
        assert_eq!(of("2026-05-30T13:01:02.5Z", Kind::DateTime).as_deref(), Some("\"2026-05-30T13:01:02Z\""));
        for (text, kind) in
            [("x", Kind::Integer), ("1.5", Kind::Integer), ("NaN", Kind::Decimal), ("May", Kind::DateTime)]
        {
            assert_eq!(of(text, kind), None, "{text}");
        }
    }
}
