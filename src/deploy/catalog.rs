//! [`Catalog`]: the objects that a warehouse has, compared with what the applied files made.
//!
//! In: the applied files and the warehouse's own catalog. Out: a [`Drift`] for each object that is missing and each
//! column that differs. Objects that no file made are nobody's business here, and so are rows.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeSet;
use std::fmt;

use strataform_redshift::ast::{Alteration, CreateTable, Ident, Name, Statement, StatementKind};
use strataform_redshift::{Object, ObjectKind, effects, parse};

use super::observe::Observed;
use crate::assembly::{Assembly, ManifestSql, SqlKind};
use crate::migration::absent::{Absent, key};
use crate::migration::sql::Applied;
use crate::migration::table::{Columns, add_column, columns, described, existing};

/// The objects of a warehouse, by kind and name: `view report.sales`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    objects: BTreeSet<String>,
}

impl Catalog {
    /// A catalog of objects, each as kind, schema (empty if it has none) and name.
    pub(super) fn of(rows: impl IntoIterator<Item = [String; 3]>) -> Self {
        let named = |[kind, schema, name]: [String; 3]| {
            let name = name.to_ascii_lowercase();
            if schema.is_empty() { format!("{kind} {name}") } else { format!("{kind} {schema}.{name}") }
        };
        Self { objects: rows.into_iter().map(named).collect() }
    }

    /// Whether it has an object.
    pub(super) fn has(&self, key: &str) -> bool {
        self.objects.contains(key)
    }
}

/// How the warehouse differs from what an applied file made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drift {
    /// The object: `table core.order`.
    pub(super) object: String,
    /// The file that made it.
    pub(super) path: String,
    /// What differs.
    pub(super) difference: Difference,
}

/// What differs from what an applied file made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// The object is missing.
    Missing {
        /// What was in it, if that cannot be computed again.
        lost: Option<Lost>,
    },
    /// A table lacks a column.
    NoColumn {
        /// The column.
        column: String,
    },
    /// A column has another type.
    OtherColumn {
        /// The column, as it was deployed.
        deployed: String,
        /// Its type now.
        now: String,
    },
}

/// What is lost with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The rows of a dataset.
    Rows,
    /// The rows of a hand-written table.
    OwnRows,
    /// The records of a stream.
    Records,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, path, .. } = self;
        let file = path.rsplit('/').next().unwrap_or(path);
        match &self.difference {
            Difference::Missing { lost: None } => write!(f, "{object} ({file}) is missing"),
            Difference::Missing { lost: Some(lost) } => {
                let (what, back) = match lost {
                    Lost::Rows => (
                        "its rows are gone",
                        "load them again with `gen backfill`, or restore the table from a snapshot or recovery point",
                    ),
                    Lost::OwnRows => {
                        ("its rows are gone", "restore the table from a snapshot or recovery point")
                    }
                    Lost::Records => {
                        ("records that the stream no longer retains are gone", "the rest is read again")
                    }
                };
                write!(f, "{object} ({file}) is missing: {what}; {back}")
            }
            Difference::NoColumn { column } => {
                write!(f, "{object} ({file}) has no column {column}: its values are gone")
            }
            Difference::OtherColumn { deployed, now } => {
                write!(f, "{object} ({file}): column {deployed} is {now}")
            }
        }
    }
}

impl Drift {
    /// Whether the statements of the file make it again.
    pub(super) fn can_be_repaired(&self) -> bool {
        match self.difference {
            Difference::Missing { .. } | Difference::NoColumn { .. } => true,
            Difference::OtherColumn { .. } => false,
        }
    }
}

/// An object that an applied file made.
#[derive(Clone, Debug)]
struct Made {
    object: Object,
    path: String,
    lost: Option<Lost>,
    /// The table's definition, if it is generated.
    table: Option<CreateTable>,
}

/// How the warehouse differs from what the applied files of an assembly made, and what a repair makes again.
pub(super) fn drift(wanted: &Assembly, there: &Observed) -> (Vec<Drift>, Absent) {
    let Some(catalog) = &there.catalog else { return <(Vec<Drift>, Absent)>::default() };
    let made = made(wanted, there);
    let (mut found, mut absent) = (Vec::new(), Absent::default());
    let relation = |made: &Made| made.object.kind.is_relation().then(|| made.object.name.key());
    absent.expected = made.iter().filter_map(|(_, made)| relation(made)).collect();
    for (key, made) in &made {
        if catalog.has(key) {
            compare(made, key, &there.columns, &mut found, &mut absent);
            continue;
        }
        absent.objects.insert(key.clone());
        absent.relations.extend(relation(made));
        let difference = Difference::Missing { lost: made.lost };
        found.push(Drift { object: key.clone(), path: made.path.clone(), difference });
    }
    (found, absent)
}

/// Compares the columns of a generated table.
fn compare(made: &Made, key: &str, there: &Columns, found: &mut Vec<Drift>, absent: &mut Absent) {
    let Some(table) = &made.table else { return };
    let is_staging = made.lost.is_none();
    for column in columns(table) {
        let difference = match existing(there, &table.name, &column.name.text) {
            Some(now) if now.holds(column) => continue,
            Some(now) => Difference::OtherColumn { deployed: described(column), now: now.described() },
            None => Difference::NoColumn { column: column.name.text.clone() },
        };
        if is_staging {
            absent.rebuilt.insert(table.name.key());
            let difference = Difference::NoColumn { column: column.name.text.clone() };
            found.push(Drift { object: key.to_owned(), path: made.path.clone(), difference });
            continue;
        }
        if let Difference::NoColumn { .. } = &difference {
            let statements = absent.columns.entry(made.path.clone()).or_default();
            statements.push(add_column(&table.name, column));
        }
        found.push(Drift { object: key.to_owned(), path: made.path.clone(), difference });
    }
}

