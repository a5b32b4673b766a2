//! [`Views`]: what planned statements drop, what the warehouse lacks, and which statements make it again.
//!
//! In: the statements of applied and of wanted files. Out: the views that must be dropped before what they read, and
//! the statements that create and describe them again. They run in the transaction that drops the views, so that no
//! query finds them missing; a view that reads what a later file changes waits for that file.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::ast::{Ident, Name, Securable, Statement, StatementKind};
use strataform_redshift::{Effects, Object, effects, redshift};

use super::absent::{self, Absent};
use super::sql::{SqlStep, drop_statement, text};
use crate::assembly::SqlPlaceholder;

/// A statement of a file that creates or describes relations, or grants privileges.
#[derive(Clone, Debug)]
struct Source {
    /// The index of its file; `None` if the assembly no longer has the file.
    file: Option<usize>,
    text: String,
    placeholders: Vec<SqlPlaceholder>,
    /// The text as Redshift SQL, which is the same however it is formatted.
    rendered: String,
    /// The keys of the views that it creates.
    creates: Vec<String>,
    describes: Vec<String>,
    reads: Vec<String>,
    /// The schemas that it grants privileges on.
    schemas: Vec<String>,
    /// Whether it ran in an earlier deployment.
    ran: bool,
    /// Whether its file was applied in an earlier deployment, perhaps with another text.
    applied: bool,
}

/// The views of a warehouse, and what planned statements do with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Views {
    /// As earlier deployments created them.
    existing: strataform_redshift::Views,
    /// The statements that created them, in lower case, by key.
    texts: BTreeMap<String, String>,
    sources: Vec<Source>,
    /// The last file that creates each relation or changes its definition.
    fresh: BTreeMap<String, usize>,
    /// The relations that planned statements drop.
    dropped: BTreeSet<String>,
    /// Those dropped or missing relations that planned statements create again.
    made: BTreeSet<String>,
    /// Statements of other files that are planned already.
    sent: BTreeSet<String>,
    /// What the warehouse lacks and is made again.
    absent: Absent,
}

/// The statements of a file, and those that ran in earlier deployments.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    /// Its index; `None` if the assembly no longer has it.
    pub(crate) file: Option<usize>,
    /// Its text.
    pub(crate) text: &'a str,
    /// The statements in the text.
    pub(crate) statements: &'a [Statement],
    /// The statements that were applied; `None` if it never was.
    pub(crate) before: Option<&'a [Statement]>,
    /// The placeholders.
    pub(crate) placeholders: &'a [SqlPlaceholder],
}

fn keys(names: &[Name]) -> Vec<String> {
    names.iter().map(Name::key).collect()
}

/// The keys of the relations that a statement creates.
fn created(found: &Effects) -> impl Iterator<Item = String> {
    found.creates.iter().filter(|made| made.kind.is_relation()).map(|made| made.name.key())
}

/// Whether a statement grants or revokes privileges.
pub(crate) fn is_privilege(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::Grant(_) | StatementKind::GrantRole(_) | StatementKind::DefaultPrivileges(_)
    )
}

/// The schemas that a statement grants privileges on, or on everything in them.
fn schemas(statement: &Statement) -> Vec<String> {
    let named = |all: &[Ident]| all.iter().map(Ident::folded).collect();
    if let StatementKind::DefaultPrivileges(privileges) = &statement.kind {
        return named(&privileges.schemas);
    }
    let StatementKind::Grant(grant) = &statement.kind else { return Vec::new() };
    match &grant.on {
        Securable::Schemas(all)
        | Securable::AllTables(all)
        | Securable::AllProcedures(all)
        | Securable::AllFunctions(all) => named(all),
        Securable::ScopedTables { schema, .. } => vec![schema.folded()],
        Securable::Tables(_)
        | Securable::Databases(_)
        | Securable::Procedure(..)
        | Securable::Function(..)
        | Securable::Language(_)
        | Securable::IamRoles { .. } => Vec::new(),
    }
}

