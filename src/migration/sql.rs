//! How a SQL file is applied to a warehouse: as a whole the first time, afterwards only its changes.
//!
//! In: the current text and the applied text. Out: the statements to run, in order, or why the change cannot be
//! applied. Idempotent statements run again when they change. Tables of records are migrated (`records`). Tables in `staging` are empty between loads and are recreated; views and
//! aggregates are computed, and are recreated, too. In a hand-written file, views, procedures, comments and privileges
//! can change; everything else is applied once.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strataform_redshift::ast::{CreateTable, Name, Statement, StatementKind};
use strataform_redshift::{Object, ObjectKind, Repeat, Transaction, effects, parse, redshift};

use super::identity;
use super::loss::Loss;
use super::records::{self, Contract, Link};
use super::refusal::Refusal;
use super::reviewed::{Recorded, Reviewed};
use super::table::Columns;
use super::views::{Views, is_privilege};
use crate::assembly::{SqlKind, SqlPlaceholder};
use crate::diagnostic::deployment::SQL_CHANGED;

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
    /// Its text is unchanged; what it creates is missing or was dropped, and is made again.
    Again,
    /// Its text is unchanged; statements with values of the deployment run again if a value changed.
    Values,
    /// Its text is unchanged, and a value of the deployment changed: the statements that use it run again.
    NewValues,
    /// Its text is unchanged; what was kept for rows that were there is dropped, or made as the text says, as the user allows.
    Contract,
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
    /// The placeholders of statements that belong to other files.
    pub borrowed: Vec<SqlPlaceholder>,
    /// The reviewed migrations whose statements are among these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<Recorded>,
    /// The data that is lost or rewritten, by name.
    pub losses: Vec<Loss>,
    /// What stays in the warehouse although the file no longer contains it.
    pub kept: Vec<String>,
    /// What changes for rows and readers that are there.
    pub notes: Vec<String>,
}

impl SqlStep {
    /// Adds the placeholders of a statement that belongs to another file.
    pub(crate) fn borrow(&mut self, placeholders: &[SqlPlaceholder]) {
        let known = |one: &SqlPlaceholder, all: &[SqlPlaceholder]| all.iter().any(|two| two.name == one.name);
        for one in placeholders {
            if !known(one, &self.placeholders) && !known(one, &self.borrowed) {
                self.borrowed.push(one.clone());
            }
        }
    }
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
    /// Whether a value of its placeholders is another one now.
    pub is_outdated: bool,
}

/// A file of the assembly to deploy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) path: &'a str,
    pub(crate) kind: SqlKind,
    pub(crate) text: &'a str,
    pub(crate) checksum: &'a str,
    pub(crate) placeholders: &'a [SqlPlaceholder],
    /// The reviewed migrations of its table.
    pub(crate) migrations: &'a [Reviewed],
    /// What the user wants to be dropped or rewritten.
    pub(crate) contract: &'a Contract,
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
            borrowed: Vec::new(),
            migrations: Vec::new(),
            losses: Vec::new(),
            kept: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// The statement that drops an object if it exists.
pub(crate) fn drop_statement(relation: &Object) -> String {
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
pub(crate) fn step(
    wanted: Wanted<'_>,
    applied: Option<&Applied>,
    old: Option<&str>,
    there: &Columns,
    views: &mut Views,
) -> Result<Option<SqlStep>, Refusal> {
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
        if let Some(step) = again(&wanted, &script.statements, views) {
            return Ok(Some(step));
        }
        let contracted = contracted(&wanted, &script.statements, there, views)?;
        return Ok(contracted.or_else(|| valued(&wanted, &script.statements, applied, views)));
    }
    let Some(old) = old else {
        return Err(refused(&wanted, "the text that was applied is unknown: its object is gone"));
    };
    changed(&wanted, &script.statements, old, there, views).map(Some)
}

