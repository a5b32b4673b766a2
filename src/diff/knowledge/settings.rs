//! What a setting of the platform file does to records and rows when it changes. The reasons follow from `docs/processing.md`.

use super::super::impact::{Impact, Verdict};
use crate::model::Period;

/// The verdicts on a setting: its section, its key, the old and the new text.
pub(in crate::diff) fn verdicts(
    section: &str,
    key: &str,
    was: Option<&str>,
    is: Option<&str>,
) -> Vec<Verdict> {
    let kind = section.split('.').next().unwrap_or_default();
    match (kind, key) {
        ("dataset", "key") => vec![
            Verdict::new(Impact::NeedsBackfill, "rows that are there were merged by the old key"),
            Verdict::new(Impact::BreaksConsumers, "another set of rows is kept: counts differ"),
        ],
        ("dataset", "event_time") => {
            vec![Verdict::new(
                Impact::NeedsBackfill,
                "rows that are there are ordered and laid out by the old event time",
            )]
        }
        ("dataset", "partition") => {
            vec![Verdict::new(
                Impact::Safe,
                "files that exist keep their folders; new ones are laid out anew",
            )]
        }
        ("dataset", "late") if is_shorter(was, is) => vec![Verdict::new(
            Impact::BreaksConsumers,
            format!("records that are later than {} are rejected from now on", is.unwrap_or("3 days")),
        )],
        ("dataset", "ahead") if is_shorter(was, is) => vec![Verdict::new(
            Impact::BreaksConsumers,
            format!(
                "records that are further ahead than {} are rejected from now on",
                is.unwrap_or_default()
            ),
        )],
        ("dataset", "source") => {
            vec![Verdict::new(Impact::BreaksConsumers, "whoever sends records must send them another way")]
        }
        ("dataset", "format" | "delimiter") => {
            vec![Verdict::new(Impact::BreaksConsumers, "files in the old format are rejected from now on")]
        }
        ("dataset", "delete" | "snapshot") => {
            vec![Verdict::new(
                Impact::NeedsBackfill,
                "rows that are there were kept or deleted by the old rule",
            )]
        }
        ("dataset", _) if is.is_some() && is_rule(key) => {
            vec![Verdict::new(
                Impact::BreaksConsumers,
                "records that fail the rule are treated so from now on",
            )]
        }
        _ => Vec::new(),
    }
}

/// Whether a period becomes shorter. Unset, it has its default, which is not known here: then it may.
fn is_shorter(was: Option<&str>, is: Option<&str>) -> bool {
    let period = |text: Option<&str>| text.and_then(|text| Period::parse(text).ok());
    match (period(was), period(is)) {
        (Some(was), Some(is)) => is < was,
        (None, _) | (_, None) => was != is,
    }
}

/// Whether a setting is the condition of an expectation: `expect.known_type`, or its `sql`.
fn is_rule(key: &str) -> bool {
    let parts: Vec<&str> = key.split('.').collect();
    matches!(parts[..], ["expect", _] | ["expect", _, "sql"])
}
