//! The warehouse: SQL files are applied through the Redshift Data API, and a ledger table records them.
//!
//! A file and its row in the ledger are one transaction, if Redshift allows its statements in a transaction and there
//! are at most 37; otherwise each part has a row, and a run after an interrupted one continues after the last part.
//!
//! A run that is killed leaves the statements that it sent: the Data API runs them to their end. So each part first
//! locks the ledger, and checks that it has the rows that the run knows of. Of two runs with the same plan, the second
//! to lock the ledger changes nothing.

use std::cell::Cell as Counter;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use strataform_backoff::{Backoff, End, Limit};
use strataform_redshift::quote_literal;
use strataform_sdk::{Aws, Cell, Page, Statement, StatementState, StatementStatus, Warehouse};

use super::catalog::Catalog;
use super::deployed::value;
use super::fault::{Fault, INTERRUPTED, MOVED, Reason, SQL_FAILED};
use super::ledger;
use super::placeholder::{Outputs, digest, filled, placeholder_values};
use super::query::QueryResult;
use crate::assembly::{Manifest, OutputRef, WarehouseOutputs};
use crate::migration::rewrite::disproved;
use crate::migration::sql::{Applied, SqlStep, SqlWork};
use crate::migration::storage::is_storage;
use crate::migration::table::{Columns, ExistingColumn};

/// The Data API accepts 40 statements at once; three of them lock, check and write the ledger.
const AT_ONCE: usize = 37;

/// The beginning of the statement that fails, by a division by zero, if the ledger has other rows than expected.
const UNCHANGED: &str = "SELECT 1 / CASE WHEN COUNT(*) = ";

/// How it ends.
const UNCHANGED_END: &str = " THEN 1 ELSE 0 END AS \"unchanged\" FROM ";

const LEDGER: &str = "\"strataform\".\"applied_sql\"";

/// How to send statements to the warehouse of a manifest; `None` if it is not deployed.
///
/// # Errors
///
/// An AWS request fails.
pub(super) fn connection(
    aws: &Aws,
    manifest: &Manifest,
    outputs: &Outputs,
) -> Result<Option<Warehouse>, Fault> {
    let value = |one: &OutputRef| value(outputs, &one.stack, &one.output).map(str::to_owned);
    match &manifest.warehouse {
        WarehouseOutputs::Serverless { namespace, workgroup, database } => {
            let (Some(namespace), Some(name), Some(database)) =
                (value(namespace), value(workgroup), value(database))
            else {
                return Ok(None);
            };
            let secret = aws.admin_secret(&namespace)?;
            Ok(Some(Warehouse { name, serverless: true, database, secret }))
        }
        WarehouseOutputs::Provisioned { cluster, database, admin_secret } => {
            let (Some(name), Some(database)) = (value(cluster), value(database)) else { return Ok(None) };
            Ok(Some(Warehouse { name, serverless: false, database, secret: value(admin_secret) }))
        }
    }
}

/// How often a statement is polled: most end within a second, a load takes minutes.
const POLLING: Backoff = Backoff::polling(Duration::from_millis(30), Duration::from_secs(2));

/// How many times in a row polling may fail: about half a minute, in addition to the SDK's own retries.
const POLL_FAILURES: Backoff = POLLING.until(Limit::Pauses(20));

/// How statements are sent again.
const RETRIES: Backoff = Backoff::retrying(Duration::from_millis(200), Duration::from_millis(800), 3);

const CONTINUE_HELP: &str = "completed steps are kept; run the same command again to continue";

/// Runs statements and waits for their end; returns their ID and state.
fn run(
    aws: &Aws,
    warehouse: &Warehouse,
    texts: &[String],
    name: &str,
    stop: Option<&AtomicBool>,
) -> Result<(String, StatementState), Fault> {
    let id = begin(aws, warehouse, texts, name)?;
    let mut polling = POLLING.start(stop);
    let mut failures = POLL_FAILURES.start(stop);
    loop {
        let pause = match aws.statement(&id) {
            Ok(state) => {
                match &state.status {
                    StatementStatus::Finished => return Ok((id, state)),
                    StatementStatus::Failed | StatementStatus::Aborted => return Err(failed(&state, texts)),
                    // An unknown status counts as in progress: the user can interrupt the wait.
                    StatementStatus::Submitted
                    | StatementStatus::Picked
                    | StatementStatus::Started
                    | StatementStatus::Other(_) => {}
                }
                failures.restart();
                polling.pause()
            }
            // The statement continues, whether or not its state can be read.
            Err(fault) if fault.is_transient() => match failures.pause() {
                Err(End::Exhausted) => return Err(fault.into()),
                other => other,
            },
            Err(fault) => return Err(fault.into()),
        };
        if pause.is_err() {
            aws.cancel_statement(&id)?;
            return Err(stopped());
        }
    }
}

