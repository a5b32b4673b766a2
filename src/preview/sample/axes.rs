//! The dimensions of an aggregate as axes: which values each one has, which of them depend on another one, and how many
//! records belong to each.

use std::collections::BTreeMap;

use serde_json::Value;
use strataform_preview::{Column, Kind};
use strataform_rows::{Random, Value as Cell};

use super::words::names;
use crate::model::expression::{Node, Tree};
use crate::model::{Aggregate, Dimension, Identifier, Platform, Type};
use crate::preview::figures::{Figures, name, own_column};
use crate::preview::given::moment;

pub(super) fn is_id(name: &Identifier) -> bool {
    name == "id" || name.as_str().ends_with("_id")
}

/// The relative number of records for a value.
pub(super) type Busy = fn(i64) -> f64;

/// The source of a dimension's values.
pub(super) enum Axis {
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
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Free(values, _) => values.len(),
            Self::Part(values, _) => values.len(),
            Self::Moment | Self::Own | Self::With(..) => 1,
        }
    }
}

/// The source of the values of each dimension.
pub(super) fn axes(
    platform: &Platform,
    aggregate: &Aggregate,
    figures: &Figures<'_>,
    kind: impl Fn(&Identifier) -> Option<Kind>,
) -> Vec<Axis> {
    let dimensions = &aggregate.dimensions;
    let of = |(at, one): (usize, &Dimension)| {
        let tree = one.expression.tree();
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
                let known = name(tree).is_some_and(|column| figures.texts(&column).is_some());
                let values =
                    names(figures, &one.expression, one.name.as_str()).into_iter().map(Value::from).collect();
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
                if let Some((values, busy)) = part_of_moment(figures, tree) {
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
fn part_of_moment(figures: &Figures<'_>, tree: &Tree) -> Option<(Vec<i64>, Busy)> {
    let field = match &figures.resolved(tree).node {
        Node::Call(function, variant, _) if function.name() == "extract" => function.word(*variant),
        Node::Convert(inner) | Node::Cast(inner) => return part_of_moment(figures, inner),
        _ => return None,
    };
    let weekday = |day: i64| if matches!(day, 0 | 6 | 7) { 0.6 } else { 1.0 };
    let even = |_: i64| 1.0;
    let (values, busy): (Vec<i64>, Busy) = match field {
        "isodow" => ((1..=7).collect(), weekday),
        "dow" => ((0..=6).collect(), weekday),
        "hour" => ((0..=23).collect(), daytime),
        "minute" | "second" => ((0..=59).collect(), even),
        "month" => ((1..=12).collect(), even),
        "quarter" => ((1..=4).collect(), even),
        "day" => ((1..=31).collect(), even),
        "week" => ((1..=53).collect(), even),
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
pub(super) fn place(axis: &Axis, random: &mut Random) -> usize {
    let places: Vec<usize> = (0..axis.len()).collect();
    random.favorite(&places)
}

/// The rank of a combination by its names; rank 0 has the most records.
pub(super) fn rank(axes: &[Axis], places: &[usize]) -> usize {
    axes.iter().zip(places).fold(0, |rank, (axis, place)| match axis {
        Axis::Free(values, _) => rank * values.len() + place,
        _ => rank,
    })
}

/// The value of a dimension in a row.
pub(super) fn dimension(
    axes: &[Axis],
    at: usize,
    places: &[usize],
    column: &Column,
    row: usize,
    start: &Cell,
) -> Value {
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
pub(super) fn known(aggregate: &Aggregate, axes: &[Axis], places: &[usize]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (at, one) in aggregate.dimensions.iter().enumerate() {
        let (Axis::Free(values, _), Some(column)) = (&axes[at], own_column(one.expression.tree())) else {
            continue;
        };
        if let Some(text) = values.get(places[at]).and_then(Value::as_str) {
            found.insert(column.to_owned(), text.to_owned());
        }
    }
    found
}

/// All combinations of indexes of values; if there are too many, those of fewer values of the longest axes.
pub(super) fn combinations(axes: &[Axis], most: usize) -> Vec<Vec<usize>> {
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
