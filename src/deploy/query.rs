//! [`query`]: runs one statement on the warehouse of an environment.
//!
//! In: a statement, a maximum number of rows. Out: a [`QueryResult`]. It refuses to format rows.

use std::sync::atomic::AtomicBool;

use strataform_redshift::ast::{Statement, StatementKind};
use strataform_redshift::parse;
use strataform_sdk::{Aws, Cell, Warehouse};

use super::fault::{Fault, Reason, WRITE};
use super::warehouse::run_query;

/// The result of a statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryResult {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than the maximum.
    pub more: bool,
    /// The number of rows that were changed, if the statement returns none.
    pub changed: Option<u64>,
}

/// What a statement may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryMode {
    /// Only read: a statement that is not known to only read is rejected.
    ReadOnly,
    /// Change data and objects.
    Write,
}

/// Runs one statement; returns at most `most` rows.
///
/// # Errors
///
/// The mode does not allow the statement, the warehouse rejects it, an AWS request fails, or the user interrupts.
pub fn query(
    aws: &Aws,
    warehouse: &Warehouse,
    text: &str,
    mode: QueryMode,
    most: usize,
    stop: &AtomicBool,
) -> Result<QueryResult, Fault> {
    match mode {
        QueryMode::ReadOnly => require_read_only(text)?,
        QueryMode::Write => {}
    }
    run_query(aws, warehouse, text, most, Some(stop))
}

/// Rejects what is not known to only read. The Data API has no read-only transaction, so the text decides: queries, `SHOW`
/// and `EXPLAIN`, which does not run its statement in Redshift. Assumes `explain-only`.
pub(super) fn require_read_only(text: &str) -> Result<(), Fault> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_single = !text.trim().trim_end_matches(';').contains(';');
    if is_single && ["SHOW", "EXPLAIN"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
        return Ok(());
    }
    let script = parse(text);
    let reads = |statement: &Statement| matches!(statement.kind, StatementKind::Query(_));
    let fault = |summary: &str| {
        Fault::new(WRITE, Reason::NotAllowed, summary)
            .help("nothing was run; add --write to run a statement that changes data or objects")
    };
    match script.findings.first() {
        Some(finding) => {
            Err(fault("cannot tell whether the statement only reads").because(finding.summary.clone()))
        }
        None if script.statements.iter().all(reads) => Ok(()),
        None => Err(fault("the statement changes data or objects")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_statements_that_read_are_read_only() {
        for text in [
            "SELECT 1",
            "select a from core.t where b = 'DELETE FROM x; DROP TABLE y';",
            "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
            "SHOW TABLES FROM SCHEMA analytics.core",
            "EXPLAIN DELETE FROM core.t;",
        ] {
            assert_eq!(require_read_only(text), Ok(()), "{text}");
        }
        for text in [
            "DELETE FROM core.t",
            "DROP SCHEMA report CASCADE",
            "SELECT 1; DROP TABLE core.t",
            "EXPLAIN SELECT 1; DROP TABLE core.t",
            "CALL core.load()",
            "TRUNCATE core.t",
            "GRANT ALL ON core.t TO PUBLIC",
            "SET search_path TO core",
            "SELECT 1 INTO core.u",
            "VACCUM core.t",
        ] {
            let fault = require_read_only(text).expect_err(text);
            assert_eq!((fault.code, fault.reason), (WRITE, Reason::NotAllowed), "{text}");
        }
    }
}
