//! The SQL of an assembly, in the order in which it runs, then the loads.
//!
//! In: the files that the manifest lists. Out: what they create, and who may read it.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::ast::{
    DataType, Grant, GrantAction, Grantee, Ident, Name, Securable, StatementKind,
};
use strataform_redshift::{Catalog, Strictness, check_with, effects};

use super::Checked;
use crate::check::sql::diagnostic;

/// What the SQL of an assembly makes.
pub(super) struct Warehouse {
    catalog: Catalog,
    /// The schemas whose relations a relation reads, by its name.
    reads: BTreeMap<String, BTreeSet<String>>,
    /// What each grantee may use, as `USAGE schema` or `SELECT schema` or `SELECT schema.name`.
    grants: BTreeMap<String, BTreeSet<String>>,
}

/// The name of a relation.
pub(super) fn name(schema: &str, relation: &str) -> Name {
    Name { parts: vec![Ident::new(schema), Ident::new(relation)] }
}

impl Warehouse {
    /// The columns of a relation, if it is created and they are known.
    pub(super) fn columns(&self, name: &Name) -> Option<Vec<(String, Option<DataType>)>> {
        self.catalog.column_types(name)
    }

    /// Whether a statement creates a relation.
    pub(super) fn has(&self, name: &Name) -> bool {
        self.catalog.has(name)
    }

    /// Whether one grantee has all that reading a relation needs: `SELECT` on it, and `USAGE` of its schema and of those that it reads.
    pub(super) fn is_readable(&self, name: &Name) -> bool {
        let schema = name.schema().map(Ident::folded).unwrap_or_default();
        let read = self.reads.get(&name.key());
        let mut schemas = read.into_iter().flatten().chain([&schema]);
        let key = format!("SELECT {}.{}", schema, name.last());
        self.grants.values().any(|may| {
            let selects = may.contains(&format!("SELECT {schema}")) || may.contains(&key);
            selects && schemas.all(|one| may.contains(&format!("USAGE {one}")))
        })
    }

    fn note(&mut self, statement: &strataform_redshift::ast::Statement) {
        let found = effects(statement);
        for object in &found.creates {
            let schemas = found.reads.iter().filter_map(|one| one.schema().map(Ident::folded));
            self.reads.insert(object.name.key(), schemas.collect());
        }
        if let StatementKind::Grant(grant) = &statement.kind {
            self.grant(grant);
        }
    }

    fn grant(&mut self, grant: &Grant) {
        let words: Vec<&str> = grant.privileges.iter().map(|one| one.kind.text()).collect();
        let schemas = |all: &[Ident]| all.iter().map(Ident::folded).collect::<Vec<_>>();
        let on: Vec<String> = match &grant.on {
            Securable::Schemas(all) | Securable::AllTables(all) => schemas(all),
            Securable::Tables(all) => all.iter().map(Name::folded).collect(),
            Securable::Databases(_)
            | Securable::Procedure(..)
            | Securable::Function(..)
            | Securable::AllProcedures(_)
            | Securable::AllFunctions(_)
            | Securable::Language(_)
            | Securable::IamRoles { .. } => return,
            Securable::ScopedTables { schema, .. } => vec![schema.folded()],
        };
        for grantee in &grant.grantees {
            let may = self.grants.entry(grantee_key(grantee)).or_default();
            for text in on.iter().flat_map(|one| words.iter().map(move |word| format!("{word} {one}"))) {
                match grant.action {
                    GrantAction::Grant => may.insert(text),
                    GrantAction::Revoke => may.remove(&text),
                };
            }
        }
    }
}

fn grantee_key(grantee: &Grantee) -> String {
    match grantee {
        Grantee::Public => "PUBLIC".to_owned(),
        Grantee::User(name) => format!("user {}", name.folded()),
        Grantee::Role(name) => format!("role {}", name.folded()),
        Grantee::Group(name) => format!("group {}", name.folded()),
    }
}

/// Checks the SQL of an assembly.
pub(super) fn check(checked: &mut Checked<'_>) -> Warehouse {
    let mut warehouse = Warehouse {
        catalog: Catalog::new(Strictness::Closed),
        reads: BTreeMap::new(),
        grants: BTreeMap::new(),
    };
    let ordered: Vec<String> = checked.assembly.manifest.sql.iter().map(|one| one.path.clone()).collect();
    let loads = checked.assembly.files.keys().filter(|path| path.starts_with("aggregation/load/")).cloned();
    for path in ordered.into_iter().chain(loads.collect::<Vec<_>>()) {
        let Some(text) = checked.assembly.text(&path) else { continue };
        // What only a run knows: without a list of columns, a copy has all of them.
        let text = text.replace("${Columns}", "          ").replace("${RunIds}", "'a'      ");
        let script = check_with(&text, &mut warehouse.catalog);
        script.statements.iter().for_each(|one| warehouse.note(one));
        for finding in script.findings {
            checked.add(&path, diagnostic(finding));
        }
    }
    warehouse
}
