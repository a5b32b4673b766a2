//! The `waterfall` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, one_by};
use super::keys::{AGGREGATE, DATA, FORMAT, column, maybe};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The steps."),
    column("y", Want::Number, "The amount that each step adds."),
    maybe("color", Want::Any, "The column that divides each step."),
];

/// `waterfall`
pub(super) const KIND: Kind = Kind::new("waterfall", "Steps that add up.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (x, y, color) = (marks.one("x"), marks.one("y"), marks.maybe("color"));
    let (x, y, color) = (x?, y?, color?);
    let title = one_by(&y, &x);
    Some(Drawing::new(VisualKind::Waterfall { x, y, color }, title))
}
