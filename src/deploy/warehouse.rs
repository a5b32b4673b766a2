//! The warehouse: files of SQL are applied through the Redshift Data API, and its ledger says which.
//!
//! A file is one transaction with its line in the ledger, where Redshift lets its statements be one and there are few
//! enough; otherwise each part has its line, and a run that was cut off goes on behind the last one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use strataform_backoff::{Backoff, End, Limit};
use strataform_sdk::{Aws, Cell, Page, Statement, StatementState, StatementStatus, Warehouse};

use super::deployed::value;
use super::fault::{Fault, INTERRUPTED, REFUSED, Reason, SQL_FAILED};
use super::ledger;
use super::query::Answer;
use super::sql::{Applied, Columns, SqlStep, SqlWork};
use super::store::sha256;
use crate::assembly::{Manifest, OutputRef, SqlPlaceholder, WarehouseOutputs};

/// The Data API takes 40 statements at once; one of them is the line of the ledger.
const AT_ONCE: usize = 39;

const LEDGER: &str = "\"strataform\".\"applied_sql\"";

/// The outputs of stacks, by stack.
pub(super) type Outputs = BTreeMap<String, BTreeMap<String, String>>;

/// How statements reach the warehouse of a manifest; nothing where it is not deployed.
///
/// # Errors
///
/// AWS does not tell.
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

/// How often a statement is looked at: most end within a second, a load takes minutes.
const LOOKS: Backoff = Backoff::polling(Duration::from_millis(30), Duration::from_secs(2));

/// How many times in a row nobody need tell how far a statement is: half a minute, after the SDK's own retries.
const SILENT: Backoff = LOOKS.until(Limit::Pauses(20));

/// How statements are sent again.
const AGAIN: Backoff = Backoff::retrying(Duration::from_millis(200), Duration::from_millis(800), 3);

const GO_ON: &str = "what was done stays done; run the same command again, and it goes on from there";

