//! [`Report`]: the changes of all platforms and environments, or of two templates, with what they come to.

use serde::Serialize;

use super::backfill::Backfill;
use super::change::Change;
use super::impact::Impact;

/// The JSON Schema of a report.
pub const REPORT_SCHEMA: &str = include_str!("report.schema.json");

/// The changes between two sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this format: [`Report::FORMAT`].
    pub format: u32,
    /// What was: a revision, a folder, a file.
    pub old: String,
    /// What is.
    pub new: String,
    /// The worst impact; absent if nothing changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<Impact>,
    /// Why verdicts that need a server have no witness, if that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_run: Option<String>,
    /// The changes of each platform and environment that has any.
    pub parts: Vec<Part>,
}

/// The changes of a platform in an environment, or of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// `shop/dev`, or the name of a template; several in a condensed report.
    pub names: Vec<String>,
    /// The changes, the worst first.
    pub changes: Vec<Change>,
    /// What must be processed again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backfills: Vec<Backfill>,
}

impl Part {
    /// Its worst impact.
    #[must_use]
    pub fn impact(&self) -> Impact {
        self.changes.iter().map(Change::impact).max().unwrap_or(Impact::Safe)
    }
}

impl Report {
    /// The current version of the format.
    pub const FORMAT: u32 = 1;

    /// The report of parts; those without changes are left out.
    #[must_use]
    pub fn of(old: String, new: String, all: Vec<(String, Vec<Change>, Vec<Backfill>)>) -> Self {
        let all = all.into_iter().filter(|(_, changes, _)| !changes.is_empty());
        let parts: Vec<Part> =
            all.map(|(name, changes, backfills)| Part { names: vec![name], changes, backfills }).collect();
        let worst = parts.iter().map(Part::impact).max();
        Self { format: Self::FORMAT, old, new, worst, not_run: None, parts }
    }

    /// The same for people: environments that change alike are one part. Their statements may differ where the sizes of
    /// tables do.
    #[must_use]
    pub fn condensed(&self) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for part in &self.parts {
            let text = alike(part);
            let known = texts.iter().position(|one| *one == text).and_then(|at| parts.get_mut(at));
            if let Some(first) = known {
                first.names.extend(part.names.iter().cloned());
                first.backfills.extend(part.backfills.iter().cloned());
            } else {
                parts.push(part.clone());
                texts.push(text);
            }
        }
        Self { parts, ..self.clone() }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// All changes, with their consequences.
    pub fn all(&self) -> impl Iterator<Item = &Change> {
        self.parts.iter().flat_map(|part| &part.changes).flat_map(Change::all)
    }
}

/// A part as text, without statements and without the name of its environment: `shop-dev-orders` in one is
/// `shop-prod-orders` in the other.
fn alike(part: &Part) -> String {
    let mut changes = part.changes.clone();
    changes.iter_mut().for_each(unstated);
    let text = serde_json::to_string(&changes).unwrap_or_default();
    match part.names.first().and_then(|name| name.split_once('/')) {
        Some((platform, environment)) => text
            .replace(&format!("{platform}-{environment}"), "{environment}")
            .replace(&format!("{platform}_{environment}").replace('-', "_"), "{environment}"),
        None => text,
    }
}

fn unstated(change: &mut Change) {
    change.statements.clear();
    change.consequences.iter_mut().for_each(unstated);
}
