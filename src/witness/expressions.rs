//! Expressions: the smallest record for which the old and the new one differ, both computed by PostgreSQL.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::databases::Databases;
use super::server::{Found, Trial, literal, quoted, translated};
use super::values::{self, Value, few, named, postgres};
use super::{Search, seen};
use crate::assembly::{Assembly, DatasetResources};
use crate::diff::Exhibit;
use crate::model::expression::{Engine, Place, Reference, Scope};
use crate::model::{Expression, Identifier, Type};
use crate::spec::type_named;

/// How many records are tried.
const MOST: usize = 600;

/// What is computed of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Formula {
    /// A column of the record.
    Column(String),
    /// An expression.
    Text(String),
    /// Always the same: a rule that does not exist is true for every record.
    True,
    /// Nothing: the column does not exist.
    Null,
}

/// A column of records.
#[derive(Clone, Debug)]
struct Input {
    data_type: Type,
    nullable: bool,
}

/// The columns of the records of a dataset, as a version declares them.
fn inputs(of: &Assembly, dataset: &str) -> BTreeMap<String, Input> {
    let mut found = BTreeMap::new();
    let declared = of.manifest.declared.get(&format!("dataset.{dataset}"));
    for (key, text) in declared.into_iter().flatten() {
        let Some(rest) = key.strip_prefix("column.") else { continue };
        let name = rest.strip_suffix(".type").unwrap_or(rest);
        let (kind, nullable) = match text.split_once(" not ") {
            Some((kind, _)) => (kind, false),
            None => (text.as_str(), true),
        };
        if let Some(data_type) = type_named(kind).filter(|_| !name.contains('.')) {
            found.insert(name.to_owned(), Input { data_type, nullable });
        }
    }
    found
}

/// The scope of expressions over records.
fn scope(inputs: &BTreeMap<String, Input>) -> Scope {
    let columns = inputs.iter().filter_map(|(name, one)| {
        let column = Identifier::new(name).ok()?;
        Some((Reference { alias: None, column }, one.data_type, one.nullable))
    });
    Scope { columns: columns.collect(), dropped: Vec::new() }
}

/// The new names of columns, and what they were before.
fn renames(old: Option<&DatasetResources>, new: Option<&DatasetResources>) -> BTreeMap<String, String> {
    let columns = |of: Option<&DatasetResources>| of.map(|one| one.columns.clone()).unwrap_or_default();
    let before = columns(old);
    let pairs = columns(new).into_iter().filter_map(|is| {
        let was = before.iter().find(|was| was.number != 0 && was.number == is.number)?;
        (was.name != is.name).then(|| (is.name, was.name.clone()))
    });
    pairs.collect()
}

/// A formula as PostgreSQL computes it, and the columns that it reads.
fn rendered(
    formula: &Formula,
    scope: &Scope,
    renames: &BTreeMap<String, String>,
) -> Result<(String, Vec<String>), String> {
    let known = |name: &str| renames.get(name).cloned().unwrap_or_else(|| name.to_owned());
    match formula {
        Formula::True => Ok(("TRUE".to_owned(), Vec::new())),
        Formula::Null => Ok(("NULL".to_owned(), Vec::new())),
        Formula::Column(name) => Ok((quoted(&known(name)), vec![known(name)])),
        Formula::Text(text) => {
            let parsed = Expression::parse(text, scope, Place::Row);
            let parsed = parsed.map_err(|faults| {
                faults.first().map_or_else(|| "it is not valid".to_owned(), |one| one.summary.clone())
            })?;
            let sql = parsed.render(Engine::Redshift, &|one| quoted(&known(one.column.as_str())));
            let query = translated(&format!("SELECT {sql} AS \"found\" FROM \"record\""))?;
            let columns = parsed.references().iter().map(|one| known(one.column.as_str())).collect();
            Ok((format!("({query})"), columns))
        }
    }
}

/// The smallest record for which two formulas differ.
pub(super) fn differing(databases: &Databases<'_>, dataset: &str, old: &Formula, new: &Formula) -> Search {
    let accepted = |before: &Found, after: &Found| !before.has_failed() && before != after;
    let (record, before, after) = search(databases, dataset, (old, new), &accepted)?;
    seen(Exhibit::Row, record, before.shown(), after.shown())
}

