//! Explanations: one registry of the codes of all modules and crates.
//!
//! In: the tables that modules declare with their rules. Out: what a code means, why it is wrong and an example, as
//! text ([`text`]), as values for JSON ([`find`]) and as the page `docs/diagnostics.md` ([`page`]). It refuses to
//! know a code that no module declares.

use std::fmt::Write as _;

use crate::diagnostic::{self, Code, Example, Explanation, suggestion};
use crate::{check, lock, project, spec};
use strataform_dashboard::Code as DashboardCode;
use strataform_redshift::Code as RedshiftCode;

/// The codes of a module or crate.
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    /// The prefix of its codes, such as `GEN01`.
    pub range: &'static str,
    /// The subject of the codes.
    pub title: &'static str,
    /// The documentation page with the rules.
    pub page: &'static str,
    /// The sources that report them, from the root of the repository.
    pub sources: &'static str,
    /// The codes, as the files that declare them list them.
    pub lists: &'static [&'static [Code]],
}

impl Domain {
    /// The codes, in order.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        let mut all = self.lists.concat();
        all.sort_by_key(|code| code.text());
        all
    }
}

const fn domain(
    range: &'static str,
    title: &'static str,
    page: &'static str,
    sources: &'static str,
    lists: &'static [&'static [Code]],
) -> Domain {
    Domain { range, title, page, sources, lists }
}

/// Every module and crate that has codes, in the order of the documentation.
pub const DOMAINS: &[Domain] = &[
    domain("GEN01", "Keys and values", "docs/platform-file.md", "src/spec", &[spec::FORMAT_CODES]),
    domain(
        "GEN02",
        "Expressions",
        "docs/expressions.md",
        "src/model/expression",
        &[crate::model::expression::CODES],
    ),
    domain("GEN03", "References and rules", "docs/platform-file.md", "src/spec", spec::MEANING_CODES),
    domain("GEN036", "Numbers of columns", "docs/platform-file.md", "src/lock", &[lock::CODES]),
    domain("GEN04", "Stacks and hand-written SQL", "docs/platform-file.md", "src", &[check::CODES]),
    domain(
        "GEN05",
        "Rules of streams, storage and processing",
        "docs/check.md",
        "crates/rules/src",
        strataform_rules::DATA_CODES,
    ),
    domain(
        "GEN06",
        "Rules of access, the warehouse and dashboards",
        "docs/check.md",
        "crates/rules/src",
        strataform_rules::USE_CODES,
    ),
    domain("GEN090", "Projects", "docs/platform-file.md", "src/project", &[project::CODES]),
    domain("GEN095", "Execution", "docs/commands.md", "src/execute", &[diagnostic::execution::CODES]),
    domain("GEN096", "Previews", "docs/commands.md", "src/preview", &[diagnostic::rows::CODES]),
    domain("GEN10", "Deployment", "docs/deploy.md", "src", &[diagnostic::deployment::CODES]),
    domain("GEN11", "The account", "docs/deploy.md", "src/doctor", &[diagnostic::account::CODES]),
    domain("SQL", "Redshift SQL", "docs/sql.md", "crates/redshift/src", &[RedshiftCode::CODES]),
    domain("QS", "Dashboards", "docs/dashboards.md", "crates/dashboard/src", &[DashboardCode::CODES]),
];

/// Returns a code and its domain, ignoring case.
///
/// # Errors
/// Help for an unknown code: the nearest one, or the form of codes.
pub fn find(code: &str) -> Result<(&'static Domain, Code), String> {
    let wanted = code.to_ascii_uppercase();
    let all = || DOMAINS.iter().flat_map(|domain| domain.codes().into_iter().map(move |code| (domain, code)));
    all().find(|(_, code)| code.text() == wanted).ok_or_else(|| {
        suggestion(&wanted, all().map(|(_, code)| code.text()))
            .unwrap_or_else(|| "codes look like `GEN0103`; docs/diagnostics.md lists all of them".to_owned())
    })
}

/// Returns what `gen explain CODE` prints.
#[must_use]
pub fn text(domain: &Domain, code: Code) -> String {
    let Explanation { meaning, reason, severity, .. } = code.explanation();
    let example = match code.explanation().example {
        Example::Platform { bad, good }
        | Example::PlatformFile { bad, good }
        | Example::Expression { bad, good }
        | Example::Sql { bad, good }
        | Example::Template { bad, good }
        | Example::Document { bad, good } => pair("", bad, good),
        Example::SqlFile { bad, good } => {
            pair("", &format!("-- sql/{}\n{}", bad.0, bad.1), &format!("-- sql/{}\n{}", good.0, good.1))
        }
        Example::Dashboard { place, bad, good } => pair(&format!(" at {place}"), bad, good),
        Example::Situation(words) => format!("Example: {words}.\n"),
    };
    format!(
        "{code}: {meaning}\n\n{reason} Severity: {}.\n\n{example}\nSee {}.\n",
        severity.name(),
        domain.page
    )
}

fn pair(place: &str, bad: &str, good: &str) -> String {
    format!("Wrong{place}:\n{}\nRight:\n{}", indented(bad), indented(good))
}

fn indented(text: &str) -> String {
    text.trim_matches('\n').lines().fold(String::new(), |mut all, line| {
        // Writing to a string cannot fail.
        let _ = writeln!(all, "{}", format!("    {line}").trim_end());
        all
    })
}

/// Returns `docs/diagnostics.md`: the codes of all modules.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Diagnostics\n\n<!-- Generated from the registry of codes; INSTA_UPDATE=always cargo test --test it spec:: writes it. -->\n\n\
         Each finding has a code that is never reused. `gen explain CODE` also explains why it is wrong and\n\
         what to do, with an example.\n",
    );
    for domain in DOMAINS {
        let _ = write!(
            page,
            "\n## {}: `{}…`\n\nThe rules are in [{2}]({2}).\n\n",
            domain.title,
            domain.range,
            domain.page.trim_start_matches("docs/")
        );
        page.push_str("| Code | Severity | What it means |\n|---|---|---|\n");
        for code in domain.codes() {
            let Explanation { severity, meaning, .. } = code.explanation();
            let _ = writeln!(page, "| `{code}` | {} | {meaning} |", severity.name());
        }
    }
    page
}
