//! The columns of a dataset's table, by their permanent numbers: which of them get another name.
//!
//! In: the applied text of the table's file and the new one, whose first lines name the numbers, and the columns that the
//! warehouse has. Out: the renames, in order, and the definition and the columns after them. A column that was removed
//! stays; if another column has its name now, it gets a name with its number.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::ast::{
    ConstraintKind, CreateTable, Ident, SortKey, TableAttributeKind, TableBody, TableElement,
};
use strataform_redshift::quote_ident;

use super::table::{Columns, columns, of_table, place};
use crate::model::{ColumnIdentity, Identities, Life};

/// How the line with the numbers begins.
const LINE: &str = "-- Columns: ";

/// What the renames of a table lead to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Renamed {
    /// The old and the new name of each column that gets another one.
    pub(crate) moves: Vec<(String, String)>,
    /// The statements, in order.
    pub(crate) statements: Vec<String>,
    /// The old definition with the new names.
    pub(crate) was: CreateTable,
    /// The existing columns, with the new names.
    pub(crate) there: Columns,
}

/// The line with the numbers in the text of a table's file.
pub(super) fn line(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix(LINE))
}

/// Whether two texts number columns differently.
pub(crate) fn differ(old: &str, new: &str) -> bool {
    line(old) != line(new)
}

/// The identities in the text of a table's file. Without the line, each column has its first name, and its number is
/// unknown.
pub(super) fn identities(text: &str, table: &CreateTable) -> Identities {
    line(text).and_then(Identities::of_line).unwrap_or_else(|| {
        let first = |column: &&strataform_redshift::ast::Column| ColumnIdentity {
            number: 0,
            name: column.name.text.clone(),
            stored: column.name.text.clone(),
            data_type: None,
            life: Life::Live,
            renamed_from: None,
            former: Vec::new(),
        };
        Identities::new(columns(table).iter().map(first).collect())
    })
}

/// The renames that bring a table from its old text to its new one.
pub(crate) fn rename(
    (old, was): (&str, &CreateTable),
    (new, table): (&str, &CreateTable),
    there: &Columns,
) -> Renamed {
    let name = &table.name;
    let place = place(name);
    let exist: BTreeSet<String> = of_table(there, name).map(|(column, _)| column.to_owned()).collect();
    let moves = moves(&identities(old, was), &identities(new, table), &exist);
    // Assumes `rename-column`.
    let alter = |from: &str, to: &str| {
        format!("ALTER TABLE {} RENAME COLUMN {} TO {}", name.quoted(), quote_ident(from), quote_ident(to))
    };
    // A name that another column gives up is free only once all of those have left.
    let targets: BTreeSet<&str> = moves.iter().map(|(_, to)| to.as_str()).collect();
    let (waiting, free): (Vec<_>, Vec<_>) =
        moves.iter().partition(|(from, to)| targets.contains(from.as_str()) && *to != *from);
    let between = |from: &str| format!("{from}__moving");
    let first = waiting.iter().map(|(from, _)| alter(from, &between(from)));
    let last = waiting.iter().map(|(from, to)| alter(&between(from), to));
    let statements = first.chain(free.iter().map(|(from, to)| alter(from, to))).chain(last).collect();
    let names: BTreeMap<&str, &str> = moves.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    let there = there.iter().map(|((schema, table, column), one)| {
        let is_here = (schema, table) == (&place.0, &place.1);
        let column = names.get(column.as_str()).filter(|_| is_here).map_or(column.as_str(), |to| *to);
        ((schema.clone(), table.clone(), column.to_owned()), one.clone())
    });
    Renamed { there: there.collect(), was: with_names(was, &names), statements, moves }
}

/// The columns that get another name.
fn moves(old: &Identities, new: &Identities, exist: &BTreeSet<String>) -> Vec<(String, String)> {
    let live = |all: &Identities, stored: &str| {
        let found = all.all().iter().find(|one| one.life == Life::Live && one.stored == stored);
        found.map(|one| one.name.clone())
    };
    let wanted: BTreeSet<&str> =
        new.all().iter().filter(|one| one.life == Life::Live).map(|one| one.name.as_str()).collect();
    let aside = |stored: &str, name: &str| {
        let known = old.all().iter().chain(new.all()).filter(|one| one.stored == stored);
        let number = known.map(|one| one.number).max().unwrap_or_default();
        format!("{name}__{number}")
    };
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut now: Vec<(&str, &str, String)> = Vec::new();
    for one in old.all().iter().filter(|one| one.life == Life::Live) {
        if exist.is_empty() || exist.contains(&one.name) {
            taken.insert(one.name.clone());
            seen.insert(&one.stored);
            now.push((&one.stored, &one.name, one.name.clone()));
        }
    }
    // Columns that were removed, and stayed: under their own name, or set aside.
    let removed = |one: &&ColumnIdentity| one.life == Life::Removed;
    for one in old.all().iter().filter(removed).chain(new.all().iter().filter(removed)) {
        let set_aside = aside(&one.stored, &one.name);
        let name = [set_aside, one.name.clone()].into_iter().find(|name| exist.contains(name));
        if let Some(name) = name.filter(|name| !taken.contains(name))
            && seen.insert(&one.stored)
        {
            taken.insert(name.clone());
            now.push((&one.stored, &one.name, name));
        }
    }
    let target = |(stored, last, name): &(&str, &str, String)| match live(new, stored) {
        Some(target) => target,
        None if wanted.contains(name.as_str()) => aside(stored, last),
        None => name.clone(),
    };
    let all = now.iter().map(|one| (one.2.clone(), target(one)));
    all.filter(|(from, to)| from != to).collect()
}