/// Runs statements, and waits for their end.
fn run(
    aws: &Aws,
    warehouse: &Warehouse,
    texts: &[String],
    name: &str,
    stop: Option<&AtomicBool>,
) -> Result<(String, StatementState), Fault> {
    let id = begin(aws, warehouse, texts, name)?;
    let mut looks = LOOKS.start(stop);
    let mut silent = SILENT.start(stop);
    loop {
        let pause = match aws.statement(&id) {
            Ok(state) => {
                match &state.status {
                    StatementStatus::Finished => return Ok((id, state)),
                    StatementStatus::Failed | StatementStatus::Aborted => return Err(failed(&state, texts)),
                    // One that is not known here is taken for one on the way: the user can stop waiting for it.
                    StatementStatus::Submitted
                    | StatementStatus::Picked
                    | StatementStatus::Started
                    | StatementStatus::Other(_) => {}
                }
                silent.restart();
                looks.pause()
            }
            // The statement goes on, whether or not we hear of it.
            Err(fault) if fault.is_passing() => match silent.pause() {
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
    Fault::new(INTERRUPTED, Reason::Interrupted, "stopped while the warehouse was at it")
        .because("the statement was cancelled; a file is applied wholly or not at all")
        .help(GO_ON)
}

/// Why statements failed, and which.
fn failed(state: &StatementState, texts: &[String]) -> Fault {
    let error = if state.error.is_empty() { state.status.to_string() } else { state.error.clone() };
    let fault = Fault::failed(SQL_FAILED, "the warehouse refused a statement").because(error);
    let at = state.failed.or((texts.len() == 1).then_some(0));
    match at.and_then(|at| texts.get(at)) {
        Some(text) => fault.because(format!("in: {}", shortened(text))),
        None => fault,
    }
}

/// Sends statements. The same token never runs twice, so that asking again does no harm.
fn begin(aws: &Aws, warehouse: &Warehouse, texts: &[String], name: &str) -> Result<String, Fault> {
    let token = ledger::token();
    let mut pacer = AGAIN.start(None);
    loop {
        match aws.run_statements(warehouse, &Statement { texts, name, token: &token }) {
            Err(fault) if fault.is_passing() && pacer.pause().is_ok() => {}
            other => return other.map_err(Fault::from),
        }
    }
}

/// The first line of a statement. Nothing that is secret is in a statement.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() < 120 && line.len() == text.len() {
        line.to_owned()
    } else {
        line.chars().take(120).chain("…".chars()).collect()
    }
}

/// Runs one statement, and gives its rows; no more than `most`.
pub(super) fn ask(
    aws: &Aws,
    warehouse: &Warehouse,
    text: &str,
    most: usize,
    stop: Option<&AtomicBool>,
) -> Result<Answer, Fault> {
    let (id, state) = run(aws, warehouse, &[text.to_owned()], "strataform", stop)?;
    if !state.has_rows {
        return Ok(Answer { changed: u64::try_from(state.rows).ok(), ..Answer::default() });
    }
    let mut answer = Answer::default();
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

fn texts(row: Vec<Cell>) -> Vec<String> {
    let text = |cell| match cell {
        Cell::Text(text) => text,
        Cell::Long(number) => number.to_string(),
        Cell::Double(number) => number.to_string(),
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Null => String::new(),
    };
    row.into_iter().map(text).collect()
}

/// The files that were applied, the oldest first.
pub(super) fn applied(aws: &Aws, warehouse: &Warehouse) -> Result<Vec<Applied>, Fault> {
    // Asked of the catalogue: what a warehouse says of a table that is not there differs.
    let there = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'strataform' \
                 AND table_name = 'applied_sql'";
    let there = ask(aws, warehouse, there, 1, None)?.rows.into_iter().next().map(texts);
    if there.is_none_or(|row| row.first().is_none_or(|count| count == "0")) {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT \"path\", \"checksum\", \"values_digest\", \"part\", \"parts\" FROM {LEDGER} \
         ORDER BY \"version\", \"applied_at\", \"part\""
    );
    let answer = ask(aws, warehouse, &text, usize::MAX, None)?;
    let rows = answer.rows.into_iter().map(texts);
    Ok(rows
        .filter_map(|row| {
            let [path, checksum, values, part, parts] = <[String; 5]>::try_from(row).ok()?;
            Some(Applied { path, checksum, values, part: part.parse().ok()?, parts: parts.parse().ok()? })
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
    let schemas: Vec<String> = schemas.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    let text = format!(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_schema IN ({})",
        schemas.join(", ")
    );
    let answer = ask(aws, warehouse, &text, usize::MAX, None)?;
    let rows = answer.rows.into_iter().map(texts);
    Ok(rows
        .filter_map(|row| <[String; 3]>::try_from(row).ok())
        .map(|[schema, table, column]| (schema, table, column))
        .collect())
}

/// Who applies, for the ledger.
#[derive(Clone, Copy, Debug)]
pub(super) struct Applying<'a> {
    pub(super) aws: &'a Aws,
    pub(super) warehouse: &'a Warehouse,
    pub(super) outputs: &'a Outputs,
    pub(super) version: u64,
    pub(super) identity: &'a str,
    pub(super) stop: &'a AtomicBool,
}

impl Applying<'_> {
    /// Makes the ledger, where there is none.
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

    /// Applies a file; gives how many statements ran: none where its values are as they were.
    pub(super) fn apply(&self, step: &SqlStep, before: Option<&Applied>) -> Result<usize, Fault> {
        let values = self.values(&step.placeholders)?;
        let digest = digest(&step.path, &values);
        if step.work == SqlWork::Values && before.is_some_and(|before| before.values == digest) {
            return Ok(0);
        }
        let statements: Vec<String> = step.statements.iter().map(|text| filled(text, &values)).collect();
        let all = statements.len();
        let size = if step.transaction { AT_ONCE } else { 1 };
        let mut done = step.done.min(all);
        while done < all || all == 0 {
            let next = (done + size).min(all);
            let line = self.line(step, &digest, next, all);
            let mut part: Vec<String> = statements.get(done..next).unwrap_or_default().to_vec();
            if step.transaction {
                part.push(line);
                self.run_part(step, &part)?;
            } else {
                self.run_part(step, &part)?;
                self.run_part(step, &[line])?;
            }
            if all == 0 {
                break;
            }
            done = next;
        }
        Ok(all - step.done.min(all))
    }

    fn run_part(&self, step: &SqlStep, part: &[String]) -> Result<(), Fault> {
        run(self.aws, self.warehouse, part, &step.path, Some(self.stop)).map(drop).map_err(|mut fault| {
            if fault.code == SQL_FAILED {
                fault.summary = format!("{} was not applied", step.path);
                if fault.help.is_empty() {
                    "nothing of that file was kept where it is one transaction; mend it in the platform file or below \
                     sql/, and deploy again"
                        .clone_into(&mut fault.help);
                }
            }
            fault
        })
    }

    fn line(&self, step: &SqlStep, digest: &str, part: usize, parts: usize) -> String {
        let text = |value: &str| format!("'{}'", value.replace('\'', "''"));
        format!(
            "INSERT INTO {LEDGER} (\"path\", \"checksum\", \"values_digest\", \"part\", \"parts\", \"version\", \
             \"applied_at\", \"applied_by\") VALUES ({}, {}, {}, {part}, {parts}, {}, GETDATE(), {})",
            text(&step.path),
            text(&step.checksum),
            text(digest),
            self.version,
            text(self.identity),
        )
    }

    /// The values of placeholders. What is secret leaves this function only as a digest that the warehouse takes for it.
    fn values(&self, placeholders: &[SqlPlaceholder]) -> Result<BTreeMap<String, String>, Fault> {
        let mut values = BTreeMap::new();
        for one in placeholders {
            let output = value(self.outputs, &one.stack, &one.output).ok_or_else(|| {
                Fault::refused(REFUSED, format!("stack {} has no output {}", one.stack, one.output))
            })?;
            let value = match &one.secret_field {
                None => output.to_owned(),
                Some(field) => {
                    let secret = self.aws.secret(output)?;
                    let fields: Value = serde_json::from_str(secret.reveal()).unwrap_or_default();
                    let value = fields.get(field).and_then(Value::as_str).ok_or_else(|| {
                        Fault::refused(REFUSED, format!("the secret {output} has no field `{field}`"))
                    })?;
                    hashed(value, output)
                }
            };
            values.insert(one.name.clone(), value);
        }
        Ok(values)
    }
}

/// A password as Redshift takes it without ever seeing it: `sha256|digest|salt`, where the digest is of the password and
/// the bytes that the salt's 64 digits stand for. The salt is the same for the same secret, so that the same password is
/// known again.
fn hashed(password: &str, secret: &str) -> String {
    let salt = Sha256::digest(secret.as_bytes());
    let digest = Sha256::new().chain_update(password.as_bytes()).chain_update(salt).finalize();
    format!("sha256|{}|{}", hex::encode(digest), hex::encode(salt))
}

fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    // Placeholders stand within quotes.
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("${{{name}}}"), &value.replace('\'', "''"))
    })
}

