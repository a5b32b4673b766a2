//! Objects that earlier statements created: schemas, relations, columns, roles. Reports those that do not exist.

use std::collections::BTreeSet;

use strataform_diagnostic::suggestion;

use super::catalog::{Catalog, Known, RelationSort, Strictness};
use crate::ast::{Assignment, Ident, Name};
use crate::finding::{Code, Finding};
use crate::span::Span;

pub(super) fn exists(name: &str, span: Span, findings: &mut Vec<Finding>) {
    findings.push(
        Finding::error(Code::Exists, span, format!("`{name}` already exists")).help("choose another name"),
    );
}

/// Checks that a new relation is in an existing schema and does not exist yet.
pub(super) fn new(name: &Name, replace: bool, catalog: &Catalog, findings: &mut Vec<Finding>) {
    schema_of(name, catalog, findings);
    if !replace && catalog.relation(name).is_some() {
        exists(&name.to_string(), name.span(), findings);
    }
}

pub(super) fn schema_of(name: &Name, catalog: &Catalog, findings: &mut Vec<Finding>) {
    if let Some(one) = name.schema() {
        schema(one, catalog, findings);
    }
}

pub(super) fn schema(name: &Ident, catalog: &Catalog, findings: &mut Vec<Finding>) {
    known((Code::UnknownSchema, "schema"), name, &catalog.schemas, catalog, findings);
}

pub(super) fn role(name: &Ident, catalog: &Catalog, findings: &mut Vec<Finding>) {
    known((Code::UnknownRole, "role"), name, &catalog.roles, catalog, findings);
}

pub(super) fn user(name: &Ident, catalog: &Catalog, findings: &mut Vec<Finding>) {
    known((Code::UnknownRole, "user"), name, &catalog.users, catalog, findings);
}

/// Checks that an unqualified name exists.
pub(super) fn known(
    (code, what): (Code, &str),
    name: &Ident,
    all: &BTreeSet<String>,
    catalog: &Catalog,
    findings: &mut Vec<Finding>,
) {
    if catalog.strictness == Strictness::Closed && !all.contains(&name.folded()) {
        let finding = Finding::error(code, name.span, format!("unknown {what} `{name}`"));
        let help = suggestion(&name.text, all.iter().map(String::as_str));
        findings.push(finding.help(help.unwrap_or_else(|| "create it first".to_owned())));
    }
}

/// Checks that a table or a view exists.
pub(super) fn relation(name: &Name, catalog: &Catalog, findings: &mut Vec<Finding>) {
    let external = name.schema().is_some_and(|schema| catalog.external.contains_key(&schema.folded()));
    let system =
        name.schema().is_some_and(|schema| schema.text.starts_with("pg_") || schema.is("information_schema"))
            || ["pg_", "svv_", "stl_", "stv_", "svl_", "sys_"]
                .iter()
                .any(|prefix| name.last().to_ascii_lowercase().starts_with(prefix));
    if catalog.strictness == Strictness::Open || external || system || catalog.relation(name).is_some() {
        return;
    }
    let finding = Finding::error(Code::UnknownTable, name.span(), format!("unknown table or view `{name}`"));
    let help = suggestion(&name.to_string(), catalog.relations.keys().map(String::as_str));
    findings.push(finding.help(help.unwrap_or_else(|| "create it first".to_owned())));
}

pub(super) fn procedure(name: &Name, catalog: &Catalog, findings: &mut Vec<Finding>) {
    if catalog.strictness == Strictness::Closed && !catalog.procedures.contains(&name.key()) {
        let finding = Finding::error(Code::UnknownTable, name.span(), format!("unknown procedure `{name}`"));
        let help = suggestion(&name.to_string(), catalog.procedures.iter().map(String::as_str));
        findings.push(finding.help(help.unwrap_or_else(|| "create it first".to_owned())));
    }
}

pub(super) fn materialized(name: &Name, catalog: &Catalog, findings: &mut Vec<Finding>) {
    relation(name, catalog, findings);
    if catalog.relation(name).is_some_and(|found| found.sort != RelationSort::MaterializedView) {
        let summary = format!("`{name}` is not a materialized view");
        findings.push(Finding::error(Code::UnknownTable, name.span(), summary));
    }
}

/// Checks that a table has a column.
pub(super) fn column(name: &Ident, columns: Option<&[Known]>, findings: &mut Vec<Finding>) {
    let Some(columns) = columns else { return };
    if !columns.iter().any(|known| name.is(&known.name)) {
        let finding = Finding::error(Code::UnknownColumn, name.span, format!("unknown column `{name}`"));
        let help = suggestion(&name.text, columns.iter().map(|known| known.name.as_str()));
        findings.push(finding.help(help.unwrap_or_else(|| "use a column of the table".to_owned())));
    }
}

pub(super) fn assigned(
    assignments: &[Assignment],
    table: &Name,
    catalog: &Catalog,
    findings: &mut Vec<Finding>,
) {
    let columns = catalog.columns(table);
    for one in assignments {
        column(&one.column, columns.as_deref(), findings);
    }
    super::table::names(assignments.iter().map(|one| &one.column), findings);
}
