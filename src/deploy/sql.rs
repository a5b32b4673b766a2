//! What a file of SQL does to a warehouse: all of it the first time; afterwards only what is new.
//!
//! In: the text as it is now, and as it was applied. Out: the statements to run, in order, or why none can. Statements
//! that mean the same however often they run, run again when they changed. A table of records only gains columns: all
//! else that happens to it needs a migration. Tables of `staging` hold nothing between two loads and are made anew;
//! views and aggregates are computed, and are made anew, too. A file that a team wrote by hand is applied once.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strataform_redshift::ast::{
    Column, ColumnAttributeKind, CreateTable, Existing, Name, Statement, StatementKind, TableBody,
    TableElement,
};
use strataform_redshift::{Object, ObjectKind, Repeat, Transaction, effects, parse, redshift};

use super::Loss;
use super::fault::{Fault, SQL_CHANGED};
use crate::assembly::{SqlKind, SqlPlaceholder};

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SqlWork {
    /// All of it runs, for the first time.
    Apply,
    /// Its first statements ran before; the others follow.
    Resume,
    /// It changed: what is new of it runs.
    Change,
    /// Its text is as it was; statements with values of the deployment run again where a value changed.
    Values,
}

/// A file of SQL that is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlStep {
    /// Its path in the assembly.
    pub path: String,
    /// What is done.
    pub work: SqlWork,
    /// The statements, with placeholders.
    pub statements: Vec<String>,
    /// Whether they run as one transaction.
    pub transaction: bool,
    /// How many statements ran before.
    pub done: usize,
    /// SHA-256 of the text.
    pub checksum: String,
    /// What is replaced by values of the deployment.
    pub placeholders: Vec<SqlPlaceholder>,
    /// What is lost, by name.
    pub losses: Vec<Loss>,
    /// What is not done although the file no longer says it.
    pub kept: Vec<String>,
}

/// A file that was applied, as the warehouse's ledger has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Its path in the assembly.
    pub path: String,
    /// SHA-256 of the text.
    pub checksum: String,
    /// A digest of the values that were put in.
    pub values: String,
    /// How many of its statements ran.
    pub part: usize,
    /// How many there were.
    pub parts: usize,
}

/// What is there of tables: `(schema, table, column)`.
pub(super) type Columns = BTreeSet<(String, String, String)>;

/// A file as it is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) path: &'a str,
    pub(super) kind: SqlKind,
    pub(super) text: &'a str,
    pub(super) checksum: &'a str,
    pub(super) placeholders: &'a [SqlPlaceholder],
}

impl Wanted<'_> {
    fn step(&self, work: SqlWork, statements: Vec<String>) -> SqlStep {
        SqlStep {
            path: self.path.to_owned(),
            work,
            statements,
            transaction: true,
            done: 0,
            checksum: self.checksum.to_owned(),
            placeholders: self.placeholders.to_vec(),
            losses: Vec::new(),
            kept: Vec::new(),
        }
    }
}

/// Views, and what becomes of them as files are planned.
#[derive(Clone, Debug, Default)]
pub(super) struct Views {
    all: strataform_redshift::Views,
    /// Those that were dropped, because what they read is made anew: their files make them again.
    dropped: BTreeSet<String>,
}

impl Views {
    /// The views that these texts make, in the order in which they run.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = strataform_redshift::Views::default();
        for one in texts {
            parse(one).statements.iter().for_each(|statement| all.note(statement));
        }
        Self { all, dropped: BTreeSet::new() }
    }

    /// Drops what reads a relation that is made anew, directly or through another view.
    fn drop_readers(&mut self, of: &Name, statements: &mut Vec<String>) {
        for view in self.all.readers(of) {
            if self.dropped.insert(view.name.key()) {
                statements.push(drop_statement(view));
            }
        }
    }

    /// Whether a statement makes a view that was dropped, or says something of one.
    fn lacks(&self, statement: &Statement) -> bool {
        let effects = effects(statement);
        let made = effects.creates.iter().map(|made| &made.name);
        made.chain(&effects.describes).any(|name| self.dropped.contains(&name.key()))
    }
}

/// What removes a relation, where it is there.
fn drop_statement(relation: &Object) -> String {
    let words = match relation.kind {
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        ObjectKind::Table | ObjectKind::ExternalTable => "TABLE",
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Procedure => "PROCEDURE",
        ObjectKind::Role => "ROLE",
        ObjectKind::User => "USER",
    };
    format!("DROP {words} IF EXISTS {}", relation.name.quoted())
}