fn stopped() -> Fault {
    Fault::new(INTERRUPTED, Reason::Interrupted, "interrupted while a statement was running")
        .because("the statement was canceled; a file is applied completely or not at all")
        .help(CONTINUE_HELP)
}

/// The fault of statements that failed, with the first that did.
fn failed(state: &StatementState, texts: &[String]) -> Fault {
    let error = if state.error.is_empty() { state.status.to_string() } else { state.error.clone() };
    let fault = Fault::failed(SQL_FAILED, "the warehouse rejected a statement").because(error);
    let at = state.failed.or((texts.len() == 1).then_some(0));
    match at.and_then(|at| texts.get(at)) {
        Some(text) if text.starts_with(UNCHANGED) && text.contains(UNCHANGED_END) => Fault::refused(
            MOVED,
            "the warehouse changed since the plan was made",
        )
        .because(
            "another run has applied a file since: one that was interrupted, while its statements ran on",
        )
        .help(CONTINUE_HELP),
        Some(text) => match disproved(text) {
            Some(wrong) => fault.because(wrong).because(format!("in: {}", shortened(text))).help(
                "nothing was copied: change the rows, or give the column a new name, and remove the old one",
            ),
            None => fault.because(format!("in: {}", shortened(text))),
        },
        None => fault,
    }
}

/// Whether a statement failed because the table is stored like that already: an interrupted run has changed it. Assumes
/// `alter-storage`.
fn is_stored_so(text: &str, fault: &Fault) -> bool {
    is_storage(text) && fault.causes.iter().any(|cause| cause.to_lowercase().contains("already"))
}

/// Sends statements. A token never runs twice, so sending it again is safe.
fn begin(aws: &Aws, warehouse: &Warehouse, texts: &[String], name: &str) -> Result<String, Fault> {
    let token = ledger::token();
    let mut pacer = RETRIES.start(None);
    loop {
        match aws.run_statements(warehouse, &Statement { texts, name, token: &token }) {
            Err(fault) if fault.is_transient() && pacer.pause().is_ok() => {}
            other => return other.map_err(Fault::from),
        }
    }
}

/// The first line of a statement, at most 120 characters. Statements contain no secrets.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() < 120 && line.len() == text.len() {
        line.to_owned()
    } else {
        line.chars().take(120).chain("…".chars()).collect()
    }
}

/// Runs one statement; returns at most `most` rows.
pub(super) fn run_query(
    aws: &Aws,
    warehouse: &Warehouse,
    text: &str,
    most: usize,
    stop: Option<&AtomicBool>,
) -> Result<QueryResult, Fault> {
    let (id, state) = run(aws, warehouse, &[text.to_owned()], "strataform", stop)?;
    if !state.has_rows {
        return Ok(QueryResult { changed: u64::try_from(state.rows).ok(), ..QueryResult::default() });
    }
    let mut answer = QueryResult::default();
    let mut next = None;
    loop {
        let Page { columns, rows, next: following } = aws.rows(&id, next)?;
        answer.columns = columns;
        answer.rows.extend(rows);
        next = following;
        if next.is_none() || answer.rows.len() > most {
            answer.more = answer.rows.len() > most;
            answer.rows.truncate(most);
            return Ok(answer);
        }
    }
}

/// The cells of a row, as text.
pub(super) fn texts(row: Vec<Cell>) -> Vec<String> {
    let text = |cell| match cell {
        Cell::Text(text) => text,
        Cell::Long(number) => number.to_string(),
        Cell::Double(number) => number.to_string(),
        Cell::Boolean(boolean) => boolean.to_string(),
        Cell::Null => String::new(),
    };
    row.into_iter().map(text).collect()
}

/// The applied files, oldest first.
pub(super) fn applied(aws: &Aws, warehouse: &Warehouse) -> Result<Vec<Applied>, Fault> {
    // Query the catalog: errors for a missing table differ between warehouses.
    let there = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'strataform' \
                 AND table_name = 'applied_sql'";
    let there = run_query(aws, warehouse, there, 1, None)?.rows.into_iter().next().map(texts);
    if there.is_none_or(|row| row.first().is_none_or(|count| count == "0")) {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT \"path\", \"checksum\", \"values_digest\", \"part\", \"parts\" FROM {LEDGER} \
         ORDER BY \"version\", \"applied_at\", \"part\""
    );
    let answer = run_query(aws, warehouse, &text, usize::MAX, None)?;
    let rows = answer.rows.into_iter().map(texts);
    Ok(rows
        .filter_map(|row| {
            let [path, checksum, values, part, parts] = <[String; 5]>::try_from(row).ok()?;
            let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
            Some(Applied { path, checksum, values, part, parts, is_outdated: false })
        })
        .collect())
}

