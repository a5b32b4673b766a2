//! Batches of statements with the result of each, as in the Redshift Data API.

use std::fmt::Write as _;

use strataform_redshift::ast::StatementKind;
use strataform_redshift::{Severity, check_with, parse};

use crate::text::unescape;
use crate::warehouse::set_role;
use crate::{Done, Fault, Warehouse};

/// The result of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementResult {
    /// The columns of its rows, each with its internal type name; empty if it is not a query.
    pub columns: Vec<(String, String)>,
    /// The rows, with values as text.
    pub rows: Vec<Vec<Option<String>>>,
    /// The number of rows that it returned or changed.
    pub count: u64,
}

/// Why a batch stopped. In a transaction, nothing is kept.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct Stopped {
    /// The index of the script that failed.
    pub statement: usize,
    /// The cause.
    pub fault: Fault,
}

/// Begins each line that separates results: no value begins with it.
const MARK: &str = "\u{1}strataform";

impl Warehouse<'_> {
    /// Runs scripts, in one transaction or in one each; returns the result of the last statement of each.
    ///
    /// # Errors
    ///
    /// The first error.
    pub fn batch(
        &mut self,
        texts: &[String],
        role: Option<&str>,
        transaction: bool,
    ) -> Result<Vec<StatementResult>, Stopped> {
        if transaction {
            return self.run_scripts(texts, 0, role, true);
        }
        let mut results = Vec::new();
        for (at, one) in texts.iter().enumerate() {
            // After a fault, the catalog is restored: each script must leave either all its tables or none.
            results.extend(self.run_scripts(
                std::slice::from_ref(one),
                at,
                role,
                !controls_transactions(one),
            )?);
        }
        Ok(results)
    }

    /// Runs scripts, and restores the catalog after a fault: later statements depend on what exists.
    fn run_scripts(
        &mut self,
        texts: &[String],
        first: usize,
        role: Option<&str>,
        transaction: bool,
    ) -> Result<Vec<StatementResult>, Stopped> {
        let kept = (self.catalog.clone(), self.translator.clone(), self.late.clone());
        let done = self.script_of(texts, role, transaction);
        if done.is_err() {
            (self.catalog, self.translator, self.late) = kept;
        }
        done.map_err(|stopped| Stopped { statement: stopped.statement + first, ..stopped })
    }

    fn script_of(
        &mut self,
        texts: &[String],
        role: Option<&str>,
        transaction: bool,
    ) -> Result<Vec<StatementResult>, Stopped> {
        let mut script = role.map(set_role).unwrap_or_default();
        if transaction {
            script.push_str("BEGIN;\n");
        }
        let mut ends = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let stopped = |fault| Stopped { statement: at, fault };
            self.marked(text, at, &mut script).map_err(stopped)?;
            ends.push(script.matches('\n').count());
        }
        if transaction {
            script.push_str("COMMIT;\n");
        }
        match self.cluster.run(&self.database, &script) {
            Ok(output) => Ok(results(&output, texts.len())),
            Err(fault) => {
                let line = fault.line.unwrap_or(usize::MAX);
                let statement =
                    ends.iter().position(|end| *end >= line).unwrap_or(texts.len().saturating_sub(1));
                Err(Stopped { statement, fault: fault.into() })
            }
        }
    }

    /// Appends the statements of a script, each between marks.
    fn marked(&mut self, text: &str, at: usize, script: &mut String) -> Result<(), Fault> {
        let checked = check_with(text, &mut self.catalog);
        let errors = checked.findings.into_iter().filter(|one| one.severity == Severity::Error);
        let errors: Vec<_> = errors.collect();
        if !errors.is_empty() {
            return Err(Fault::Refused(errors));
        }
        for statement in &checked.statements {
            script.push_str(&self.late.guard(statement));
            let mut sql = String::new();
            let mut done = Done::default();
            self.add(statement, &mut sql, &mut done)?;
            if matches!(statement.kind, StatementKind::Query(_)) {
                let query = sql.trim_end().trim_end_matches(';');
                // \gdesc gives the types, and COPY tells a null from an empty string.
                let _ = write!(
                    script,
                    "\\echo '{MARK}' {at} columns\n{query} \\gdesc\n\\echo '{MARK}' {at} rows\n\
                     COPY ({query}) TO STDOUT;\n\\echo '{MARK}' {at} count :ROW_COUNT\n"
                );
            } else if !sql.is_empty() {
                let _ = write!(
                    script,
                    "\\echo '{MARK}' {at} other\n{sql}\\echo '{MARK}' {at} count :ROW_COUNT\n"
                );
            }
        }
        Ok(())
    }
}

/// Whether a script controls its transactions itself.
fn controls_transactions(text: &str) -> bool {
    let is_control = |kind: &StatementKind| {
        matches!(kind, StatementKind::Begin | StatementKind::Commit | StatementKind::Rollback)
    };
    parse(text).statements.iter().any(|statement| is_control(&statement.kind))
}

/// Parses the server's output into results by script.
fn results(output: &str, texts: usize) -> Vec<StatementResult> {
    let mut all = vec![StatementResult::default(); texts];
    let (mut at, mut part) = (0, "");
    for line in output.lines() {
        if let Some(mark) = line.strip_prefix(MARK) {
            let mut words = mark.split_whitespace();
            at = words.next().and_then(|word| word.parse().ok()).unwrap_or(at);
            part = words.next().unwrap_or_default();
            let Some(result) = all.get_mut(at) else { continue };
            match part {
                "columns" | "other" => *result = StatementResult::default(),
                "count" => result.count = words.next().and_then(|word| word.parse().ok()).unwrap_or_default(),
                _ => {}
            }
            continue;
        }
        let Some(result) = all.get_mut(at) else { continue };
        match part {
            "columns" => {
                let (name, kind) = line.rsplit_once('|').unwrap_or((line, "text"));
                result.columns.push((name.to_owned(), inner_name(kind).to_owned()));
            }
            "rows" => result.rows.push(row(line)),
            _ => {}
        }
    }
    for result in &mut all {
        if !result.columns.is_empty() {
            result.count = result.rows.len() as u64;
        }
    }
    all
}

fn row(line: &str) -> Vec<Option<String>> {
    line.split('\t').map(|cell| (cell != "\\N").then(|| unescape(cell))).collect()
}

/// The internal name of a type, as the Data API returns it.
fn inner_name(kind: &str) -> &str {
    match kind.split('(').next().unwrap_or(kind) {
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "character varying" | "text" | "name" => "varchar",
        "character" => "bpchar",
        "timestamp without time zone" | "timestamp" if !kind.ends_with("with time zone") => "timestamp",
        "timestamp with time zone" | "timestamp" => "timestamptz",
        "jsonb" | "json" => "super",
        "bytea" => "varbyte",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_split_into_results() {
        let printed = format!(
            "{MARK} 0 other\n{MARK} 0 count 2\n{MARK} 1 columns\nn|integer\nt|character varying(8)\n{MARK} 1 rows\n1\t\\N\n2\ta\\tb\n{MARK} 1 count 2\n"
        );
        let all = results(&printed, 2);
        assert_eq!(all[0], StatementResult { count: 2, ..StatementResult::default() });
        assert_eq!(
            all[1].columns,
            [("n".to_owned(), "int4".to_owned()), ("t".to_owned(), "varchar".to_owned())]
        );
        assert_eq!(
            all[1].rows,
            [vec![Some("1".to_owned()), None], vec![Some("2".to_owned()), Some("a\tb".to_owned())]]
        );
    }
}
