//! A table with rows: how it is brought from one definition to another, without rewriting or losing a row.
//!
//! In: both definitions, and the columns that the warehouse has. Out: `ALTER TABLE` statements, every reason why the table must
//! be copied instead, or why the change cannot be made. A column is added nullable, because existing rows have no value for it;
//! a VARCHAR only grows. Nothing is dropped: a column that the new definition lacks stays, with its data.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::BTreeMap;

use strataform_redshift::ast::{
    Column, ColumnAttributeKind, ConstraintKind, CreateTable, DataType, Existing, Name, Statement,
    StatementKind, TableBody, TableElement,
};
use strataform_redshift::{quote_ident, redshift};

use super::records::nullable;
use super::rewrite::loosen;
use super::storage;

/// The existing columns, by `(schema, table, column)`.
pub(crate) type Columns = BTreeMap<(String, String, String), ExistingColumn>;

/// A column as the warehouse has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExistingColumn {
    /// Its type, as [`strataform_redshift::ast::DataType`] displays it: `VARCHAR(20)`. `None` if the warehouse's name for it
    /// is not known to be one of Redshift's.
    pub data_type: Option<String>,
    /// Whether it can be null.
    pub nullable: bool,
}

impl ExistingColumn {
    /// Reads the row of `information_schema.columns`: data type, length, precision, scale, and `YES` if it is nullable.
    #[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
    pub(crate) fn of(data_type: &str, length: &str, precision: &str, scale: &str, nullable: &str) -> Self {
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

    /// Whether it holds every value of a column that is declared so. It may be nullable where the declaration is not,
    /// and a longer VARCHAR: rows from before the declaration have no value, or a longer one.
    pub(crate) fn holds(&self, declared: &Column) -> bool {
        let fits = match &self.data_type {
            None => true,
            Some(kept) if *kept == declared.data_type.to_string() => true,
            Some(kept) => {
                varchar(kept).zip(length(declared.data_type)).is_some_and(|(has, wants)| has > wants)
            }
        };
        fits && (self.nullable || is_required(declared))
    }

    /// Whether it holds more than a column that is declared so: it may be null, or longer.
    pub(crate) fn is_looser(&self, declared: &Column) -> bool {
        let is_longer = self.length().zip(length(declared.data_type)).is_some_and(|(has, wants)| has > wants);
        is_longer || (self.nullable && is_required(declared))
    }

    /// The length, if it is a VARCHAR.
    fn length(&self) -> Option<u32> {
        self.data_type.as_deref().and_then(varchar)
    }

    /// Its type, and `NOT NULL` if it has that.
    pub(crate) fn described(&self) -> String {
        let data_type = self.data_type.as_deref().unwrap_or("another type");
        format!("{data_type}{}", if self.nullable { "" } else { " NOT NULL" })
    }
}

/// The type of an existing column; `None` if its name is not known to be one of Redshift's.
pub(super) fn parsed(of: &ExistingColumn) -> Option<DataType> {
    let text = of.data_type.as_ref()?;
    let table = super::definition::table(&format!("CREATE TABLE t (c {text});"))?;
    columns(&table).first().map(|column| column.data_type)
}

/// The length in the text of a VARCHAR type.
fn varchar(text: &str) -> Option<u32> {
    text.strip_prefix("VARCHAR(")?.strip_suffix(')')?.parse().ok()
}

/// The length of a VARCHAR type.
fn length(data_type: DataType) -> Option<u32> {
    varchar(&data_type.to_string())
}

/// What brings a table from its old definition to its new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Alterations {
    /// Statements that can run in a transaction.
    pub(crate) statements: Vec<String>,
    /// The columns that become longer, each with the statement, which cannot run in a transaction.
    pub(crate) widened: Vec<(String, String)>,
    /// What stays in the warehouse although the new definition lacks it.
    pub(crate) kept: Vec<String>,
    /// What changes for the rows that are there.
    pub(crate) notes: Vec<String>,
    /// How the table is stored differently, each as a statement, which cannot run in a transaction.
    pub(crate) stored: Vec<String>,
    /// What only a copy of the table can change.
    pub(crate) rewrites: Vec<String>,
    /// Why the change cannot be made.
    pub(crate) refused: Vec<String>,
}