/// The columns of the tables in some schemas.
pub(super) fn columns(
    aws: &Aws,
    warehouse: &Warehouse,
    schemas: &BTreeSet<String>,
) -> Result<Columns, Fault> {
    if schemas.is_empty() {
        return Ok(Columns::new());
    }
    let schemas: Vec<String> = schemas.iter().map(|name| quote_literal(name)).collect();
    let text = format!(
        "SELECT table_schema, table_name, column_name, data_type, character_maximum_length, numeric_precision, \
         numeric_scale, is_nullable FROM information_schema.columns WHERE table_schema IN ({})",
        schemas.join(", ")
    );
    let answer = run_query(aws, warehouse, &text, usize::MAX, None)?;
    let rows = answer.rows.into_iter().map(texts);
    Ok(rows
        .filter_map(|row| <[String; 8]>::try_from(row).ok())
        .map(|[schema, table, column, data_type, length, precision, scale, nullable]| {
            let existing = ExistingColumn::of(&data_type, &length, &precision, &scale, &nullable);
            ((schema, table, column), existing)
        })
        .collect())
}

/// The objects of a warehouse. Roles have a view of their own, which may not be joined with the catalog's tables.
/// Assumes `view-catalog`, `external-schema-catalog` and `admin-catalog`.
pub(super) fn catalog(aws: &Aws, warehouse: &Warehouse) -> Result<Catalog, Fault> {
    let objects = "SELECT 'schema' AS kind, '' AS parent, CAST(n.nspname AS VARCHAR(256)) AS name \
                   FROM pg_catalog.pg_namespace AS n \
                   UNION ALL SELECT CASE WHEN c.relkind = 'r' THEN 'table' ELSE 'view' END, \
                   CAST(n.nspname AS VARCHAR(256)), CAST(c.relname AS VARCHAR(256)) FROM pg_catalog.pg_class AS c \
                   JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm') \
                   UNION ALL SELECT 'procedure', CAST(n.nspname AS VARCHAR(256)), CAST(p.proname AS VARCHAR(256)) \
                   FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
                   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_internal') \
                   UNION ALL SELECT 'user', '', CAST(u.usename AS VARCHAR(256)) FROM pg_catalog.pg_user AS u";
    let roles = "SELECT 'role' AS kind, '' AS parent, role_name AS name FROM svv_roles";
    let mut rows = Vec::new();
    for text in [objects, roles] {
        rows.extend(run_query(aws, warehouse, text, usize::MAX, None)?.rows);
    }
    Ok(Catalog::of(rows.into_iter().map(texts).filter_map(|row| <[String; 3]>::try_from(row).ok())))
}

/// The context in which files are applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Applying<'a> {
    pub(super) aws: &'a Aws,
    pub(super) warehouse: &'a Warehouse,
    pub(super) outputs: &'a Outputs,
    pub(super) version: u64,
    pub(super) identity: &'a str,
    pub(super) stop: &'a AtomicBool,
    /// The rows of the ledger that the plan was made with, and those that this run added.
    pub(super) ledger: &'a Counter<usize>,
}

