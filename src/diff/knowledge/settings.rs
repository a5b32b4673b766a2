//! What a setting of the platform file does to records, rows and numbers when it changes. The reasons follow from
//! `docs/processing.md`.
//!
//! In: the settings of a section before and after, as text. Out: [`Verdict`]s. It refuses to judge what a resource shows
//! by itself: a bucket's lifecycle, a stream's shards.

use std::collections::{BTreeMap, BTreeSet};

use super::super::impact::{Impact, Verdict};
use crate::model::Period;

/// The settings of a section, by dotted key.
pub(in crate::diff) type Settings = BTreeMap<String, String>;

/// A setting that changes.
struct Setting<'a> {
    key: &'a str,
    was: Option<&'a str>,
    is: Option<&'a str>,
}

/// The verdicts on the settings of a section of which these keys differ.
pub(in crate::diff) fn verdicts(
    section: &str,
    was: &Settings,
    is: &Settings,
    keys: &[String],
) -> Vec<Verdict> {
    let kind = section.split('.').next().unwrap_or_default();
    if kind == "aggregate" && !was.is_empty() && is.is_empty() {
        let reason = "nothing refreshes it any more: its rows stay as they are";
        return vec![Verdict::new(Impact::BreaksConsumers, reason).about("aggregate")];
    }
    // What is new has no consumers and no rows.
    if was.is_empty() && !matches!(kind, "retention" | "dataset") {
        return Vec::new();
    }
    let settings = keys.iter().map(|key| Setting {
        key,
        was: was.get(key).map(String::as_str),
        is: is.get(key).map(String::as_str),
    });
    let mut found: Vec<Verdict> = match kind {
        "dataset" => settings.flat_map(|one| about(&one, of_dataset(&one))).collect(),
        "aggregate" => settings.flat_map(|one| about(&one, of_aggregate(&one))).collect(),
        "dashboard" => settings.flat_map(|one| about(&one, of_dashboard(&one))).collect(),
        "platform" | "retention" => settings.flat_map(|one| about(&one, of_retention(&one))).collect(),
        _ => Vec::new(),
    };
    if kind == "dataset" {
        found.extend(of_rules(was, is, keys));
    }
    found
}

/// Verdicts, concluded from a setting.
fn about(one: &Setting<'_>, verdicts: impl IntoIterator<Item = Verdict>) -> Vec<Verdict> {
    verdicts.into_iter().map(|verdict| verdict.about(one.key.to_owned())).collect()
}

fn of_dataset(one: &Setting<'_>) -> Vec<Verdict> {
    let breaks = |reason: String| Verdict::new(Impact::BreaksConsumers, reason);
    let backfill = |reason: &str| Verdict::new(Impact::NeedsBackfill, reason);
    match one.key {
        "key" => vec![
            backfill("rows that are there were merged by the old key"),
            breaks("another set of rows is kept: counts differ".to_owned()),
        ],
        "event_time" => vec![backfill("rows that are there are ordered and laid out by the old event time")],
        "partition" => vec![Verdict::new(
            Impact::Safe,
            "files that exist keep their folders; new ones are laid out anew",
        )],
        "table_format" => vec![
            backfill("the new table has none of the rows of the old one"),
            breaks("queries of the lake read the new table".to_owned()),
        ],
        "late" if is_shorter(one) => {
            let than = one.is.unwrap_or("3 days");
            let reason = format!("records that are later than {than} are counted as late, and kept");
            vec![Verdict::new(Impact::Safe, reason)]
        }
        "ahead" if is_shorter(one) => vec![breaks(format!(
            "records that are further ahead than {} are rejected from now on",
            one.is.unwrap_or_default()
        ))],
        "source" => vec![breaks("whoever sends records must send them another way".to_owned())],
        "format" | "delimiter" => vec![breaks("files in the old format are rejected from now on".to_owned())],
        "delete" | "snapshot" => {
            vec![backfill("rows that are there were kept or deleted by the old rule")]
        }
        key if key.starts_with("join.") && one.was.is_some() => {
            vec![breaks("queries that use the columns of the join see other values, or fail".to_owned())]
        }
        _ => Vec::new(),
    }
}

