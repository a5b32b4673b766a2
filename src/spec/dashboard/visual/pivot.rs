//! The `pivot` visual.

use super::super::super::grammar::{Key, Want};
use super::super::highlight::Highlighted;
use super::Kind;
use super::drawing::{Drawing, Marks, by};
use super::keys::{AGGREGATE, DATA, FORMAT, HIGHLIGHT, columns};
use crate::model::{GridSize, VisualKind};

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    columns("rows", Want::Any, "The rows."),
    columns("columns", Want::Any, "The columns."),
    columns("values", Want::Number, "The numbers."),
    HIGHLIGHT,
];

/// `pivot`
pub(super) const KIND: Kind = Kind::new("pivot", "Numbers by rows and columns.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (rows, columns, values) = (marks.many("rows"), marks.many("columns"), marks.many("values"));
    let (rows, columns, values) = (rows?, columns?, values?);
    let title = by(&values, &rows);
    let drawing = Drawing::new(VisualKind::Pivot { rows, columns, values: values.clone() }, title);
    Some(drawing.sized(GridSize::ACROSS).highlighting(Highlighted::Cells(values)))
}
