//! Made-up rows of a data set: of the right types, with weeks, trends and favourites, so that every visual shows
//! something.
//!
//! An aggregate has a row for each day and each combination of its names; a dataset, and an aggregate by an id, has
//! some hundred rows. They claim nothing: that a part is smaller than its whole is all that holds between columns.

use serde_json::{Number, Value};
use strataform_preview::{Column, DataSet, Kind};
use strataform_rows::{Random, Value as Cell};

use super::given::moment;
use crate::model::{Aggregate, Dimension, Identifier, Measure, Platform, VisualSource};
use crate::sample::{self, fingerprint};

/// 2026-06-30: the last day of made-up rows.
const LAST_DAY: i32 = 20_634;
/// Rows of a dataset, or of an aggregate by an id.
const ROWS: usize = 400;
/// Combinations of names beside each day.
const COMBINATIONS: usize = 30;

/// Rows of a source, the same for the same seed.
pub(super) fn rows(platform: &Platform, source: &VisualSource, columns: Vec<Column>, seed: u64) -> DataSet {
    let mut random = Random::new(seed ^ fingerprint(source.name().as_str()));
    let aggregate = match source {
        VisualSource::Aggregate(name) => platform.aggregate(name.as_str()),
        VisualSource::Dataset(_) => None,
    };
    let rows = match aggregate {
        Some(aggregate) if !aggregate.dimensions.iter().any(|one| is_id(&one.name)) => {
            grid(platform, aggregate, &columns, &mut random)
        }
        _ => (0..ROWS).map(|at| columns.iter().map(|one| single(one, at, &mut random)).collect()).collect(),
    };
    DataSet { total: rows.len(), columns, rows }
}

fn is_id(name: &Identifier) -> bool {
    name == "id" || name.as_str().ends_with("_id")
}

/// A row for each day and each combination of names of an aggregate.
fn grid(
    platform: &Platform,
    aggregate: &Aggregate,
    columns: &[Column],
    random: &mut Random,
) -> Vec<Vec<Value>> {
    let kind = |name: &Identifier| {
        columns.iter().find(|column| *name == column.name.as_str()).map(|column| column.kind)
    };
    let dates = aggregate.dimensions.iter().find(|one| kind(&one.name) == Some(Kind::DateTime));
    let moments: Vec<Cell> = dates.map_or_else(|| vec![Cell::Date(LAST_DAY)], moments);
    let names: Vec<Vec<String>> = aggregate
        .dimensions
        .iter()
        .map(|one| match kind(&one.name) {
            Some(Kind::String) => words(platform, aggregate, one),
            _ => vec![String::new()],
        })
        .collect();
    let combinations = combinations(&names);
    let mut rows = Vec::new();
    for (at, moment_of) in moments.iter().enumerate() {
        for (place, combination) in combinations.iter().enumerate() {
            let much = volume(at, moments.len(), place, random);
            let cells = columns.iter().map(|column| {
                let dimension = aggregate.dimensions.iter().position(|one| one.name == column.name.as_str());
                if let Some(dimension) = dimension {
                    return match column.kind {
                        Kind::DateTime => moment(moment_of).unwrap_or(Value::Null),
                        Kind::String => names[dimension][combination[dimension]].as_str().into(),
                        // A number that goes with the names, such as that of a step.
                        Kind::Integer | Kind::Decimal => (1 + combination.iter().sum::<usize>()).into(),
                    };
                }
                let measure = aggregate.measures.iter().find(|one| one.name == column.name.as_str());
                measure.map_or(Value::Null, |one| measured(one, column.kind, much, moment_of, random))
            });
            rows.push(cells.collect());
        }
    }
    rows
}