/// The smallest record that passes the old rule, or to which none applied, and fails the new one.
pub(super) fn failing(databases: &Databases<'_>, dataset: &str, old: &Formula, new: &Formula) -> Search {
    let is_false = |found: &Found| *found == Found::Value("false".to_owned());
    let accepted =
        |before: &Found, after: &Found| !before.has_failed() && !is_false(before) && is_false(after);
    let (record, _, _) = search(databases, dataset, (old, new), &accepted)?;
    seen(Exhibit::Record, record, "passes", "fails the rule")
}

/// The smallest record that satisfies a test.
fn search(
    databases: &Databases<'_>,
    dataset: &str,
    (old, new): (&Formula, &Formula),
    accepted: &dyn Fn(&Found, &Found) -> bool,
) -> Result<(String, Found, Found), String> {
    let (before, after) = (inputs(databases.old, dataset), inputs(databases.new, dataset));
    let none = BTreeMap::new();
    let renames = renames(databases.old.manifest.dataset(dataset), databases.new.manifest.dataset(dataset));
    let (one, mut used) = rendered(old, &scope(&before), &none)?;
    let (other, more) = rendered(new, &scope(&after), &renames)?;
    used.extend(more);
    used.sort();
    used.dedup();
    let of = |name: &String| {
        let found = before.get(name).or_else(|| after.get(name));
        found.cloned().ok_or_else(|| format!("the type of `{name}` in records is not known"))
    };
    let columns: Vec<(String, Input)> =
        used.iter().map(|name| Ok((name.clone(), of(name)?))).collect::<Result<_, String>>()?;
    let mut words = (Vec::new(), Vec::new());
    for formula in [old, new] {
        if let Formula::Text(text) = formula {
            let (texts, numbers) = named(text);
            words.0.extend(texts);
            words.1.extend(numbers);
        }
    }
    let lists: Vec<Vec<Value>> = columns
        .iter()
        .map(|(_, one)| {
            let null: Option<Value> = one.nullable.then_some(None);
            null.into_iter().chain(few(one.data_type, &words)).collect()
        })
        .collect();
    let rows = values::rows(&lists, MOST);
    let scratch = databases.server.scratch()?;
    for batch in rows.chunks(100) {
        let trials: Vec<Trial> = batch
            .iter()
            .flat_map(|row| [&one, &other].map(|formula| computed(formula, &columns, row)))
            .collect();
        let found = databases.server.tried(scratch, &trials)?;
        for (row, pair) in batch.iter().zip(found.chunks(2)) {
            if let [before, after] = pair
                && accepted(before, after)
            {
                return Ok((record(&columns, row), before.clone(), after.clone()));
            }
        }
    }
    Err(format!("the versions agree on all {} records that were tried", rows.len()))
}

/// A formula of a record.
fn computed(formula: &str, columns: &[(String, Input)], row: &[Value]) -> Trial {
    let cells = columns.iter().zip(row).map(|((name, one), value)| {
        let text = value.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
        format!("{text}::{} AS {}", postgres(one.data_type), quoted(name))
    });
    let cells: Vec<String> = cells.chain(["0 AS \"record__number\"".to_owned()]).collect();
    Trial::of(format!(
        "WITH \"record\" AS (SELECT {}) SELECT ({formula})::text FROM \"record\"",
        cells.join(", ")
    ))
}

/// A record as JSON, without what is null.
fn record(columns: &[(String, Input)], row: &[Value]) -> String {
    let mut found = Map::new();
    for ((name, one), value) in columns.iter().zip(row) {
        let Some(text) = value else { continue };
        let is_plain = match one.data_type {
            Type::Integer | Type::Bigint | Type::Boolean | Type::Json => true,
            Type::String { .. } | Type::Decimal { .. } | Type::Double | Type::Date | Type::Timestamp => false,
        };
        let plain = if is_plain { serde_json::from_str(text).ok() } else { None };
        found.insert(name.clone(), plain.unwrap_or_else(|| Json::String(text.clone())));
    }
    Json::Object(found).to_string()
}
