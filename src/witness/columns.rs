//! Columns of a dataset: one that is gone or has another name, another type, no null any more, another expression, another
//! protection.

use serde_json::json;

use super::databases::{Column, Databases, Made};
use super::expressions::{self, Formula};
use super::server::{Found, Server, Trial, literal, quoted};
use super::values::{bounds, postgres};
use super::{Search, seen};
use crate::assembly::{DatasetResources, ManifestColumn, Protection};
use crate::diff::{Change, Exhibit, Impact, Touch, Verdict};
use crate::model::Type;
use crate::spec::type_named;

/// A column before and after, and its dataset.
pub(super) struct Sides<'a> {
    pub(super) dataset: &'a str,
    pub(super) old: Option<&'a ManifestColumn>,
    pub(super) new: Option<&'a ManifestColumn>,
}

/// The columns that a change is about.
fn sides<'a>(databases: &'a Databases<'a>, change: &'a Change) -> Option<Sides<'a>> {
    let touched: Vec<(&String, &String)> = change
        .touches
        .iter()
        .filter_map(|touch| match touch {
            Touch::Column(dataset, column) => Some((dataset, column)),
            Touch::Section(_) => None,
        })
        .collect();
    let dataset = touched.first()?.0.as_str();
    let within = |of: Option<&'a DatasetResources>| -> Vec<&'a ManifestColumn> {
        let all = of.into_iter().flat_map(|one| &one.columns);
        all.filter(|one| touched.iter().any(|(_, name)| **name == one.name)).collect()
    };
    let old = within(databases.old.manifest.dataset(dataset));
    let new = within(databases.new.manifest.dataset(dataset));
    let same = |one: &&&ManifestColumn| {
        old.iter().any(|other| (one.number != 0 && other.number == one.number) || other.name == one.name)
    };
    let is = new.iter().find(same).or(new.first()).copied();
    let was = old
        .iter()
        .find(|one| is.is_some_and(|is| is.number == one.number && is.number != 0))
        .or(old.first())
        .copied();
    Some(Sides { dataset, old: was, new: is })
}

/// Looks for a witness of a verdict on a column.
pub(super) fn find(databases: &Databases<'_>, change: &Change, verdict: &Verdict) -> Search {
    let unknown = || "the column is not known".to_owned();
    let sides = sides(databases, change).ok_or_else(unknown)?;
    match (verdict.about.as_ref(), sides.old, sides.new) {
        ("name", Some(old), Some(new)) => renamed(databases, sides.dataset, old, &new.name),
        ("removed", Some(old), _) => removed(databases, sides.dataset, old),
        ("required", _, Some(new)) => required(databases, sides.dataset, new),
        ("type", Some(old), Some(new)) => {
            let named = |one: &ManifestColumn| one.data_type.as_deref().and_then(type_named);
            match (named(old), named(new)) {
                (Some(was), Some(is)) => retyped(databases.server, &new.name, was, is),
                (None, _) | (_, None) => Err("it is not stored".to_owned()),
            }
        }
        ("expression", Some(old), Some(new)) => {
            let formula = |one: &ManifestColumn| match &one.expression {
                Some(text) => Formula::Text(text.clone()),
                None => Formula::Column(one.name.clone()),
            };
            expressions::differing(databases, sides.dataset, &formula(old), &formula(new))
        }
        ("added", _, Some(new)) => {
            let formula = Formula::Text(new.expression.clone().unwrap_or_default());
            expressions::differing(databases, sides.dataset, &Formula::Null, &formula)
        }
        ("protection", Some(old), Some(new)) => protected(databases, old, new, verdict.impact),
        _ => Err(unknown()),
    }
}

/// A query that uses a name that is gone, or that another column has now.
fn renamed(databases: &Databases<'_>, dataset: &str, old: &ManifestColumn, new: &str) -> Search {
    let both = databases.both()?;
    let query = format!("SELECT {} FROM \"core\".{}", quoted(&old.name), quoted(dataset));
    let column = both.old.columns("core", dataset).iter().find(|one| one.name == old.name);
    let least = column.map(Column::least);
    let before = both.old.insert("core", dataset, &[(&old.name, least.clone())]);
    // The same row after the migration: the value has the new name, and whatever has the old name has another value.
    let other = both.new.columns("core", dataset).iter().find(|one| one.name == old.name);
    let after = both.new.insert("core", dataset, &[(new, least), (&old.name, other.map(Column::greater))]);
    let trial = |before: String| Trial { before, query: query.clone() };
    let (before, after) = databases.tried(trial(before), trial(after))?;
    seen(Exhibit::Query, query, before.shown(), noted(&after, &both.fresh))
}

