//! Settings of a dataset: its key, its event time, its rules, how records arrive.

use serde_json::{Value as Json, json};
use strataform_redshift::parse;

use super::aggregates;
use super::columns::retyped;
use super::databases::{Databases, Made};
use super::expressions::{self, Formula};
use super::formats;
use super::resources::moments;
use super::server::{Found, Trial, literal, translated};
use super::{Search, seen};
use crate::assembly::{Assembly, DatasetResources, FileKind};
use crate::diff::{Change, Exhibit, Verdict};
use crate::model::Period;
use crate::spec::type_named;

/// A setting before and after.
struct Setting<'a> {
    old: Option<&'a str>,
    new: Option<&'a str>,
}

/// The text of a setting.
pub(super) fn declared<'a>(of: &'a Assembly, section: &str, key: &str) -> Option<&'a str> {
    of.manifest.declared.get(section)?.get(key).map(String::as_str)
}

/// Looks for a witness of a verdict on a setting.
pub(super) fn find(databases: &Databases<'_>, change: &Change, verdict: &Verdict) -> Search {
    let section = change.origin.as_deref().unwrap_or_default();
    let key = verdict.about.as_ref();
    let (kind, name) = section.split_once('.').unwrap_or((section, ""));
    let setting =
        Setting { old: declared(databases.old, section, key), new: declared(databases.new, section, key) };
    match (kind, key) {
        ("platform" | "retention", key) => kept(key, &setting),
        ("", "") => moved(databases),
        ("dataset", "key") => keyed(databases, name, &setting),
        ("dataset", "event_time") => ordered(databases, name, &setting),
        ("dataset", "ahead") => ahead(databases, name, &setting),
        ("dataset", "source" | "dataset") => sent(databases, name),
        ("dataset", "format" | "delimiter") => parsed(databases, section),
        ("dataset", "table_format") => Err("nothing here reads Iceberg tables".to_owned()),
        ("dataset", "delete") => deleted(databases, name, &setting),
        ("dataset", key) if key.starts_with("expect.") => ruled(databases, name, section, key),
        ("dataset", key) if key.starts_with("column.") => narrowed(databases, key, &setting),
        ("aggregate", "aggregate") => refreshed(databases, section, name),
        ("aggregate", _) => aggregates::find(databases, name, key),
        ("dashboard", key) => aggregates::calculated(databases, section, key),
        _ => Err("nothing here runs what it is about".to_owned()),
    }
}

/// The names in a list of the platform file.
fn names(text: Option<&str>) -> Vec<String> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The statement of a load that keeps the latest row of each key, as PostgreSQL runs it.
fn latest(of: &Assembly, dataset: &str) -> Result<String, String> {
    let ending = format!("/{dataset}.sql");
    let file = of.manifest.files.iter().find(|one| one.kind == FileKind::Load && one.path.ends_with(&ending));
    let text = file.and_then(|file| of.text(&file.path)).ok_or("it has no load")?;
    let start = format!("INSERT INTO \"staging\".\"{dataset}__latest\"");
    let script = parse(&text);
    let mut statements = script.statements.iter().filter_map(|one| text.get(one.span.range()));
    let found = statements.find(|one| one.starts_with(&start)).ok_or("its load keeps every row")?;
    translated(found)
}

/// A value of a column, and another one, which is greater.
fn two(made: &Made, dataset: &str, column: &str) -> Option<(String, String)> {
    let column = made.columns("staging", dataset).iter().find(|one| one.name == column)?;
    Some((column.least(), column.greater()))
}

/// Two records, the load of them, and a query.
fn loaded(
    made: &Made,
    of: &Assembly,
    dataset: &str,
    rows: &[Vec<(&str, Option<String>)>; 2],
    query: &str,
) -> Result<Trial, String> {
    let inserts = rows.iter().map(|row| made.insert("staging", dataset, row));
    let inserts: Vec<String> = inserts.chain([latest(of, dataset)?]).collect();
    Ok(Trial { before: inserts.join(";\n"), query: query.to_owned() })
}

/// Records as JSON.
fn records(rows: &[Vec<(&str, Option<String>)>; 2], shown: &[&str]) -> String {
    let one = |row: &Vec<(&str, Option<String>)>| -> Json {
        let cells = row.iter().filter(|(name, _)| shown.contains(name));
        let text = |value: &Option<String>| json!(value.as_deref().unwrap_or_default().trim_matches('\''));
        Json::Object(cells.map(|(name, value)| ((*name).to_owned(), text(value))).collect())
    };
    format!("{} {}", one(&rows[0]), one(&rows[1]))
}

