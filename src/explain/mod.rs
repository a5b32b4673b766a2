//! Explanations: one registry of the codes of all rooms and crates.
//!
//! In: the tables that rooms declare beside their rules. Out: what a code means, why it is wrong and how it arises, as
//! text ([`text`]), as values for JSON ([`find`]) and as the page `docs/diagnostics.md` ([`page`]). It refuses to
//! know a code that no room declares.

use std::fmt::Write as _;

use crate::diagnostic::{self, Code, Example, Explanation, suggestion};
use crate::{check, project, spec};
use strataform_dashboard::Code as DashboardCode;
use strataform_redshift::Code as RedshiftCode;

/// The codes of a room.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// What all of its codes begin with, such as `GEN01`.
    pub range: &'static str,
    /// What they are about.
    pub title: &'static str,
    /// The page of the documentation that has the rules.
    pub page: &'static str,
    /// Where they are given, from the root of the repository.
    pub sources: &'static str,
    /// The codes, in order.
    pub codes: &'static [Code],
}

const fn room(
    range: &'static str,
    title: &'static str,
    page: &'static str,
    sources: &'static str,
    codes: &'static [Code],
) -> Room {
    Room { range, title, page, sources, codes }
}

/// Every room that has codes, in the order of the documentation.
pub const ROOMS: &[Room] = &[
    room("GEN01", "Keys and values", "docs/platform-file.md", "src/spec", spec::FORMAT_CODES),
    room(
        "GEN02",
        "Expressions",
        "docs/expressions.md",
        "src/model/expression",
        crate::model::expression::CODES,
    ),
    room("GEN03", "References and rules", "docs/platform-file.md", "src/spec", spec::MEANING_CODES),
    room("GEN04", "Stacks and hand-written SQL", "docs/platform-file.md", "src", check::CODES),
    room("GEN090", "Projects", "docs/platform-file.md", "src/project", project::CODES),
    room("GEN095", "Execution", "docs/commands.md", "src/execute", diagnostic::execution::CODES),
    room("GEN096", "Previews", "docs/commands.md", "src/preview", diagnostic::rows::CODES),
    room("GEN10", "Deployment", "docs/deploy.md", "src", diagnostic::deployment::CODES),
    room("SQL", "Redshift SQL", "docs/sql.md", "crates/redshift/src", RedshiftCode::CODES),
    room("QS", "Dashboards", "docs/dashboards.md", "crates/dashboard/src", DashboardCode::CODES),
];

/// Returns a code and its room, whatever the case of the letters.
///
/// # Errors
/// What the user may have meant, as help; empty if no code is near.
pub fn find(code: &str) -> Result<(&'static Room, Code), String> {
    let wanted = code.to_ascii_uppercase();
    let all = || ROOMS.iter().flat_map(|room| room.codes.iter().map(move |code| (room, *code)));
    all().find(|(_, code)| code.text() == wanted).ok_or_else(|| {
        suggestion(&wanted, all().map(|(_, code)| code.text()))
            .unwrap_or_else(|| "codes look like GEN0103; docs/diagnostics.md has all of them".to_owned())
    })
}

/// Returns what `gen explain CODE` prints.
#[must_use]
pub fn text(room: &Room, code: Code) -> String {
    let Explanation { meaning, reason, severity, .. } = code.explanation();
    let example = match code.explanation().example {
        Example::Platform { bad, good }
        | Example::PlatformFile { bad, good }
        | Example::Expression { bad, good }
        | Example::Sql { bad, good }
        | Example::Document { bad, good } => pair("", bad, good),
        Example::SqlFile { bad, good } => {
            pair("", &format!("-- sql/{}\n{}", bad.0, bad.1), &format!("-- sql/{}\n{}", good.0, good.1))
        }
        Example::Dashboard { place, bad, good } => pair(&format!(" at {place}"), bad, good),
        Example::Situation(words) => format!("It arises from: {words}.\n"),
    };
    format!("{code}: {meaning}\n\n{reason} Severity: {}.\n\n{example}\nSee {}.\n", severity.name(), room.page)
}

fn pair(place: &str, bad: &str, good: &str) -> String {
    format!("Wrong{place}:\n{}\nRight:\n{}", indented(bad), indented(good))
}

fn indented(text: &str) -> String {
    text.trim_matches('\n').lines().fold(String::new(), |mut all, line| {
        // Writing to a text cannot fail.
        let _ = writeln!(all, "{}", format!("    {line}").trim_end());
        all
    })
}

/// Returns `docs/diagnostics.md`: the codes of all rooms.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Diagnostics\n\n<!-- Generated from the registry of codes; INSTA_UPDATE=always cargo test --test it spec:: writes it. -->\n\n\
         Each finding has a code that is never reused. `gen explain CODE` also says why it is wrong and what to do, with an\n\
         example of each.\n",
    );
    for room in ROOMS {
        let _ = write!(
            page,
            "\n## {}: `{}…`\n\nThe rules are in [{2}]({2}).\n\n",
            room.title,
            room.range,
            room.page.trim_start_matches("docs/")
        );
        page.push_str("| Code | Severity | What it means |\n|---|---|---|\n");
        for code in room.codes {
            let Explanation { severity, meaning, .. } = code.explanation();
            let _ = writeln!(page, "| `{code}` | {} | {meaning} |", severity.name());
        }
    }
    page
}
