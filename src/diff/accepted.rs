//! [`clues`]: what marks the records that the new version accepts and the old one rejected, or of which it reads more.
//!
//! In: two manifests. Out: [`Clue`]s by dataset, each with its cause. The rows of other records stay as they are, so only the hours
//! with such a record are processed again. It refuses to look at records: whether there are any is found in the manifests of runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::numbers;
use super::schema::is_same;
use super::types::Type;
use crate::assembly::{DatasetResources, Manifest, ManifestColumn};
use crate::model::Period;

/// What marks a record that must be processed again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clue {
    /// It was rejected, and the reason in the metrics of its run begins with this.
    Rejected(String),
    /// It has this field, which no column had; the metrics count such records as unknown.
    Field(String),
    /// It has more digits of this column than were kept.
    Rounded(String),
}

/// A clue, and the subject of the change that it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) dataset: String,
    pub(super) cause: String,
    pub(super) clue: Clue,
}

/// How far event times can be ahead if the platform file does not say: the default of the grammar.
pub(super) const DEFAULT_AHEAD: Period = Period::days(1);

/// The settings of a dataset, by dotted key.
type Settings = BTreeMap<String, String>;

/// A dataset in both versions.
struct Pair<'a> {
    was: &'a DatasetResources,
    is: &'a DatasetResources,
    before: &'a Settings,
    after: &'a Settings,
}

/// What marks the records that must be processed again, although no row is wrong.
pub(super) fn clues(old: &Manifest, new: &Manifest) -> Vec<Marked> {
    let mut found = Vec::new();
    for is in &new.datasets {
        let section = format!("dataset.{}", is.name);
        let declared = old.declared.get(&section).zip(new.declared.get(&section));
        let Some(((before, after), was)) = declared.zip(old.dataset(&is.name)) else { continue };
        let pair = Pair { was, is, before, after };
        let marked = |(cause, clue)| Marked { dataset: is.name.clone(), cause, clue };
        found.extend(fields(&pair).into_iter().chain(values(&pair)).map(marked));
        let of_section = rules(&pair).into_iter().chain(ahead(&pair)).chain(files(&pair));
        found.extend(of_section.map(|clue| marked((format!("[{section}]"), clue))));
    }
    found
}

/// Fields that the old version did not know, and a column reads now. A name that was another column's is not among them: records
/// of that time have the values of the other one.
fn fields(pair: &Pair<'_>) -> Vec<(String, Clue)> {
    let is_known =
        |name: &str| pair.was.columns.iter().any(|one| one.name == name && one.expression.is_none());
    let reads =
        |one: &&ManifestColumn| one.expression.is_none() && one.data_type.is_some() && !is_known(&one.name);
    let all = pair.is.columns.iter().filter(reads);
    all.map(|one| (subject(pair.is, &one.name), Clue::Field(one.name.clone()))).collect()
}

/// Values that the old version rejected or rounded, and the new one stores.
fn values(pair: &Pair<'_>) -> Vec<(String, Clue)> {
    let mut found = Vec::new();
    for was in pair.was.columns.iter().filter(|one| one.expression.is_none()) {
        let Some((old, required)) = record_type(pair.before, &was.name) else { continue };
        let rejected = |rest: &str| Clue::Rejected(format!("{}: {rest}", was.name));
        let is = pair.is.columns.iter().find(|one| is_same(was, one) && one.expression.is_none());
        let declared = is.and_then(|one| Some((one, record_type(pair.after, &one.name)?)));
        let Some((is, (new, still_required))) = declared else {
            found.push((subject(pair.is, &was.name), rejected("")));
            continue;
        };
        let cause = subject(pair.is, &is.name);
        if old.rounds(&new) {
            found.push((cause.clone(), Clue::Rounded(is.name.clone())));
        }
        if !new.fits(&old) {
            found.push((cause, rejected("")));
        } else if required && !still_required {
            found.push((cause, rejected("missing")));
        }
    }
    found
}

/// Rules that reject records in the old version, and do not, or others, in the new one.
fn rules(pair: &Pair<'_>) -> Vec<Clue> {
    let names = pair.before.keys().filter_map(|key| key.strip_prefix("expect.")?.split('.').next());
    let names: BTreeSet<&str> = names.collect();
    let is_other = |name: &&str| {
        let (old, new) = (rejecting(pair.before, name), rejecting(pair.after, name));
        old.is_some() && numbers::is_other((old, new), (&pair.was.columns, &pair.is.columns))
    };
    names.into_iter().filter(is_other).map(|name| Clue::Rejected(format!("expectation: {name}"))).collect()
}

/// The condition of a rule that rejects records.
fn rejecting<'a>(all: &'a Settings, name: &str) -> Option<&'a str> {
    let of = |key: &str| all.get(&format!("expect.{name}{key}")).map(String::as_str);
    let rejects = of(".action").is_none_or(|action| action == "quarantine");
    of("").or_else(|| of(".sql")).filter(|_| rejects)
}

/// Events of the future that are accepted now.
fn ahead(pair: &Pair<'_>) -> Option<Clue> {
    let period =
        |all: &Settings| all.get("ahead").and_then(|text| Period::parse(text).ok()).unwrap_or(DEFAULT_AHEAD);
    let time = pair.before.get("event_time")?;
    (period(pair.before) < period(pair.after)).then(|| Clue::Rejected(format!("{time}: in the future")))
}

/// Files in another format may be those that were rejected, for whatever reason.
fn files(pair: &Pair<'_>) -> Option<Clue> {
    let is_other = |key: &str| pair.before.get(key) != pair.after.get(key);
    ["format", "delimiter"].into_iter().any(is_other).then(|| Clue::Rejected(String::new()))
}

/// The type of a column in records, and whether they must have it.
fn record_type(all: &Settings, name: &str) -> Option<(Type, bool)> {
    let text = all.get(&format!("column.{name}")).or_else(|| all.get(&format!("column.{name}.type")))?;
    let (kind, required) =
        text.split_once(" not null").map_or((text.as_str(), false), |(kind, _)| (kind, true));
    Some((Type::of(&kind.replace(' ', "")), required))
}

/// A column as a change names it.
fn subject(dataset: &DatasetResources, column: &str) -> String {
    format!("column `{column}` of `{}`", dataset.name)
}