/// A result in the new version, with the note that it was made from scratch.
fn noted(found: &Found, fresh: &str) -> String {
    if fresh.is_empty() { found.shown() } else { format!("{} (made from scratch: {fresh})", found.shown()) }
}

/// A row that is written after a column is gone.
fn removed(databases: &Databases<'_>, dataset: &str, old: &ManifestColumn) -> Search {
    let both = databases.both()?;
    let query = format!("SELECT {} FROM \"core\".{}", quoted(&old.name), quoted(dataset));
    let column = both.old.columns("core", dataset).iter().find(|one| one.name == old.name);
    let value = column.map(Column::least);
    let before = both.old.insert("core", dataset, &[(&old.name, value)]);
    // The new load does not write it.
    let after = both.new.insert("core", dataset, &[(&old.name, None)]);
    let trial = |before: String| Trial { before, query: query.clone() };
    let (before, after) = databases.tried(trial(before), trial(after))?;
    seen(Exhibit::Query, query, before.shown(), noted(&after, &both.fresh))
}

/// A record without a column that became required: it does not pass the table that it is loaded into.
fn required(databases: &Databases<'_>, dataset: &str, new: &ManifestColumn) -> Search {
    let both = databases.both()?;
    let stored = new.stored.as_deref().unwrap_or(&new.name);
    let trial = |of: &Made| {
        let insert = of.insert("staging", dataset, &[(stored, None)]);
        Trial::of(format!("{insert} RETURNING 'accepted'"))
    };
    let (before, after) = databases.tried(trial(&both.old), trial(&both.new))?;
    if !after.has_failed() {
        return Err("its table accepts rows without it".to_owned());
    }
    seen(Exhibit::Record, json!({ new.name.as_str(): null }).to_string(), before.shown(), after.shown())
}

/// A value that is stored in one type and not, or differently, in another.
pub(super) fn retyped(server: &Server, name: &str, was: Type, is: Type) -> Search {
    let mut values = bounds(was);
    if let (Type::String { length: most }, Type::String { length }) = (was, is)
        && length < most
    {
        values.insert(0, "a".repeat(usize::try_from(length + 1).unwrap_or(1)));
    }
    changed(server, name, (&postgres(was), &postgres(is)), &values)
}

/// A value or a query that shows the change of a type of PostgreSQL.
pub(super) fn changed(server: &Server, name: &str, types: (&str, &str), values: &[String]) -> Search {
    let least = values.first().cloned().unwrap_or_default();
    let found = compared(server, name, types, values);
    let found = found.or_else(|| read_otherwise(server, name, types, &least));
    found.unwrap_or_else(|| {
        Err(format!("every value that was tried is the same as {} and as {}", types.0, types.1))
    })
}

/// The first of values that is stored in one type of PostgreSQL and not, or differently, in another; `None` if there is none.
fn compared(server: &Server, name: &str, (was, is): (&str, &str), values: &[String]) -> Option<Search> {
    // Of numbers, the value counts, not how many digits are written.
    let is_number = |of: &str| {
        ["smallint", "integer", "bigint", "real", "double"]
            .iter()
            .any(|one| of.to_lowercase().starts_with(one))
            || of.to_lowercase().starts_with("decimal")
    };
    let shown = if is_number(was) && is_number(is) { "trim_scale(\"v\"::numeric)" } else { "\"v\"" };
    let trials = values.iter().flat_map(|value| {
        [was, is].map(|of| {
            let before = format!("CREATE TABLE t (\"v\" {of}); INSERT INTO t VALUES ({})", literal(value));
            Trial { before, query: format!("SELECT ({shown})::text FROM t") }
        })
    });
    let trials: Vec<Trial> = trials.collect();
    let found = match server.scratch().and_then(|scratch| server.tried(scratch, &trials)) {
        Ok(found) => found,
        Err(why) => return Some(Err(why)),
    };
    let mut pairs = values.iter().zip(found.chunks(2));
    pairs.find_map(|(value, pair)| match pair {
        [before, after] if !before.has_failed() && before != after => {
            let record = json!({ name: shortened(value) }).to_string();
            Some(seen(Exhibit::Record, record, shortened(&before.shown()), shortened(&after.shown())))
        }
        _ => None,
    })
}

