//! Names that statements use: they must exist, and new ones must not.

use super::catalog::Catalog;
use super::known::{
    assigned, column, exists, materialized, new, procedure, relation, role, schema, schema_of, user,
};
use super::scope::Resolver;
use crate::ast::{
    AlterTable, Alteration, ColumnAttributeKind, CommentKind, ConstraintKind, CreateTable, Delete, DropKind,
    Existing, Grant, Grantee, Insert, InsertSource, Matched, Merge, Name, Query, Securable, Statement,
    StatementKind, TableBody, TableElement, Update,
};
use crate::finding::{Code, Finding};
use crate::span::Span;

pub(super) fn check(statement: &Statement, catalog: &Catalog, findings: &mut Vec<Finding>) {
    use StatementKind as Kind;
    match &statement.kind {
        Kind::Query(one) => query(one, catalog, findings),
        Kind::Unload(one) => query(&one.query, catalog, findings),
        Kind::CreateTable(table) => create_table(table, catalog, findings),
        Kind::CreateExternalTable(table) => schema_of(&table.name, catalog, findings),
        Kind::CreateView(view) => {
            query(&view.query, catalog, findings);
            new(&view.name, view.replace, catalog, findings);
        }
        Kind::CreateMaterializedView(view) => {
            query(&view.query, catalog, findings);
            new(&view.name, false, catalog, findings);
        }
        Kind::CreateProcedure(procedure) => schema_of(&procedure.name, catalog, findings),
        Kind::CreateSchema { name, existing, .. } | Kind::CreateExternalSchema { name, existing, .. } => {
            if *existing == Existing::Fail && catalog.schemas.contains(&name.folded()) {
                exists(&name.text, name.span, findings);
            }
        }
        Kind::CreateRole { name, .. } => {
            if catalog.roles.contains(&name.folded()) {
                exists(&name.text, name.span, findings);
            }
        }
        Kind::CreateUser(one) => {
            if catalog.users.contains(&one.name.folded()) {
                exists(&one.name.text, one.name.span, findings);
            }
            password(one.password.as_deref(), one.span, findings);
        }
        Kind::AlterUser(one) => {
            user(&one.name, catalog, findings);
            password(one.password.as_deref(), one.span, findings);
        }
        Kind::Grant(grant) => check_grant(grant, catalog, findings),
        Kind::GrantRole(grant) => {
            grant.roles.iter().for_each(|one| role(one, catalog, findings));
            grantees(&grant.grantees, catalog, findings);
        }
        Kind::DefaultPrivileges(privileges) => {
            privileges.schemas.iter().for_each(|one| schema(one, catalog, findings));
            privileges.users.iter().for_each(|one| user(one, catalog, findings));
            grantees(&privileges.grantees, catalog, findings);
        }
        Kind::Comment { kind, name, .. } => comment(*kind, name, catalog, findings),
        Kind::AlterTable(table) => alter_table(table, catalog, findings),
        Kind::Copy(copy) => {
            relation(&copy.table, catalog, findings);
            let columns = catalog.columns(&copy.table);
            copy.columns.iter().for_each(|name| column(name, columns.as_deref(), findings));
        }
        Kind::Merge(one) => merge(one, catalog, findings),
        Kind::Insert(one) => insert(one, catalog, findings),
        Kind::Update(one) => update(one, catalog, findings),
        Kind::Delete(one) => delete(one, catalog, findings),
        Kind::Lock(names) => names.iter().for_each(|name| relation(name, catalog, findings)),
        Kind::Truncate(name)
        | Kind::AnalyzeCompression { table: name, .. }
        | Kind::Analyze { table: Some(name), .. }
        | Kind::Vacuum { table: Some(name), .. } => relation(name, catalog, findings),
        Kind::RefreshMaterializedView { name, .. } | Kind::AlterMaterializedView { name, .. } => {
            materialized(name, catalog, findings);
        }
        Kind::Call { name, .. } => procedure(name, catalog, findings),
        Kind::Drop { kind, existing: Existing::Fail, names, .. } => {
            for name in names {
                dropped(*kind, name, catalog, findings);
            }
        }
        Kind::Drop { existing: Existing::Skip, .. }
        | Kind::Analyze { table: None, .. }
        | Kind::Vacuum { table: None, .. }
        | Kind::Begin
        | Kind::Commit
        | Kind::Rollback
        | Kind::Set { .. } => {}
    }
}

fn query(query: &Query, catalog: &Catalog, findings: &mut Vec<Finding>) {
    Resolver::new(catalog, findings).query(query);
}

