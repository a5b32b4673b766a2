//! [`Copy`]: a table that Redshift cannot change in place is copied into a new one, which takes its name.
//!
//! In: the definition, and where each column's values come from. Out: statements that only make sense as one transaction. Every
//! row must arrive, and every value must say what it said: otherwise a statement fails, and nothing has changed. The old table
//! stays, under another name. Assumes `rewrite-swap`.

use strataform_redshift::ast::{
    Column, ColumnAttributeKind, ConstraintKind, CreateTable, DataType, Existing, Ident, Name, Statement,
    StatementKind, TableBody, TableElement,
};
use strataform_redshift::{quote_ident, redshift};

use super::convert::conversion;
use super::table::{columns, is_required};

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// The name in the old table.
    pub(super) name: String,
    /// The type there.
    pub(super) data_type: DataType,
    /// Whether it can be null there.
    pub(super) nullable: bool,
}

/// What a copy does with rows that lack a value for a column that must have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gaps {
    /// The column stays nullable.
    Keep,
    /// The copy fails, unless there are none.
    Refuse,
}

/// The copy of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    /// The statements, which must be one transaction.
    pub(super) statements: Vec<String>,
    /// The name that the old table gets.
    pub(super) old: String,
    /// The columns that stay nullable although the definition says otherwise.
    pub(super) nullable: Vec<String>,
}

/// The name of the table with the rows as they were before a copy: `core.order__before_3`.
pub(super) fn before(table: &Name, number: u32) -> Name {
    renamed(table, "before", number)
}

/// The number in such a name, if it is one of a table's.
pub(super) fn number_of(table: &str, name: &str) -> Option<u32> {
    name.strip_prefix(table)?.strip_prefix("__before_")?.parse().ok()
}

fn renamed(table: &Name, word: &str, number: u32) -> Name {
    let mut name = table.clone();
    if let Some(last) = name.parts.last_mut() {
        last.text = format!("{}__{word}_{number}", last.text);
    }
    name
}

/// Plans a copy, or says why there is none. `sources` are in the order of the definition's columns; a column without one is new.
/// `keys` tells whether the key changes.
pub(super) fn copy(
    table: &CreateTable,
    number: u32,
    sources: &[Option<Source>],
    gaps: Gaps,
    was: &CreateTable,
) -> Result<Copy, Vec<String>> {
    let next = renamed(&table.name, "next", number);
    let old = before(&table.name, number);
    let (mut names, mut values, mut checks, mut refused) = (vec![], vec![], vec![], vec![]);
    for (column, source) in columns(table).into_iter().zip(sources) {
        let Some(source) = source else {
            if key(table).iter().any(|one| one.is(&column.name.text)) {
                let name = &column.name.text;
                refused.push(format!(
                    "column {name} of the key is new: rows that are there have no value for it"
                ));
            }
            continue;
        };
        let there = quote_ident(&source.name);
        let Some(found) = conversion(&there, source.data_type, column.data_type) else {
            refused.push(format!(
                "values of column {} cannot be converted from {} to {} without a loss",
                column.name.text, source.data_type, column.data_type
            ));
            continue;
        };
        if let Some(back) = &found.back {
            checks.push(format!("({there} IS NOT NULL AND ({back} IS NULL OR {back} <> {there}))"));
        }
        names.push(quote_ident(&column.name.text));
        values.push(found.value);
    }
    if names.is_empty() && refused.is_empty() {
        refused.push("no column of it is left".to_owned());
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let (definition, nullable) = loosened(table, &next, sources, gaps);
    let from = table.name.quoted();
    let mut statements = vec![
        format!("LOCK TABLE {from}"),
        laid_out(&redshift(&Statement {
            kind: StatementKind::CreateTable(definition),
            span: strataform_redshift::Span::default(),
        })),
        format!(
            "INSERT INTO {} (\n    {}\n)\nSELECT\n    {}\nFROM {from}",
            next.quoted(),
            names.join(",\n    "),
            values.join(",\n    ")
        ),
    ];
    statements.extend(proofs(table, was, &next, &checks));
    statements.push(format!("ALTER TABLE {from} RENAME TO {}", quote_ident(old.last())));
    statements.push(format!("ALTER TABLE {} RENAME TO {}", next.quoted(), quote_ident(table.name.last())));
    Ok(Copy { statements, old: old.folded(), nullable })
}

/// What a statement proves, by its alias, and what is wrong if it fails.
const PROOFS: [(&str, &str); 3] = [
    ("all_rows_are_copied", "the copy does not have all rows"),
    (
        "all_values_are_kept",
        "a value does not fit its new type: converted there and back, it would not say what it says",
    ),
    ("keys_are_unique", "two rows have the same values in the columns of the new key"),
];

/// What is wrong if this statement failed; `None` if it is not one that proves a copy.
#[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
pub(crate) fn disproved(text: &str) -> Option<&'static str> {
    let found = PROOFS.iter().find(|(alias, _)| text.contains(&format!("END AS \"{alias}\"")));
    found.map(|(_, wrong)| *wrong)
}