/// Plans the changes from a table's old definition to its new one.
pub(crate) fn alter(was: &CreateTable, table: &CreateTable, there: &Columns) -> Alterations {
    let mut found = Alterations::default();
    let name = table.name.folded();
    if constraints(was) != constraints(table) {
        found.rewrites.push("its key changes".to_owned());
    }
    match storage::change(was, table) {
        Some(statements) => found.stored = statements,
        None => found.rewrites.push("it is stored in another way".to_owned()),
    }
    let (old, new) = (columns(was), columns(table));
    for column in &new {
        let known = old.iter().find(|one| one.name.is(&column.name.text));
        let kept = existing(there, &table.name, &column.name.text);
        match known {
            Some(then) => change(table, then, column, kept, &mut found),
            None => add(table, column, kept, &mut found),
        }
    }
    for column in old.iter().filter(|one| !new.iter().any(|now| now.name.is(&one.name.text))) {
        let text = format!("column {} of {name} stays in the warehouse, with its data", column.name.text);
        found.kept.push(text);
    }
    found
}

/// Plans a column that the old definition lacks.
fn add(table: &CreateTable, column: &Column, kept: Option<&ExistingColumn>, found: &mut Alterations) {
    match kept {
        // It was removed from the file, and stayed in the table with its data.
        Some(kept) if kept.holds(column) => stays(table, column, kept, found),
        Some(kept) => found.refused.push(format!(
            "{}: column {} exists, as {}",
            table.name.folded(),
            described(column),
            kept.described()
        )),
        None => {
            if is_required(column) {
                found.notes.push(format!(
                    "column {} of {} is added nullable: rows that are there have no value until they are loaded again",
                    column.name.text,
                    table.name.folded()
                ));
            }
            found.statements.push(add_column(&table.name, column));
        }
    }
}

/// Names how a column that stays differs from its declaration: it may be longer, or nullable.
fn stays(table: &CreateTable, column: &Column, kept: &ExistingColumn, found: &mut Alterations) {
    let name = format!("column {} of {}", column.name.text, table.name.folded());
    if kept.length() != length(column.data_type) {
        found.kept.push(format!("{name} stays as long as it is"));
    }
    if kept.nullable && is_required(column) {
        found.notes.push(nullable(&table.name.folded(), &column.name.text));
    }
}

/// The statement that adds a column, which is null in existing rows.
pub(crate) fn add_column(table: &Name, column: &Column) -> String {
    let mut column = column.clone();
    loosen(&mut column);
    format!("ALTER TABLE {} ADD COLUMN {}", table.quoted(), described(&column))
}

/// Plans a column that both definitions have.
fn change(
    table: &CreateTable,
    then: &Column,
    column: &Column,
    kept: Option<&ExistingColumn>,
    found: &mut Alterations,
) {
    let (was, now) = (described(then), described(column));
    if was == now {
        return;
    }
    let has = kept.and_then(ExistingColumn::length).or_else(|| length(then.data_type));
    match (has, length(column.data_type)) {
        _ if kept.is_some_and(|kept| kept.holds(column)) && without_type(then) == without_type(column) => {
            if let Some(kept) = kept {
                stays(table, column, kept, found);
            }
        }
        (Some(has), Some(wants)) if has < wants && without_type(then) == without_type(column) => {
            match fixed(table, column) {
                Some(cause) => {
                    found.rewrites.push(format!("column {was} becomes {now}, and {cause} cannot be widened"));
                }
                None => found.widened.push((column.name.text.clone(), widen(&table.name, column))),
            }
        }
        _ => found.rewrites.push(format!("column {was} becomes {now}")),
    }
}

