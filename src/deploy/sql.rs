//! How a SQL file is applied to a warehouse: as a whole the first time, afterwards only its changes.
//!
//! In: the current text and the applied text. Out: the statements to run, in order, or why the change cannot be
//! applied. Idempotent statements run again when they change. A record table only gains columns: every other change
//! requires a migration. Tables in `staging` are empty between loads and are recreated; views and aggregates are
//! computed, and are recreated, too. A hand-written file is applied only once.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strataform_redshift::ast::{
    Column, ColumnAttributeKind, CreateTable, Existing, Name, Statement, StatementKind, TableBody,
    TableElement,
};
use strataform_redshift::{Object, ObjectKind, Repeat, Transaction, effects, parse, redshift};

use super::Loss;
use super::fault::{Fault, SQL_CHANGED};
use crate::assembly::{SqlKind, SqlPlaceholder};

/// How a file is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SqlWork {
    /// All statements run, for the first time.
    Apply,
    /// Its first statements ran before; the rest run now.
    Resume,
    /// It changed: the changes are applied.
    Change,
    /// Its text is unchanged; statements with values of the deployment run again if a value changed.
    Values,
}

/// A SQL file to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlStep {
    /// Its path in the assembly.
    pub path: String,
    /// How it is applied.
    pub work: SqlWork,
    /// The statements, with placeholders.
    pub statements: Vec<String>,
    /// Whether they run as one transaction.
    pub transaction: bool,
    /// How many statements ran before.
    pub done: usize,
    /// SHA-256 of the text.
    pub checksum: String,
    /// The placeholders, which are replaced by values of the deployment.
    pub placeholders: Vec<SqlPlaceholder>,
    /// The data that is lost, by name.
    pub losses: Vec<Loss>,
    /// What stays in the warehouse although the file no longer contains it.
    pub kept: Vec<String>,
}

/// An applied file, as the warehouse's ledger records it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Its path in the assembly.
    pub path: String,
    /// SHA-256 of the text.
    pub checksum: String,
    /// A digest of the values of its placeholders.
    pub values: String,
    /// How many of its statements ran.
    pub part: usize,
    /// How many statements it has.
    pub parts: usize,
}

/// The existing columns, by `(schema, table, column)`.
pub(super) type Columns = BTreeMap<(String, String, String), ExistingColumn>;

/// A column as the warehouse has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExistingColumn {
    /// Its type, as [`strataform_redshift::ast::DataType`] displays it: `VARCHAR(20)`. `None` if the warehouse's name for it
    /// is not known to be one of Redshift's.
    pub data_type: Option<String>,
    /// Whether it can be null.
    pub nullable: bool,
}

/// A file of the assembly to deploy.
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

/// Views, and which of them planned statements drop.
#[derive(Clone, Debug, Default)]
pub(super) struct Views {
    all: strataform_redshift::Views,
    /// Those that are dropped, because what they read is recreated: their files create them again.
    dropped: BTreeSet<String>,
}

impl Views {
    /// The views that these texts create, in the order in which they run.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = strataform_redshift::Views::default();
        for one in texts {
            parse(one).statements.iter().for_each(|statement| all.note(statement));
        }
        Self { all, dropped: BTreeSet::new() }
    }

    /// Drops the views that read a relation that is recreated, directly or through another view.
    fn drop_readers(&mut self, of: &Name, statements: &mut Vec<String>) {
        for view in self.all.readers(of) {
            if self.dropped.insert(view.name.key()) {
                statements.push(drop_statement(view));
            }
        }
    }

    /// Whether a statement creates or describes a view that is dropped.
    fn lacks(&self, statement: &Statement) -> bool {
        let effects = effects(statement);
        let made = effects.creates.iter().map(|made| &made.name);
        made.chain(&effects.describes).any(|name| self.dropped.contains(&name.key()))
    }
}

/// The statement that drops an object if it exists.
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

/// How to apply a file; `None` if it is unchanged.
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
        return Err(refused(&wanted, "a hand-written file is applied only once")
            .help("restore that file, and write the changes into a new file with a higher number"));
    }
    let Some(old) = old else {
        return Err(refused(&wanted, "the text that was applied is unknown: its object is gone"));
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
    let mut recreated: BTreeSet<String> = BTreeSet::new();
    for one in new {
        let current = text(wanted.text, one);
        if is_alone(one) {
            step.transaction = false;
        }
        if known.contains(&redshift(one)) && !views.lacks(one) {
            // What described a recreated relation is lost with the old one.
            if effects(one).describes.iter().any(|name| recreated.contains(&name.key())) {
                step.statements.push(current);
            }
            continue;
        }
        if let StatementKind::CreateTable(table) = &one.kind {
            match before.iter().find_map(|one| table_of(one, &table.name)) {
                None => step.statements.push(current),
                // It is empty between loads.
                Some(_) if wanted.kind == SqlKind::Staging => {
                    let made = Object { kind: ObjectKind::Table, name: table.name.clone() };
                    remake(&made, views, &mut step);
                    step.statements.push(current);
                    recreated.insert(table.name.key());
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
                            .push(Loss::replaced(name, "records that are older than the stream's retention"));
                    }
                    remake(&made, views, &mut step);
                    recreated.insert(made.name.key());
                }
                ObjectKind::Table
                | ObjectKind::ExternalTable
                | ObjectKind::Schema
                | ObjectKind::Procedure
                | ObjectKind::Role
                | ObjectKind::User => {}
            }
        }
        step.statements.push(current);
    }
    gone(&before, new, &mut step);
    Ok(step)
}

