//! Sample rows of a data set: with the right types, weekly patterns, trends and skew, so that every visual shows
//! something.
//!
//! An aggregate has a row for each timestamp and each combination of its names and numbers; a dataset, and an
//! aggregate by an ID, has [`ROWS`] rows. Each row of an aggregate is a group of records: [`figures`](super::figures)
//! lists the relations between its measures. In an aggregate by an ID, each row has a different ID. A number that is
//! derived from a name, such as the number of a step, is the same for that name in all rows. Of the columns of a
//! joined dataset, those next to its key or its `name` depend on it. There are no other relations: none between the
//! columns of a dataset, and none between data sets.

use std::collections::BTreeMap;

use serde_json::{Number, Value};
use sqlparser::ast::Expr;
use strataform_preview::{Column, DataSet, Kind};
use strataform_rows::{Random, Value as Cell};

use super::MOST_ROWS;
use super::figures::{Figures, Group, name, parsed};
use super::given::moment;
use crate::model::{Aggregate, Dimension, Identifier, Measure, Platform, Type, VisualSource};
use crate::sample::fingerprint;

/// 2026-06-30: the last day of sample rows.
const LAST_DAY: i32 = 20_634;
/// Rows of a dataset, or of an aggregate by an ID.
const ROWS: usize = 2_400;
/// Combinations of names and numbers for each timestamp.
const COMBINATIONS: usize = 48;
/// Combinations of names and numbers without a timestamp, such as hours by weekday by month.
const COMBINATIONS_ALONE: usize = 2_400;
/// Records in a group of rank 0 on an average day.
const RECORDS: f64 = 960.0;

/// Rows of a source, the same for the same seed.
pub(super) fn rows(platform: &Platform, source: &VisualSource, columns: Vec<Column>, seed: u64) -> DataSet {
    let mut random = Random::new(seed ^ fingerprint(source.name().as_str()));
    let aggregate = match source {
        VisualSource::Aggregate(name) => platform.aggregate(name.as_str()),
        VisualSource::Dataset(_) => None,
    };
    let rows = match aggregate {
        Some(aggregate) => groups(platform, aggregate, &columns, &mut random),
        None => {
            (0..ROWS).map(|at| columns.iter().map(|one| single(one, at, &mut random)).collect()).collect()
        }
    };
    DataSet { total: rows.len(), columns, rows }
}

fn is_id(name: &Identifier) -> bool {
    name == "id" || name.as_str().ends_with("_id")
}

/// The relative number of records for a value.
type Busy = fn(i64) -> f64;

/// The source of a dimension's values.
enum Axis {
    /// The timestamp of the row.
    Moment,
    /// A value of its own for each row.
    Own,
    /// One of these values, and the ratio of the records of each to those of the one before.
    Free(Vec<Value>, f64),
    /// One part of a timestamp, such as an hour of the day, and the relative number of its records.
    Part(Vec<i64>, Busy),
    /// The value that belongs to the value of another dimension.
    With(usize, Vec<Value>),
}

