//! [`continued`]: the migrations of an environment, as numbered files that people review and commit.
//!
//! In: the assembly as it was committed, and the draft of what is generated now. Out: the draft with the committed migrations, and
//! with one more for each table whose definition differs. It refuses to find the committed assembly: the commands do that.

use strataform_redshift::parse;

use super::definition;
use super::identity;
use super::loss::Loss;
use super::records::{self, Link, Planned};
use super::sql::is_alone;
use super::table::{Columns, ExistingColumn, columns, is_required, place};
use crate::assembly::{Assembly, Draft, File, FileKind, Manifest, ManifestMigration, SqlKind, layout};
use crate::hash::sha256;
use crate::model::Life;

/// The digest of a table's definition, in a draft.
fn drafted(draft: &Draft, path: &str) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(&draft.file(path)?.bytes).into_owned();
    Some((definition::digest(&text)?, text))
}

/// The files of tables that an assembly and a draft both have, with their texts in the assembly.
fn shared<'a>(base: &'a Assembly, draft: &'a Draft) -> impl Iterator<Item = (&'a str, String)> {
    let is_table =
        |path: &str| base.manifest.sql.iter().any(|one| one.path == path && one.kind == SqlKind::Table);
    let tables = draft.sql.iter().filter(move |one| one.kind == SqlKind::Table && is_table(&one.path));
    tables.filter_map(|one| Some((one.path.as_str(), base.text(&one.path)?)))
}

/// Whether a draft needs no migration, because an assembly without any has the very files of its tables.
#[must_use]
pub fn is_untouched(base: &Manifest, draft: &Draft) -> bool {
    let is_same = |path: &str| {
        let written = base.files.iter().find(|one| one.path == path);
        draft.file(path).zip(written).is_some_and(|(file, written)| sha256(&file.bytes) == written.sha256)
    };
    let mut tables = draft.sql.iter().filter(|one| one.kind == SqlKind::Table);
    base.migrations.is_empty() && tables.all(|one| is_same(&one.path))
}

/// Whether an assembly has the definitions of a draft's tables, so that its migrations lead to them.
#[must_use]
pub fn is_current(base: &Assembly, draft: &Draft) -> bool {
    shared(base, draft).all(|(path, old)| {
        drafted(draft, path).is_none_or(|(to, _)| definition::digest(&old).is_some_and(|from| from == to))
    })
}

/// A draft with the migrations of the assembly as it was committed, and those that lead from it to the draft.
#[must_use]
pub fn continued(base: &Assembly, mut draft: Draft) -> Draft {
    let mut all: Vec<(ManifestMigration, String)> = Vec::new();
    for one in &base.manifest.migrations {
        if let Some(text) = base.text(&one.path) {
            all.push((one.clone(), text));
        }
    }
    let last = all.iter().filter_map(|(one, _)| layout::migration_number(&one.path)).max();
    let mut number = last.unwrap_or_default();
    for (path, old) in shared(base, &draft) {
        let Some((to, new)) = drafted(&draft, path) else { continue };
        let Some(from) = definition::digest(&old).filter(|from| *from != to) else { continue };
        if let Some((text, rewrites)) = file(number + 1, path, &old, &new) {
            number += 1;
            let file = layout::migration_path(number, layout::sql_subject(path));
            all.push((ManifestMigration { path: file, table: path.to_owned(), from, to, rewrites }, text));
        }
    }
    for (one, text) in all {
        draft.files.push(File {
            path: one.path.clone(),
            kind: FileKind::Migration,
            bytes: text.into_bytes(),
        });
        draft.migrations.push(one);
    }
    draft
}

/// The text of a migration, and whether it copies the table; `None` if there is no way.
fn file(number: u32, path: &str, old: &str, new: &str) -> Option<(String, bool)> {
    let (was, table) = (definition::table(old)?, definition::table(new)?);
    let link = Link { old, was: &was, new, table: &table };
    let planned = records::plan(link, &possible(old, &was), number).ok()?;
    let rewrites = !planned.rewrites.is_empty();
    let head = format!("Migration {number} of {}.", layout::file_name(path));
    let said = lines(&table.name.folded(), &planned);
    let mut all: Vec<String> = std::iter::once(head).chain(said).map(|line| format!("-- {line}")).collect();
    for one in &planned.statements {
        if parse(one).statements.iter().any(is_alone) {
            all.push("-- Redshift does not run it in a transaction with others.".to_owned());
        }
        all.push(format!("{one};"));
    }
    all.push(String::new());
    Some((all.join("\n"), rewrites))
}

/// What a migration does, in words.
fn lines(table: &str, planned: &Planned) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if !planned.rewrites.is_empty() {
        let loss = Loss::rewritten(table.to_owned(), String::new());
        lines
            .extend(planned.rewrites.iter().map(|cause| format!("Redshift cannot do it in place: {cause}.")));
        lines.push(format!("gen deploy runs it as one transaction, and only with --allow {loss}."));
    }
    let sentence = |text: &String| {
        let mut letters = text.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).chain(".".chars()).collect::<String>())
    };
    lines.extend(planned.notes.iter().chain(&planned.kept).filter_map(sentence));
    if planned.statements.is_empty() {
        lines.push("There is nothing to run.".to_owned());
    }
    lines
}

/// The columns that a table may have: those of its definition, and those that were removed from it and stayed. Their
/// types are not known.
fn possible(text: &str, table: &strataform_redshift::ast::CreateTable) -> Columns {
    let (schema, last) = place(&table.name);
    let place = |name: &str| (schema.clone(), last.clone(), name.to_ascii_lowercase());
    let mut found = Columns::new();
    for column in columns(table) {
        let data_type = Some(column.data_type.to_string());
        found.insert(place(&column.name.text), ExistingColumn { data_type, nullable: !is_required(column) });
    }
    for one in identity::identities(text, table).all().iter().filter(|one| one.life == Life::Removed) {
        let name = if found.contains_key(&place(&one.name)) { one.aside() } else { one.name.clone() };
        found.entry(place(&name)).or_insert(ExistingColumn { data_type: None, nullable: true });
    }
    found
}