/// Two records that are one row by one key and two by the other.
fn keyed(databases: &Databases<'_>, dataset: &str, setting: &Setting<'_>) -> Search {
    let both = databases.both()?;
    let (old, new) = (names(setting.old), names(setting.new));
    let differ =
        old.iter().filter(|one| !new.contains(one)).chain(new.iter().filter(|one| !old.contains(one)));
    let query = format!("SELECT COUNT(*) FROM \"staging\".\"{dataset}__latest\"");
    let mut why = "both keys have the same columns".to_owned();
    for column in differ {
        let Some((least, greater)) = two(&both.old, dataset, column) else { continue };
        let hash = |number: &str| ("row__hash", Some(literal(number)));
        let mut rows = [
            vec![(column.as_str(), Some(least)), hash("0")],
            vec![(column.as_str(), Some(greater)), hash("1")],
        ];
        for name in old.iter().chain(&new).filter(|name| *name != column) {
            let Some((least, _)) = two(&both.old, dataset, name) else { continue };
            for row in &mut rows {
                row.push((name, Some(least.clone())));
            }
        }
        let trial = |made, of| loaded(made, of, dataset, &rows, &query);
        let found = databases.tried(trial(&both.old, databases.old)?, trial(&both.new, databases.new)?)?;
        let shown: Vec<&str> = old.iter().chain(&new).map(String::as_str).collect();
        let rows_of = |found: &Found| match found {
            Found::Value(count) if count == "1" => "1 row".to_owned(),
            Found::Value(count) => format!("{count} rows"),
            Found::Null | Found::Failed(_) => found.shown(),
        };
        match seen(Exhibit::Record, records(&rows, &shown), rows_of(&found.0), rows_of(&found.1)) {
            Ok(found) => return Ok(found),
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

/// Two records of one key, of which either is the latest.
fn ordered(databases: &Databases<'_>, dataset: &str, setting: &Setting<'_>) -> Search {
    let both = databases.both()?;
    let (old, new) = (setting.old.unwrap_or("arrived__at"), setting.new.unwrap_or("arrived__at"));
    let of = |column: &str| {
        two(&both.old, dataset, column)
            .or_else(|| two(&both.new, dataset, column))
            .ok_or("its type is not known")
    };
    let ((one, two), (three, four)) = (of(old)?, of(new)?);
    let rows = [
        vec![(old, Some(one)), (new, Some(four)), ("row__hash", Some(literal("0")))],
        vec![(old, Some(two)), (new, Some(three)), ("row__hash", Some(literal("1")))],
    ];
    let query = format!("SELECT \"row__hash\" FROM \"staging\".\"{dataset}__latest\"");
    let trial = |made, of| loaded(made, of, dataset, &rows, &query);
    let found = databases.tried(trial(&both.old, databases.old)?, trial(&both.new, databases.new)?)?;
    let kept = |found: &Found| match found {
        Found::Value(hash) if hash == "0" => "the first record is kept".to_owned(),
        Found::Value(_) => "the second record is kept".to_owned(),
        Found::Null | Found::Failed(_) => found.shown(),
    };
    seen(Exhibit::Record, records(&rows, &[old, new]), kept(&found.0), kept(&found.1))
}

/// A record whose event time is too far ahead of its arrival.
fn ahead(databases: &Databases<'_>, dataset: &str, setting: &Setting<'_>) -> Search {
    let period = |text: Option<&str>| {
        let parsed = text.map_or(Ok(Period::days(1)), Period::parse);
        parsed.map(Period::as_minutes).map_err(|_| "its period is not valid".to_owned())
    };
    let (old, new) = (period(setting.old)?, period(setting.new)?);
    let section = format!("dataset.{dataset}");
    let column = declared(databases.new, &section, "event_time").ok_or("it has no event time")?;
    let arrival = "timestamp '2026-01-01 00:00:00'";
    let time = format!("{arrival} + interval '{} minutes'", new + 1);
    let scratch = databases.server.scratch()?;
    let trial = |most: u64| {
        Trial::of(format!(
            "SELECT CASE WHEN {time} > {arrival} + interval '{most} minutes' THEN 'rejected: in the future' \
             ELSE 'accepted' END"
        ))
    };
    let found =
        databases.server.tried(scratch, &[trial(old), trial(new), Trial::of(format!("SELECT {time}"))])?;
    let shown = |at: usize| found.get(at).map(Found::shown).unwrap_or_default();
    let record = format!("{} that arrives on 2026-01-01 00:00:00", json!({ column: shown(2) }));
    seen(Exhibit::Record, record, shown(0), shown(1))
}

/// A record that is sent as before, to a stream or as a file.
fn sent(databases: &Databases<'_>, dataset: &str) -> Search {
    let (old, new) = (databases.old.manifest.dataset(dataset), databases.new.manifest.dataset(dataset));
    let has = |assembly: &Assembly, stream: &str| {
        let mut all = assembly.manifest.stacks.iter().map(|one| super::json(assembly.template(one)));
        let found = all.any(|template| template.to_string().contains(&format!("\"Name\":\"{stream}\"")));
        if found { "accepted" } else { "there is no such stream" }
    };
    if let Some(stream) = old.and_then(|one| one.stream.as_ref()) {
        let record = format!("{{}} put into the stream {stream}");
        return seen(Exhibit::Record, record, has(databases.old, stream), has(databases.new, stream));
    }
    let read = |of: Option<&DatasetResources>| match of {
        None => "nothing reads it".to_owned(),
        Some(DatasetResources { stream: None, job, .. }) => format!("{job} reads it"),
        Some(DatasetResources { stream: Some(stream), .. }) => {
            format!("nothing reads it: records come from the stream {stream}")
        }
    };
    seen(Exhibit::File, format!("{dataset}/a in the raw bucket"), read(old), read(new))
}

/// Something that is older than the new period allows, and not than the old one does.
fn kept(key: &str, setting: &Setting<'_>) -> Search {
    let minutes = |text: Option<&str>| {
        let parsed = text.and_then(|text| Period::parse(text).ok());
        parsed.map(Period::as_minutes).ok_or("its period is not known")
    };
    let (was, is) = (minutes(setting.old)?, minutes(setting.new)?);
    let thing = match key {
        "raw" => (Exhibit::File, "a file in the raw bucket"),
        "quarantine" => (Exhibit::File, "a file in the quarantine bucket"),
        "stream" => (Exhibit::Record, "a record in a stream"),
        "logs" => (Exhibit::Record, "an event in a log"),
        _ => (Exhibit::Row, "a row"),
    };
    let age = if is + 1_440 <= was { is + 1_440 } else { u64::midpoint(is, was) };
    let there = |keeps: u64| if age <= keeps { "there" } else { "deleted" };
    let (stored, read) = moments(age);
    seen(thing.0, format!("{} of {stored}, read {read}", thing.1), there(was), there(is))
}

/// A record that is sent where the environment was.
fn moved(databases: &Databases<'_>) -> Search {
    let place = |of: &Assembly| (of.manifest.region.clone(), of.manifest.account.clone());
    let (old, new) = (place(databases.old), place(databases.new));
    let has = |is_there: bool| if is_there { "the environment is there" } else { "there is nothing new" };
    let of = old.1.as_ref().map(|account| format!(" of {account}")).unwrap_or_default();
    seen(Exhibit::Record, format!("{{}} sent to {}{of}", old.0), has(true), has(old == new))
}

/// What a load calls to refresh an aggregate.
fn refreshed(databases: &Databases<'_>, section: &str, aggregate: &str) -> Search {
    let dataset = declared(databases.old, section, "from").ok_or("its dataset is not known")?;
    let ending = format!("/{dataset}.sql");
    let has = |of: &Assembly| {
        let loads =
            of.manifest.files.iter().filter(|one| one.kind == FileKind::Load && one.path.ends_with(&ending));
        let mut texts = loads.filter_map(|one| of.text(&one.path));
        let names = [format!("\"refresh__{aggregate}\""), format!("\"mart\".\"{aggregate}\"")];
        let found = texts.any(|text| names.iter().any(|name| text.contains(name)));
        if found { "refreshes it" } else { "does not refresh it" }
    };
    seen(Exhibit::Row, format!("a load of {dataset}"), has(databases.old), has(databases.new))
}

/// A file in the old format, read as the new one.
fn parsed(databases: &Databases<'_>, section: &str) -> Search {
    let of = |assembly: &Assembly| {
        let text = |key: &str| declared(assembly, section, key).map(str::to_owned);
        (
            text("format").unwrap_or_else(|| "json".to_owned()),
            text("delimiter").unwrap_or_else(|| ",".to_owned()),
        )
    };
    let ((old, delimiter), (new, other)) = (of(databases.old), of(databases.new));
    formats::reread(databases.server, (&old, &delimiter), (&new, &other))
}

/// A record that deletes the row of its key by one condition only.
fn deleted(databases: &Databases<'_>, dataset: &str, setting: &Setting<'_>) -> Search {
    let formula = |text: Option<&str>| Formula::Text(text.unwrap_or("1 = 0").to_owned());
    expressions::differing(databases, dataset, &formula(setting.old), &formula(setting.new))
}

/// A record that fails a rule which is new or another one.
fn ruled(databases: &Databases<'_>, dataset: &str, section: &str, key: &str) -> Search {
    let name = key.trim_start_matches("expect.").trim_end_matches(".sql");
    let formula = |of: &Assembly| {
        let text = declared(of, section, &format!("expect.{name}.sql"));
        let text = text.or_else(|| declared(of, section, &format!("expect.{name}")));
        // A rule that warns rejects nothing.
        let warns = declared(of, section, &format!("expect.{name}.action")) == Some("warn");
        text.filter(|_| !warns).map_or(Formula::True, |text| Formula::Text(text.to_owned()))
    };
    expressions::failing(databases, dataset, &formula(databases.old), &formula(databases.new))
}

/// A value of records that no longer fits.
fn narrowed(databases: &Databases<'_>, key: &str, setting: &Setting<'_>) -> Search {
    let name = key.trim_start_matches("column.").split('.').next().unwrap_or_default();
    let of = |text: Option<&str>| type_named(text?.split(" not ").next()?);
    match (of(setting.old), of(setting.new)) {
        (Some(old), Some(new)) => retyped(databases.server, name, old, new),
        (None, _) | (_, None) => Err("its type is not known".to_owned()),
    }
}