/// The moments of a date that an aggregate is by: hours of a week, months of two years, or days of a quarter.
fn moments(dimension: &Dimension) -> Vec<Cell> {
    let (name, text) = (dimension.name.as_str(), dimension.expression.text().to_lowercase());
    let by = |word: &str| name == word || text.contains(&format!("'{word}'"));
    let day = |ago: i32| Cell::Date(LAST_DAY - ago);
    if by("hour") {
        let first = i64::from(LAST_DAY - 6) * 24;
        return (0..7 * 24).map(|hour| Cell::Timestamp((first + hour) * 3_600_000_000)).collect();
    }
    if by("month") || by("quarter") || by("year") {
        // The first day of each month, by way of the text of a day in its middle.
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

/// How much there is at a moment for a combination: weeks, a slow rise, and favourites.
fn volume(at: usize, of: usize, place: usize, random: &mut Random) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (time, length, place) = (at as f64, of.max(1) as f64, place as f64);
    let week = 1.0 + 0.25 * (time * std::f64::consts::TAU / 7.0).sin();
    let noise = 0.8 + 0.4 * share(random);
    240.0 / (1.0 + 0.6 * place) * week * (0.8 + 0.4 * time / length) * noise
}

/// A number from 0 to 1.
fn share(random: &mut Random) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most ten thousand")]
    let share = random.below(10_000) as f64 / 10_000.0;
    share
}

/// A measure where there is so much.
fn measured(measure: &Measure, kind: Kind, much: f64, at: &Cell, random: &mut Random) -> Value {
    let text: String = measure.expression.text().to_lowercase().split_whitespace().collect();
    let name = measure.name.as_str();
    // A part has its own share of the whole, the same in every row.
    #[expect(clippy::cast_precision_loss, reason = "below 40")]
    let part = 0.05 + (fingerprint(name) % 30) as f64 / 100.0;
    let number = match text.split('(').next() {
        Some("avg" | "median") => 20.0 + 6.0 * (much / 240.0) + 4.0 * share(random),
        Some("min") => 8.0 + 6.0 * share(random),
        Some("max") => 30.0 + 12.0 * share(random),
        Some("count") if text.contains("filter") => much * part,
        Some("count") if text.contains("distinct") => much * (0.5 + part),
        Some("count") => much * 2.0,
        Some("sum") => much * (4.0 + 40.0 * part),
        _ => share(random),
    };
    match kind {
        Kind::Integer => rounded(number).into(),
        Kind::Decimal => decimal(number),
        Kind::DateTime => moment(at).unwrap_or(Value::Null),
        Kind::String => favourite(&invented(name), random).into(),
    }
}

fn rounded(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "far below the limit")]
    let number = number.round() as i64;
    number
}

fn decimal(number: f64) -> Value {
    Number::from_f64((number * 100.0).round() / 100.0).map_or(Value::Null, Value::Number)
}

/// A value of a row that stands for itself.
fn single(column: &Column, at: usize, random: &mut Random) -> Value {
    let name = column.name.as_str();
    match column.kind {
        Kind::String if name == "id" || name.ends_with("_id") => {
            format!("{}-{:04}", name.trim_end_matches("_id"), at + 1).into()
        }
        Kind::String if name.starts_with("is_") || name.starts_with("has_") => {
            random.permille(300).to_string().into()
        }
        Kind::String => favourite(&invented(name), random).into(),
        Kind::Integer => {
            let much = share(random);
            rounded(1.0 + 60.0 * much * much).into()
        }
        Kind::Decimal => {
            let much = share(random);
            decimal(5.0 + 295.0 * much * much)
        }
        Kind::DateTime => {
            let minutes =
                i64::from(LAST_DAY) * 1_440 + 1_439 - i64::try_from(random.below(90 * 1_440)).unwrap_or(0);
            moment(&Cell::Timestamp(minutes * 60_000_000)).unwrap_or(Value::Null)
        }
    }
}

fn favourite(words: &[String], random: &mut Random) -> String {
    let places: Vec<usize> = (0..words.len()).collect();
    words.get(random.favourite(&places)).cloned().unwrap_or_default()
}

