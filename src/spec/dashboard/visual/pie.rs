//! The `pie` and `donut` visuals.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, one_by};
use super::keys::{AGGREGATE, DATA, DRILL, FORMAT, column};
use crate::model::{PieShape, VisualKind};

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The slices."),
    column("y", Want::Number, "The size of each slice."),
    DRILL,
];

/// `pie`
pub(super) const PIE: Kind =
    Kind::new("pie", "Shares of a whole.", KEYS, |marks| read(marks, PieShape::Whole));
/// `donut`
pub(super) const DONUT: Kind =
    Kind::new("donut", "Shares of a whole, with the total in the middle.", KEYS, |marks| {
        read(marks, PieShape::Donut)
    });

fn read(marks: &Marks<'_>, shape: PieShape) -> Option<Drawing> {
    let (x, y) = (marks.one("x"), marks.one("y"));
    let (x, y) = (x?, y?);
    let title = one_by(&y, &x);
    Some(Drawing::new(VisualKind::Pie { x: x.clone(), y, shape }, title).drilling(x))
}
