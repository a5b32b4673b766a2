//! Resources that store something: for how long, and what becomes of it when they end.
//!
//! The rules of both versions are evaluated for one object, event or record: at a moment at which one has it and the other does not.

use chrono::{Duration, NaiveDate};
use serde_json::Value;

use super::{Finder, Search, files, seen, tables};
use crate::diff::{Change, Effect, Exhibit, Impact, Verdict};

/// Looks for a witness of a verdict on a resource.
pub(super) fn find(finder: &Finder<'_>, change: &Change, verdict: &Verdict) -> Search {
    let (old, new) = finder.resource(change);
    let kind = text(old, "/Type").or_else(|| text(new, "/Type")).unwrap_or_default();
    let about = verdict.about.as_ref();
    if about == "policy" {
        return ended(change, old, new, verdict);
    }
    if let Some(life) = LIVES.iter().find(|life| life.kind == kind && life.path == about) {
        return outlived(life, &name(change, old), old, new);
    }
    match (kind.as_str(), about) {
        ("AWS::S3::Bucket", "LifecycleConfiguration") => {
            expired(&name(change, old), old, new, &verdict.reason)
        }
        ("AWS::S3::Bucket", "VersioningConfiguration/Status") => overwritten(&name(change, old), old, new),
        ("AWS::KinesisFirehose::DeliveryStream", path) => files::delivered(path, old, new),
        ("AWS::Glue::Table" | "AWS::Glue::Database", path) => tables::changed(finder, path, change, old, new),
        ("AWS::KMS::Key", _) => Err("nothing here decrypts with a key of KMS".to_owned()),
        _ => Err("nothing here runs what it is about".to_owned()),
    }
}

/// The text at a place.
pub(super) fn text(of: &Value, place: &str) -> Option<String> {
    of.pointer(place).and_then(Value::as_str).map(str::to_owned)
}

/// What a resource is called.
fn name(change: &Change, of: &Value) -> String {
    let custom =
        ["BucketName", "Name", "LogGroupName", "QueueName", "ClusterIdentifier", "DeliveryStreamName"];
    let named = custom.iter().find_map(|key| text(of, &format!("/Properties/{key}")));
    named.unwrap_or_else(|| Finder::place(change).1.to_owned())
}

/// For how long a resource keeps things: a number of some unit at a path.
struct Life {
    kind: &'static str,
    path: &'static str,
    what: Exhibit,
    thing: &'static str,
    /// Minutes in the unit.
    minutes: f64,
    /// What an unset number means; endless if `None`.
    unset: Option<f64>,
}

const LIVES: [Life; 4] = [
    Life {
        kind: "AWS::Kinesis::Stream",
        path: "RetentionPeriodHours",
        what: Exhibit::Record,
        thing: "a record put",
        minutes: 60.0,
        unset: Some(24.0),
    },
    Life {
        kind: "AWS::Logs::LogGroup",
        path: "RetentionInDays",
        what: Exhibit::Record,
        thing: "an event logged",
        minutes: 1_440.0,
        unset: None,
    },
    Life {
        kind: "AWS::SQS::Queue",
        path: "MessageRetentionPeriod",
        what: Exhibit::Record,
        thing: "a message sent",
        minutes: 1.0 / 60.0,
        unset: Some(345_600.0),
    },
    Life {
        kind: "AWS::Redshift::Cluster",
        path: "AutomatedSnapshotRetentionPeriod",
        what: Exhibit::File,
        thing: "a snapshot taken",
        minutes: 1_440.0,
        unset: Some(1.0),
    },
];

impl Life {
    /// The minutes for which a resource keeps a thing; `None` if that is not known.
    fn minutes(&self, of: &Value) -> Option<f64> {
        let number = match of.get("Properties").and_then(|all| all.get(self.path)) {
            None | Some(Value::Null) => self.unset.unwrap_or(f64::INFINITY),
            Some(Value::Number(number)) => number.as_f64()?,
            Some(Value::String(text)) => text.parse().ok()?,
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => return None,
        };
        Some(number * self.minutes)
    }
}

/// A thing that is older than the new life, and not than the old one.
fn outlived(life: &Life, name: &str, old: &Value, new: &Value) -> Search {
    let (Some(was), Some(is)) = (life.minutes(old), life.minutes(new)) else {
        return Err("its value is a function, and not known here".to_owned());
    };
    // A day later, if it is there then; otherwise half way.
    let age = if is + 1_440.0 <= was { is + 1_440.0 } else { f64::midpoint(is, was) };
    let there = |keeps: f64| if age <= keeps { "there" } else { "gone" };
    let (stored, read) = moments(whole(age));
    seen(life.what, format!("{} {stored} in {name}, read {read}", life.thing), there(was), there(is))
}

/// Minutes as a whole number.
fn whole(minutes: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a life is at most decades")]
    let whole = minutes as u64;
    whole
}

/// When a thing of an age in minutes was stored and is read, as text.
pub(super) fn moments(minutes: u64) -> (String, String) {
    let age = Duration::minutes(i64::try_from(minutes).unwrap_or_default());
    let start =
        NaiveDate::from_ymd_opt(2026, 8, 1).and_then(|date| date.and_hms_opt(0, 0, 0)).unwrap_or_default();
    let form = if age.num_minutes() % 1_440 == 0 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
    (start.format(form).to_string(), (start + age).format(form).to_string())
}

/// A rule that expires objects.
struct Expiry {
    prefix: String,
    days: f64,
    of: Kept,
}

