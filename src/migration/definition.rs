//! The definition of a dataset's table, apart from the rest of its file: what a migration leads from, and to.

use strataform_redshift::ast::{CreateTable, Statement, StatementKind};
use strataform_redshift::{parse, redshift};

use super::identity;
use crate::hash::sha256;

/// The only table that a file makes; `None` if it makes none, or several.
pub(super) fn table(text: &str) -> Option<CreateTable> {
    let mut tables = parse(text).statements.into_iter().filter_map(made);
    let first = tables.next()?;
    tables.next().is_none().then_some(first)
}

fn made(statement: Statement) -> Option<CreateTable> {
    if let StatementKind::CreateTable(table) = statement.kind { Some(table) } else { None }
}

/// A digest of the definition in the text of a table's file: the permanent numbers of the columns, and the table as
/// Redshift SQL, which is the same however it is laid out. Comments do not count. `None` if the text makes no table, or several.
pub(super) fn digest(text: &str) -> Option<String> {
    let statement = Statement {
        kind: StatementKind::CreateTable(table(text)?),
        span: strataform_redshift::Span::default(),
    };
    let numbers = identity::line(text).unwrap_or_default();
    Some(sha256(format!("{numbers}\n{}", redshift(&statement)).as_bytes()))
}
