//! [`plan`]: all SQL files of a version, one after another, and what they drop and make again for each other;
//! [`between`]: the same for two assemblies, without a warehouse.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::ast::{Statement, StatementKind};
use strataform_redshift::{effects, parse};

use super::records::Contract;
use super::refusal::Refusal;
use super::reviewed::Reviewed;
use super::sql::{self, Applied, SqlStep, SqlWork, Wanted};
use super::table::{Columns, ExistingColumn, columns, is_required};
use super::views::{Texts, Views};
use crate::assembly::{Assembly, ManifestSql};
use crate::hash::sha256;
use crate::model::Origin;

/// A SQL file of the version to deploy, and what ran of it before.
pub(crate) struct File<'a> {
    pub(crate) of: &'a ManifestSql,
    pub(crate) text: String,
    /// The statements in the text.
    pub(crate) statements: Vec<Statement>,
    /// Its row in the ledger; `None` if it never ran.
    pub(crate) applied: Option<Applied>,
    /// The text that ran; `None` if it is not known.
    pub(crate) old: Option<String>,
    /// The statements that ran; `None` if none did.
    pub(crate) before: Option<Vec<Statement>>,
    /// The reviewed migrations of its table.
    pub(crate) migrations: Vec<Reviewed>,
}

/// What to do in a warehouse.
#[derive(Debug, Default)]
pub struct Migration {
    /// The files to apply, in order.
    pub steps: Vec<SqlStep>,
    /// How many files are unchanged.
    pub unchanged: usize,
    /// The files that cannot be applied: the path, the section of the platform file, why.
    pub refused: Vec<(String, Option<Origin>, Refusal)>,
}

/// Plans files in order. `views` knows the views that exist and what is missing.
pub(crate) fn plan(files: &[File<'_>], there: &Columns, contract: &Contract, views: &mut Views) -> Migration {
    let mut found = Migration::default();
    for (at, file) in files.iter().enumerate() {
        views.add(Texts {
            file: Some(at),
            text: &file.text,
            statements: &file.statements,
            before: file.before.as_deref(),
            placeholders: &file.of.placeholders,
        });
    }
    for (at, file) in files.iter().enumerate() {
        let checksum = sha256(file.text.as_bytes());
        let wanted = Wanted {
            path: &file.of.path,
            kind: file.of.kind,
            text: &file.text,
            checksum: &checksum,
            placeholders: &file.of.placeholders,
            migrations: &file.migrations,
            contract,
        };
        match sql::step(wanted, file.applied.as_ref(), file.old.as_deref(), there, views) {
            Ok(Some(mut step)) => {
                views.restore(at, &mut step);
                found.unchanged += usize::from(step.work == SqlWork::Values);
                found.steps.push(step);
            }
            Ok(None) => found.unchanged += 1,
            Err(refusal) => found.refused.push((file.of.path.clone(), file.of.origin.clone(), refusal)),
        }
    }
    found
}

/// Plans the change from one assembly to another, for a warehouse that has exactly what the first one makes.
#[must_use]
pub fn between(old: &Assembly, new: &Assembly) -> Migration {
    between_with(old, new, &made_columns(old), &Contract::default())
}

/// The same, for a warehouse whose tables have these columns.
pub(crate) fn between_with(
    old: &Assembly,
    new: &Assembly,
    there: &Columns,
    contract: &Contract,
) -> Migration {
    let files: Vec<File<'_>> = new
        .manifest
        .sql
        .iter()
        .map(|of| {
            let current = new.text(&of.path).unwrap_or_default();
            let was = old.manifest.sql.iter().any(|one| one.path == of.path);
            let before = old.text(&of.path).filter(|_| was);
            let ran = before.as_deref().map(|text| parse(text).statements);
            let count = ran.as_ref().map_or(0, Vec::len);
            let applied = before.as_deref().map(|text| Applied {
                path: of.path.clone(),
                checksum: sha256(text.as_bytes()),
                part: count,
                parts: count,
                ..Applied::default()
            });
            File {
                of,
                statements: parse(&current).statements,
                text: current,
                applied,
                old: before,
                before: ran,
                migrations: Reviewed::of(new, &of.path),
            }
        })
        .collect();
    let mut views = Views::default();
    let gone = old.manifest.sql.iter().filter(|one| !new.manifest.sql.iter().any(|is| is.path == one.path));
    let gone: Vec<String> = gone.filter_map(|one| old.text(&one.path)).collect();
    remaining(&gone, &files, &mut views, |_| true);
    plan(&files, there, contract, &mut views)
}

/// Adds the views of files that the new version no longer has: they stay, and may read what is dropped. `exists` tells
/// whether the warehouse has a view, by its key.
pub(crate) fn remaining(
    gone: &[String],
    files: &[File<'_>],
    views: &mut Views,
    exists: impl Fn(&str) -> bool,
) {
    let made = |one: &Statement| -> Vec<String> {
        let creates = effects(one).creates.into_iter().filter(|made| made.kind.is_view());
        creates.map(|made| made.name.key()).collect()
    };
    let present: BTreeSet<String> = files.iter().flat_map(|file| &file.statements).flat_map(made).collect();
    let stays = |one: &Statement| made(one).iter().all(|key| !present.contains(key) && exists(key));
    for text in gone {
        let statements: Vec<Statement> = parse(text).statements.into_iter().filter(stays).collect();
        let before = Some(statements.as_slice());
        views.add(Texts { file: None, text, statements: &statements, before, placeholders: &[] });
    }
}

/// The columns of all tables that an assembly makes.
fn made_columns(of: &Assembly) -> Columns {
    let mut found = BTreeMap::new();
    for file in &of.manifest.sql {
        for one in parse(&of.text(&file.path).unwrap_or_default()).statements {
            let StatementKind::CreateTable(table) = one.kind else { continue };
            let schema = table.name.schema().map(strataform_redshift::ast::Ident::folded).unwrap_or_default();
            for column in columns(&table) {
                let place = (schema.clone(), table.name.last().to_ascii_lowercase(), column.name.folded());
                let has = ExistingColumn {
                    data_type: Some(column.data_type.to_string()),
                    nullable: !is_required(column),
                };
                found.insert(place, has);
            }
        }
    }
    found
}
