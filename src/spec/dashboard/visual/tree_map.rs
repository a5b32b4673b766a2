//! The `tree_map` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, one_by};
use super::keys::{AGGREGATE, DATA, DRILL, FORMAT, column, maybe};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The areas."),
    column("y", Want::Number, "The size of each area."),
    maybe("shade", Want::Number, "The color intensity of each area."),
    DRILL,
];

/// `tree_map`
pub(super) const KIND: Kind = Kind::new("tree_map", "Shares of a whole as areas.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (x, y, shade) = (marks.one("x"), marks.one("y"), marks.maybe("shade"));
    let (x, y, shade) = (x?, y?, shade?);
    let title = one_by(&y, &x);
    Some(Drawing::new(VisualKind::TreeMap { x: x.clone(), y, shade }, title).drilling(x))
}