/// What a rule deletes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Objects,
    Versions,
}

/// The enabled rules of a bucket that apply to every object of a folder.
fn expiries(of: &Value) -> Vec<Expiry> {
    let number = |rule: &Value, place: &str| rule.pointer(place).and_then(Value::as_f64);
    let rules = of.pointer("/Properties/LifecycleConfiguration/Rules").and_then(Value::as_array);
    let enabled =
        rules.into_iter().flatten().filter(|rule| text(rule, "/Status").as_deref() == Some("Enabled"));
    let mut found = Vec::new();
    for rule in enabled {
        let prefix = text(rule, "/Prefix").unwrap_or_default();
        let of_objects = number(rule, "/ExpirationInDays");
        let versions = number(rule, "/NoncurrentVersionExpiration/NoncurrentDays");
        let versions = versions.or_else(|| number(rule, "/NoncurrentVersionExpirationInDays"));
        found.extend(of_objects.map(|days| Expiry { prefix: prefix.clone(), days, of: Kept::Objects }));
        found.extend(versions.map(|days| Expiry { prefix: prefix.clone(), days, of: Kept::Versions }));
    }
    found
}

/// After how many days a bucket deletes an object, or a version of it.
fn lifetime(of: &Value, key: &str, kept: Kept) -> f64 {
    let all = expiries(of).into_iter().filter(|one| one.of == kept && key.starts_with(&one.prefix));
    all.map(|one| one.days).fold(f64::INFINITY, f64::min)
}

/// An object that is older than the new rules allow, and not than the old ones do.
fn expired(name: &str, old: &Value, new: &Value, reason: &str) -> Search {
    let is_meant = |one: &&Expiry| {
        reason.contains(&format!("after {} days", one.days))
            && reason.starts_with("objects") == (one.of == Kept::Objects)
    };
    for one in expiries(new).iter().filter(is_meant) {
        let key = format!("{}a", one.prefix);
        let lives = (lifetime(old, &key, one.of), lifetime(new, &key, one.of));
        if lives.1 >= lives.0 {
            continue;
        }
        let age = lives.1 + 1.0;
        let there = |days: f64| if age <= days { "there" } else { "deleted" };
        let (stored, read) = moments(whole(age * 1_440.0));
        let thing = if one.of == Kept::Versions { "replaced" } else { "written" };
        let text = format!("s3://{name}/{key}, {thing} {stored}, read {read}");
        return seen(Exhibit::File, text, there(lives.0), there(lives.1));
    }
    Err("its rules have tags, sizes or dates, which are not evaluated here".to_owned())
}

/// An object that is overwritten, and its first version.
fn overwritten(name: &str, old: &Value, new: &Value) -> Search {
    let first = |of: &Value| {
        let status = text(of, "/Properties/VersioningConfiguration/Status");
        let mut versions = Vec::new();
        for body in ["1", "2"] {
            if status.as_deref() != Some("Enabled") {
                versions.clear();
            }
            versions.push(body);
        }
        let found = versions.contains(&"1");
        if found { "the first version is there" } else { "the first version is gone" }
    };
    let text = format!("s3://{name}/a, written as 1 and then as 2");
    seen(Exhibit::File, text, first(old), first(new))
}

/// What a resource of a type stores, as a thing.
fn stored(kind: &str, name: &str) -> (Exhibit, String) {
    match kind {
        "AWS::S3::Bucket" => (Exhibit::File, format!("s3://{name}/a")),
        "AWS::Kinesis::Stream" => (Exhibit::Record, format!("a record in the stream {name}")),
        "AWS::Logs::LogGroup" => (Exhibit::Record, format!("an event in {name}")),
        "AWS::SQS::Queue" => (Exhibit::Record, format!("a message in the queue {name}")),
        kind if kind.starts_with("AWS::Redshift") => (Exhibit::Row, format!("a row of any table of {name}")),
        _ => (Exhibit::Record, format!("what {name} stores")),
    }
}

/// What becomes of what a resource stores, when it is removed or replaced, by its policies.
fn fate(of: &Value, effect: Effect) -> &'static str {
    let policy = |name: &str| of.get(name).and_then(Value::as_str).unwrap_or("Delete").to_owned();
    let (policy, is_replaced) = match effect {
        Effect::Replace => (policy("UpdateReplacePolicy"), true),
        Effect::Delete | Effect::Release => (policy("DeletionPolicy"), false),
        Effect::Create | Effect::Update => return "there",
    };
    match (policy.as_str(), is_replaced) {
        ("Delete", _) => "deleted with it",
        ("Snapshot", _) => "only in a snapshot",
        (_, true) => "not in the new one, which is empty",
        (_, false) => "there, outside of the stack",
    }
}

/// What a resource stores before and after it ends; for a weaker policy, after it is removed or replaced later.
fn ended(change: &Change, old: &Value, new: &Value, verdict: &Verdict) -> Search {
    let kind = text(old, "/Type").unwrap_or_default();
    let (what, thing) = stored(&kind, &name(change, old));
    if change.effect != Effect::Update || verdict.impact == Impact::BreaksConsumers {
        return seen(what, thing, fate(old, Effect::Update), fate(old, change.effect));
    }
    let event = if verdict.reason.contains("UpdateReplacePolicy") { Effect::Replace } else { Effect::Delete };
    let word = if event == Effect::Replace { "replaced" } else { "removed" };
    seen(what, format!("{thing}, once that is {word}"), fate(old, event), fate(new, event))
}
