//! Rules for statements that parse but that Redshift would reject.
//!
//! In: statements, in the order in which they run. Out: all findings at once. Each file is one kind of rule; rules for
//! names use what earlier statements created ([`catalog::Catalog`]).

mod alter;
mod catalog;
mod copy;
mod functions;
mod known;
mod look;
mod merge;
mod names;
mod privileges;
mod query;
mod scope;
mod table;
mod view;

use crate::ast::{Statement, StatementKind};
use crate::finding::Finding;

pub use catalog::{Catalog, Strictness};

/// Parses and checks a script on its own: names that no statement creates are assumed to exist.
#[must_use]
pub fn check(source: &str) -> crate::Script {
    let mut catalog = Catalog::new(Strictness::Open);
    check_with(source, &mut catalog)
}

/// Parses and checks a script that runs after the statements in the catalog, and adds what it creates to the catalog.
#[must_use]
pub fn check_with(source: &str, catalog: &mut Catalog) -> crate::Script {
    let mut script = crate::parse(source);
    let (mut begun, mut transactions): (Option<Catalog>, usize) = (None, 0);
    for statement in &script.statements {
        if script.findings.len() > MOST_FINDINGS {
            break;
        }
        script.findings.extend(check_statement(statement, catalog));
        if statement.kind == StatementKind::Begin && transactions < MOST_TRANSACTIONS {
            transactions += 1;
            begun = Some(catalog.clone());
        }
        // What a transaction made is gone again.
        if statement.kind == StatementKind::Rollback
            && let Some(before) = begun.take()
        {
            *catalog = before;
        }
    }
    script.findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.code));
    script.findings.dedup();
    script
}

/// After so many findings, the rest of a text is not checked: no one reads more, and each compares names.
const MOST_FINDINGS: usize = 1_000;

/// So many transactions of a text can be rolled back; each needs a copy of what exists before it.
const MOST_TRANSACTIONS: usize = 1_000;

/// Checks a statement that runs after those in the catalog.
fn check_statement(statement: &Statement, catalog: &mut Catalog) -> Vec<Finding> {
    use StatementKind as Kind;
    let mut findings = Vec::new();
    match &statement.kind {
        StatementKind::CreateTable(one) => table::check(one, &mut findings),
        StatementKind::CreateExternalTable(one) => table::check_external(one, &mut findings),
        StatementKind::AlterTable(one) => alter::check(one, &mut findings),
        StatementKind::CreateView(one) => view::check(one, &mut findings),
        StatementKind::CreateMaterializedView(one) => view::check_materialized(one, &mut findings),
        StatementKind::Copy(one) => copy::check(one, statement.span, &mut findings),
        StatementKind::Unload(one) => copy::check_unload(one, statement.span, &mut findings),
        StatementKind::Merge(one) => merge::check(one, &mut findings),
        StatementKind::CreateProcedure(one) => {
            for inner in &one.body {
                findings.extend(check_statement(inner, catalog));
            }
        }
        Kind::Begin
        | Kind::Commit
        | Kind::Rollback
        | Kind::Lock(_)
        | Kind::Set { .. }
        | Kind::CreateSchema { .. }
        | Kind::CreateExternalSchema { .. }
        | Kind::RefreshMaterializedView { .. }
        | Kind::AlterMaterializedView { .. }
        | Kind::Call { .. }
        | Kind::Drop { .. }
        | Kind::Comment { .. }
        | Kind::CreateRole { .. }
        | Kind::CreateUser(_)
        | Kind::AlterUser(_)
        | Kind::Grant(_)
        | Kind::GrantRole(_)
        | Kind::DefaultPrivileges(_)
        | Kind::Insert(_)
        | Kind::Update(_)
        | Kind::Delete(_)
        | Kind::Truncate(_)
        | Kind::Analyze { .. }
        | Kind::AnalyzeCompression { .. }
        | Kind::Vacuum { .. }
        | Kind::Query(_) => {}
    }
    query::check(statement, &mut findings);
    names::check(statement, catalog, &mut findings);
    catalog.note(statement);
    findings
}