/// What the applied files of an assembly made, and no later one dropped, in the order of creation.
fn made(wanted: &Assembly, there: &Observed) -> Vec<(String, Made)> {
    let mut all: Vec<(String, Made)> = Vec::new();
    for file in &wanted.manifest.sql {
        for statement in &applied_statements(wanted, there, file) {
            note(file, statement, &mut all);
        }
    }
    all
}

/// The statements of a file that ran, as they were applied.
pub(super) fn applied_statements(wanted: &Assembly, there: &Observed, file: &ManifestSql) -> Vec<Statement> {
    let Some(applied) = applied(there, &file.path) else { return Vec::new() };
    let text = applied_text(wanted, there, applied).unwrap_or_default();
    let mut statements = parse(&text).statements;
    if applied.part < applied.parts {
        statements.truncate(applied.part);
    }
    statements
}

/// The newest record of a file.
pub(super) fn applied<'a>(there: &'a Observed, path: &str) -> Option<&'a Applied> {
    there.applied.iter().rev().find(|one| one.path == path)
}

/// The text of a file as it was applied; `None` if it is unknown.
pub(super) fn applied_text(wanted: &Assembly, there: &Observed, applied: &Applied) -> Option<String> {
    let file = wanted.manifest.files.iter().find(|file| file.path == applied.path);
    let same = file.filter(|file| file.sha256 == applied.checksum).and_then(|file| wanted.text(&file.path));
    same.or_else(|| there.texts.get(&applied.checksum).cloned())
}

/// Adds what a statement creates, and removes what it drops.
fn note(file: &ManifestSql, statement: &Statement, all: &mut Vec<(String, Made)>) {
    let found = effects(statement);
    for dropped in found.drops.iter().filter_map(key) {
        let inside = dropped.strip_prefix("schema ").map(|schema| format!(" {schema}."));
        all.retain(|(key, _)| *key != dropped && !inside.as_ref().is_some_and(|inside| key.contains(inside)));
    }
    if let StatementKind::AlterTable(table) = &statement.kind {
        let renamed = table.alterations.iter().find_map(|(one, _)| new_name(one));
        if let Some(new) = renamed {
            rename(&table.name, new, all);
        }
    }
    let table = if let StatementKind::CreateTable(table) = &statement.kind { Some(table) } else { None };
    if table.is_some_and(|table| table.temporary) {
        return;
    }
    let is_generated = matches!(file.kind, SqlKind::Table | SqlKind::Staging);
    for object in found.creates {
        let Some(key) = key(&object) else { continue };
        let lost = lost(file.kind, object.kind);
        let table = table.filter(|_| is_generated).cloned();
        all.retain(|(known, _)| *known != key);
        all.push((key, Made { object, path: file.path.clone(), lost, table }));
    }
}

/// What is lost with an object of a file.
fn lost(file: SqlKind, object: ObjectKind) -> Option<Lost> {
    match (file, object) {
        (SqlKind::Table, ObjectKind::Table) => Some(Lost::Rows),
        (SqlKind::Own, ObjectKind::Table) => Some(Lost::OwnRows),
        (SqlKind::Stream, ObjectKind::MaterializedView) => Some(Lost::Records),
        (
            SqlKind::Schemas
            | SqlKind::Roles
            | SqlKind::Password
            | SqlKind::Table
            | SqlKind::Staging
            | SqlKind::Aggregate
            | SqlKind::Procedure
            | SqlKind::View
            | SqlKind::ExternalSchema
            | SqlKind::Stream
            | SqlKind::Own
            | SqlKind::Grants,
            ObjectKind::Schema
            | ObjectKind::Table
            | ObjectKind::ExternalTable
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Procedure
            | ObjectKind::Role
            | ObjectKind::User,
        ) => None,
    }
}

fn new_name(alteration: &Alteration) -> Option<&Ident> {
    match alteration {
        Alteration::Rename(name) => Some(name),
        Alteration::RenameColumn(..)
        | Alteration::Owner(_)
        | Alteration::AddColumn(_)
        | Alteration::DropColumn(..)
        | Alteration::AddConstraint(_)
        | Alteration::DropConstraint(..)
        | Alteration::AppendFrom { .. }
        | Alteration::ColumnType(..)
        | Alteration::ColumnEncoding(..)
        | Alteration::EncodeAuto
        | Alteration::DistKey(_)
        | Alteration::DistStyle(_)
        | Alteration::SortKey(_)
        | Alteration::AddPartition { .. } => None,
    }
}

/// Gives a table or a view its new name: `ALTER TABLE` renames both.
fn rename(old: &Name, new: &Ident, all: &mut [(String, Made)]) {
    let known = all.iter_mut().find(|(_, made)| made.object.name.key() == old.key());
    let Some((known, made)) = known else { return };
    if let Some(last) = made.object.name.parts.last_mut() {
        *last = new.clone();
    }
    made.table = None;
    if let Some(key) = key(&made.object) {
        *known = key;
    }
}