/// The names of a dimension: texts that the platform compares its column with, or invented ones.
fn words(platform: &Platform, aggregate: &Aggregate, dimension: &Dimension) -> Vec<String> {
    let text = dimension.expression.text();
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let used: Vec<&str> = text.split(|one| !is_word(one)).collect();
    let known = platform.dataset(aggregate.from.as_str()).and_then(|dataset| {
        let texts = sample::texts(platform, dataset);
        texts.into_iter().find(|(column, _)| used.contains(&column.as_str())).map(|(_, texts)| texts)
    });
    match known {
        Some(texts) if texts.len() > 1 => texts,
        _ => invented(dimension.name.as_str()),
    }
}

/// Names that sound right for a column.
fn invented(name: &str) -> Vec<String> {
    const KNOWN: &[(&str, &[&str])] = &[
        ("country", &["DE", "FR", "IT", "ES", "NL", "PL"]),
        ("city", &["Berlin", "Paris", "Milano", "Madrid", "Utrecht", "Kraków"]),
        ("device", &["mobile", "desktop", "tablet"]),
        ("channel", &["web", "store", "app"]),
        ("category", &["shoes", "shirts", "jackets", "trousers", "bags"]),
        ("brand", &["Alba", "Borealis", "Corvo", "Dune"]),
        ("store", &["North gate", "Old market", "Riverside", "Station"]),
        ("site", &["Lyon", "Gdańsk", "Porto", "Turku"]),
        ("sensor", &["temperature", "pressure", "vibration", "current"]),
        ("model", &["A100", "A200", "B10", "C3"]),
        ("status", &["open", "paid", "sent", "returned"]),
        ("segment", &["new", "regular", "loyal"]),
        ("language", &["de", "fr", "it", "es", "nl"]),
        ("region", &["north", "south", "east", "west"]),
        ("currency", &["EUR", "PLN", "SEK"]),
        ("product", &["Lamp", "Chair", "Table", "Shelf", "Rug"]),
        ("page", &["/", "/search", "/cart", "/help"]),
        ("name", &["Ada", "Ben", "Cleo", "Dan", "Eva"]),
    ];
    let found = KNOWN.iter().find(|(word, _)| name.split('_').any(|part| part == *word));
    if let Some((_, words)) = found {
        words.iter().map(|word| (*word).to_owned()).collect()
    } else {
        let stem = name.replace('_', " ");
        (1..=5).map(|number| format!("{stem} {number}")).collect()
    }
}

/// Places in each list of names: all combinations, or the first of each while they are too many.
fn combinations(names: &[Vec<String>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = vec![Vec::new()];
    for list in names {
        let most = (COMBINATIONS / found.len()).max(2).min(list.len().max(1));
        found = found
            .iter()
            .flat_map(|one| (0..most).map(move |place| one.iter().copied().chain([place]).collect()))
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn rows_have_the_types_of_their_columns_and_are_the_same_for_a_seed() {
        let platform = fixture::platform();
        let source = VisualSource::Aggregate(platform.aggregates[0].name.clone());
        let columns = || {
            let columns = crate::platform::visualization::columns(&platform, &source).into_iter();
            columns.map(|(name, kind)| Column { name, kind: super::super::kind_of(kind) }).collect::<Vec<_>>()
        };
        let made = rows(&platform, &source, columns(), 7);
        assert!(made.rows.len() > 90, "{}", made.rows.len());
        for row in &made.rows {
            for (column, cell) in made.columns.iter().zip(row) {
                let fits = match column.kind {
                    Kind::String | Kind::DateTime => cell.is_string(),
                    Kind::Integer => cell.is_i64() || cell.is_u64(),
                    Kind::Decimal => cell.is_number(),
                };
                assert!(fits, "{}: {cell}", column.name);
            }
        }
        assert_eq!(made.rows, rows(&platform, &source, columns(), 7).rows);
        assert_ne!(made.rows, rows(&platform, &source, columns(), 8).rows);
        let last = made.rows.last().and_then(|row| row.iter().find_map(Value::as_str));
        assert_eq!(last, Some("2026-06-30T00:00:00Z"));
    }
}