impl Views {
    /// The views that these applied texts create.
    #[cfg(test)]
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut views = Self::default();
        for one in texts {
            views.exist(&strataform_redshift::parse(one).statements);
        }
        views
    }

    /// The same, with what the warehouse lacks and is made again.
    #[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
    pub(crate) fn lacking(absent: Absent) -> Self {
        Self { absent, ..Self::default() }
    }

    /// Adds the views that statements created in earlier deployments.
    pub(crate) fn exist(&mut self, statements: &[Statement]) {
        for one in statements {
            self.existing.note(one);
            for made in effects(one).creates.iter().filter(|made| made.kind.is_view()) {
                self.texts.insert(made.name.key(), redshift(one).to_lowercase());
            }
        }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, file: Texts<'_>) {
        let before: BTreeSet<String> = file.before.iter().copied().flatten().map(redshift).collect();
        if let Some(applied) = file.before {
            self.exist(applied);
        }
        for one in file.statements {
            let (found, rendered) = (effects(one), redshift(one));
            let ran = before.contains(&rendered);
            if let Some(at) = file.file.filter(|_| !ran) {
                self.fresh.extend(created(&found).map(|key| (key, at)));
            }
            self.sources.push(Source {
                file: file.file,
                text: text(file.text, one),
                placeholders: file.placeholders.to_vec(),
                rendered,
                creates: found
                    .creates
                    .iter()
                    .filter(|made| made.kind.is_view())
                    .map(|made| made.name.key())
                    .collect(),
                describes: keys(&found.describes),
                reads: keys(&found.reads),
                schemas: schemas(one),
                ran,
                applied: file.before.is_some(),
            });
        }
    }

    /// Whether a dropped or missing relation is still to be created.
    fn is_awaited(&self, key: &str) -> bool {
        self.is_lost(key) && !self.made.contains(key)
    }

    /// Whether planned statements drop a relation, or the warehouse lacks it.
    fn is_lost(&self, key: &str) -> bool {
        self.dropped.contains(key) || self.absent.relations.contains(key)
    }

    /// Drops a view that reads something, unless planned statements have.
    fn drop_view(&mut self, view: &Object, statements: &mut Vec<String>) {
        let key = view.name.key();
        let again = self.made.remove(&key);
        if again {
            let creates = self.sources.iter().filter(|one| one.creates.contains(&key));
            let texts: Vec<String> = creates.map(|one| one.rendered.clone()).collect();
            for text in &texts {
                self.sent.remove(text);
            }
        }
        if self.dropped.insert(key) || again {
            statements.push(drop_statement(view));
        }
    }

    /// Drops the views that read a relation, directly or through another view.
    pub(crate) fn drop_readers(&mut self, of: &Name, statements: &mut Vec<String>) {
        let readers: Vec<Object> = self.existing.readers(of).into_iter().cloned().collect();
        for view in &readers {
            self.drop_view(view, statements);
        }
    }

    /// Drops the views that read a column of a table, and those that read these views.
    pub(crate) fn drop_readers_of_column(&mut self, of: &Name, column: &str, statements: &mut Vec<String>) {
        let column = column.to_lowercase();
        let names = |view: &&Object| {
            let text = self.texts.get(&view.name.key()).map_or("", String::as_str);
            text.contains(&column) || reads_all_columns(text)
        };
        let direct: Vec<Object> = self.existing.readers(of).into_iter().filter(names).cloned().collect();
        for view in &direct {
            self.drop_readers(&view.name, statements);
            self.drop_view(view, statements);
        }
    }

    /// Drops a relation and its readers; the caller creates it again with its next statement. Assumes `view-swap`.
    pub(crate) fn remake(&mut self, made: &Object, statements: &mut Vec<String>) {
        self.drop_readers(&made.name, statements);
        let key = made.name.key();
        if self.dropped.insert(key.clone()) || self.made.remove(&key) {
            statements.push(drop_statement(made));
        }
    }

    /// Records that a copy has taken the place of a table: what describes it and the privileges on it are made again.
    pub(crate) fn moved(&mut self, of: &Name) {
        self.dropped.insert(of.key());
        self.made.insert(of.key());
    }

    /// Records that a planned statement runs.
    pub(crate) fn run(&mut self, statement: &Statement) {
        for key in created(&effects(statement)) {
            if self.is_lost(&key) {
                self.made.insert(key);
            }
        }
    }

    /// Whether a step of another file runs this statement.
    pub(crate) fn is_sent(&self, statement: &Statement) -> bool {
        self.sent.contains(&redshift(statement))
    }

    /// Whether a statement must run again: it creates or describes what is dropped or missing.
    pub(crate) fn lacks(&self, statement: &Statement) -> bool {
        if self.is_sent(statement) {
            return false;
        }
        let found = effects(statement);
        let absent = |object: &Object| {
            absent::key(object).is_some_and(|key| self.absent.objects.contains(&key))
                && !object.kind.is_relation()
        };
        created(&found).any(|key| self.is_awaited(&key))
            || found.creates.iter().chain(&found.alters).any(absent)
            || found.describes.iter().any(|name| self.is_lost(&name.key()))
            || (is_privilege(statement) && self.regrants(&found))
    }

    /// Whether privileges are granted again: a missing object or role had some.
    fn regrants(&self, found: &Effects) -> bool {
        let known = |name: &Name| self.absent.expected.contains(&name.key());
        !self.absent.objects.is_empty() && found.describes.iter().all(known)
    }

    /// The difference that makes a table without rows be created again.
    pub(crate) fn is_rebuilt(&self, name: &Name) -> bool {
        self.absent.rebuilt.contains(&name.key())
    }

    /// Columns that a table lacks.
    pub(crate) fn missing_columns(&self, path: &str) -> Vec<String> {
        self.absent.columns.get(path).cloned().unwrap_or_default()
    }

    /// Adds the statements of other files that create and describe what this step's statements drop, as soon as nothing
    /// that they read is to be created by a later step.
    pub(crate) fn restore(&mut self, file: usize, step: &mut SqlStep) {
        while let Some(one) = self.sources.iter().find(|one| self.is_due(one, file)).cloned() {
            self.sent.insert(one.rendered);
            for key in one.creates {
                self.fresh.remove(&key);
                self.made.insert(key);
            }
            step.statements.push(one.text);
            step.borrow(&one.placeholders);
        }
    }

    fn is_due(&self, one: &Source, file: usize) -> bool {
        let awaited = |key: &String| self.is_awaited(key);
        let settled = |key: &String| !awaited(key) && self.fresh.get(key).is_none_or(|at| *at <= file);
        if one.file == Some(file) || self.sent.contains(&one.rendered) {
            return false;
        }
        if one.creates.is_empty() {
            let dropped = one.describes.iter().any(|key| self.dropped.contains(key));
            one.ran && dropped && !one.describes.iter().any(awaited)
        } else {
            let dropped = one.creates.iter().any(|key| self.dropped.contains(key) && awaited(key));
            one.applied && dropped && one.reads.iter().all(settled)
        }
    }

    /// The statements that granted privileges on a schema that is created again.
    pub(crate) fn regrant(&self, schema: &str, step: &mut SqlStep) {
        let grants =
            self.sources.iter().filter(|one| one.ran && one.schemas.iter().any(|name| name == schema));
        for one in grants {
            step.statements.push(one.text.clone());
            step.borrow(&one.placeholders);
        }
    }
}

/// Whether a query selects `*` or `name.*`.
fn reads_all_columns(text: &str) -> bool {
    text.match_indices('*').any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default().trim_end();
        ["select", "distinct", "all", ",", "."].iter().any(|word| before.ends_with(word))
    })
}