/// Drops the readers of a relation, then the relation, which the next statement creates again: a view can be replaced
/// only by one with the same columns.
fn remake(made: &Object, views: &mut Views, step: &mut SqlStep) {
    views.drop_readers(&made.name, &mut step.statements);
    step.statements.push(drop_statement(made));
}

/// Reports relations that only the old text creates: they stay in the warehouse.
fn gone(before: &[Statement], new: &[Statement], step: &mut SqlStep) {
    for was in before {
        for made in relations(was) {
            if !new.iter().any(|is| makes(is, &made.name)) {
                step.kept.push(format!("{} stays in the warehouse", made.name.folded()));
            }
        }
    }
}

/// The tables and views that a statement creates.
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

/// The definition of the table, if the statement creates it.
fn table_of<'a>(statement: &'a Statement, name: &Name) -> Option<&'a CreateTable> {
    let StatementKind::CreateTable(table) = &statement.kind else { return None };
    (table.name.folded() == name.folded()).then_some(table)
}

/// Plans the changes from a table's old definition to its new one.
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
        faults.push(format!("{name}: its keys or storage attributes change"));
    }
    let (old, new) = (columns(was), columns(table));
    for column in &new {
        let (now, known) = (described(column), old.iter().find(|one| one.name.is(&column.name.text)));
        match known.map(|one| described(one)) {
            Some(then) if then == now => {}
            Some(then) => faults.push(format!("{name}: column {then} becomes {now}")),
            None => match existing(there, &table.name, &column.name.text) {
                // It was removed from the file, and stayed in the table with its data.
                Some(kept) if kept.is(column) => {}
                Some(kept) => faults.push(format!("{name}: column {now} exists, as {}", kept.described())),
                None if is_required(column) => {
                    faults
                        .push(format!("{name}: column {now} is new, and existing rows have no value for it"));
                }
                None => {
                    step.statements.push(format!("ALTER TABLE {} ADD COLUMN {now}", table.name.quoted()));
                }
            },
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
        "add only nullable columns, and give a column that must change a new name; gen does not rewrite tables of \
         records yet. A column that was removed from the file is still in the table: declare it as it was",
    ))
}

fn is_required(column: &Column) -> bool {
    column.attributes.iter().any(|one| one.kind == ColumnAttributeKind::NotNull)
}

fn existing<'a>(there: &'a Columns, table: &Name, column: &str) -> Option<&'a ExistingColumn> {
    let schema = table.schema().map(strataform_redshift::ast::Ident::folded).unwrap_or_default();
    there.get(&(schema, table.last().to_ascii_lowercase(), column.to_ascii_lowercase()))
}

impl ExistingColumn {
    /// Reads the row of `information_schema.columns`: data type, length, precision, scale, and `YES` if it is nullable.
    pub(super) fn of(data_type: &str, length: &str, precision: &str, scale: &str, nullable: &str) -> Self {
        let data_type = match data_type {
            "smallint" | "integer" | "bigint" | "real" | "double precision" | "boolean" | "date" => {
                Some(data_type.to_ascii_uppercase())
            }
            "numeric" => Some(format!("DECIMAL({precision},{scale})")),
            "character" => Some(format!("CHAR({length})")),
            "character varying" => Some(format!("VARCHAR({length})")),
            "timestamp without time zone" => Some("TIMESTAMP".to_owned()),
            "timestamp with time zone" => Some("TIMESTAMPTZ".to_owned()),
            "super" => Some("SUPER".to_owned()),
            _ => None,
        };
        Self { data_type, nullable: nullable == "YES" }
    }

    /// Whether it is what a column is declared as.
    fn is(&self, declared: &Column) -> bool {
        let is_same_type = |kept: &String| *kept == declared.data_type.to_string();
        self.data_type.as_ref().is_none_or(is_same_type) && self.nullable != is_required(declared)
    }

    fn described(&self) -> String {
        let data_type = self.data_type.as_deref().unwrap_or("another type");
        format!("{data_type}{}", if self.nullable { "" } else { " NOT NULL" })
    }
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

/// A column's definition, as Redshift SQL.
fn described(column: &Column) -> String {
    let table = CreateTable {
        name: Name { parts: Vec::new() },
        temporary: false,
        existing: Existing::Fail,
        body: TableBody::Elements(vec![TableElement::Column(column.clone())]),
        attributes: Vec::new(),
    };
    let statement =
        Statement { kind: StatementKind::CreateTable(table), span: strataform_redshift::Span::default() };
    let whole = redshift(&statement);
    let inner = whole.split_once('(').map_or("", |(_, inner)| inner);
    inner.strip_suffix(')').unwrap_or(inner).trim().to_owned()
}

/// A table's definition without its columns, as Redshift SQL.
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

/// Whether Redshift rejects a statement in a transaction with others, or commits when it runs.
fn is_alone(statement: &Statement) -> bool {
    match effects(statement).transaction {
        Transaction::Alone => true,
        Transaction::Any | Transaction::Boundary => false,
    }
}
