//! A table of records that changes: its statements, with what reads it dropped before and made again after.
//!
//! In: the table's file as it was applied and as it is, the columns that exist, the reviewed migrations. Out: the statements of
//! the reviewed migrations that lead from one to the other, as far as they have not run; if there are none, as after a rollback,
//! those that the difference needs.

use std::collections::BTreeSet;

use strataform_redshift::ast::{Alteration, Column, CreateTable, StatementKind};
use strataform_redshift::{Object, ObjectKind, parse, quote_ident};

use super::definition;
use super::identity::{self, Renamed};
use super::loss::{Allow, Loss};
use super::reviewed::{self, Reviewed};
use super::rewrite::{self, Copy, Gaps, Source};
use super::sql::{SqlStep, drop_statement};
use super::table::{
    Alterations, Columns, ExistingColumn, alter, columns, existing, is_required, of_table, parsed, place,
};
use super::views::Views;

/// What the user wants to be dropped or rewritten, although nothing requires it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contract {
    /// Tables that get the definition that their files have: `core.order`.
    pub(crate) rewrites: BTreeSet<String>,
    /// Columns and tables that no file has any longer: `core.order.note`, `core.order__before_3`.
    pub(crate) drops: BTreeSet<String>,
}

/// A table's file as it was applied and as it is, with the table in it.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    pub(super) old: &'a str,
    pub(super) was: &'a CreateTable,
    pub(super) new: &'a str,
    pub(super) table: &'a CreateTable,
}

/// What the difference of two definitions needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Planned {
    /// The statements, in order.
    pub(super) statements: Vec<String>,
    /// Why the table is copied; empty if it is not.
    pub(super) rewrites: Vec<String>,
    /// What stays although the new definition lacks it.
    pub(super) kept: Vec<String>,
    /// What changes for the rows that are there.
    pub(super) notes: Vec<String>,
}

/// Plans the difference for a table with certain columns; `number` is part of the name that the old table gets if it is copied.
pub(super) fn plan(link: Link<'_>, there: &Columns, number: u32) -> Result<Planned, Vec<String>> {
    let renamed = identity::rename((link.old, link.was), (link.new, link.table), there);
    let found = alter(&renamed.was, link.table, &renamed.there);
    if !found.refused.is_empty() {
        return Err(found.refused);
    }
    let name = link.table.name.folded();
    let said = |(from, to): &(String, String)| format!("column {from} of {name} becomes {to}, with its data");
    let mut planned = Planned { notes: renamed.moves.iter().map(said).collect(), ..Planned::default() };
    if found.rewrites.is_empty() {
        let Alterations { statements, widened, stored, kept, notes, .. } = found;
        let widened = widened.into_iter().map(|(_, statement)| statement);
        planned.statements =
            renamed.statements.into_iter().chain(statements).chain(widened).chain(stored).collect();
        planned.kept = kept;
        planned.notes.extend(notes);
        return Ok(planned);
    }
    let sources = sources(link.table, &renamed);
    let copy = rewrite::copy(link.table, number, &sources, Gaps::Keep, link.was)
        .map_err(|causes| causes.into_iter().map(|cause| format!("{name}: {cause}")).collect::<Vec<_>>())?;
    planned.notes.extend(copied(&name, &copy));
    let gone = columns(&renamed.was);
    let gone = gone.iter().filter(|one| !columns(link.table).iter().any(|now| now.name.is(&one.name.text)));
    planned.kept =
        gone.map(|one| format!("column {} stays in {}, with its data", one.name.text, copy.old)).collect();
    planned.statements = copy.statements;
    planned.rewrites = found.rewrites;
    Ok(planned)
}

/// What a copy leads to.
fn copied(name: &str, copy: &Copy) -> Vec<String> {
    let mut notes = vec![format!(
        "the rows of {name} are copied into a new table; {} keeps the rows as they were until `--allow destroy-data={}` drops it",
        copy.old, copy.old
    )];
    notes.extend(copy.nullable.iter().map(|column| nullable(name, column)));
    notes
}