/// Plans a statement.
fn run(wanted: &Wanted<'_>, one: &Statement, views: &mut Views, step: &mut SqlStep) {
    step.statements.push(text(wanted.text, one));
    step.transaction &= !is_alone(one);
    views.run(one);
}

/// The statements of an unchanged file whose objects are missing, or are dropped by another step.
fn again(wanted: &Wanted<'_>, statements: &[Statement], views: &mut Views) -> Option<SqlStep> {
    let mut step = wanted.step(SqlWork::Again, views.missing_columns(wanted.path));
    // With a column, its comment is lost.
    let lacks_columns = !step.statements.is_empty();
    for one in statements {
        let rebuilt = effects(one).creates.into_iter().find(|made| views.is_rebuilt(&made.name));
        if let Some(made) = &rebuilt {
            views.remake(made, &mut step.statements);
        }
        if rebuilt.is_some() || views.lacks(one) || (lacks_columns && is_comment(one)) {
            run(wanted, one, views, &mut step);
        }
    }
    (!step.statements.is_empty()).then_some(step)
}

/// The statements of an unchanged file that use values of the deployment.
fn valued(
    wanted: &Wanted<'_>,
    statements: &[Statement],
    applied: &Applied,
    views: &Views,
) -> Option<SqlStep> {
    let is_new = applied.is_outdated;
    let work = if is_new { SqlWork::NewValues } else { SqlWork::Values };
    let mut step = wanted.step(work, Vec::new());
    for one in statements {
        let current = text(wanted.text, one);
        let holds = wanted.placeholders.iter().any(|value| current.contains(&format!("${{{}}}", value.name)));
        if holds && effects(one).repeat == Repeat::Same {
            remake_schema(one, &current, views, &mut step);
        }
    }
    (!step.statements.is_empty()).then_some(step)
}

/// Plans a statement; an external schema is dropped first, because it keeps its role and its database otherwise, and
/// its privileges are granted again. The data of its tables is not in the warehouse. Assumes `drop-external-schema`.
fn remake_schema(one: &Statement, current: &str, views: &Views, step: &mut SqlStep) {
    let StatementKind::CreateExternalSchema { name, .. } = &one.kind else {
        step.statements.push(current.to_owned());
        return;
    };
    step.statements.push(drop_statement(&Object { kind: ObjectKind::Schema, name: name.into() }));
    step.statements.push(current.to_owned());
    views.regrant(&name.folded(), step);
}

fn refused(wanted: &Wanted<'_>, cause: impl Into<String>) -> Refusal {
    Refusal::new(SQL_CHANGED, format!("{} changed after it was applied", wanted.path)).because(cause)
}

pub(crate) fn text(all: &str, one: &Statement) -> String {
    all.get(one.span.start..one.span.end).unwrap_or_default().trim().to_owned()
}