/// What is to be done with a file; nothing where it is applied as it is.
pub(super) fn step(
    wanted: Wanted<'_>,
    applied: Option<&Applied>,
    old: Option<&str>,
    there: &Columns,
    views: &mut Views,
) -> Result<Option<SqlStep>, Fault> {
    let script = parse(wanted.text);
    let texts = |all: &[Statement]| all.iter().map(|one| text(wanted.text, one)).collect::<Vec<_>>();
    let transaction = !script.statements.iter().any(is_alone);
    let whole = |work| SqlStep { transaction, ..wanted.step(work, texts(&script.statements)) };
    let Some(applied) = applied else {
        return Ok(Some(whole(SqlWork::Apply)));
    };
    if applied.checksum == wanted.checksum {
        if applied.part < applied.parts {
            return Ok(Some(SqlStep { done: applied.part, ..whole(SqlWork::Resume) }));
        }
        let again: Vec<String> = script
            .statements
            .iter()
            .filter(|one| views.lacks(one))
            .map(|one| text(wanted.text, one))
            .collect();
        if !again.is_empty() {
            return Ok(Some(wanted.step(SqlWork::Change, again)));
        }
        let holds = |one: &&Statement| {
            let text = text(wanted.text, one);
            effects(one).repeat == Repeat::Same
                && wanted.placeholders.iter().any(|value| text.contains(&format!("${{{}}}", value.name)))
        };
        let statements: Vec<String> =
            script.statements.iter().filter(holds).map(|one| text(wanted.text, one)).collect();
        return Ok((!statements.is_empty()).then(|| wanted.step(SqlWork::Values, statements)));
    }
    if wanted.kind == SqlKind::Own {
        return Err(refused(&wanted, "a file that was written by hand is applied once, as it was")
            .help("leave that file as it was, and write what is new into a new file with a higher number"));
    }
    let Some(old) = old else {
        return Err(refused(&wanted, "what was applied of it is not known any more: its object is gone"));
    };
    changed(&wanted, &script.statements, old, there, views).map(Some)
}

fn refused(wanted: &Wanted<'_>, cause: impl Into<String>) -> Fault {
    Fault::refused(SQL_CHANGED, format!("{} changed after it was applied", wanted.path)).because(cause)
}

fn text(all: &str, one: &Statement) -> String {
    all.get(one.span.start..one.span.end).unwrap_or_default().trim().to_owned()
}

/// The statements that bring a warehouse from the old text to the new one.
fn changed(
    wanted: &Wanted<'_>,
    new: &[Statement],
    old: &str,
    there: &Columns,
    views: &mut Views,
) -> Result<SqlStep, Fault> {
    let before = parse(old).statements;
    let known: BTreeSet<String> = before.iter().map(redshift).collect();
    let mut step = wanted.step(SqlWork::Change, Vec::new());
    let mut anew: BTreeSet<String> = BTreeSet::new();
    for one in new {
        let said = text(wanted.text, one);
        if is_alone(one) {
            step.transaction = false;
        }
        if known.contains(&redshift(one)) && !views.lacks(one) {
            // What was said of a relation that is made anew is gone with the old one.
            if effects(one).describes.iter().any(|name| anew.contains(&name.key())) {
                step.statements.push(said);
            }
            continue;
        }
        if let StatementKind::CreateTable(table) = &one.kind {
            match before.iter().find_map(|one| table_of(one, &table.name)) {
                None => step.statements.push(said),
                // It holds nothing between two loads.
                Some(_) if wanted.kind == SqlKind::Staging => {
                    let made = Object { kind: ObjectKind::Table, name: table.name.clone() };
                    remake(&made, views, &mut step);
                    step.statements.push(said);
                    anew.insert(table.name.key());
                }
                Some(was) => alter(wanted, was, table, there, &mut step)?,
            }
            continue;
        }
        for made in effects(one).creates {
            match made.kind {
                ObjectKind::View | ObjectKind::MaterializedView => {
                    if wanted.kind == SqlKind::Stream
                        && made.kind == ObjectKind::MaterializedView
                        && before.iter().any(|was| makes(was, &made.name))
                    {
                        let name = format!("sql/{}", made.name.folded());
                        step.losses
                            .push(Loss::replaced(name, "records that are older than the stream keeps them"));
                    }
                    remake(&made, views, &mut step);
                    anew.insert(made.name.key());
                }
                ObjectKind::Table
                | ObjectKind::ExternalTable
                | ObjectKind::Schema
                | ObjectKind::Procedure
                | ObjectKind::Role
                | ObjectKind::User => {}
            }
        }
        step.statements.push(said);
    }
    gone(&before, new, &mut step);
    Ok(step)
}

/// Drops a relation that the next statement makes again, after what reads it: a view can be replaced only by one with the
/// same columns.
fn remake(made: &Object, views: &mut Views, step: &mut SqlStep) {
    views.drop_readers(&made.name, &mut step.statements);
    step.statements.push(drop_statement(made));
}

