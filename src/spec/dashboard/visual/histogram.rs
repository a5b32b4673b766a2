//! How often numbers lie where.

use super::super::super::grammar::{Key, Shape, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, word};
use super::keys::{DATA, FORMAT, column};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    column("x", Want::RowNumber, "The numbers, one per row."),
    Key::optional(
        "bins",
        Shape::Integer { least: 2, most: 100 },
        "How many parts their range is divided into.",
    )
    .default("10"),
];

/// `histogram`
pub(super) const KIND: Kind = Kind::new("histogram", "How often numbers lie where.", KEYS, read);

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
