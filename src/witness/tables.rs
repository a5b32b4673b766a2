//! Tables of the Data Catalog: a query over tables with the columns of both versions, a line of a file without names, a file
//! that is no longer listed.

use serde_json::{Value, json};

use super::columns::changed as retyped;
use super::formats;
use super::resources::text;
use super::server::{Found, Trial, literal, quoted};
use super::values::{bounds, postgres};
use super::{Finder, Search, seen};
use crate::diff::{Change, Effect, Exhibit};
use crate::model::Type;

/// A column of a table: its name and its type.
type Column = (String, String);

fn listed(table: &Value, place: &str) -> Vec<Column> {
    let all = table.pointer(&format!("/Properties/TableInput/{place}")).and_then(Value::as_array);
    let of = |one: &Value, key: &str| text(one, key).unwrap_or_default().to_lowercase();
    all.into_iter().flatten().map(|one| (of(one, "/Name"), of(one, "/Type"))).collect()
}

fn columns(table: &Value) -> Vec<Column> {
    listed(table, "StorageDescriptor/Columns")
}

/// The type of Hive as ours; what is not known is text.
fn type_of(hive: &str) -> Type {
    let inner = |word: &str| hive.strip_prefix(word)?.strip_suffix(')');
    if let Some((precision, scale)) = inner("decimal(").and_then(|inner| inner.split_once(',')) {
        let (precision, scale) = (precision.trim().parse().unwrap_or(10), scale.trim().parse().unwrap_or(0));
        return Type::Decimal { precision, scale };
    }
    let length = inner("varchar(").or_else(|| inner("char(")).and_then(|text| text.trim().parse().ok());
    match (hive, length) {
        (_, Some(length)) => Type::String { length },
        ("tinyint" | "smallint" | "int" | "integer", None) => Type::Integer,
        ("bigint", None) => Type::Bigint,
        ("float" | "double", None) => Type::Double,
        ("boolean", None) => Type::Boolean,
        ("date", None) => Type::Date,
        ("timestamp", None) => Type::Timestamp,
        (_, None) => Type::String { length: Type::LONGEST_STRING },
    }
}

/// The name of the type on PostgreSQL, which has the short integers, too.
fn postgres_type(hive: &str) -> String {
    match hive {
        "tinyint" | "smallint" => "smallint".to_owned(),
        "float" => "real".to_owned(),
        other => postgres(type_of(other)),
    }
}

/// A value of a type, as small as it can be.
fn least(hive: &str) -> String {
    bounds(type_of(hive)).into_iter().next().unwrap_or_default()
}

/// Looks for a witness of a change of a table's columns.
pub(super) fn find(finder: &Finder<'_>, change: &Change) -> Search {
    let (old, new) = finder.resource(change);
    let (before, after) = (columns(old), columns(new));
    let name = change.subject.split('`').nth(1).unwrap_or_default();
    let kind = |all: &[Column]| all.iter().find(|one| one.0 == name).map(|one| one.1.clone());
    match (kind(&before), kind(&after)) {
        (Some(was), Some(is)) if was != is => {
            let types = (postgres_type(&was), postgres_type(&is));
            let values = bounds(type_of(&was));
            retyped(finder.server, name, (&types.0, &types.1), &values)
        }
        _ if is_by_position(new) => shifted(finder, &before, &after),
        (Some(_), None) => queried(finder, name, &before, &after),
        (None, Some(_)) if change.effect == Effect::Update => {
            let renamed = change.summary.split('`').nth(1).unwrap_or_default();
            queried(finder, renamed, &before, &after)
        }
        _ => Err("files are read by name".to_owned()),
    }
}

/// Whether files have no names of columns.
fn is_by_position(table: &Value) -> bool {
    let class = text(table, "/Properties/TableInput/Parameters/classification").unwrap_or_default();
    let serde = text(table, "/Properties/TableInput/StorageDescriptor/SerdeInfo/SerializationLibrary");
    let serde = serde.unwrap_or_default().to_lowercase();
    ["csv", "tsv"].contains(&class.as_str())
        || ["opencsv", "lazysimple", "regexserde"].iter().any(|one| serde.contains(one))
}

/// A query of a column, over a row in tables with the columns of both versions.
fn queried(finder: &Finder<'_>, name: &str, before: &[Column], after: &[Column]) -> Search {
    let query = format!("SELECT {} FROM t", quoted(name));
    let trial = |all: &[Column]| {
        let declared = all.iter().map(|(name, kind)| format!("{} {}", quoted(name), postgres_type(kind)));
        let values = all.iter().map(|(_, kind)| literal(&least(kind)));
        let (declared, values): (Vec<String>, Vec<String>) = (declared.collect(), values.collect());
        let before =
            format!("CREATE TABLE t ({}); INSERT INTO t VALUES ({})", declared.join(", "), values.join(", "));
        Trial { before, query: query.clone() }
    };
    let found = finder.server.tried(finder.server.scratch()?, &[trial(before), trial(after)])?;
    let shown = |at: usize| found.get(at).map(Found::shown).unwrap_or_default();
    seen(Exhibit::Query, query, shown(0), shown(1))
}

