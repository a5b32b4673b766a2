//! The `scatter` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, one_by};
use super::keys::{AGGREGATE, DATA, FORMAT, column, maybe};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Number, "The horizontal axis."),
    column("y", Want::Number, "The vertical axis."),
    maybe("category", Want::Any, "One point per value of this column; without it, one per row."),
    maybe("size", Want::Number, "The size of the points."),
];

/// `scatter`
pub(super) const KIND: Kind = Kind::new("scatter", "Points at two numbers.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    // Without a category there is one point per row, and a row has no aggregation.
    let want = if marks.table.has("category") { Want::Number } else { Want::RowNumber };
    let axis = |key| marks.fields.one_as(marks.table, key, want);
    let (x, y) = (axis("x"), axis("y"));
    let (category, size) = (marks.maybe("category"), marks.maybe("size"));
    let (x, y, category, size) = (x?, y?, category?, size?);
    let title = one_by(&y, &x);
    Some(Drawing::new(VisualKind::Scatter { x, y, category, size }, title))
}
