//! The `heat_map` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, one_by};
use super::keys::{AGGREGATE, DATA, FORMAT, column};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("rows", Want::Any, "The rows."),
    column("columns", Want::Any, "The columns."),
    column("value", Want::Number, "The number."),
];

/// `heat_map`
pub(super) const KIND: Kind = Kind::new("heat_map", "Numbers as colors in a grid.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (rows, columns, value) = (marks.one("rows"), marks.one("columns"), marks.one("value"));
    let (rows, columns, value) = (rows?, columns?, value?);
    let title = one_by(&value, &rows);
    Some(Drawing::new(VisualKind::HeatMap { rows, columns, value }, title))
}