/// The statements that bring a warehouse from the old text to the new one.
fn changed(
    wanted: &Wanted<'_>,
    new: &[Statement],
    old: &str,
    there: &Columns,
    views: &mut Views,
) -> Result<SqlStep, Refusal> {
    let before = parse(old).statements;
    if wanted.kind == SqlKind::Own {
        editable(wanted, old, &before, new)?;
    }
    let known: BTreeSet<String> = before.iter().map(redshift).collect();
    let mut step = wanted.step(SqlWork::Change, views.missing_columns(wanted.path));
    let lacks_columns = !step.statements.is_empty();
    // The same text can mean other columns.
    let is_renumbered = wanted.kind == SqlKind::Table && identity::differ(old, wanted.text);
    let is_retyped = wanted.kind == SqlKind::Aggregate && reads(old) != reads(wanted.text);
    let is_table = |one: &Statement| matches!(one.kind, StatementKind::CreateTable(_));
    for one in new {
        let is_other = (is_renumbered && (is_table(one) || is_comment(one))) || (is_retyped && is_table(one));
        let is_known = known.contains(&redshift(one)) && !is_other;
        let is_lost = views.lacks(one) || (lacks_columns && is_comment(one));
        if views.is_sent(one) || (is_known && !is_lost) {
            continue;
        }
        if let StatementKind::CreateTable(table) = &one.kind
            && wanted.kind != SqlKind::Aggregate
        {
            change_table(wanted, (old, &before), (one, table), there, views, &mut step)?;
            continue;
        }
        for made in effects(one).creates.into_iter().filter(|made| is_computed(wanted, made)) {
            let was = before.iter().flat_map(relations).find(|was| was.name.key() == made.name.key());
            if wanted.kind == SqlKind::Stream && made.kind == ObjectKind::MaterializedView && was.is_some() {
                let name = format!("sql/{}", made.name.folded());
                step.losses.push(Loss::replaced(name, "records that are older than the stream's retention"));
            }
            views.remake(&was.unwrap_or(made), &mut step.statements);
        }
        let is_changed_schema = effects(one).creates.iter().any(|made| {
            made.kind == ObjectKind::Schema
                && before.iter().flat_map(|was| effects(was).creates).any(|was| was == *made)
        });
        if is_changed_schema {
            remake_schema(one, &text(wanted.text, one), views, &mut step);
        } else {
            run(wanted, one, views, &mut step);
        }
    }
    gone(wanted, old, &before, new, &mut step);
    Ok(step)
}

/// Whether an object that a file makes is computed from other rows, and can be dropped and made again.
fn is_computed(wanted: &Wanted<'_>, made: &Object) -> bool {
    made.kind.is_view() || (wanted.kind == SqlKind::Aggregate && made.kind == ObjectKind::Table)
}

/// The columns that the query of an aggregate's table reads, with their types: the table has theirs, and keeps them.
fn reads(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("-- Reads: "))
}

/// Plans a table that is new, changed or missing.
fn change_table(
    wanted: &Wanted<'_>,
    (old, before): (&str, &[Statement]),
    (one, table): (&Statement, &CreateTable),
    there: &Columns,
    views: &mut Views,
    step: &mut SqlStep,
) -> Result<(), Refusal> {
    let was = before.iter().find_map(|one| table_of(one, &table.name));
    let Some(was) = was.filter(|_| !views.lacks(one)) else {
        run(wanted, one, views, step);
        return Ok(());
    };
    // It is empty between loads.
    if wanted.kind == SqlKind::Staging {
        let made = Object { kind: ObjectKind::Table, name: table.name.clone() };
        views.remake(&made, &mut step.statements);
        run(wanted, one, views, step);
        return Ok(());
    }
    let link = Link { old, was, new: wanted.text, table };
    records::change(link, there, wanted.migrations, views, step)
        .map_err(|causes| unmigratable(wanted, causes))?;
    records::drops(table, there, wanted.contract, views, step);
    Ok(())
}

/// What the user wants to be dropped or rewritten of the tables of an unchanged file.
fn contracted(
    wanted: &Wanted<'_>,
    statements: &[Statement],
    there: &Columns,
    views: &mut Views,
) -> Result<Option<SqlStep>, Refusal> {
    if wanted.kind != SqlKind::Table {
        return Ok(None);
    }
    let mut step = wanted.step(SqlWork::Contract, Vec::new());
    for one in statements {
        let StatementKind::CreateTable(table) = &one.kind else { continue };
        records::contract(table, there, wanted.contract, views, &mut step)
            .map_err(|causes| unmigratable(wanted, causes))?;
    }
    if !step.statements.is_empty() {
        // With a table that is copied, its comments are lost.
        for one in statements {
            if is_comment(one) && views.lacks(one) {
                run(wanted, one, views, &mut step);
            }
        }
    }
    Ok((!step.statements.is_empty()).then_some(step))
}

