//! The `gauge` visual.

use super::super::super::grammar::{Key, RANGE, Want};
use super::super::highlight::Highlighted;
use super::super::parameter;
use super::Kind;
use super::drawing::{Drawing, Marks, word};
use super::keys::{AGGREGATE, DATA, FORMAT, HIGHLIGHT, column, maybe};
use crate::model::{GridSize, Growth, VisualKind};

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("value", Want::Number, "The number."),
    maybe("target", Want::Number, "The target of the number."),
    Key::optional("range", RANGE, "The ends of the arc: `[0, 100]`.").unless("chosen by QuickSight"),
    HIGHLIGHT,
];

/// `gauge`
pub(super) const KIND: Kind = Kind::new("gauge", "One number on an arc.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (value, target) = (marks.one("value"), marks.maybe("target"));
    let range = match marks.get("range") {
        Some(value) => Some(parameter::range(&value)?),
        None => None,
    };
    let (value, target) = (value?, target?);
    let drawing = Drawing::new(VisualKind::Gauge { value: value.clone(), target, range }, word(&value));
    let size = GridSize { width: 9, height: 9, growth: Growth::Fixed };
    Some(drawing.sized(size).highlighting(Highlighted::Number(value)))
}
