//! Keys that several kinds of visuals share.

use super::super::super::grammar::{
    AGGREGATIONS, HIGHLIGHT as HIGHLIGHT_ENTRY, Key, NUMBER_FORMAT, SHOWN, Shape, Want,
};

/// The most highlights of a visual.
const MOST_HIGHLIGHTS: usize = 20;

/// What the visual shows.
pub(super) const DATA: Key = Key::required(
    "data",
    SHOWN,
    "An aggregate; a dataset, whose joins add columns named `alias_column`; or its live rows, `<dataset>__live`.",
);

/// The formats of its numbers.
pub(super) const FORMAT: Key = Key::optional(
    "format",
    Shape::Names { name: &SHOWN, of: &NUMBER_FORMAT, least: 0 },
    "Number formats by column: `{ revenue = \"currency EUR 2\" }`.",
);

/// How numbers are aggregated.
pub(super) const AGGREGATE: Key = Key::optional(
    "aggregate",
    Shape::Names { name: &SHOWN, of: &Shape::Words(AGGREGATIONS.names), least: 0 },
    "Aggregations by column, where the data's own is not right: `{ duration = \"average\" }`. With `count` and \
     `distinct_count`, the column can have any type.",
);

/// The columns of a drill-down.
pub(super) const DRILL: Key = Key::optional(
    "drill",
    Shape::Columns(Want::Any),
    "Columns to drill down into from `x`, one after another.",
);

/// Highlighted values.
pub(super) const HIGHLIGHT: Key = Key::optional(
    "highlight",
    Shape::List { of: &Shape::Table(HIGHLIGHT_ENTRY), least: 0, most: Some(MOST_HIGHLIGHTS) },
    "Highlighted values: `{ column = \"revenue\", below = 100, color = \"#C0392B\" }`.",
);

/// A required column.
pub(super) const fn column(name: &'static str, want: Want, about: &'static str) -> Key {
    Key::required(name, Shape::Column(want), about)
}

/// An optional column.
pub(super) const fn maybe(name: &'static str, want: Want, about: &'static str) -> Key {
    Key::optional(name, Shape::Column(want), about)
}

/// One or more required columns.
pub(super) const fn columns(name: &'static str, want: Want, about: &'static str) -> Key {
    Key::required(name, Shape::Columns(want), about)
}