/// The statements that fail, by a division by zero, if a row or a value is not what it was.
fn proofs(table: &CreateTable, was: &CreateTable, next: &Name, checks: &[String]) -> Vec<String> {
    let from = table.name.quoted();
    let none = "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS";
    let mut found = vec![format!(
        "SELECT 1 / CASE WHEN (SELECT COUNT(*) FROM {}) = (SELECT COUNT(*) FROM {from}) THEN 1 ELSE 0 END AS \
         \"all_rows_are_copied\"",
        next.quoted()
    )];
    if !checks.is_empty() {
        let checks = checks.join("\n    OR ");
        found.push(format!("{none} \"all_values_are_kept\"\nFROM {from}\nWHERE {checks}"));
    }
    let keys: Vec<String> = key(table).iter().map(|one| quote_ident(&one.text)).collect();
    if !keys.is_empty() && key(table) != key(was) {
        let keys = keys.join(", ");
        found.push(format!(
            "{none} \"keys_are_unique\"\nFROM (SELECT {keys} FROM {} GROUP BY {keys} HAVING COUNT(*) > 1) AS \"repeated\"",
            next.quoted()
        ));
    }
    found
}

/// The columns of the primary key, in order, without their places in the text.
pub(super) fn key(table: &CreateTable) -> Vec<Ident> {
    let TableBody::Elements(elements) = &table.body else { return Vec::new() };
    let found = elements.iter().find_map(|one| match one {
        TableElement::Constraint(constraint) => match &constraint.kind {
            ConstraintKind::PrimaryKey(columns) => Some(columns),
            ConstraintKind::Unique(_) | ConstraintKind::ForeignKey { .. } => None,
        },
        TableElement::Column(_) | TableElement::Like { .. } => None,
    });
    found.into_iter().flatten().map(|one| Ident::new(one.text.clone())).collect()
}

/// The definition of the new table, under its first name; columns whose values may be missing are nullable, if they may.
fn loosened(
    table: &CreateTable,
    name: &Name,
    sources: &[Option<Source>],
    gaps: Gaps,
) -> (CreateTable, Vec<String>) {
    let mut table = CreateTable { name: name.clone(), existing: Existing::Fail, ..table.clone() };
    let keys = key(&table);
    let mut sources = sources.iter();
    let mut nullable = Vec::new();
    let TableBody::Elements(elements) = &mut table.body else { return (table, nullable) };
    for element in elements {
        let TableElement::Column(column) = element else { continue };
        let source = sources.next().and_then(Option::as_ref);
        let may_lack =
            source.is_none_or(|source| source.nullable) && !keys.iter().any(|one| one.is(&column.name.text));
        if gaps == Gaps::Keep && may_lack && is_required(column) {
            nullable.push(column.name.text.clone());
            loosen(column);
        }
    }
    (table, nullable)
}

/// Lets a column be null.
pub(super) fn loosen(column: &mut Column) {
    column.attributes.retain(|one| one.kind != ColumnAttributeKind::NotNull);
}

/// A statement in one line, with a line for each part of its outermost parentheses.
fn laid_out(text: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut quote, mut opened) = (0_u32, None, false);
    for one in text.chars() {
        match (quote, one) {
            (Some(open), _) if open == one => quote = None,
            (None, '"' | '\'') => quote = Some(one),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None | Some(_), _) => {}
        }
        match (quote, one, depth) {
            (None, '(', 1) if !opened => {
                opened = true;
                out.push_str("(\n    ");
            }
            (None, ')', 0) if opened && !out.contains("\n)") => out.push_str("\n)"),
            (None, ',', 1) if !out.contains("\n)") => out.push_str(",\n   "),
            (None | Some(_), _, _) => out.push(one),
        }
    }
    out
}
