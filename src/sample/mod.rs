//! Sample rows for a platform, generated from a seed: with the right types, repeated keys and matching joins.
//!
//! In: a dataset and a number of rows. Out: a [`Table`] of its incoming records; [`stored`] converts it to what the
//! processing stage stores. The same seed gives the same rows on every machine. The rows do not resemble real data:
//! texts that expressions compare a column with are its values, everything else is numbered.

mod cell;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use strataform_rows::{Column, Kind, Random, Table, Value};

use crate::hash::sha256;
use crate::model::{Dataset, Expression, Identifier, Platform, Role, Sensitivity, Type};

/// 2026-06-01, in microseconds: samples are in the week from then on.
const START: i64 = 1_780_272_000_000_000;
const MINUTE: i64 = 60_000_000;
const WEEK: u64 = 7 * 24 * 60;

/// The number of a dataset's records for this number of fact records: dimensions are smaller.
#[must_use]
pub fn count(dataset: &Dataset, rows: usize) -> usize {
    match dataset.role {
        Role::Fact => rows,
        Role::Dimension => (rows / 20).clamp(1, 500),
    }
}

/// The incoming records of a dataset: one in ten has the key of an earlier one.
#[must_use]
pub fn records(platform: &Platform, dataset: &Dataset, rows: usize, seed: u64) -> Table {
    let columns: Vec<Column> = dataset
        .columns
        .iter()
        .map(|column| Column {
            name: column.name.to_string(),
            kind: kind(column.data_type),
            nullable: column.nullable,
        })
        .collect();
    let mut random = Random::new(seed ^ fingerprint(dataset.name.as_str()));
    let texts = texts(platform, dataset);
    let makers: Vec<Maker<'_>> =
        dataset.columns.iter().map(|column| Maker::of(platform, dataset, column, rows, &texts)).collect();
    let mut values: Vec<Vec<Value>> = vec![Vec::with_capacity(rows); columns.len()];
    for at in 0..rows {
        let earlier = (at > 0 && random.permille(100)).then(|| below(&mut random, at));
        for (place, maker) in makers.iter().enumerate() {
            let value = match earlier {
                Some(earlier) if maker.is_key => values[place][earlier].clone(),
                _ => maker.value(at, &mut random),
            };
            values[place].push(value);
        }
    }
    Table { columns, values }
}

/// The generator of a column's values.
struct Maker<'a> {
    data_type: Type,
    nullable: bool,
    is_key: bool,
    origin: Origin<'a>,
}

