//! Query results: as a table, as CSV, or as one JSON object per line.

use std::io;

use serde_json::{Map, Value};
use strataform::deploy::QueryResult;
use strataform_sdk::Cell;

use super::super::Format;
use super::super::outcome::Fail;
use super::super::view::human;

/// The output format of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Rows {
    /// Aligned columns.
    #[default]
    Table,
    /// CSV with a header.
    Csv,
    /// One JSON object per line.
    Json,
}

impl Rows {
    /// The format of messages that accompany the rows: JSON if the rows are JSON.
    pub(super) fn messages(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Table | Self::Csv => Format::Human,
        }
    }
}

pub(super) fn show(answer: &QueryResult, rows: Rows) -> Result<(), Fail> {
    if answer.columns.is_empty() {
        let changed = answer.changed.map_or_else(
            || "done".to_owned(),
            |rows| {
                format!("done, {} affected", human::count(usize::try_from(rows).unwrap_or(usize::MAX), "row"))
            },
        );
        return Ok(human::note(&changed)?);
    }
    match rows {
        Rows::Table => {
            for line in table(answer) {
                human::line(&line)?;
            }
        }
        Rows::Csv => csv(answer)?,
        Rows::Json => {
            for row in &answer.rows {
                let object: Map<String, Value> =
                    answer.columns.iter().cloned().zip(row.iter().map(value)).collect();
                human::raw(format!("{}\n", Value::Object(object)).as_bytes())?;
            }
        }
    }
    if answer.more {
        human::note(&format!(
            "only the first {} are shown; pass --limit for more",
            human::count(answer.rows.len(), "row")
        ))?;
    }
    Ok(())
}

fn csv(answer: &QueryResult) -> Result<(), Fail> {
    let mut out = csv::Writer::from_writer(io::stdout().lock());
    let failed = |error: csv::Error| Fail::Output(io::Error::other(error.to_string()));
    out.write_record(&answer.columns).map_err(failed)?;
    for row in &answer.rows {
        out.write_record(row.iter().map(text)).map_err(failed)?;
    }
    Ok(out.flush()?)
}

/// The alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Text.
    Left,
    /// Numbers, so that their digits line up.
    Right,
}

/// The lines of a table: column names, a rule, rows.
fn table(answer: &QueryResult) -> Vec<String> {
    let shown: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| text(cell).replace(['\n', '\t'], " ")).collect())
        .collect();
    let columns: Vec<(usize, Side)> = answer
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let cells = shown.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            (cells.chain([name.chars().count()]).max().unwrap_or_default(), side(answer, at))
        })
        .collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&columns).map(|(cell, (width, side))| match side {
            Side::Left => format!("{cell:<width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = columns.iter().map(|(width, _)| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
    [line(&answer.columns), rule].into_iter().chain(shown.iter().map(|row| line(row))).collect()
}

fn side(answer: &QueryResult, column: usize) -> Side {
    let mut cells = answer.rows.iter().filter_map(|row| row.get(column));
    let numbers = cells.all(|cell| match cell {
        Cell::Long(_) | Cell::Double(_) | Cell::Null => true,
        Cell::Boolean(_) | Cell::Text(_) => false,
    });
    if numbers { Side::Right } else { Side::Left }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Boolean(boolean) => boolean.to_string(),
        Cell::Long(number) => number.to_string(),
        Cell::Double(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Boolean(boolean) => (*boolean).into(),
        Cell::Long(number) => (*number).into(),
        Cell::Double(number) => (*number).into(),
        Cell::Text(text) => text.clone().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_aligns_numbers_right_and_keeps_each_row_on_one_line() {
        let answer = QueryResult {
            columns: vec!["n".to_owned(), "text".to_owned()],
            rows: vec![
                vec![Cell::Long(7), Cell::Text("a\nb".to_owned())],
                vec![Cell::Long(1_000), Cell::Text("ümlaut".to_owned())],
                vec![Cell::Null, Cell::Null],
            ],
            ..QueryResult::default()
        };
        assert_eq!(table(&answer), ["   n  text", "----  ------", "   7  a b", "1000  ümlaut", ""]);
    }
}
