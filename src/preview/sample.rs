//! Sample rows of a data set: with the right types, weekly patterns, trends and skew, so that every visual shows
//! something.
//!
//! An aggregate has a row for each timestamp and each combination of its names and numbers; a dataset, its live rows,
//! and an aggregate by an ID have [`ROWS`] rows. Each row of an aggregate is a group of records: [`figures`](super::figures)
//! lists the relations between its measures. In an aggregate by an ID, each row has a different ID. A number that is
//! derived from a name, such as the number of a step, is the same for that name in all rows. Of the columns of a
//! joined dataset, those next to its key or its `name` depend on it. There are no other relations: none between the
//! columns of a dataset, and none between data sets.

mod axes;
#[cfg(test)]
mod tests;
pub(super) mod words;

use std::collections::BTreeMap;

use axes::{Axis, axes, combinations, dimension, known, place, rank};
use serde_json::{Number, Value};
use strataform_preview::{Column, DataSet, Kind};
use strataform_rows::{Random, Value as Cell};
use words::{invented, names};

use super::MOST_ROWS;
use super::figures::{Figures, Group, has_max};
use super::given::moment;
use crate::model::{Aggregate, Dimension, Identifier, Measure, Platform, Type, VisualSource};
use crate::sample::fingerprint;

/// 2026-06-30: the last day of sample rows.
const LAST_DAY: i32 = 20_634;
/// Rows of a dataset, or of an aggregate by an ID.
const ROWS: usize = 2_400;
/// Minutes of the last quarter.
const QUARTER: u64 = 90 * 1_440;
/// Minutes of live rows.
const HOUR: u64 = 60;
/// Combinations of names and numbers for each timestamp.
const COMBINATIONS: usize = 48;
/// Combinations of names and numbers without a timestamp, such as hours by weekday by month.
const COMBINATIONS_ALONE: usize = 2_400;
/// Records in a group of rank 0 on an average day.
const RECORDS: f64 = 960.0;

/// Rows of a source, the same for the same seed.
pub(super) fn rows(platform: &Platform, source: &VisualSource, columns: Vec<Column>, seed: u64) -> DataSet {
    let mut random = Random::new(seed ^ fingerprint(&source.name()));
    let (aggregate, minutes) = match source {
        VisualSource::Aggregate(name) => (platform.aggregate(name.as_str()), QUARTER),
        VisualSource::Dataset(_) => (None, QUARTER),
        VisualSource::Live(_) => (None, HOUR),
    };
    let rows = match aggregate {
        Some(aggregate) => groups(platform, aggregate, &columns, &mut random),
        None => (0..ROWS)
            .map(|at| columns.iter().map(|one| single(one, at, minutes, &mut random)).collect())
            .collect(),
    };
    DataSet { total: rows.len(), columns, rows }
}

/// One row for each timestamp and each combination of an aggregate's dimensions, or [`ROWS`] rows if one of them is
/// an ID.
fn groups(
    platform: &Platform,
    aggregate: &Aggregate,
    columns: &[Column],
    random: &mut Random,
) -> Vec<Vec<Value>> {
    let figures = Figures::of(platform, aggregate);
    let kind = |name: &Identifier| {
        columns.iter().find(|column| *name == column.name.as_str()).map(|column| column.kind)
    };
    let axes = axes(platform, aggregate, &figures, kind);
    let dates = aggregate.dimensions.iter().find(|one| kind(&one.name) == Some(Kind::DateTime));
    let mut rows = Vec::new();
    let mut row = |at: usize, start: &Cell, places: &[usize], mut group: Group| {
        group.known = known(aggregate, &axes, places);
        let cells = columns.iter().map(|column| {
            let named = |name: &Identifier| *name == column.name.as_str();
            if let Some(place) = aggregate.dimensions.iter().position(|one| named(&one.name)) {
                return dimension(&axes, place, places, column, at, start);
            }
            let measure = aggregate.measures.iter().find(|one| named(&one.name));
            measure.map_or(Value::Null, |one| measured(&figures, &group, one, column.kind, start))
        });
        rows.push(cells.collect());
    };
    if axes.iter().any(|axis| matches!(axis, Axis::Own)) {
        for at in 0..ROWS {
            let places: Vec<usize> = axes.iter().map(|axis| place(axis, random)).collect();
            let much = share(random);
            let records = rounded(1.0 + 60.0 * much * much);
            let level = 0.8 + 0.4 * share(random);
            let group = Group { records, seed: random.bits(), level, known: BTreeMap::new() };
            row(at, &minute(QUARTER, random), &places, group);
        }
        return rows;
    }
    let moments: Vec<Cell> = dates.map_or_else(|| vec![Cell::Date(LAST_DAY)], moments);
    let most = if dates.is_some() { COMBINATIONS } else { COMBINATIONS_ALONE };
    let combinations = combinations(&axes, most.min(MOST_ROWS / moments.len().max(1)));
    for (at, start) in moments.iter().enumerate() {
        for (place, combination) in combinations.iter().enumerate() {
            let favor = rank(&axes, combination);
            let busy: f64 = axes
                .iter()
                .zip(combination)
                .map(|(axis, place)| match axis {
                    Axis::Part(values, busy) => values.get(*place).map_or(1.0, |value| busy(*value)),
                    Axis::Free(_, fall) => (0..*place).map(|_| fall).product(),
                    _ => 1.0,
                })
                .product();
            let records = rounded(RECORDS * busy * volume(at, moments.len(), favor, random)).max(1);
            #[expect(clippy::cast_precision_loss, reason = "below 40")]
            let level = 0.8 + (fingerprint(&favor.to_string()) % 40) as f64 / 100.0;
            row(
                place,
                start,
                combination,
                Group { records, seed: random.bits(), level, known: BTreeMap::new() },
            );
        }
    }
    rows
}