fn widen(table: &Name, column: &Column) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} TYPE {}",
        table.quoted(),
        quote_ident(&column.name.text),
        column.data_type
    )
}

/// A column's attributes, apart from its type and whether it can be null.
fn without_type(column: &Column) -> Vec<String> {
    let attributes = column
        .attributes
        .iter()
        .filter(|one| !matches!(one.kind, ColumnAttributeKind::NotNull | ColumnAttributeKind::Null));
    attributes.map(|one| format!("{:?}", one.kind)).collect()
}

/// Why Redshift cannot widen a column, if it cannot: the considerations of `ALTER COLUMN … TYPE`.
/// Assumes `widen-column`.
fn fixed(table: &CreateTable, column: &Column) -> Option<&'static str> {
    let keyed =
        |columns: &[strataform_redshift::ast::Ident]| columns.iter().any(|one| one.is(&column.name.text));
    let TableBody::Elements(elements) = &table.body else { return None };
    let in_key = elements.iter().any(|one| match one {
        TableElement::Constraint(constraint) => match &constraint.kind {
            ConstraintKind::PrimaryKey(columns)
            | ConstraintKind::Unique(columns)
            | ConstraintKind::ForeignKey { columns, .. } => keyed(columns),
        },
        TableElement::Column(_) | TableElement::Like { .. } => false,
    });
    let of = column.attributes.iter().find_map(|one| match &one.kind {
        ColumnAttributeKind::PrimaryKey
        | ColumnAttributeKind::Unique
        | ColumnAttributeKind::References { .. } => Some("a column of a key"),
        ColumnAttributeKind::Default(_) => Some("a column with a default"),
        ColumnAttributeKind::Encode(_) => Some("a column with a fixed encoding"),
        ColumnAttributeKind::NotNull
        | ColumnAttributeKind::Null
        | ColumnAttributeKind::Identity { .. }
        | ColumnAttributeKind::DistKey
        | ColumnAttributeKind::SortKey
        | ColumnAttributeKind::Collate { .. } => None,
    });
    if in_key { Some("a column of a key") } else { of }
}

pub(crate) fn is_required(column: &Column) -> bool {
    column.attributes.iter().any(|one| one.kind == ColumnAttributeKind::NotNull)
}

/// A column of a table, as the warehouse has it.
pub(crate) fn existing<'a>(there: &'a Columns, table: &Name, column: &str) -> Option<&'a ExistingColumn> {
    let (schema, last) = place(table);
    there.get(&(schema, last, column.to_ascii_lowercase()))
}

/// The schema and the name of a table, as a warehouse lists them.
pub(super) fn place(table: &Name) -> (String, String) {
    let schema = table.schema().map(strataform_redshift::ast::Ident::folded).unwrap_or_default();
    (schema, table.last().to_ascii_lowercase())
}

/// All columns of a table, as the warehouse has them.
pub(super) fn of_table<'a>(
    there: &'a Columns,
    table: &Name,
) -> impl Iterator<Item = (&'a str, &'a ExistingColumn)> {
    let (schema, last) = place(table);
    let here = there.iter().filter(move |(key, _)| key.0 == schema && key.1 == last);
    here.map(|(key, one)| (key.2.as_str(), one))
}

/// The columns that a table declares.
pub(crate) fn columns(table: &CreateTable) -> Vec<&Column> {
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
pub(crate) fn described(column: &Column) -> String {
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

/// The keys of a table and the like, without their places in the text.
fn constraints(table: &CreateTable) -> String {
    let mut table = table.clone();
    table.attributes.clear();
    if let TableBody::Elements(elements) = &mut table.body {
        elements.retain(|one| !matches!(one, TableElement::Column(_)));
    }
    redshift(&Statement {
        kind: StatementKind::CreateTable(table),
        span: strataform_redshift::Span::default(),
    })
}
