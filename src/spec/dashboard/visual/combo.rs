//! The `combo` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, by};
use super::keys::{AGGREGATE, DATA, DRILL, FORMAT, column, columns};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The categories."),
    columns("bars", Want::Number, "Numbers shown as bars."),
    columns("lines", Want::Number, "Numbers shown as lines."),
    DRILL,
];

/// `combo`
pub(super) const KIND: Kind = Kind::new("combo", "Bars and lines over one axis.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (x, bars, lines) = (marks.one("x"), marks.many("bars"), marks.many("lines"));
    let (x, bars, lines) = (x?, bars?, lines?);
    let numbers: Vec<_> = bars.iter().chain(&lines).cloned().collect();
    let title = by(&numbers, std::slice::from_ref(&x));
    Some(Drawing::new(VisualKind::Combo { x: x.clone(), bars, lines }, title).drilling(x))
}
