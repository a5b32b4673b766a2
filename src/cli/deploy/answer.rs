//! The answer to a query: as a table, as CSV, or as a JSON object a line.

use std::io;

use serde_json::{Map, Value};
use strataform::deploy::Answer;
use strataform_sdk::Cell;

use super::super::Format;
use super::super::outcome::Fail;
use super::super::view::human;

/// How rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Rows {
    /// Columns side by side.
    #[default]
    Table,
    /// CSV with a header.
    Csv,
    /// A JSON object a line.
    Json,
}

impl Rows {
    /// How messages beside the rows are shown: for programs where the rows are.
    pub(super) fn messages(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Table | Self::Csv => Format::Human,
        }
    }
}

pub(super) fn show(answer: &Answer, rows: Rows) -> Result<(), Fail> {
    if answer.columns.is_empty() {
        let changed = answer.changed.map_or_else(|| "done".to_owned(), |rows| format!("done, {rows} rows"));
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
            "only the first {} are shown; say --limit for more",
            human::count(answer.rows.len(), "row")
        ))?;
    }
    Ok(())
}

fn csv(answer: &Answer) -> Result<(), Fail> {
    let mut out = csv::Writer::from_writer(io::stdout().lock());
    let failed = |error: csv::Error| Fail::Output(io::Error::other(error.to_string()));
    out.write_record(&answer.columns).map_err(failed)?;
    for row in &answer.rows {
        out.write_record(row.iter().map(text)).map_err(failed)?;
    }
    Ok(out.flush()?)
}

/// On which side of its column a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Text.
    Left,
    /// Numbers, so that their digits are below each other.
    Right,
}

/// The lines of a table: names, a rule, rows.
fn table(answer: &Answer) -> Vec<String> {
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

fn side(answer: &Answer, column: usize) -> Side {
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
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Long(number) => number.to_string(),
        Cell::Double(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Boolean(truth) => (*truth).into(),
        Cell::Long(number) => (*number).into(),
        Cell::Double(number) => (*number).into(),
        Cell::Text(text) => text.clone().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_puts_numbers_to_the_right_and_every_row_on_one_line() {
        let answer = Answer {
            columns: vec!["n".to_owned(), "text".to_owned()],
            rows: vec![
                vec![Cell::Long(7), Cell::Text("a\nb".to_owned())],
                vec![Cell::Long(1_000), Cell::Text("ümlaut".to_owned())],
                vec![Cell::Null, Cell::Null],
            ],
            ..Answer::default()
        };
        assert_eq!(table(&answer), ["   n  text", "----  ------", "   7  a b", "1000  ümlaut", ""]);
    }
}