impl Applying<'_> {
    /// Creates the ledger if it does not exist.
    pub(super) fn prepare(&self) -> Result<(), Fault> {
        let texts = [
            "CREATE SCHEMA IF NOT EXISTS \"strataform\"".to_owned(),
            format!(
                "CREATE TABLE IF NOT EXISTS {LEDGER} (\"path\" VARCHAR(512) NOT NULL, \"checksum\" VARCHAR(64) NOT NULL, \
                 \"values_digest\" VARCHAR(64) NOT NULL, \"part\" INTEGER NOT NULL, \"parts\" INTEGER NOT NULL, \
                 \"version\" BIGINT NOT NULL, \"applied_at\" TIMESTAMP NOT NULL, \"applied_by\" VARCHAR(2048) NOT NULL)"
            ),
        ];
        run(self.aws, self.warehouse, &texts, "strataform ledger", Some(self.stop)).map(drop)
    }

    /// Applies a file; returns how many statements ran: none if only values could have changed and did not.
    pub(super) fn apply(&self, step: &SqlStep, before: Option<&Applied>) -> Result<usize, Fault> {
        let mut values = placeholder_values(self.aws, self.outputs, &step.placeholders)?;
        let digest = digest(&step.path, &values);
        if step.work == SqlWork::Values && before.is_some_and(|before| before.values == digest) {
            return Ok(0);
        }
        values.extend(placeholder_values(self.aws, self.outputs, &step.borrowed)?);
        let statements: Vec<String> = step.statements.iter().map(|text| filled(text, &values)).collect();
        let all = statements.len();
        if !step.transaction && step.work == SqlWork::Change {
            return self.change_alone(step, &statements, &digest);
        }
        let size = if step.transaction { AT_ONCE - step.migrations.len().min(AT_ONCE - 1) } else { 1 };
        let mut done = step.done.min(all);
        while done < all || all == 0 {
            let next = (done + size).min(all);
            let lines = self.lines(step, &digest, next, all);
            let part = statements.get(done..next).unwrap_or_default();
            if step.transaction {
                self.run_part(step, part, lines)?;
            } else {
                self.run_alone(step, part)?;
                self.run_part(step, &[], lines)?;
            }
            if all == 0 {
                break;
            }
            done = next;
        }
        Ok(all - step.done.min(all))
    }

    /// Runs the statements of a change one by one. The ledger records them at the end: after an interruption, the change
    /// is planned again, from what the warehouse then has.
    fn change_alone(&self, step: &SqlStep, statements: &[String], digest: &str) -> Result<usize, Fault> {
        let all = statements.len();
        for text in statements {
            match self.run_alone(step, std::slice::from_ref(text)) {
                Err(fault) if is_stored_so(text, &fault) => {}
                other => other?,
            }
        }
        self.run_part(step, &[], self.lines(step, digest, all, all))?;
        Ok(all)
    }

    /// Runs a statement that cannot be in a transaction, after a check of the ledger. That does not show what an interrupted
    /// run has sent and what still runs, since its row comes later: such a statement runs twice.
    fn run_alone(&self, step: &SqlStep, part: &[String]) -> Result<(), Fault> {
        self.run_part(step, &[], Vec::new())?;
        self.send(step, part)
    }

    /// Runs statements and those that write rows of the ledger as one transaction, which fails if the ledger has changed. What the
    /// statements lock is locked first: the transaction sees the rows as they are when it first reads. Assumes `batch-lock`.
    fn run_part(&self, step: &SqlStep, part: &[String], lines: Vec<String>) -> Result<(), Fault> {
        let rows = self.ledger.get();
        let (locks, rest): (Vec<&String>, Vec<&String>) =
            part.iter().partition(|text| text.starts_with("LOCK "));
        let mut texts = vec![format!("LOCK TABLE {LEDGER}")];
        texts.extend(locks.into_iter().cloned());
        texts.push(format!("{UNCHANGED}{rows}{UNCHANGED_END}{LEDGER}"));
        texts.extend(rest.into_iter().cloned());
        let added = lines.len();
        texts.extend(lines);
        self.send(step, &texts)?;
        self.ledger.set(rows + added);
        Ok(())
    }

    fn send(&self, step: &SqlStep, texts: &[String]) -> Result<(), Fault> {
        run(self.aws, self.warehouse, texts, &step.path, Some(self.stop)).map(drop).map_err(|mut fault| {
            if fault.code == SQL_FAILED {
                fault.summary = format!("{} was not applied", step.path);
                if fault.help.is_empty() {
                    "if the file runs as one transaction, none of it was applied; fix it in the platform file or below \
                     sql/, and deploy again"
                        .clone_into(&mut fault.help);
                }
            }
            fault
        })
    }

    /// The statements that write the rows of the ledger: of the file, and of the migrations that ended with it.
    fn lines(&self, step: &SqlStep, digest: &str, part: usize, parts: usize) -> Vec<String> {
        let mut lines = vec![self.line((&step.path, &step.checksum), digest, (part, parts))];
        if part == parts {
            let migrations = step.migrations.iter();
            lines.extend(
                migrations
                    .map(|one| self.line((&one.path, &one.checksum), "", (one.statements, one.statements))),
            );
        }
        lines
    }

    fn line(&self, (path, checksum): (&str, &str), digest: &str, (part, parts): (usize, usize)) -> String {
        format!(
            "INSERT INTO {LEDGER} (\"path\", \"checksum\", \"values_digest\", \"part\", \"parts\", \"version\", \
             \"applied_at\", \"applied_by\") VALUES ({}, {}, {}, {part}, {parts}, {}, GETDATE(), {})",
            quote_literal(path),
            quote_literal(checksum),
            quote_literal(digest),
            self.version,
            quote_literal(self.identity),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_stored_so_already_is_done() {
        let fault = |cause: &str| Fault::failed(SQL_FAILED, "no").because(cause);
        let sorted = "ALTER TABLE core.t ALTER SORTKEY AUTO";
        assert!(is_stored_so(sorted, &fault("ERROR: Table core.t is already SORTKEY AUTO")));
        assert!(!is_stored_so(sorted, &fault("ERROR: permission denied")));
        assert!(!is_stored_so(
            "ALTER TABLE core.t ADD COLUMN a INT",
            &fault("ERROR: column a already exists")
        ));
    }

    #[test]
    fn a_long_statement_is_shortened_to_its_first_line() {
        assert_eq!(shortened("SELECT 1"), "SELECT 1");
        assert_eq!(shortened("SELECT\n1"), "SELECT…");
    }
}