/// The source of a column's values.
enum Origin<'a> {
    /// Each row has its own, unless it repeats a key.
    Own(&'a str),
    /// The event time.
    Moment,
    /// A key of a dimension, and the number of its records.
    Joined(&'a str, usize),
    /// Texts that expressions compare with.
    Texts(&'a [String]),
    /// Any value of the type; text is one of a few.
    Any(&'a str),
}

impl<'a> Maker<'a> {
    fn of(
        platform: &Platform,
        dataset: &'a Dataset,
        column: &'a crate::model::Column,
        rows: usize,
        texts: &'a BTreeMap<&Identifier, Vec<String>>,
    ) -> Self {
        let is_event_time = |name: &Identifier| dataset.event_time.as_ref() == Some(name);
        let joined = |name: &Identifier| {
            dataset.joins.iter().find_map(|join| {
                let (_, key) = join.on.iter().find(|(own, _)| own == name)?;
                Some(Origin::Joined(key.as_str(), count(platform.dataset(join.dimension.as_str())?, rows)))
            })
        };
        let own = dataset.key.iter().find(|name| !is_event_time(name) && joined(name).is_none());
        let origin = if is_event_time(&column.name) {
            Origin::Moment
        } else if own == Some(&column.name) {
            Origin::Own(column.name.as_str())
        } else if let Some(joined) = joined(&column.name) {
            joined
        } else {
            let known = texts.get(&column.name);
            known.map_or(Origin::Any(column.name.as_str()), |known| Origin::Texts(known))
        };
        Self {
            data_type: column.data_type,
            nullable: column.nullable,
            is_key: dataset.key.contains(&column.name),
            origin,
        }
    }

    fn value(&self, at: usize, random: &mut Random) -> Value {
        if self.nullable && !self.is_key && random.permille(40) {
            return Value::Null;
        }
        match &self.origin {
            Origin::Own(name) => cell::numbered(self.data_type, name, at),
            Origin::Moment => cell::moment(self.data_type, random),
            Origin::Joined(name, records) => cell::numbered(self.data_type, name, below(random, *records)),
            Origin::Texts(texts) => Value::Text(texts[below(random, texts.len())].clone()),
            Origin::Any(name) => cell::any(self.data_type, name, random),
        }
    }
}

/// A number below `end`, which must not be 0.
fn below(random: &mut Random, end: usize) -> usize {
    usize::try_from(random.below(end as u64)).unwrap_or_default()
}

/// The texts that expressions compare each column with, as far as the column can hold them.
pub(crate) fn texts<'a>(
    platform: &'a Platform,
    dataset: &'a Dataset,
) -> BTreeMap<&'a Identifier, Vec<String>> {
    let own = dataset.derived.iter().map(|one| &one.expression);
    let own = own.chain(dataset.expectations.iter().map(|one| &one.expression));
    let mut pairs: Vec<(Identifier, String)> =
        own.flat_map(Expression::compared).map(|(reference, text)| (reference.column, text)).collect();
    for aggregate in &platform.aggregates {
        let Some(from) = platform.dataset(aggregate.from.as_str()) else { continue };
        let all = aggregate.filter.iter().chain(aggregate.dimensions.iter().map(|one| &one.expression));
        let all = all.chain(aggregate.measures.iter().map(|one| &one.expression));
        for (reference, text) in all.flat_map(Expression::compared) {
            let of = match &reference.alias {
                None => from.name == dataset.name,
                Some(alias) => {
                    from.joins.iter().any(|join| join.alias == *alias && join.dimension == dataset.name)
                }
            };
            if of {
                pairs.push((reference.column, text));
            }
        }
    }
    let mut found: BTreeMap<&Identifier, Vec<String>> = BTreeMap::new();
    for column in &dataset.columns {
        let Type::String { length } = column.data_type else { continue };
        for (_, text) in pairs.iter().filter(|(name, _)| *name == column.name) {
            let known = found.entry(&column.name).or_default();
            let fits =
                !text.is_empty() && text.chars().count() <= usize::try_from(length).unwrap_or_default();
            if fits && !known.contains(text) {
                known.push(text.clone());
            }
        }
    }
    found.retain(|_, texts| !texts.is_empty());
    found
}

/// Converts records to what the processing stage stores, after derived columns: sensitive values are hashed, masked
/// or dropped, and the columns that order the versions of a key are added.
#[must_use]
pub fn stored(dataset: &Dataset, records: Table, seed: u64) -> Table {
    let rows = records.rows();
    let mut random = Random::new(seed ^ fingerprint(dataset.name.as_str()) ^ 1);
    let mut stored = Table { columns: Vec::new(), values: Vec::new() };
    for (column, values) in records.columns.into_iter().zip(records.values) {
        let sensitivity = dataset.column(&column.name).and_then(|own| own.sensitivity);
        let changed = |change: &dyn Fn(&Value) -> String| {
            let change = |value: &Value| match value {
                Value::Null => Value::Null,
                other => Value::Text(change(other)),
            };
            values.iter().map(change).collect()
        };
        let (kind, values) = match sensitivity {
            None => (column.kind, values),
            Some(Sensitivity::Hash) => (Kind::Text, changed(&|value| sha256(value.to_string().as_bytes()))),
            Some(Sensitivity::Mask) => (Kind::Text, changed(&|_| "***".to_owned())),
            Some(Sensitivity::Drop) => continue,
        };
        stored.columns.push(Column { kind, ..column });
        stored.values.push(values);
    }
    let order = [
        (0..rows).map(|_| cell::moment(Type::Timestamp, &mut random)).collect(),
        vec![Value::Integer(1); rows],
        (0..rows).map(|_| Value::Integer(random.bits().cast_signed())).collect(),
    ];
    // None of these rows is a deletion.
    let order = order.into_iter().chain([vec![Value::Boolean(false); rows]]);
    for ((name, data_type), values) in dataset.row_columns().zip(order) {
        stored.columns.push(Column { name: name.to_owned(), kind: kind(data_type), nullable: false });
        stored.values.push(values);
    }
    stored
}

/// A number that depends only on a name.
pub(crate) fn fingerprint(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The type that Parquet stores for a type.
#[must_use]
pub fn kind(data_type: Type) -> Kind {
    match data_type {
        Type::String { .. } | Type::Json => Kind::Text,
        Type::Boolean => Kind::Boolean,
        Type::Integer => Kind::Integer,
        Type::Bigint => Kind::Bigint,
        Type::Decimal { precision, scale } => Kind::Decimal { precision, scale },
        Type::Double => Kind::Double,
        Type::Date => Kind::Date,
        Type::Timestamp => Kind::Timestamp,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_seed_determines_the_rows_and_keys_repeat() {
        let platform = fixture::platform();
        let orders = &platform.datasets[0];
        let table = records(&platform, orders, 500, 1);
        assert_eq!(table, records(&platform, orders, 500, 1));
        assert_ne!(table, records(&platform, orders, 500, 2));
        let place = table.columns.iter().position(|column| column.name == "order_id").unwrap();
        let keys: BTreeSet<String> = table.values[place].iter().map(ToString::to_string).collect();
        assert!((400..500).contains(&keys.len()), "{}", keys.len());
        let stored = stored(orders, table, 1);
        assert_eq!(stored.columns.last().unwrap().name, "row__hash");
        let email = stored.columns.iter().position(|column| column.name == "email").unwrap();
        assert!(
            stored.values[email].iter().any(|value| matches!(value, Value::Text(text) if text.len() == 64))
        );
    }

    #[test]
    fn joins_match() {
        let platform = fixture::platform();
        let (orders, customers) = (&platform.datasets[0], &platform.datasets[1]);
        let (own, key) = &orders.joins[0].on[0];
        let cells = |dataset, rows, name: &Identifier| -> BTreeSet<String> {
            let table = records(&platform, dataset, rows, 1);
            let place = table.columns.iter().position(|column| *name == column.name.as_str()).unwrap();
            table.values[place].iter().map(ToString::to_string).collect()
        };
        let (facts, keys) = (cells(orders, 400, own), cells(customers, count(customers, 400), key));
        assert!(facts.intersection(&keys).count() * 2 > facts.len(), "{facts:?} {keys:?}");
    }
}