/// What the old text made and the new one does not say: it stays, and is told.
fn gone(before: &[Statement], new: &[Statement], step: &mut SqlStep) {
    for was in before {
        for made in relations(was) {
            if !new.iter().any(|is| makes(is, &made.name)) {
                step.kept.push(format!("{} stays in the warehouse", made.name.folded()));
            }
        }
    }
}

/// The tables and views that a statement makes.
fn relations(statement: &Statement) -> Vec<Object> {
    let mut made = effects(statement).creates;
    made.retain(|one| match one.kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => true,
        ObjectKind::ExternalTable
        | ObjectKind::Schema
        | ObjectKind::Procedure
        | ObjectKind::Role
        | ObjectKind::User => false,
    });
    made
}

fn makes(statement: &Statement, name: &Name) -> bool {
    relations(statement).iter().any(|made| made.name.folded() == name.folded())
}

/// The table as a statement makes it.
fn table_of<'a>(statement: &'a Statement, name: &Name) -> Option<&'a CreateTable> {
    let StatementKind::CreateTable(table) = &statement.kind else { return None };
    (table.name.folded() == name.folded()).then_some(table)
}

/// Brings a table to its new form.
fn alter(
    wanted: &Wanted<'_>,
    was: &CreateTable,
    table: &CreateTable,
    there: &Columns,
    step: &mut SqlStep,
) -> Result<(), Fault> {
    let name = table.name.folded();
    let mut faults = Vec::new();
    if stored(was) != stored(table) {
        faults.push(format!("{name}: its keys or the way it is stored change"));
    }
    let (old, new) = (columns(was), columns(table));
    for column in &new {
        let (now, known) = (described(column), old.iter().find(|one| one.name.is(&column.name.text)));
        match known.map(|one| described(one)) {
            Some(then) if then == now => {}
            Some(then) => faults.push(format!("{name}: column {then} becomes {now}")),
            None if is_there(there, &table.name, &column.name.text) => {}
            None if column.attributes.iter().any(|one| one.kind == ColumnAttributeKind::NotNull) => {
                faults.push(format!(
                    "{name}: column {now} is new, and the rows that are there have no value for it"
                ));
            }
            None => step.statements.push(format!("ALTER TABLE {} ADD COLUMN {now}", table.name.quoted())),
        }
    }
    for column in old.iter().filter(|one| !new.iter().any(|now| now.name.is(&one.name.text))) {
        step.kept
            .push(format!("column {} of {name} stays in the warehouse, with its data", column.name.text));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let mut fault = Fault::refused(SQL_CHANGED, format!("{} changed after it was applied", wanted.path));
    fault.causes = faults;
    Err(fault.help(
        "add nullable columns only, and give a column that must change a new name; gen does not rewrite tables of \
         records yet",
    ))
}

fn is_there(there: &Columns, table: &Name, column: &str) -> bool {
    let schema = table.schema().map(strataform_redshift::ast::Ident::folded).unwrap_or_default();
    there.contains(&(schema, table.last().to_ascii_lowercase(), column.to_ascii_lowercase()))
}

fn columns(table: &CreateTable) -> Vec<&Column> {
    let TableBody::Elements(elements) = &table.body else { return Vec::new() };
    elements
        .iter()
        .filter_map(|one| match one {
            TableElement::Column(column) => Some(column),
            TableElement::Constraint(_) | TableElement::Like { .. } => None,
        })
        .collect()
}

/// A column as Redshift's text.
fn described(column: &Column) -> String {
    let table = CreateTable {
        name: Name { parts: Vec::new() },
        temporary: false,
        existing: Existing::Refuse,
        body: TableBody::Elements(vec![TableElement::Column(column.clone())]),
        attributes: Vec::new(),
    };
    let statement =
        Statement { kind: StatementKind::CreateTable(table), span: strataform_redshift::Span::default() };
    let whole = redshift(&statement);
    let inner = whole.split_once('(').map_or("", |(_, inner)| inner);
    inner.strip_suffix(')').unwrap_or(inner).trim().to_owned()
}

/// All of a table but its columns, as Redshift's text.
fn stored(table: &CreateTable) -> String {
    let mut table = table.clone();
    if let TableBody::Elements(elements) = &mut table.body {
        elements.retain(|one| !matches!(one, TableElement::Column(_)));
    }
    redshift(&Statement {
        kind: StatementKind::CreateTable(table),
        span: strataform_redshift::Span::default(),
    })
}

/// Whether Redshift refuses a statement in a transaction with others, or ends the transaction with it.
fn is_alone(statement: &Statement) -> bool {
    match effects(statement).transaction {
        Transaction::Alone => true,
        Transaction::Any | Transaction::Boundary => false,
    }
}