fn alter_table(table: &AlterTable, catalog: &Catalog, findings: &mut Vec<Finding>) {
    relation(&table.name, catalog, findings);
    let columns = catalog.columns(&table.name);
    for (alteration, _) in &table.alterations {
        match alteration {
            Alteration::AppendFrom { source, .. } => relation(source, catalog, findings),
            Alteration::RenameColumn(name, _)
            | Alteration::DropColumn(name, _)
            | Alteration::ColumnType(name, _)
            | Alteration::ColumnEncoding(name, _)
            | Alteration::DistKey(name) => column(name, columns.as_deref(), findings),
            Alteration::AddColumn(added) => {
                if columns.iter().flatten().any(|known| added.name.is(&known.name)) {
                    exists(&added.name.text, added.name.span, findings);
                }
            }
            Alteration::Owner(name) => user(name, catalog, findings),
            Alteration::Rename(_)
            | Alteration::AddConstraint(_)
            | Alteration::DropConstraint(..)
            | Alteration::EncodeAuto
            | Alteration::DistStyle(_)
            | Alteration::SortKey(_)
            | Alteration::AddPartition { .. } => {}
        }
    }
}

fn update(update: &Update, catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut resolver = Resolver::new(catalog, findings);
    resolver.open(&[(&update.table, update.alias.as_ref())]);
    resolver.also(&update.from);
    update.assignments.iter().for_each(|one| resolver.expression(&one.value));
    update.filter.iter().for_each(|one| resolver.expression(one));
    assigned(&update.assignments, &update.table, catalog, findings);
}

fn delete(delete: &Delete, catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut resolver = Resolver::new(catalog, findings);
    resolver.open(&[(&delete.table, None)]);
    resolver.also(&delete.using);
    delete.filter.iter().for_each(|one| resolver.expression(one));
}

fn dropped(kind: DropKind, name: &Name, catalog: &Catalog, findings: &mut Vec<Finding>) {
    match kind {
        DropKind::Table | DropKind::View | DropKind::MaterializedView => relation(name, catalog, findings),
        DropKind::Schema => name.parts.iter().for_each(|one| schema(one, catalog, findings)),
        DropKind::Role => name.parts.iter().for_each(|one| role(one, catalog, findings)),
        DropKind::User => name.parts.iter().for_each(|one| user(one, catalog, findings)),
        DropKind::Procedure => {}
    }
}

fn create_table(table: &CreateTable, catalog: &Catalog, findings: &mut Vec<Finding>) {
    new(&table.name, table.existing == Existing::Skip, catalog, findings);
    let elements = match &table.body {
        TableBody::Query { query, columns } => {
            let output = Resolver::new(catalog, findings).query(query);
            count(columns.len(), output.as_ref().map(Vec::len), table.name.span(), findings);
            return;
        }
        TableBody::Elements(elements) => elements,
    };
    for element in elements {
        match element {
            TableElement::Like { table, .. } => relation(table, catalog, findings),
            TableElement::Constraint(constraint) => {
                if let ConstraintKind::ForeignKey { table: other, .. } = &constraint.kind
                    && other.folded() != table.name.folded()
                {
                    relation(other, catalog, findings);
                }
            }
            TableElement::Column(column) => {
                column.attributes.iter().for_each(|one| attribute(&one.kind, table, catalog, findings));
            }
        }
    }
}

/// Checks the names in a column attribute of a new table.
fn attribute(
    kind: &ColumnAttributeKind,
    table: &CreateTable,
    catalog: &Catalog,
    findings: &mut Vec<Finding>,
) {
    match kind {
        ColumnAttributeKind::References { table: other, .. } => {
            if other.folded() != table.name.folded() {
                relation(other, catalog, findings);
            }
        }
        // A default cannot refer to a column.
        ColumnAttributeKind::Default(value) => {
            Resolver::new(catalog, findings).expression(value);
        }
        ColumnAttributeKind::NotNull
        | ColumnAttributeKind::Null
        | ColumnAttributeKind::Identity { .. }
        | ColumnAttributeKind::Encode(_)
        | ColumnAttributeKind::DistKey
        | ColumnAttributeKind::SortKey
        | ColumnAttributeKind::PrimaryKey
        | ColumnAttributeKind::Unique
        | ColumnAttributeKind::Collate { .. } => {}
    }
}

/// Checks that there are as many values as named columns; no check if no columns are named.
fn count(named: usize, given: Option<usize>, span: Span, findings: &mut Vec<Finding>) {
    if let Some(given) = given
        && named > 0
        && named != given
    {
        let summary = format!("{named} columns, but {given} values");
        findings.push(Finding::error(Code::ValueCount, span, summary));
    }
}