/// A line of a file that exists, and a column that is now read from another place in it.
fn shifted(finder: &Finder<'_>, before: &[Column], after: &[Column]) -> Search {
    let line: Vec<String> = (1..=before.len()).map(|number| number.to_string()).collect();
    let line = line.join(",");
    let place = |all: &[Column], name: &str| all.iter().position(|one| one.0 == name).map(|at| at + 1);
    let moved = before.iter().find_map(|(name, _)| {
        let (was, is) = (place(before, name)?, place(after, name)?);
        (was != is).then_some((name, was, is))
    });
    let Some((name, was, is)) = moved else {
        let gone = before.iter().find(|one| place(after, &one.0).is_none());
        let (name, _) = gone.ok_or("every column keeps its place")?;
        return queried(finder, name, before, after);
    };
    let trial = |at: usize| Trial::of(format!("SELECT split_part({}, ',', {at})", literal(&line)));
    let found = finder.server.tried(finder.server.scratch()?, &[trial(was), trial(is)])?;
    let shown = |at: usize| format!("`{name}` is `{}`", found.get(at).map(Found::shown).unwrap_or_default());
    seen(Exhibit::File, line, shown(0), shown(1))
}

/// Looks for a witness of a change of a table or database as a whole.
pub(super) fn changed(finder: &Finder<'_>, path: &str, change: &Change, old: &Value, new: &Value) -> Search {
    let of = |table: &Value, place: &str| {
        text(table, &format!("/Properties/TableInput/{place}")).unwrap_or_default()
    };
    match path {
        "TableInput/StorageDescriptor/Location" => {
            let (was, is) = (of(old, "StorageDescriptor/Location"), of(new, "StorageDescriptor/Location"));
            if was.is_empty() || is.is_empty() {
                return Err("its location is a function, and not known here".to_owned());
            }
            let folder = |location: &str| format!("{}/", location.trim_end_matches('/'));
            let key = format!("{}part-0.parquet", folder(&was));
            let read = |location: &str| if key.starts_with(&folder(location)) { "read" } else { "not read" };
            seen(Exhibit::File, key.clone(), read(&was), read(&is))
        }
        "TableInput/PartitionKeys" => {
            let keys = |table| -> Vec<String> {
                listed(table, "PartitionKeys").into_iter().map(|one| one.0).collect()
            };
            let (was, is) = (keys(old), keys(new));
            let folder = was.iter().map(|key| format!("{key}=1/")).collect::<Vec<_>>().concat();
            let read = |keys: &[String]| {
                let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
                let fits = parts.len() == keys.len()
                    && parts.iter().zip(keys).all(|(part, key)| part.split('=').next() == Some(key));
                if fits { "a partition" } else { "not a partition" }
            };
            let folder = if folder.is_empty() { "part-0.parquet".to_owned() } else { folder.clone() };
            seen(Exhibit::File, folder.clone(), read(&was), read(&is))
        }
        "TableInput/StorageDescriptor/SerdeInfo/SerializationLibrary" => {
            let format =
                |table| formats::of_library(&of(table, "StorageDescriptor/SerdeInfo/SerializationLibrary"));
            formats::reread(finder.server, (format(old), ","), (format(new), ","))
        }
        "TableInput" => iceberg(new),
        "" => registered(finder, change, old),
        _ => Err("nothing here runs what it is about".to_owned()),
    }
}

/// What an update by CloudFormation leaves of the parameters of an Iceberg table.
fn iceberg(new: &Value) -> Search {
    let declared = new.pointer("/Properties/TableInput/Parameters/metadata_location");
    let after = if declared.is_some() { "there" } else { "gone" };
    seen(Exhibit::Record, "the table's parameter metadata_location", "there", after)
}

/// A partition that is registered, or a table of a database, which is made again: a catalogue on PostgreSQL.
fn registered(finder: &Finder<'_>, change: &Change, old: &Value) -> Search {
    let (name, member) = if text(old, "/Type").as_deref() == Some("AWS::Glue::Database") {
        (text(old, "/Properties/DatabaseInput/Name"), "a table of it".to_owned())
    } else {
        let keys = listed(old, "PartitionKeys").into_iter().map(|one| format!("{}=1", one.0));
        let keys = keys.collect::<Vec<_>>().join("/");
        (text(old, "/Properties/TableInput/Name"), format!("the partition {keys}"))
    };
    let name = name.unwrap_or_else(|| Finder::place(change).1.to_owned());
    let catalogue = "CREATE TABLE parent (name text PRIMARY KEY); \
                     CREATE TABLE child (parent text REFERENCES parent ON DELETE CASCADE, name text)";
    let filled = format!(
        "{catalogue}; INSERT INTO parent VALUES ({0}); INSERT INTO child VALUES ({0}, {1})",
        literal(&name),
        literal(&member)
    );
    let ended = format!("{filled}; DELETE FROM parent; INSERT INTO parent VALUES ('new')");
    let trial = |before: String| Trial { before, query: "SELECT COUNT(*) FROM child".to_owned() };
    let found = finder.server.tried(finder.server.scratch()?, &[trial(filled), trial(ended)])?;
    let shown = |at: usize| match found.get(at).map(Found::shown).as_deref() {
        Some("0") => "not registered".to_owned(),
        Some("1") => "registered".to_owned(),
        other => other.unwrap_or_default().to_owned(),
    };
    seen(Exhibit::Record, json!({ "of": name, "is": member }).to_string(), shown(0), shown(1))
}