impl Axis {
    fn len(&self) -> usize {
        match self {
            Self::Free(values, _) => values.len(),
            Self::Part(values, _) => values.len(),
            Self::Moment | Self::Own | Self::With(..) => 1,
        }
    }
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
    let measures: Vec<Option<Expr>> = aggregate.measures.iter().map(|one| parsed(&one.expression)).collect();
    let dates = aggregate.dimensions.iter().find(|one| kind(&one.name) == Some(Kind::DateTime));
    let mut rows = Vec::new();
    let mut row = |at: usize, start: &Cell, places: &[usize], mut group: Group| {
        group.known = known(aggregate, &axes, places);
        let cells = columns.iter().map(|column| {
            let named = |name: &Identifier| *name == column.name.as_str();
            if let Some(place) = aggregate.dimensions.iter().position(|one| named(&one.name)) {
                return dimension(&axes, place, places, column, at, start);
            }
            let Some(place) = aggregate.measures.iter().position(|one| named(&one.name)) else {
                return Value::Null;
            };
            let measure = &aggregate.measures[place];
            measured(&figures, &group, measure, measures[place].as_ref(), column.kind, start)
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
            row(at, &minute(random), &places, group);
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

/// The source of the values of each dimension.
fn axes(
    platform: &Platform,
    aggregate: &Aggregate,
    figures: &Figures<'_>,
    kind: impl Fn(&Identifier) -> Option<Kind>,
) -> Vec<Axis> {
    let dimensions = &aggregate.dimensions;
    let parsed: Vec<Option<Expr>> = dimensions.iter().map(|one| parsed(&one.expression)).collect();
    let of = |(at, one): (usize, &Dimension)| {
        let expr = parsed[at].as_ref();
        let text = |other: &usize| kind(&dimensions[*other].name) == Some(Kind::String);
        if is_id(&one.name) {
            return Axis::Own;
        }
        match kind(&one.name) {
            None | Some(Kind::DateTime) => Axis::Moment,
            Some(Kind::String) if one.expression.data_type() == Type::Boolean => {
                Axis::Free(vec!["false".into(), "true".into()], 1.0)
            }
            Some(Kind::String) => {
                let known = expr.and_then(name).is_some_and(|column| figures.texts(&column).is_some());
                let values = names(figures, one, expr).into_iter().map(Value::from).collect();
                let identity =
                    (0..dimensions.len()).filter(|other| *other != at && text(other)).find(|other| {
                        let identifies = |one, other| identifies(platform, aggregate, one, other);
                        // A key and a name identify each other: the second depends on the first.
                        identifies(&dimensions[*other], one)
                            && (*other < at || !identifies(one, &dimensions[*other]))
                    });
                match identity {
                    Some(other) => Axis::With(other, values),
                    // Listed texts are often steps, which fewer and fewer records reach.
                    None => Axis::Free(values, if known { 0.7 } else { 1.0 }),
                }
            }
            Some(Kind::Integer | Kind::Decimal) => {
                if let Some((values, busy)) = expr.and_then(|expr| part_of_moment(figures, expr)) {
                    return Axis::Part(values, busy);
                }
                let numbers = (1..=5).map(Value::from).collect();
                match (0..dimensions.len())
                    .filter(text)
                    .find(|other| derives(aggregate, platform, one, &dimensions[*other]))
                {
                    Some(other) => Axis::With(other, (1..=100).map(Value::from).collect()),
                    None => Axis::Free(numbers, 1.0),
                }
            }
        }
    };
    dimensions.iter().enumerate().map(of).collect()
}

/// The values of `extract(FIELD from …)`, and the relative number of records of each.
fn part_of_moment(figures: &Figures<'_>, expr: &Expr) -> Option<(Vec<i64>, Busy)> {
    let field = match figures.resolved(expr).unwrap_or(expr) {
        Expr::Extract { field, .. } => field.to_string().to_lowercase(),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => return part_of_moment(figures, inner),
        _ => return None,
    };
    let weekday = |day: i64| if matches!(day, 0 | 6 | 7) { 0.6 } else { 1.0 };
    let even = |_: i64| 1.0;
    let (values, busy): (Vec<i64>, Busy) = match field.as_str() {
        "isodow" => ((1..=7).collect(), weekday),
        "dow" => ((0..=6).collect(), weekday),
        "hour" => ((0..=23).collect(), daytime),
        "minute" | "second" => ((0..=59).collect(), even),
        "month" => ((1..=12).collect(), even),
        "quarter" => ((1..=4).collect(), even),
        "day" => ((1..=31).collect(), even),
        "week" => ((1..=53).collect(), even),
        "doy" => ((1..=366).collect(), even),
        // Until the year of the last day.
        "year" => ((2024..=2026).collect(), even),
        _ => return None,
    };
    Some((values, busy))
}

/// The relative number of records of an hour of the day, with the maximum in the afternoon.
fn daytime(hour: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 23")]
    let angle = (hour - 15) as f64 * std::f64::consts::TAU / 24.0;
    0.55 + 0.45 * angle.cos()
}

/// Whether a dimension is the key or the name in a joined dataset of which another one is a column.
fn identifies(platform: &Platform, aggregate: &Aggregate, one: &Dimension, other: &Dimension) -> bool {
    let (one, other) = (one.expression.references(), other.expression.references());
    let ([one], [other]) = (one.as_slice(), other.as_slice()) else { return false };
    if one.alias.is_none() || one.alias != other.alias || one.column == other.column {
        return false;
    }
    let from = platform.dataset(aggregate.from.as_str());
    let join = from.and_then(|from| from.joins.iter().find(|join| Some(&join.alias) == one.alias.as_ref()));
    let dataset = join.and_then(|join| platform.dataset(join.dimension.as_str()));
    one.column == "name" || dataset.is_some_and(|dataset| dataset.key == [one.column.clone()])
}

/// Whether a dimension is a derived column that is computed from the column of another one.
fn derives(aggregate: &Aggregate, platform: &Platform, one: &Dimension, other: &Dimension) -> bool {
    let derived = platform.dataset(aggregate.from.as_str()).into_iter().flat_map(|dataset| &dataset.derived);
    let references = one.expression.references();
    let mut columns = derived.filter(|derived| references.iter().any(|one| one.column == derived.name));
    let used = other.expression.references();
    columns.any(|derived| {
        let compared = derived.expression.compared();
        !used.is_empty() && used.iter().all(|one| compared.iter().any(|(reference, _)| reference == one))
    })
}

/// A random index of a value, lower ones more often.
fn place(axis: &Axis, random: &mut Random) -> usize {
    let places: Vec<usize> = (0..axis.len()).collect();
    random.favorite(&places)
}

/// The rank of a combination by its names; rank 0 has the most records.
fn rank(axes: &[Axis], places: &[usize]) -> usize {
    axes.iter().zip(places).fold(0, |rank, (axis, place)| match axis {
        Axis::Free(values, _) => rank * values.len() + place,
        _ => rank,
    })
}

/// The value of a dimension in a row.
fn dimension(axes: &[Axis], at: usize, places: &[usize], column: &Column, row: usize, start: &Cell) -> Value {
    let own =
        |values: &[Value], place: usize| values.get(place % values.len().max(1)).cloned().unwrap_or_default();
    match &axes[at] {
        Axis::Moment => moment(start).unwrap_or(Value::Null),
        Axis::Own if column.kind == Kind::String => {
            format!("{}-{:04}", column.name.trim_end_matches("_id"), row + 1).into()
        }
        Axis::Own => (row + 1).into(),
        Axis::Free(values, _) => own(values, places[at]),
        Axis::Part(values, _) => values.get(places[at]).map_or(Value::Null, |value| (*value).into()),
        Axis::With(other, values) => own(values, lead(axes, *other, places)),
    }
}

/// The index of the value that a dimension depends on, directly or through others.
fn lead(axes: &[Axis], at: usize, places: &[usize]) -> usize {
    match &axes[at] {
        Axis::With(other, _) if *other != at => lead(axes, *other, places),
        _ => places[at],
    }
}

/// The texts of the columns that an aggregate is grouped by, in a group.
fn known(aggregate: &Aggregate, axes: &[Axis], places: &[usize]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (at, one) in aggregate.dimensions.iter().enumerate() {
        let (Axis::Free(values, _), Some(Expr::Identifier(column))) = (&axes[at], parsed(&one.expression))
        else {
            continue;
        };
        if let Some(text) = values.get(places[at]).and_then(Value::as_str) {
            found.insert(column.value.to_lowercase(), text.to_owned());
        }
    }
    found
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
fn measured(
    figures: &Figures<'_>,
    group: &Group,
    measure: &Measure,
    expr: Option<&Expr>,
    kind: Kind,
    start: &Cell,
) -> Value {
    let number = || expr.and_then(|expr| figures.value(group, expr)).unwrap_or(0.5);
    match kind {
        Kind::Integer => rounded(number()).into(),
        Kind::Decimal => decimal(number()),
        Kind::DateTime => {
            let is_last = measure.expression.text().to_lowercase().contains("max(");
            let whole = measure.expression.data_type() == Type::Date;
            moment(&if is_last && !whole { later(start, group.records) } else { start.clone() })
                .unwrap_or(Value::Null)
        }
        Kind::String => {
            let names = names_of(figures, expr, measure.name.as_str());
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

/// A minute of the last quarter.
fn minute(random: &mut Random) -> Cell {
    let minutes = i64::from(LAST_DAY) * 1_440 + 1_439 - i64::try_from(random.below(90 * 1_440)).unwrap_or(0);
    Cell::Timestamp(minutes * 60_000_000)
}

fn rounded(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "far below the limit")]
    let number = number.round() as i64;
    number
}

fn decimal(number: f64) -> Value {
    Number::from_f64((number * 100.0).round() / 100.0).map_or(Value::Null, Value::Number)
}

/// A value of a row that is not aggregated.
fn single(column: &Column, at: usize, random: &mut Random) -> Value {
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
        Kind::DateTime => moment(&minute(random)).unwrap_or(Value::Null),
    }
}

fn favorite(words: &[String], random: &mut Random) -> String {
    let places: Vec<usize> = (0..words.len()).collect();
    words.get(random.favorite(&places)).cloned().unwrap_or_default()
}

/// The names of a dimension.
fn names(figures: &Figures<'_>, dimension: &Dimension, expr: Option<&Expr>) -> Vec<String> {
    names_of(figures, expr, dimension.name.as_str())
}

/// The texts that the platform computes or compares a column with, or invented names; never none.
fn names_of(figures: &Figures<'_>, expr: Option<&Expr>, called: &str) -> Vec<String> {
    let known = expr.and_then(|expr| figures.names(expr));
    known.filter(|texts| texts.len() > 1).unwrap_or_else(|| invented(called))
}

/// Plausible names for a column.
fn invented(name: &str) -> Vec<String> {
    const KNOWN: &[(&str, &[&str])] = &[
        ("country", &["DE", "FR", "IT", "ES", "NL", "PL"]),
        ("city", &["Berlin", "Paris", "Milano", "Madrid", "Utrecht", "Kraków"]),
        ("device", &["mobile", "desktop", "tablet"]),
        ("channel", &["web", "store", "app"]),
        ("category", &["shoes", "shirts", "jackets", "trousers", "bags"]),
        ("brand", &["Alba", "Borealis", "Corvo", "Dune"]),
        (
            "store",
            &["North gate", "Old market", "Riverside", "Station", "Harbor", "Mill road", "Airport", "Castle"],
        ),
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

/// All combinations of indexes of values; if there are too many, those of fewer values of the longest axes.
fn combinations(axes: &[Axis], most: usize) -> Vec<Vec<usize>> {
    let mut lengths: Vec<usize> = axes.iter().map(Axis::len).collect();
    while lengths.iter().product::<usize>() > most {
        // A missing hour is more visible than a missing name, so parts of timestamps are cut last.
        let cuttable = |at: &usize| lengths[*at] > 2;
        let is_part = |at: &usize| matches!(axes[*at], Axis::Part(..));
        let longest = (0..axes.len()).filter(cuttable).max_by_key(|at| (!is_part(at), lengths[*at]));
        let Some(longest) = longest else { break };
        lengths[longest] -= 1;
    }
    let mut found: Vec<Vec<usize>> = vec![Vec::new()];
    for (axis, kept) in axes.iter().zip(lengths) {
        let place = |place: usize| match axis {
            // Evenly spaced, so that a cut day still has morning and evening.
            Axis::Part(..) => place * axis.len() / kept.max(1),
            _ => place,
        };
        found = found
            .iter()
            .flat_map(|one| (0..kept).map(move |at| one.iter().copied().chain([place(at)]).collect()))
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

    /// The platforms of the blueprints.
    fn blueprints() -> Vec<Platform> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
        let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = folders.map(|folder| folder.join("platform.toml")).filter(|path| path.is_file());
        let platforms: Vec<Platform> = files
            .map(|path| {
                let text = std::fs::read_to_string(&path).unwrap();
                let file = crate::diagnostic::SourceFile { path, text };
                crate::spec::read(&file).0.expect("a blueprint is valid")
            })
            .collect();
        assert!(platforms.len() >= 3);
        platforms
    }

    fn made(platform: &Platform, aggregate: &Aggregate, seed: u64) -> DataSet {
        let source = VisualSource::Aggregate(aggregate.name.clone());
        let columns = crate::platform::visualization::columns(platform, &source).into_iter();
        let columns = columns.map(|(name, kind)| Column { name, kind: super::super::kind_of(kind) });
        rows(platform, &source, columns.collect(), seed)
    }

    /// An aggregate of a platform with these keys instead of its own.
    fn aggregate(dimensions: &[(&str, &str)], measures: &[(&str, &str)]) -> (Platform, Aggregate) {
        let list = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, text)| format!("{name} = \"{text}\""));
            pairs.collect::<Vec<_>>().join(", ")
        };
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/clickstream/platform.toml");
        let mut text = std::fs::read_to_string(path).unwrap();
        text += "\n[aggregate.tried]\nfrom = \"event\"\n";
        text += &[("group_by", list(dimensions)), ("measure", list(measures))]
            .map(|(key, pairs)| format!("{key} = {{ {pairs} }}\n"))
            .concat();
        let file = crate::diagnostic::SourceFile { path: "platform.toml".into(), text };
        let (platform, faults) = crate::spec::read(&file);
        let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
        let found = platform.aggregate("tried").unwrap().clone();
        (platform, found)
    }

    /// The numbers of a column.
    fn numbers(set: &DataSet, name: &str) -> Vec<f64> {
        let at = set.columns.iter().position(|column| column.name == name).unwrap();
        set.rows.iter().map(|row| row[at].as_f64().unwrap()).collect()
    }

    fn all_at_least(set: &DataSet, more: &str, less: &str) {
        for (more_of, less_of) in numbers(set, more).iter().zip(numbers(set, less)) {
            assert!(*more_of >= less_of, "{more} {more_of}, {less} {less_of}");
        }
    }

    #[test]
    fn the_counts_of_every_blueprint_hold_together() {
        for platform in blueprints() {
            for aggregate in &platform.aggregates {
                for seed in 1..4 {
                    let set = made(&platform, aggregate, seed);
                    assert!((2..=MOST_ROWS).contains(&set.rows.len()), "{} rows", set.rows.len());
                    let text = |one: &Measure| one.expression.text().replace(' ', "").to_lowercase();
                    let having = |start: &str| -> Vec<String> {
                        let found = aggregate.measures.iter().filter(|one| text(one).starts_with(start));
                        found.map(|one| one.name.to_string()).collect()
                    };
                    for all in aggregate.measures.iter().filter(|one| text(one) == "count(*)") {
                        for part in having("count(distinct").iter().chain(&having("count(*)filter")) {
                            all_at_least(&set, all.name.as_str(), part);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn visitors_have_sessions_and_sessions_have_page_views() {
        let platforms = blueprints();
        let platform = platforms.iter().find(|one| one.name.as_str() == "clickstream").unwrap();
        let set = made(platform, platform.aggregate("daily_traffic").unwrap(), 1);
        all_at_least(&set, "sessions", "visitors");
        let sum = |name: &str| numbers(&set, name).iter().sum::<f64>();
        assert!(sum("page_views") > 1.5 * sum("sessions") && sum("sessions") > 10.0 * sum("purchases"));
        assert!(sum("purchases") > 0.0 && sum("revenue") / sum("purchases") > 5.0);
        let sessions = made(platform, platform.aggregate("session").unwrap(), 1);
        let at = |name: &str| sessions.columns.iter().position(|column| column.name == name).unwrap();
        for row in &sessions.rows {
            assert!(row[at("started_at")].as_str() <= row[at("ended_at")].as_str(), "{row:?}");
        }
        assert!(numbers(&sessions, "revenue").iter().any(|revenue| *revenue > 0.0));
        let platform = platforms.iter().find(|one| one.name.as_str() == "retail-orders").unwrap();
        all_at_least(&made(platform, platform.aggregate("daily_sales").unwrap(), 1), "orders", "customers");
    }

    #[test]
    fn a_finer_id_has_more_distinct_values_and_the_parts_of_a_column_are_at_most_the_whole() {
        let parts = ["page_view", "search", "add_to_cart", "checkout", "purchase"];
        let mut measures = vec![
            ("all_of_them".to_owned(), "count(*)".to_owned()),
            ("events".to_owned(), "count(distinct event_id)".to_owned()),
            ("sessions".to_owned(), "count(distinct session_id)".to_owned()),
            ("visitors".to_owned(), "count(distinct visitor_id)".to_owned()),
            ("pages".to_owned(), "count(distinct page_path)".to_owned()),
            ("countries".to_owned(), "count(distinct country)".to_owned()),
            ("good".to_owned(), "count(*) filter (where is_purchase)".to_owned()),
            ("bad".to_owned(), "count(*) filter (where not is_purchase)".to_owned()),
            ("buyers".to_owned(), "count(distinct visitor_id) filter (where is_purchase)".to_owned()),
            ("least".to_owned(), "min(amount)".to_owned()),
            ("mean".to_owned(), "avg(amount)".to_owned()),
            ("greatest".to_owned(), "max(amount)".to_owned()),
        ];
        measures.extend(
            parts.map(|part| (part.to_owned(), format!("count(*) filter (where event_type = '{part}')"))),
        );
        let measures: Vec<(&str, &str)> = measures.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        for dimensions in [&[("day", "date_trunc('day', occurred_at)")][..], &[("session_id", "session_id")]]
        {
            let (platform, aggregate) = aggregate(dimensions, &measures);
            let set = made(&platform, &aggregate, 1);
            let order = ["all_of_them", "events", "sessions", "visitors", "pages", "countries"];
            for pair in order.windows(2) {
                all_at_least(&set, pair[0], pair[1]);
            }
            all_at_least(&set, "good", "buyers");
            all_at_least(&set, "visitors", "buyers");
            all_at_least(&set, "mean", "least");
            all_at_least(&set, "greatest", "mean");
            for at in 0..set.rows.len() {
                let of = |name: &str| numbers(&set, name)[at];
                assert!(of("good") + of("bad") <= of("all_of_them"));
                assert!(parts.iter().map(|part| of(part)).sum::<f64>() <= of("all_of_them"));
            }
            let sum = |name: &str| numbers(&set, name).iter().sum::<f64>();
            for pair in parts.windows(2) {
                assert!(sum(pair[0]) > sum(pair[1]), "{pair:?}");
            }
        }
    }

    #[test]
    fn the_parts_of_a_moment_have_all_their_values() {
        let fields = [
            ("isodow", 1..=7),
            ("dow", 0..=6),
            ("hour", 0..=23),
            ("month", 1..=12),
            ("quarter", 1..=4),
            ("day", 1..=31),
            ("week", 1..=53),
            ("year", 2024..=2026),
        ];
        for (field, values) in fields {
            let text = format!("extract({field} from occurred_at)");
            let (platform, aggregate) = aggregate(&[("part", &text)], &[("events", "count(*)")]);
            let found: Vec<i64> = made(&platform, &aggregate, 1)
                .rows
                .iter()
                .filter_map(|row| row.iter().find_map(Value::as_i64))
                .collect();
            assert_eq!(found, values.collect::<Vec<i64>>(), "{field}");
        }
        let week = [("day", "extract(isodow from occurred_at)"), ("hour", "extract(hour from occurred_at)")];
        let (platform, aggregate) = aggregate(&week, &[("events", "count(*)")]);
        assert_eq!(made(&platform, &aggregate, 1).rows.len(), 7 * 24);
    }
}