fn insert(insert: &Insert, catalog: &Catalog, findings: &mut Vec<Finding>) {
    relation(&insert.table, catalog, findings);
    let columns = catalog.columns(&insert.table);
    for name in &insert.columns {
        column(name, columns.as_deref(), findings);
    }
    super::table::names(insert.columns.iter(), findings);
    let span = insert.table.span();
    match &insert.source {
        InsertSource::Defaults => {}
        InsertSource::Query(query) => {
            let output = Resolver::new(catalog, findings).query(query);
            count(insert.columns.len(), output.as_ref().map(Vec::len), span, findings);
            let fits = columns.zip(output).is_none_or(|(columns, output)| output.len() <= columns.len());
            if insert.columns.is_empty() && !fits {
                findings.push(Finding::error(
                    Code::ValueCount,
                    span,
                    "more values than the table has columns",
                ));
            }
        }
        InsertSource::Values(rows) => {
            for row in rows {
                count(insert.columns.len(), Some(row.len()), span, findings);
                for value in row.iter().flatten() {
                    Resolver::new(catalog, findings).expression(value);
                }
            }
            if rows.iter().any(|row| row.len() != rows[0].len()) {
                findings.push(Finding::error(
                    Code::ValueCount,
                    span,
                    "rows have different numbers of values",
                ));
            }
        }
    }
}

fn merge(merge: &Merge, catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut resolver = Resolver::new(catalog, findings);
    resolver.open(&[(&merge.target, None), (&merge.source, merge.alias.as_ref())]);
    resolver.expression(&merge.on);
    let Some((matched, columns, values)) = &merge.action else { return };
    if let Matched::Update(assignments) = matched {
        for one in assignments {
            resolver.expression(&one.value);
        }
    }
    for one in values {
        resolver.expression(one);
    }
    if let Matched::Update(assignments) = matched {
        assigned(assignments, &merge.target, catalog, findings);
    }
    let known = catalog.columns(&merge.target);
    for name in columns {
        column(name, known.as_deref(), findings);
    }
}

fn comment(kind: CommentKind, name: &Name, catalog: &Catalog, findings: &mut Vec<Finding>) {
    match kind {
        CommentKind::Table | CommentKind::View => relation(name, catalog, findings),
        CommentKind::Schema => name.parts.iter().for_each(|one| schema(one, catalog, findings)),
        CommentKind::Column => {
            let (Some((last, table)), true) = (name.parts.split_last(), name.parts.len() > 1) else { return };
            let table = Name { parts: table.to_vec() };
            relation(&table, catalog, findings);
            column(last, catalog.columns(&table).as_deref(), findings);
        }
    }
}

fn grantees(all: &[Grantee], catalog: &Catalog, findings: &mut Vec<Finding>) {
    for grantee in all {
        match grantee {
            Grantee::Role(name) => role(name, catalog, findings),
            Grantee::User(name) => user(name, catalog, findings),
            Grantee::Group(_) | Grantee::Public => {}
        }
    }
}

fn check_grant(grant: &Grant, catalog: &Catalog, findings: &mut Vec<Finding>) {
    grantees(&grant.grantees, catalog, findings);
    let privileges = super::privileges::allowed(&grant.on);
    for privilege in &grant.privileges {
        if !privileges.contains(&privilege.kind) {
            let summary =
                format!("privilege {} does not apply to this kind of object", privilege.kind.text());
            findings.push(Finding::error(Code::Privilege, privilege.span, summary));
        }
    }
    match &grant.on {
        Securable::Tables(names) => {
            for name in names {
                relation(name, catalog, findings);
                let columns = catalog.columns(name);
                let limited = grant.privileges.iter().flat_map(|privilege| &privilege.columns);
                limited.for_each(|one| column(one, columns.as_deref(), findings));
            }
        }
        Securable::AllTables(names)
        | Securable::Schemas(names)
        | Securable::AllProcedures(names)
        | Securable::AllFunctions(names) => names.iter().for_each(|one| schema(one, catalog, findings)),
        Securable::ScopedTables { schema: name, .. } => schema(name, catalog, findings),
        Securable::Procedure(name, _) => procedure(name, catalog, findings),
        Securable::Databases(_)
        | Securable::Function(..)
        | Securable::Language(_)
        | Securable::IamRoles { .. } => {}
    }
}

/// Reports a password in plain text; a placeholder or a salted digest is allowed.
fn password(password: Option<&str>, span: Span, findings: &mut Vec<Finding>) {
    let is_placeholder = |text: &str| text.starts_with("${") && text.ends_with('}');
    if password.is_some_and(|text| !is_placeholder(text) && !is_digest(text)) {
        let finding = Finding::error(Code::Password, span, "password in plain text");
        findings.push(
            finding.help("use PASSWORD DISABLE and IAM authentication, or a placeholder such as ${Password}"),
        );
    }
}

/// `sha256|digest|salt`: the SHA-256 of a password and its salt, in hexadecimal; or `md5digest`, whose salt is the name
/// of the user. Without a salt, `sha256|…` is not a digest: Redshift takes the rest as the password itself.
fn is_digest(text: &str) -> bool {
    let is_hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(digest) = text.strip_prefix("md5") {
        return digest.len() == 32 && is_hexadecimal(digest);
    }
    let Some((digest, salt)) = text.strip_prefix("sha256|").and_then(|rest| rest.split_once('|')) else {
        return false;
    };
    digest.len() == 64 && is_hexadecimal(digest) && !salt.is_empty() && is_hexadecimal(salt)
}