/// The timestamps of an aggregate's date dimension: hours of a week, months of two years, or days of a quarter.
fn moments(dimension: &Dimension) -> Vec<Cell> {
    let (name, text) = (dimension.name.as_str(), dimension.expression.text().to_lowercase());
    let by = |word: &str| name == word || text.contains(&format!("'{word}'"));
    let day = |ago: i32| Cell::Date(LAST_DAY - ago);
    if by("hour") {
        let first = i64::from(LAST_DAY - 6) * 24;
        return (0..7 * 24).map(|hour| Cell::Timestamp((first + hour) * 3_600_000_000)).collect();
    }
    if by("month") || by("quarter") || by("year") {
        // The first day of each month, derived from the text of a day in its middle.
        let middles = (0..24).rev().map(|ago| day(15 + ago * 30).to_string());
        let mut firsts: Vec<String> = middles.map(|text| format!("{}-01", &text[..7])).collect();
        firsts.dedup();
        return firsts.iter().filter_map(|text| strataform_rows::days(text)).map(Cell::Date).collect();
    }
    if by("week") {
        // 2026-06-29 is a Monday.
        return (0..26).rev().map(|ago| day(1 + ago * 7)).collect();
    }
    (0..91).rev().map(day).collect()
}

/// The volume of a combination at a timestamp: with a weekly pattern, a slow rise, and skew.
fn volume(at: usize, of: usize, place: usize, random: &mut Random) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (time, length, place) = (at as f64, of.max(1) as f64, place as f64);
    let week = 1.0 + 0.25 * (time * std::f64::consts::TAU / 7.0).sin();
    let noise = 0.8 + 0.4 * share(random);
    week / (1.0 + 0.6 * place) * (0.8 + 0.4 * time / length) * noise
}

/// A number from 0 to 1.
fn share(random: &mut Random) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most ten thousand")]
    let share = random.below(10_000) as f64 / 10_000.0;
    share
}

/// A measure of a group.
fn measured(figures: &Figures<'_>, group: &Group, measure: &Measure, kind: Kind, start: &Cell) -> Value {
    let number = || figures.value(group, measure.expression.tree()).unwrap_or(0.5);
    match kind {
        Kind::Integer => rounded(number()).into(),
        Kind::Decimal => decimal(number()),
        Kind::DateTime => {
            let is_last = has_max(measure.expression.tree());
            let whole = measure.expression.data_type() == Type::Date;
            moment(&if is_last && !whole { later(start, group.records) } else { start.clone() })
                .unwrap_or(Value::Null)
        }
        Kind::String => {
            let names = names(figures, &measure.expression, measure.name.as_str());
            let place = usize::try_from(group.seed % 8).unwrap_or(0).trailing_ones();
            names[usize::try_from(place).unwrap_or(0) % names.len()].as_str().into()
        }
    }
}

/// The timestamp of the last record of a group, within the hour of the first.
fn later(start: &Cell, records: i64) -> Cell {
    match start {
        Cell::Timestamp(micros) => Cell::Timestamp(micros + records.clamp(0, 55) * 60_000_000),
        other => other.clone(),
    }
}

/// One of the last minutes.
fn minute(minutes: u64, random: &mut Random) -> Cell {
    let minute = i64::from(LAST_DAY) * 1_440 + 1_439 - i64::try_from(random.below(minutes)).unwrap_or(0);
    Cell::Timestamp(minute * 60_000_000)
}

fn rounded(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "far below the limit")]
    let number = number.round() as i64;
    number
}

fn decimal(number: f64) -> Value {
    Number::from_f64((number * 100.0).round() / 100.0).map_or(Value::Null, Value::Number)
}

/// A value of a row that is not aggregated, with a timestamp of the last minutes.
fn single(column: &Column, at: usize, minutes: u64, random: &mut Random) -> Value {
    let name = column.name.as_str();
    match column.kind {
        Kind::String if name == "id" || name.ends_with("_id") => {
            format!("{}-{:04}", name.trim_end_matches("_id"), at + 1).into()
        }
        Kind::String if name.starts_with("is_") || name.starts_with("has_") => {
            random.permille(300).to_string().into()
        }
        Kind::String => favorite(&invented(name), random).into(),
        Kind::Integer => {
            let much = share(random);
            rounded(1.0 + 60.0 * much * much).into()
        }
        Kind::Decimal => {
            let much = share(random);
            decimal(5.0 + 295.0 * much * much)
        }
        Kind::DateTime => moment(&minute(minutes, random)).unwrap_or(Value::Null),
    }
}

fn favorite(words: &[String], random: &mut Random) -> String {
    let places: Vec<usize> = (0..words.len()).collect();
    words.get(random.favorite(&places)).cloned().unwrap_or_default()
}
