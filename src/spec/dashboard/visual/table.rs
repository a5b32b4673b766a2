//! The `table` visual.

use super::super::super::grammar::{Key, Want};
use super::super::highlight::Highlighted;
use super::Kind;
use super::drawing::{Drawing, Marks};
use super::keys::{DATA, FORMAT, HIGHLIGHT, columns};
use crate::model::{GridSize, VisualKind};

const KEYS: &[Key] = &[DATA, FORMAT, columns("columns", Want::Any, "The columns."), HIGHLIGHT];

/// `table`
pub(super) const KIND: Kind = Kind::new("table", "Rows, without aggregation.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let columns = marks.many("columns")?;
    let title = marks.source.words();
    let drawing = Drawing::new(VisualKind::Table { columns: columns.clone() }, title);
    Some(drawing.sized(GridSize::ACROSS).highlighting(Highlighted::Cells(columns)))
}
