//! Statements with what each of them gave, as the Redshift Data API runs them.

use std::fmt::Write as _;

use strataform_redshift::ast::StatementKind;
use strataform_redshift::{Severity, check_with, parse};

use crate::text::unescape;
use crate::warehouse::set_role;
use crate::{Done, Fault, Warehouse};

/// What a statement gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The columns of its rows, each with its type as the server calls it inside; none where it is no query.
    pub columns: Vec<(String, String)>,
    /// The rows: values as text.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many rows it gave or changed.
    pub count: u64,
}

/// Why statements stopped. Nothing that they did is kept where they were one transaction.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct Stopped {
    /// The text that stopped, by its place.
    pub statement: usize,
    /// Why.
    pub fault: Fault,
}

/// What stands before each answer: no value begins a line so.
const MARK: &str = "\u{1}strataform";

impl Warehouse<'_> {
    /// Runs texts, as one transaction or each as one of its own; gives the answer of the last statement of each.
    ///
    /// # Errors
    ///
    /// The first text that is wrong.
    pub fn batch(
        &mut self,
        texts: &[String],
        role: Option<&str>,
        transaction: bool,
    ) -> Result<Vec<Answer>, Stopped> {
        if transaction {
            return self.together(texts, 0, role, true);
        }
        let mut answers = Vec::new();
        for (at, one) in texts.iter().enumerate() {
            // What is kept of the names after a fault is what was before it: so must the tables be.
            answers.extend(self.together(std::slice::from_ref(one), at, role, !has_its_own(one))?);
        }
        Ok(answers)
    }

    /// What later statements mean depends on what was made: after a fault nothing was.
    fn together(
        &mut self,
        texts: &[String],
        first: usize,
        role: Option<&str>,
        transaction: bool,
    ) -> Result<Vec<Answer>, Stopped> {
        let (catalog, translator) = (self.catalog.clone(), self.translator.clone());
        let done = self.script_of(texts, role, transaction);
        if done.is_err() {
            (self.catalog, self.translator) = (catalog, translator);
        }
        done.map_err(|stopped| Stopped { statement: stopped.statement + first, ..stopped })
    }

    fn script_of(
        &mut self,
        texts: &[String],
        role: Option<&str>,
        transaction: bool,
    ) -> Result<Vec<Answer>, Stopped> {
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
            Ok(output) => Ok(answers(&output, texts.len())),
            Err(fault) => {
                let line = fault.line.unwrap_or(usize::MAX);
                let statement =
                    ends.iter().position(|end| *end >= line).unwrap_or(texts.len().saturating_sub(1));
                Err(Stopped { statement, fault: fault.into() })
            }
        }
    }

    /// Adds the statements of a text, each between marks.
    fn marked(&mut self, text: &str, at: usize, script: &mut String) -> Result<(), Fault> {
        let checked = check_with(text, &mut self.catalog);
        let errors = checked.findings.into_iter().filter(|one| one.severity == Severity::Error);
        let errors: Vec<_> = errors.collect();
        if !errors.is_empty() {
            return Err(Fault::Refused(errors));
        }
        for statement in &checked.statements {
            let mut sql = String::new();
            let mut done = Done::default();
            self.add(statement, &mut sql, &mut done)?;
            if matches!(statement.kind, StatementKind::Query(_)) {
                let query = sql.trim_end().trim_end_matches(';');
                // Described first, and then as the text format of COPY: it tells a null from an empty text.
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

/// Whether a text says by itself where its transactions begin and end.
fn has_its_own(text: &str) -> bool {
    let says = |kind: &StatementKind| {
        matches!(kind, StatementKind::Begin | StatementKind::Commit | StatementKind::Rollback)
    };
    parse(text).statements.iter().any(|statement| says(&statement.kind))
}

/// What the server printed, by text.
fn answers(output: &str, texts: usize) -> Vec<Answer> {
    let mut all = vec![Answer::default(); texts];
    let (mut at, mut part) = (0, "");
    for line in output.lines() {
        if let Some(mark) = line.strip_prefix(MARK) {
            let mut words = mark.split_whitespace();
            at = words.next().and_then(|word| word.parse().ok()).unwrap_or(at);
            part = words.next().unwrap_or_default();
            let Some(answer) = all.get_mut(at) else { continue };
            match part {
                "columns" | "other" => *answer = Answer::default(),
                "count" => answer.count = words.next().and_then(|word| word.parse().ok()).unwrap_or_default(),
                _ => {}
            }
            continue;
        }
        let Some(answer) = all.get_mut(at) else { continue };
        match part {
            "columns" => {
                let (name, kind) = line.rsplit_once('|').unwrap_or((line, "text"));
                answer.columns.push((name.to_owned(), inner_name(kind).to_owned()));
            }
            "rows" => answer.rows.push(row(line)),
            _ => {}
        }
    }
    for answer in &mut all {
        if !answer.columns.is_empty() {
            answer.count = answer.rows.len() as u64;
        }
    }
    all
}

fn row(line: &str) -> Vec<Option<String>> {
    line.split('\t').map(|cell| (cell != "\\N").then(|| unescape(cell))).collect()
}

/// What the catalogue calls a type, as the Data API does.
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
    fn what_the_server_prints_is_told_apart_again() {
        let printed = format!(
            "{MARK} 0 other\n{MARK} 0 count 2\n{MARK} 1 columns\nn|integer\nt|character varying(8)\n{MARK} 1 rows\n1\t\\N\n2\ta\\tb\n{MARK} 1 count 2\n"
        );
        let all = answers(&printed, 2);
        assert_eq!(all[0], Answer { count: 2, ..Answer::default() });
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
