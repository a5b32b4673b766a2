//! The places of the sections in the file, for messages about what is generated from them.

use std::ops::Range;

use toml::de::DeTable;

use super::table::Table;
use crate::model::{Identifier, Origin, Places, Slug};

/// The sections that an environment can override.
const SETTINGS: [(&str, Origin); 3] =
    [("alarms", Origin::Alarms), ("network", Origin::Network), ("warehouse", Origin::Warehouse)];

/// The origin of what is generated for a name.
type OriginOf = fn(Identifier) -> Origin;

/// Sections that hold one table for each name.
const NAMED: [(&str, OriginOf); 4] = [
    ("dataset", Origin::Dataset),
    ("aggregate", Origin::Aggregate),
    ("dashboard", Origin::Dashboard),
    ("data_set", Origin::DataSet),
];

/// Returns the places of the sections of a file. A faulty section has none; its faults are reported where it is read.
pub(super) fn read(root: &Table<'_>) -> Places {
    let mut places = Places::default();
    let root = root.raw();
    let whole = [("platform", Origin::Platform), ("theme", Origin::Theme)];
    for (origin, span) in found(root, whole.into_iter().chain(SETTINGS)) {
        places.section(origin, span);
    }
    for (key, origin) in NAMED {
        for (name, _, span) in entries(root, key) {
            if let Ok(identifier) = Identifier::new(name) {
                places.section(origin(identifier), span);
            }
        }
    }
    for (name, table, span) in entries(root, "environment") {
        if let (Ok(slug), Some(table)) = (Slug::new(name, Slug::LONGEST_ENVIRONMENT), table) {
            places.environment(slug, span, found(table, SETTINGS));
        }
    }
    places
}

/// Returns the place of a setting that applies to an environment: its own, or that of the file.
pub(super) fn setting(root: &Table<'_>, environment: &str, section: &str, key: &str) -> Option<Range<usize>> {
    let value = |table: &DeTable<'_>| {
        let section = table.get(section)?.get_ref().as_table()?;
        section.get(key).map(toml::Spanned::span)
    };
    of_environment(root, environment).and_then(value).or_else(|| value(root.raw()))
}

/// Returns the place of the region of an environment.
pub(super) fn region(root: &Table<'_>, environment: &str) -> Option<Range<usize>> {
    of_environment(root, environment)?.get("region").map(toml::Spanned::span)
}

fn of_environment<'a>(root: &Table<'a>, environment: &str) -> Option<&'a DeTable<'a>> {
    let all = root.raw().get("environment")?.get_ref().as_table()?;
    all.get(environment)?.get_ref().as_table()
}

/// Returns the names below a key, with their tables and places.
fn entries<'a>(
    root: &'a DeTable<'a>,
    key: &str,
) -> impl Iterator<Item = (&'a str, Option<&'a DeTable<'a>>, Range<usize>)> {
    let table = root.get(key).and_then(|value| value.get_ref().as_table());
    table.into_iter().flatten().map(|(name, value)| {
        let text: &str = name.get_ref();
        (text, value.get_ref().as_table(), name.span())
    })
}

/// Returns the keys that a table contains, with their places.
fn found(
    table: &DeTable<'_>,
    keys: impl IntoIterator<Item = (&'static str, Origin)>,
) -> Vec<(Origin, Range<usize>)> {
    let there = keys.into_iter().filter_map(|(key, origin)| {
        let (name, _) = table.get_key_value(key)?;
        Some((origin, name.span()))
    });
    there.collect()
}
