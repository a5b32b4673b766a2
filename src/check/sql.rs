//! SQL: what was rendered, and what a user wrote, read as Redshift would read it.

use strataform_redshift::{Catalog, Finding, Severity, Strictness, check_with};

use crate::assembly::File;
use crate::diagnostic::{self, Code, Diagnostic};
use crate::platform::aggregation::load::{LoadPlan, SqlPart};

/// A statement that was rendered is none of Redshift's: a bug of this program.
pub const RENDERED: Code = Code("GEN0492");

/// What is wrong with the SQL of an environment: its files in the order in which they run, then its loads.
#[must_use]
pub fn rendered(files: &[&File], loads: &[LoadPlan]) -> Vec<Diagnostic> {
    let mut catalog = Catalog::new(Strictness::Closed);
    let mut found = Vec::new();
    for file in files {
        let text = String::from_utf8_lossy(&file.bytes);
        found.extend(faults(&file.path, &text, &mut catalog));
    }
    for plan in loads {
        let name = format!("the load of {}", plan.dataset);
        found.extend(faults(&name, &load_text(plan), &mut catalog));
    }
    found
}

/// The statements of a load as one text, with something in the place of what only a run knows.
#[must_use]
pub fn load_text(plan: &LoadPlan) -> String {
    let statements = plan.load.iter().map(|parts| parts.iter().map(example).collect::<String>());
    let text: Vec<String> = statements.chain(plan.refresh.iter().cloned()).collect();
    text.join(";\n")
}

/// A part of a statement, with something in the place of what only a run knows.
fn example(part: &SqlPart) -> &str {
    match part {
        SqlPart::Text(text) => text,
        SqlPart::ManifestUrl => "s3://curated/manifest.json",
        SqlPart::CopyRole => "${CopyRole}",
    }
}

fn faults(path: &str, text: &str, catalog: &mut Catalog) -> Vec<Diagnostic> {
    let script = check_with(text, catalog);
    let unsure = script.findings.iter().map(|finding| {
        let line = 1 + text.get(..finding.span.start).unwrap_or_default().matches('\n').count();
        let summary = format!("{path}, line {line}: {} ({})", finding.summary, finding.code);
        Diagnostic { labels: Vec::new(), ..Diagnostic::error(RENDERED, 0..0, summary) }
            .because(finding.cause.clone())
            .help("this is a bug of gen: please report it with your platform file")
    });
    unsure.collect()
}

/// What a user wrote, read after what the catalogue knows.
#[must_use]
pub fn written(text: &str, catalog: &mut Catalog) -> (usize, Vec<Diagnostic>) {
    let script = check_with(text, catalog);
    (script.statements.len(), script.findings.into_iter().map(diagnostic).collect())
}

fn diagnostic(finding: Finding) -> Diagnostic {
    let code = Code(finding.code.text());
    let severity = match finding.severity {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
    };
    let found = Diagnostic { severity, ..Diagnostic::error(code, finding.span.range(), finding.summary) };
    found.because(finding.cause).help(finding.help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use crate::platform::aggregation::load::load_plan;

    #[test]
    fn what_is_rendered_wrong_is_told_with_its_line() {
        let platform = fixture::platform();
        let loads = [load_plan(&platform, &platform.datasets[0])];
        let file = File {
            path: "aggregation/sql/1.sql".to_owned(),
            bytes: b"-- a\nCREATE TABEL x (a INT)".to_vec(),
        };
        let found = rendered(&[&file], &loads);
        assert!(found[0].summary.starts_with("aggregation/sql/1.sql, line 2: "), "{:?}", found[0]);
        assert!(found.iter().any(|one| one.summary.starts_with("the load of orders, line 1: ")), "{found:?}");
    }
}