fn digest(path: &str, values: &BTreeMap<String, String>) -> String {
    if values.is_empty() {
        return String::new();
    }
    let all: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    sha256(format!("{path}\n{}", all.join("\n")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_as_a_digest_with_its_salt() {
        let sent = hashed("Secret1", "arn:aws:secretsmanager:eu-west-1:1:secret:x");
        let parts: Vec<&str> = sent.split('|').collect();
        assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("sha256", 64, 64));
        let salt = (0..64).step_by(2).map(|at| u8::from_str_radix(&parts[2][at..at + 2], 16));
        let bytes: Vec<u8> = b"Secret1".iter().copied().chain(salt.map(Result::unwrap)).collect();
        assert_eq!(parts[1], sha256(&bytes), "the salt's digits are bytes");
        assert!(!sent.contains("Secret1"));
    }

    #[test]
    fn values_are_put_in_and_quotes_cannot_leave_them() {
        let values = BTreeMap::from([("Role".to_owned(), "a'b".to_owned())]);
        assert_eq!(filled("GRANT '${Role}' '${Other}'", &values), "GRANT 'a''b' '${Other}'");
        assert_eq!(digest("a.sql", &BTreeMap::new()), "");
        assert_ne!(digest("a.sql", &values), digest("b.sql", &values));
    }

    #[test]
    fn a_long_statement_is_shown_by_its_first_line() {
        assert_eq!(shortened("SELECT 1"), "SELECT 1");
        assert_eq!(shortened("SELECT\n1"), "SELECT…");
    }
}