/// A definition with other names of columns.
fn with_names(table: &CreateTable, names: &BTreeMap<&str, &str>) -> CreateTable {
    let mut table = table.clone();
    let rename = |ident: &mut Ident| {
        if let Some(to) = names.get(ident.text.as_str()) {
            (*to).clone_into(&mut ident.text);
        }
    };
    if let TableBody::Elements(elements) = &mut table.body {
        for element in elements {
            match element {
                TableElement::Column(column) => rename(&mut column.name),
                TableElement::Constraint(constraint) => match &mut constraint.kind {
                    ConstraintKind::PrimaryKey(columns)
                    | ConstraintKind::Unique(columns)
                    | ConstraintKind::ForeignKey { columns, .. } => columns.iter_mut().for_each(rename),
                },
                TableElement::Like { .. } => {}
            }
        }
    }
    for attribute in &mut table.attributes {
        match &mut attribute.kind {
            TableAttributeKind::DistKey(columns)
            | TableAttributeKind::SortKey(SortKey::Columns(_, columns)) => {
                columns.iter_mut().for_each(rename);
            }
            TableAttributeKind::Backup(_)
            | TableAttributeKind::DistStyle(_)
            | TableAttributeKind::SortKey(SortKey::Auto | SortKey::None)
            | TableAttributeKind::EncodeAuto => {}
        }
    }
    table
}

#[cfg(test)]
#[cfg(feature = "execute")]
#[path = "identity/tests.rs"]
mod histories;

#[cfg(test)]
mod tests {
    use super::*;

    /// The renames between two texts, as `old>new`.
    fn found(old: &str, new: &str, exist: &[&str]) -> Vec<String> {
        let read = |text: &str| Identities::of_line(text).expect("a line");
        let exist = exist.iter().map(|name| (*name).to_owned()).collect();
        moves(&read(old), &read(new), &exist).into_iter().map(|(from, to)| format!("{from}>{to}")).collect()
    }

    #[test]
    fn a_column_is_followed_by_its_number() {
        assert_eq!(found("1 id, 2 a", "1 id, 2 b = a", &["id", "a"]), ["a>b"]);
        assert_eq!(found("1 a, 2 b", "1 b = a, 2 a = b", &["a", "b"]), ["a>b", "b>a"]);
        assert!(found("1 id, 2 a", "1 id, -2 a", &["id", "a"]).is_empty(), "it stays");
        assert_eq!(found("1 id, 2 a", "1 id, -2 a, 3 a = a__3", &["id", "a"]), ["a>a__2"]);
        assert_eq!(found("1 id, -2 a", "1 id, -2 a, 3 a = a__3", &["id", "a"]), ["a>a__2"], "it stayed");
        assert!(found("1 id, -2 a", "1 id, -2 a, 3 a = a__3", &["id"]).is_empty(), "it was never there");
        let later =
            found("1 id, -2 a, 3 a = a__3", "1 id, -2 a, -3 a = a__3, 4 a = a__4", &["id", "a", "a__2"]);
        assert_eq!(later, ["a>a__3"]);
        let back = found("1 id, -2 a, 3 a = a__3", "1 id, 2 a", &["id", "a", "a__2"]);
        assert_eq!(back, ["a>a__3", "a__2>a"], "a rollback");
        assert_eq!(
            found("1 id, -2 a, 3 c = a__3", "1 id, -2 a, 3 a = a__3", &["id", "a", "c"]),
            ["c>a", "a>a__2"]
        );
    }

    #[test]
    fn names_that_move_in_a_circle_pass_through_another_one() {
        let parse = |text: &str| match strataform_redshift::parse(text).statements.remove(0).kind {
            strataform_redshift::ast::StatementKind::CreateTable(table) => table,
            other => panic!("{other:?}"),
        };
        let (old, new) = (
            "CREATE TABLE core.t (a INT, b INT) SORTKEY (a);",
            "-- Columns: 1 b = a, 2 a = b\nCREATE TABLE core.t (b INT, a INT) SORTKEY (b);",
        );
        let (was, table) = (parse(old), parse(new));
        let renamed = rename((old, &was), (new, &table), &Columns::new());
        assert_eq!(
            renamed.statements.iter().map(|one| one.replace('"', "")).collect::<Vec<_>>(),
            [
                "ALTER TABLE core.t RENAME COLUMN a TO a__moving",
                "ALTER TABLE core.t RENAME COLUMN b TO b__moving",
                "ALTER TABLE core.t RENAME COLUMN a__moving TO b",
                "ALTER TABLE core.t RENAME COLUMN b__moving TO a",
            ]
        );
        assert_eq!(
            columns(&renamed.was).iter().map(|one| one.name.text.as_str()).collect::<Vec<_>>(),
            ["b", "a"]
        );
        assert_eq!(renamed.was.attributes, table.attributes, "the sort key moves along");
    }
}