fn of_aggregate(one: &Setting<'_>) -> Option<Verdict> {
    let breaks = |reason: String| Some(Verdict::new(Impact::BreaksConsumers, reason));
    match one.key.split_once('.') {
        Some(("measure", name)) => match (one.was, one.is) {
            (Some(_), Some(_)) => breaks(format!("`{name}` is another number")),
            (Some(_), None) => breaks(format!("queries that use `{name}` fail")),
            (None, _) => None,
        },
        Some(("group_by", _)) => breaks("its rows are of other groups".to_owned()),
        None if ["where", "from"].contains(&one.key) => breaks("other records are counted".to_owned()),
        Some(_) | None => None,
    }
}

fn of_dashboard(one: &Setting<'_>) -> Option<Verdict> {
    let (kind, rest) = one.key.split_once('.')?;
    match (kind, one.was, one.is) {
        ("calculate", Some(_), Some(_)) => {
            let name = rest.rsplit('.').next().unwrap_or(rest);
            let reason = format!("visuals that use `{name}` show another number");
            Some(Verdict::new(Impact::BreaksConsumers, reason))
        }
        _ => None,
    }
}

/// Rows, files and records that live shorter. What a period means that is not set is left to the resources.
fn of_retention(one: &Setting<'_>) -> Option<Verdict> {
    let what = match one.key {
        "retention" | "curated" => "rows and files",
        "raw" => "records as they came",
        "quarantine" => "rejected records",
        "stream" => "records in streams",
        "logs" => "log events",
        _ => return None,
    };
    let (was, is) = (one.was?, one.is?);
    is_shorter(one).then(|| {
        Verdict::new(Impact::DestroysData, format!("{what} are deleted after {is}, instead of {was}"))
    })
}

/// Whether a period becomes shorter. Unset, it has its default, which is not known here: then it may.
fn is_shorter(one: &Setting<'_>) -> bool {
    let period = |text: Option<&str>| text.and_then(|text| Period::parse(text).ok());
    match (period(one.was), period(one.is)) {
        (Some(was), Some(is)) => is < was,
        (None, _) | (_, None) => one.was != one.is,
    }
}

/// A rule of a dataset about its records.
struct Rule<'a> {
    sql: &'a str,
    action: &'a str,
    threshold: u8,
}

impl Rule<'_> {
    fn rejects(&self) -> bool {
        self.action != "warn"
    }
}

/// The rule with a name, in whichever form it is declared.
fn rule<'a>(all: &'a Settings, name: &str) -> Option<Rule<'a>> {
    let get = |key: &str| all.get(key).map(String::as_str);
    let of = |key: &str| get(&format!("expect.{name}.{key}"));
    let sql = get(&format!("expect.{name}")).or_else(|| of("sql"))?;
    let action = of("action").unwrap_or("quarantine");
    let threshold = of("threshold").and_then(|text| text.parse().ok());
    // A rule that fails the run does so at the first record, unless it has a threshold.
    let threshold = threshold.unwrap_or(if action == "fail" { 100 } else { 0 });
    Some(Rule { sql, action, threshold })
}

/// The verdicts on rules: which records are rejected now that were not, and which runs fail.
fn of_rules(was: &Settings, is: &Settings, keys: &[String]) -> Vec<Verdict> {
    let name = |key: &'_ String| -> Option<String> {
        Some(key.strip_prefix("expect.")?.split('.').next()?.to_owned())
    };
    let names: BTreeSet<String> = keys.iter().filter_map(name).collect();
    let mut found = Vec::new();
    for name in names {
        let (before, after) = (rule(was, &name), rule(is, &name));
        let Some(after) = after else { continue };
        let is_other = before.as_ref().is_none_or(|before| before.sql != after.sql || !before.rejects());
        if is_other && after.rejects() {
            let reason = format!("records that fail `{name}` are rejected from now on");
            found.push(Verdict::new(Impact::BreaksConsumers, reason).about(format!("expect.{name}")));
        }
        if after.threshold > before.map_or(0, |before| before.threshold) {
            let reason =
                format!("a run fails if fewer than {} % of its records pass `{name}`", after.threshold);
            found.push(Verdict::new(Impact::Interrupts, reason));
        }
    }
    found
}
