//! The `histogram` visual.

use super::super::super::grammar::{Key, Shape, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, word};
use super::keys::{DATA, FORMAT, column};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    column("x", Want::RowNumber, "The numbers, one per row."),
    Key::optional("bins", Shape::Integer { least: 2, most: 100 }, "The number of bins.").default("10"),
];

/// `histogram`
pub(super) const KIND: Kind = Kind::new("histogram", "The distribution of a number.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let x = marks.one("x");
    let bins = match marks.get("bins") {
        Some(value) => u8::try_from(value.number("write 2 to 100")?).ok()?,
        None => 10,
    };
    let x = x?;
    let title = format!("distribution of {}", word(&x));
    Some(Drawing::new(VisualKind::Histogram { x, bins }, title))
}
