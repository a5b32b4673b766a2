//! [`LateViews`]: the schemas whose privilege `USAGE` a reader of late-binding views needs.
//!
//! In: statements, in the order in which they run. Out: SQL that fails for a user without the privilege. It checks no
//! other privilege: those of the views, and of what they read, are PostgreSQL's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use strataform_redshift::ast::{Ident, Name, Statement, StatementKind};
use strataform_redshift::effects;

/// The late-binding views of a database, and what each reads.
///
/// Redshift looks up what such a view names when it is read, as the reader: without `USAGE` of the schema, it fails
/// (aws-samples/amazon-redshift-dynamic-data-masking#2). `PostgreSQL` looks it up when the view is created.
#[derive(Clone, Debug, Default)]
pub(crate) struct LateViews(BTreeMap<String, Vec<Name>>);

impl LateViews {
    /// Adds a view that a statement creates.
    pub(crate) fn note(&mut self, statement: &Statement) {
        if let StatementKind::CreateView(view) = &statement.kind {
            if view.late_binding {
                self.0.insert(view.name.key(), effects(statement).reads);
            } else {
                self.0.remove(&view.name.key());
            }
        }
    }

    /// SQL to run before a statement: it fails if the user may not use a schema that a view in it reads.
    pub(crate) fn guard(&self, statement: &Statement) -> String {
        let creates =
            matches!(statement.kind, StatementKind::CreateView(_) | StatementKind::CreateMaterializedView(_));
        if creates || self.0.is_empty() {
            return String::new();
        }
        let mut schemas = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = effects(statement).reads.iter().map(Name::key).collect();
        while let Some(key) = open.pop() {
            let Some(reads) = self.0.get(&key).filter(|_| seen.insert(key)) else { continue };
            schemas.extend(reads.iter().filter_map(Name::schema).map(Ident::folded));
            open.extend(reads.iter().map(Name::key));
        }
        schemas.iter().fold(String::new(), |mut all, schema| {
            let name = schema.replace('\'', "''").replace('"', "\"\"");
            // A look-up of any name in the schema; psql keeps the result, and prints nothing.
            let _ = writeln!(all, "SELECT to_regclass('\"{name}\".\"any\"') AS guard \\gset");
            all
        })
    }
}