/// A long text as how long it is.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let count = text.chars().count();
    let first = text.chars().next().unwrap_or_default();
    if count > LONGEST && text.chars().all(|one| one == first) {
        return format!("{first}… ({count} characters)");
    }
    text.to_owned()
}

/// A query that can read the old type of PostgreSQL and not the new one, although every value fits.
fn read_otherwise(server: &Server, name: &str, (was, is): (&str, &str), least: &str) -> Option<Search> {
    let column = quoted(name);
    let queries = [
        "SELECT SUM({}) FROM t",
        "SELECT LENGTH({}) FROM t",
        "SELECT COUNT(*) FROM t WHERE {}",
        "SELECT {} + 1 FROM t",
    ];
    let queries = queries.map(|query| query.replace("{}", &column));
    let trials = queries.iter().flat_map(|query| {
        [was, is].map(|of| {
            let before = format!("CREATE TABLE t ({column} {of}); INSERT INTO t VALUES ({})", literal(least));
            Trial { before, query: query.clone() }
        })
    });
    let trials: Vec<Trial> = trials.collect();
    let found = server.scratch().and_then(|scratch| server.tried(scratch, &trials)).ok()?;
    let mut pairs = queries.iter().zip(found.chunks(2));
    pairs.find_map(|(query, pair)| match pair {
        [before, after] if !before.has_failed() && after.has_failed() => {
            Some(seen(Exhibit::Query, query, before.shown(), after.shown()))
        }
        _ => None,
    })
}

/// What a protection leaves of a text, as PostgreSQL computes it.
fn protection(of: Option<Protection>) -> &'static str {
    match of {
        None => "\"v\"",
        Some(Protection::Hash) => "encode(sha256(convert_to('key' || \"v\", 'UTF8')), 'hex')",
        Some(Protection::Mask) => "'***'",
        Some(Protection::Drop) => "NULL::text",
    }
}

/// A value before and after another protection, and a query for it.
fn protected(
    databases: &Databases<'_>,
    old: &ManifestColumn,
    new: &ManifestColumn,
    impact: Impact,
) -> Search {
    let scratch = databases.server.scratch()?;
    let column = quoted(&new.name);
    let rows = |of: &ManifestColumn| {
        format!(
            "(SELECT {} AS {column} FROM (SELECT 'a' AS \"v\") AS record) AS t",
            protection(of.protection)
        )
    };
    if impact == Impact::NeedsBackfill {
        let trial = |of| Trial::of(format!("SELECT {column} FROM {}", rows(of)));
        let found = databases.server.tried(scratch, &[trial(old), trial(new)])?;
        let shown = |at: usize| found.get(at).map(Found::shown).unwrap_or_default();
        return seen(Exhibit::Row, json!({ new.name.as_str(): "a" }).to_string(), shown(0), shown(1));
    }
    // Equal values can be found as long as there is a hash of them.
    let queries = [
        format!("SELECT COUNT(*) FROM t WHERE {column} = 'a'"),
        format!("SELECT COUNT(DISTINCT {column}) FROM t"),
    ];
    let trials = queries.iter().flat_map(|query| {
        [old, new].map(|of| {
            let table = format!(
                "SELECT {} AS {column} FROM (VALUES ('a'), ('b')) AS record (\"v\")",
                protection(of.protection)
            );
            Trial::of(format!("WITH t AS ({table}) {query}"))
        })
    });
    let trials: Vec<Trial> = trials.collect();
    let found = databases.server.tried(scratch, &trials)?;
    let mut pairs = queries.iter().zip(found.chunks(2));
    let (query, pair) =
        pairs.find(|(_, pair)| pair.first() != pair.last()).ok_or("no query tells them apart")?;
    let shown = |found: Option<&Found>| found.map(Found::shown).unwrap_or_default();
    seen(Exhibit::Query, format!("{query} (of `a` and `b`)"), shown(pair.first()), shown(pair.last()))
}