/// A column that stays nullable although its definition says otherwise.
pub(super) fn nullable(table: &str, column: &str) -> String {
    format!(
        "column {column} of {table} stays nullable: rows that are there may have no value until they are loaded again; then \
         `--allow rewrite={table}` makes it NOT NULL"
    )
}

/// Where the values of each column come from.
fn sources(table: &CreateTable, renamed: &Renamed) -> Vec<Option<Source>> {
    let is_known = of_table(&renamed.there, &table.name).next().is_some();
    let was = columns(&renamed.was);
    let source = |name: &str| {
        let from = renamed.moves.iter().find(|(_, to)| to == name).map_or(name, |(from, _)| from);
        let declared = was.iter().find(|one| one.name.is(name));
        let there = existing(&renamed.there, &table.name, name);
        if is_known && there.is_none() {
            return None;
        }
        let data_type = there.and_then(parsed).or_else(|| declared.map(|one| one.data_type))?;
        let nullable = there.map_or_else(|| declared.is_none_or(|one| !is_required(one)), |one| one.nullable);
        Some(Source { name: from.to_owned(), data_type, nullable })
    };
    columns(table).into_iter().map(|one| source(&one.name.text)).collect()
}

/// Adds the change of a table to the step of its file.
pub(super) fn change(
    link: Link<'_>,
    there: &Columns,
    reviewed: &[Reviewed],
    views: &mut Views,
    step: &mut SqlStep,
) -> Result<(), Vec<String>> {
    let free = free(link.table, there);
    let mut planned = plan(link, there, free)?;
    let chain = definition::digest(link.old)
        .zip(definition::digest(link.new))
        .and_then(|(from, to)| reviewed::chain(reviewed, &from, &to))
        .unwrap_or_default();
    if !chain.is_empty() {
        if let [only] = chain.as_slice()
            && let Some(number) = only.rewrites.then_some(only.number)
            && number != free
        {
            planned = plan(link, there, number)?;
            taken(link.table, number, there)?;
        }
        planned.statements = chain.iter().flat_map(|one| one.statements.iter().cloned()).collect();
        planned.statements = reviewed::remaining(planned.statements, there);
        step.migrations.extend(chain.iter().map(|one| one.recorded()));
    }
    add(link.table, planned, views, step);
    Ok(())
}

/// Adds planned statements, with what reads the table.
fn add(table: &CreateTable, planned: Planned, views: &mut Views, step: &mut SqlStep) {
    let name = table.name.folded();
    let is_copy = !planned.rewrites.is_empty();
    if is_copy {
        step.losses.push(Loss::rewritten(name.clone(), planned.rewrites.join("; ")));
        step.statements.extend(planned.statements);
        // After the copy, which must be one transaction: until then they read the old table.
        views.drop_readers(&table.name, &mut step.statements);
        views.moved(&table.name);
        views.regrant(&place(&table.name).0, step);
    } else {
        let is_alone =
            planned.statements.iter().any(|one| parse(one).statements.iter().any(super::sql::is_alone));
        for (column, is_longer) in touched(&planned.statements) {
            let before = step.statements.len();
            views.drop_readers_of_column(&table.name, &column, &mut step.statements);
            if is_longer && step.statements.len() > before {
                step.notes.push(format!(
                    "column {column} of {name} becomes longer, which Redshift does outside a transaction: the views that \
                     read it are missing for that moment"
                ));
            }
        }
        step.transaction &= !is_alone;
        step.statements.extend(planned.statements);
    }
    step.kept.extend(planned.kept);
    step.notes.extend(planned.notes);
}

/// The columns that statements rename, widen or drop, and whether they widen them.
fn touched(statements: &[String]) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for one in statements.iter().flat_map(|text| parse(text).statements) {
        let StatementKind::AlterTable(table) = one.kind else { continue };
        for (alteration, _) in table.alterations {
            match alteration {
                Alteration::ColumnType(column, _) => found.push((column.text, true)),
                Alteration::RenameColumn(column, _) | Alteration::DropColumn(column, _) => {
                    found.push((column.text, false));
                }
                Alteration::AppendFrom { .. }
                | Alteration::Rename(_)
                | Alteration::Owner(_)
                | Alteration::AddColumn(_)
                | Alteration::AddConstraint(_)
                | Alteration::DropConstraint(..)
                | Alteration::ColumnEncoding(..)
                | Alteration::EncodeAuto
                | Alteration::DistKey(_)
                | Alteration::DistStyle(_)
                | Alteration::SortKey(_)
                | Alteration::AddPartition { .. } => {}
            }
        }
    }
    found
}

