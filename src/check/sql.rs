//! SQL: generated and hand-written SQL, parsed as Redshift parses it.

#![deny(clippy::wildcard_enum_match_arm)]

use strataform_redshift::{Catalog, Finding, Strictness, check_with, effects};

use super::code::{OWN_CHANGE, OWN_NAME, OWN_PLACEHOLDER, RENDERED_SQL};
use crate::diagnostic::{Diagnostic, SourceFile, expected};
use crate::model::Platform;
use crate::platform::aggregation::load::{LoadParameter, LoadPlan, Loads};
use crate::platform::aggregation::sql::{SqlPlaceholder, own_placeholders};

/// A file of SQL that runs in the warehouse.
#[derive(Clone, Copy, Debug)]
pub struct SqlText<'a> {
    /// Its path in the assembly.
    pub path: &'a str,
    /// The bytes of its text.
    pub bytes: &'a [u8],
    /// The hand-written file, if it is one.
    pub own: Option<&'a SourceFile>,
}

/// Returns the problems in the SQL of an environment: its files in the order in which they run, including hand-written
/// ones, then its loads.
#[must_use]
pub fn check_all(platform: &Platform, files: &[SqlText<'_>], loads: &Loads) -> Vec<Diagnostic> {
    let mut catalog = Catalog::new(Strictness::Closed);
    let mut found = Vec::new();
    // The files after the hand-written ones are generated, and do not depend on them.
    let mut with_own: Option<Catalog> = None;
    for file in files {
        if let Some(written) = file.own {
            let known = with_own.get_or_insert_with(|| catalog.clone());
            found.extend(own_file(platform, written, &catalog, known));
        } else {
            found.extend(faults(file.path, &String::from_utf8_lossy(file.bytes), &mut catalog));
        }
    }
    for dataset in &platform.datasets {
        let plan = loads.of(dataset);
        let name = format!("the load of {}", plan.dataset);
        found.extend(faults(&name, &load_text(plan), &mut catalog));
    }
    found
}

/// Returns the statements of a load as one text, with placeholders for what only a run knows.
#[must_use]
pub fn load_text(plan: &LoadPlan) -> String {
    let ids = |parameter| match parameter {
        LoadParameter::RunIds => "'a', 'b'".to_owned(),
        LoadParameter::ManifestUrl
        | LoadParameter::CopyRole
        | LoadParameter::Columns
        | LoadParameter::RunId
        | LoadParameter::CompleteUntil => String::new(),
    };
    let mut statements = vec![plan.complete.clone(), plan.loaded.text(ids)];
    statements.extend(plan.statements("s3://curated/manifest.json", "${CopyRole}"));
    statements.extend(plan.refresh.iter().cloned());
    statements.join(";\n")
}

fn faults(path: &str, text: &str, catalog: &mut Catalog) -> Vec<Diagnostic> {
    let script = check_with(text, catalog);
    let diagnostics = script.findings.iter().map(|finding| {
        let line = 1 + text.get(..finding.span.start).unwrap_or_default().matches('\n').count();
        let summary = format!("{path}, line {line}: {} ({})", finding.summary, finding.code);
        Diagnostic::unplaced(RENDERED_SQL, summary).because(finding.cause.clone()).our_bug()
    });
    diagnostics.collect()
}

/// Checks a hand-written file, which runs after everything that is generated and before the grants.
fn own_file(
    platform: &Platform,
    file: &SourceFile,
    generated: &Catalog,
    catalog: &mut Catalog,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = own_name(file).into_iter().collect();
    found.extend(placeholders(platform, &file.text));
    let script = check_with(&file.text, catalog);
    for statement in &script.statements {
        let effects = effects(statement);
        if let Some(name) = effects.changes().into_iter().find(|name| generated.has(name)) {
            let summary = format!("the statement changes \"{name}\", which is generated");
            found.push(
                Diagnostic::error(OWN_CHANGE, name.span().range(), summary)
                    .because("the next deployment would not know the state of the relation")
                    .help("change it in the platform file, or create a relation of your own"),
            );
        }
    }
    found.extend(script.findings.into_iter().map(diagnostic));
    found.sort_by_key(|one| one.labels.first().map_or(0, |label| label.span.start));
    found.into_iter().map(|one| one.of(&file.path)).collect()
}

/// Checks the name: the file becomes one of the assembly, whose names must be valid on every file system.
fn own_name(file: &SourceFile) -> Option<Diagnostic> {
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let is_plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    if !stem.is_empty() && stem.len() <= 100 && stem.chars().all(is_plain) {
        return None;
    }
    let summary = format!("invalid SQL file name `{stem}.sql`");
    let found = Diagnostic::error(OWN_NAME, 0..0, summary).because("the file becomes part of the assembly");
    Some(found.help("use at most 100 lower-case letters, digits and underscores, as in `010_churn.sql`"))
}

/// Reports unknown placeholders.
fn placeholders(platform: &Platform, text: &str) -> Vec<Diagnostic> {
    let known: Vec<String> = own_placeholders(platform).into_iter().map(SqlPlaceholder::text).collect();
    let mut found = Vec::new();
    for (start, _) in text.match_indices("${") {
        let end = text[start..].find('}').map_or(text.len(), |length| start + length + 1);
        let used = &text[start..end];
        if !known.iter().any(|one| one == used) {
            found.push(
                Diagnostic::error(OWN_PLACEHOLDER, start..end, "unknown placeholder")
                    .because("text between `${` and `}` is replaced when the file runs")
                    .help(expected(known.iter().map(String::as_str))),
            );
        }
    }
    found
}

/// Returns the number of statements in a hand-written text and its problems, given the relations in `catalog`.
#[must_use]
pub fn check_written(text: &str, catalog: &mut Catalog) -> (usize, Vec<Diagnostic>) {
    let script = check_with(text, catalog);
    (script.statements.len(), script.findings.into_iter().map(diagnostic).collect())
}

/// A finding in a text of its own.
pub(super) fn diagnostic(finding: Finding) -> Diagnostic {
    let found = Diagnostic {
        severity: finding.severity,
        ..Diagnostic::error(finding.code.code(), finding.span.range(), finding.summary)
    };
    found.because(finding.cause).help(finding.help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn invalid_generated_sql_is_reported_with_its_line() {
        let platform = fixture::platform();
        let loads = Loads::new(&platform, crate::artifact::load::plan).expect("every context fits");
        let bytes = b"-- a\nCREATE TABEL x (a INT)";
        let file = SqlText { path: "aggregation/sql/1.sql", bytes, own: None };
        let found = check_all(&platform, &[file], &loads);
        assert!(found[0].summary.starts_with("aggregation/sql/1.sql, line 2: "), "{:?}", found[0]);
        assert!(found.iter().any(|one| one.summary.starts_with("the load of orders, line ")), "{found:?}");
    }

    fn codes(name: &str, text: &str) -> Vec<&'static str> {
        let platform = fixture::platform();
        let own = SourceFile { path: format!("sql/{name}").into(), text: text.to_owned() };
        let draft = crate::synth::synth(&platform, &platform.environments[0], &[own]);
        draft.err().unwrap_or_default().iter().map(|one| one.code.text()).collect()
    }

    #[test]
    fn hand_written_sql_is_checked_after_generated_sql() {
        let none: [&str; 0] = [];
        let view = "CREATE VIEW report.spenders AS SELECT customer_id, SUM(amount) AS spent FROM core.orders \
                    GROUP BY customer_id WITH NO SCHEMA BINDING;";
        assert_eq!(codes("churn.sql", view), none);
        assert_eq!(codes("churn.sql", &view.replace("amount", "amuont")), ["SQL0802"]);
        assert_eq!(codes("Churn 1.sql", view), ["GEN0411"]);
        assert_eq!(codes("u.sql", "CREATE TABLE mart.u (a VARCHAR(40) DEFAULT '${Stage}')"), ["GEN0412"]);
        let copy =
            "CREATE TABLE mart.u (a INT); COPY mart.u FROM 's3://x/y' IAM_ROLE '${CopyRole}' FORMAT PARQUET";
        assert_eq!(codes("u.sql", copy), none);
        for change in [
            "DROP TABLE core.orders",
            "ALTER TABLE core.orders ADD COLUMN a INT",
            "TRUNCATE core.orders",
            "DELETE FROM core.orders WHERE amount < 0",
            "DROP SCHEMA core CASCADE",
            "CREATE TABLE mart.u (a INT); ALTER TABLE mart.u APPEND FROM core.orders",
            "CREATE PROCEDURE mart.p() AS $$ BEGIN DELETE FROM core.orders; END; $$ LANGUAGE plpgsql",
        ] {
            assert!(codes("u.sql", change).contains(&"GEN0413"), "{change}: {:?}", codes("u.sql", change));
        }
        assert_eq!(codes("u.sql", "CREATE TABLE core.orders (a INT)"), ["SQL0806"]);
    }
}
