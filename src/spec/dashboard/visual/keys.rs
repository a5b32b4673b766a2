//! Keys that several kinds of visuals have.

use super::super::super::grammar::{
    HIGHLIGHT as HIGHLIGHT_ENTRY, IDENTIFIER, Key, NUMBER_FORMAT, Shape, Want,
};

/// Highlights of one visual.
const MOST_HIGHLIGHTS: usize = 20;

/// What the visual shows.
pub(super) const DATA: Key = Key::required(
    "data",
    IDENTIFIER,
    "An aggregate, or a dataset, whose joins add columns named `alias_column`.",
);

/// How its numbers are written.
pub(super) const FORMAT: Key = Key::optional(
    "format",
    Shape::Names { name: &IDENTIFIER, of: &NUMBER_FORMAT, least: 0 },
    "How numbers are written, by column: `{ revenue = \"currency EUR 2\" }`.",
);

/// What the category is divided by on a click.
pub(super) const DRILL: Key = Key::optional(
    "drill",
    Shape::Columns(Want::Any),
    "Columns that `x` is divided by on a click, one after the other.",
);

/// Values that stand out.
pub(super) const HIGHLIGHT: Key = Key::optional(
    "highlight",
    Shape::List { of: &Shape::Table(HIGHLIGHT_ENTRY), least: 0, most: Some(MOST_HIGHLIGHTS) },
    "Values that stand out: `{ column = \"revenue\", below = 100, color = \"#C0392B\" }`.",
);

/// One column.
pub(super) const fn column(name: &'static str, want: Want, about: &'static str) -> Key {
    Key::required(name, Shape::Column(want), about)
}

/// One column, which may be left out.
pub(super) const fn maybe(name: &'static str, want: Want, about: &'static str) -> Key {
    Key::optional(name, Shape::Column(want), about)
}

/// A column, or several.
pub(super) const fn columns(name: &'static str, want: Want, about: &'static str) -> Key {
    Key::required(name, Shape::Columns(want), about)
}
