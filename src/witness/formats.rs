//! Formats of files: the smallest file of one, read as another.

use super::server::{Found, Server, Trial, literal};
use super::{Search, seen};
use crate::diff::Exhibit;

/// The format that a library of Hive reads.
pub(super) fn of_library(library: &str) -> &'static str {
    let library = library.to_lowercase();
    let known =
        [("json", "json"), ("csv", "csv"), ("lazysimple", "csv"), ("parquet", "parquet"), ("orc", "orc")];
    known.iter().find(|(word, _)| library.contains(word)).map_or("unknown", |(_, format)| format)
}

/// Reads the smallest file of a format, with two values, as it was and as it is: a format and a delimiter.
pub(super) fn reread(server: &Server, (old, delimiter): (&str, &str), (new, other): (&str, &str)) -> Search {
    let file = match old {
        "json" => "{\"a\": \"1\", \"b\": \"2\"}".to_owned(),
        "csv" => format!("1{delimiter}2"),
        // What every such file begins with.
        "parquet" => "PAR1".to_owned(),
        "orc" => "ORC".to_owned(),
        other => return Err(format!("nothing here reads {other}")),
    };
    let query = |format: &str, delimiter: &str| {
        let begins = |with: &str| {
            format!(
                "SELECT CASE WHEN left({}, {}) = '{with}' THEN 'a file of this format' END",
                literal(&file),
                with.len()
            )
        };
        match format {
            "json" => Ok(format!("SELECT {}::json ->> 'b'", literal(&file))),
            "csv" => {
                Ok(format!("SELECT nullif(split_part({}, {}, 2), '')", literal(&file), literal(delimiter)))
            }
            "parquet" => Ok(begins("PAR1")),
            "orc" => Ok(begins("ORC")),
            other => Err(format!("nothing here reads {other}")),
        }
    };
    let trials = [Trial::of(query(old, delimiter)?), Trial::of(query(new, other)?)];
    let found = server.tried(server.scratch()?, &trials)?;
    let shown = |at: usize| found.get(at).map(|found| said(found, &file)).unwrap_or_default();
    seen(Exhibit::File, file.clone(), shown(0), shown(1))
}

/// What was read.
fn said(found: &Found, file: &str) -> String {
    match found {
        Found::Value(value) if file.contains(value) => format!("its second value is `{value}`"),
        Found::Value(value) => value.clone(),
        Found::Null => "it has no second value".to_owned(),
        Found::Failed(error) => error.clone(),
    }
}