/// The numbers of the tables that copies of a table left.
fn left(table: &CreateTable, there: &Columns) -> BTreeSet<u32> {
    let (schema, last) = place(&table.name);
    let tables = there.keys().filter(|key| key.0 == schema);
    tables.filter_map(|key| rewrite::number_of(&last, &key.1)).collect()
}

/// A number that no copy of a table has.
fn free(table: &CreateTable, there: &Columns) -> u32 {
    left(table, there).last().map_or(1, |last| last + 1)
}

/// Refuses a copy whose old table would have a name that is taken.
fn taken(table: &CreateTable, number: u32, there: &Columns) -> Result<(), Vec<String>> {
    if !left(table, there).contains(&number) {
        return Ok(());
    }
    let old = rewrite::before(&table.name, number).folded();
    Err(vec![format!(
        "{old} exists, from an earlier copy: drop it with `--allow destroy-data={old}`, and deploy again"
    )])
}

/// Adds what the user wants to be dropped or rewritten of a table whose file is applied.
pub(super) fn contract(
    table: &CreateTable,
    there: &Columns,
    wanted: &Contract,
    views: &mut Views,
    step: &mut SqlStep,
) -> Result<(), Vec<String>> {
    let name = table.name.folded();
    let there_is = |one: &Column| existing(there, &table.name, &one.name.text);
    let loose: Vec<String> = columns(table)
        .into_iter()
        .filter(|one| there_is(one).is_some_and(|has| has.is_looser(one)))
        .map(|one| format!("column {} is not as declared yet", one.name.text))
        .collect();
    if wanted.rewrites.contains(&name) && !loose.is_empty() {
        let sources: Vec<Option<Source>> =
            columns(table).into_iter().map(|one| same(table, &one.name.text, there)).collect();
        let copy = rewrite::copy(table, free(table, there), &sources, Gaps::Refuse, table)?;
        let notes = copied(&name, &copy);
        add(
            table,
            Planned { statements: copy.statements, rewrites: loose, kept: Vec::new(), notes },
            views,
            step,
        );
    }
    drops(table, there, wanted, views, step);
    Ok(())
}

/// The values of a column from the column of the same name.
fn same(table: &CreateTable, name: &str, there: &Columns) -> Option<Source> {
    let has: &ExistingColumn = existing(there, &table.name, name)?;
    Some(Source { name: name.to_owned(), data_type: parsed(has)?, nullable: has.nullable })
}

/// Drops columns that the file no longer has, and the tables that copies left.
pub(super) fn drops(
    table: &CreateTable,
    there: &Columns,
    wanted: &Contract,
    views: &mut Views,
    step: &mut SqlStep,
) {
    let name = table.name.folded();
    for number in left(table, there) {
        let old = rewrite::before(&table.name, number);
        if wanted.drops.contains(&old.folded()) {
            step.losses.push(Loss::removed(old.folded(), "the rows as they were before a copy"));
            step.statements.push(drop_statement(&Object { kind: ObjectKind::Table, name: old }));
        }
    }
    // A copy has only what is declared; the rest is in the old table.
    if step.losses.iter().any(|one| one.allow == Allow::Rewrite && one.name == name) {
        return;
    }
    let declared = columns(table);
    let gone =
        of_table(there, &table.name).filter(|(column, _)| !declared.iter().any(|one| one.name.is(column)));
    for (column, _) in gone {
        if wanted.drops.contains(&format!("{name}.{column}")) {
            views.drop_readers_of_column(&table.name, column, &mut step.statements);
            step.losses.push(Loss::removed(format!("{name}.{column}"), "the values of the column"));
            let column = quote_ident(column);
            step.statements.push(format!("ALTER TABLE {} DROP COLUMN {column}", table.name.quoted()));
        }
    }
}