/// The refusal of a change of a table for which there is no migration.
fn unmigratable(wanted: &Wanted<'_>, causes: Vec<String>) -> Refusal {
    let mut refusal = Refusal::new(SQL_CHANGED, format!("{} changed after it was applied", wanted.path));
    refusal.causes = causes;
    refusal.help(
        "give a column that must change a new name, and remove the old one: both are kept until the new one is filled. A \
         column that was removed from the file is still in the table: declare it as it was",
    )
}

/// Refuses changes of a hand-written file that cannot be applied: only what can be replaced may change.
fn editable(wanted: &Wanted<'_>, old: &str, before: &[Statement], new: &[Statement]) -> Result<(), Refusal> {
    let differ = |these: &[Statement], those: &[Statement]| -> Vec<usize> {
        let those: BTreeSet<String> = those.iter().map(redshift).collect();
        let found = these.iter().enumerate();
        found
            .filter(|(_, one)| !those.contains(&redshift(one)) && !is_replaceable(one))
            .map(|(at, _)| at)
            .collect()
    };
    let shown = |all: &str, one: Option<&Statement>| {
        let whole = one.map(|one| text(all, one)).unwrap_or_default();
        let line = whole.lines().next().unwrap_or_default();
        line.chars().take(80).collect::<String>()
    };
    let added = differ(new, before);
    let removed = differ(before, new);
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    let mut fault = refused(
        wanted,
        "only views, procedures, comments and privileges of a hand-written file can change: other statements run once",
    );
    for at in added {
        fault = fault.because(format!("`{}` is new or changed", shown(wanted.text, new.get(at))));
    }
    for at in removed {
        fault = fault.because(format!("`{}` ran, and is no longer in the file", shown(old, before.get(at))));
    }
    Err(fault.help("restore these statements, and write the changes into a new file with a higher number"))
}

/// Whether a statement of a hand-written file may change: a second one replaces the effect of the first.
fn is_replaceable(statement: &Statement) -> bool {
    let found = effects(statement);
    let made = found.creates.iter().all(|made| made.kind.is_view() || found.replaces.contains(made));
    (!found.creates.is_empty() && made) || is_privilege(statement) || is_comment(statement)
}

fn is_comment(statement: &Statement) -> bool {
    matches!(statement.kind, StatementKind::Comment { .. })
}

/// Drops what only the old text of an aggregate creates. Reports other relations that only the old text creates, and privileges that only a hand-written file's old text grants:
/// they stay in the warehouse.
fn gone(wanted: &Wanted<'_>, old: &str, before: &[Statement], new: &[Statement], step: &mut SqlStep) {
    let rendered: BTreeSet<String> = new.iter().map(redshift).collect();
    for was in before {
        if wanted.kind == SqlKind::Own && is_privilege(was) && !rendered.contains(&redshift(was)) {
            step.kept.push(format!("what `{}` set stays", text(old, was)));
        }
        let procedures = effects(was).creates.into_iter().filter(|made| made.kind == ObjectKind::Procedure);
        for made in procedures.filter(|_| wanted.kind == SqlKind::Aggregate) {
            if !new.iter().any(|is| effects(is).creates.contains(&made)) {
                step.statements.push(format!("{}()", drop_statement(&made)));
            }
        }
        for made in relations(was) {
            if new.iter().any(|is| makes(is, &made.name)) {
                continue;
            }
            if is_computed(wanted, &made) && made.kind == ObjectKind::Table {
                // A later definition makes it again.
                step.statements.push(drop_statement(&made));
            } else {
                step.kept.push(format!("{} stays in the warehouse", made.name.folded()));
            }
        }
    }
}

/// The tables and views that a statement creates.
fn relations(statement: &Statement) -> Vec<Object> {
    let mut made = effects(statement).creates;
    made.retain(|one| one.kind.is_relation());
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

/// Whether Redshift rejects a statement in a transaction with others, or commits when it runs.
pub(super) fn is_alone(statement: &Statement) -> bool {
    match effects(statement).transaction {
        Transaction::Alone => true,
        Transaction::Any | Transaction::Boundary => false,
    }
}
