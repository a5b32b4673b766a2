//! The `kpi` visual.

use super::super::super::grammar::{Key, Want};
use super::super::highlight::Highlighted;
use super::Kind;
use super::drawing::{Drawing, Marks, word};
use super::keys::{AGGREGATE, DATA, FORMAT, HIGHLIGHT, column, maybe};
use crate::model::{GridSize, Growth, VisualKind};

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("value", Want::Number, "The number."),
    maybe("trend", Want::Date, "The date over which it is compared and drawn."),
    maybe("target", Want::Number, "The target of the number."),
    HIGHLIGHT,
];

/// `kpi`
pub(super) const KIND: Kind = Kind::new("kpi", "One number and its trend.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (value, trend, target) = (marks.one("value"), marks.maybe("trend"), marks.maybe("target"));
    let (value, trend, target) = (value?, trend?, target?);
    let drawing = Drawing::new(VisualKind::Kpi { value: value.clone(), trend, target }, word(&value));
    let size = GridSize { width: 9, height: 6, growth: Growth::Fixed };
    Some(drawing.sized(size).highlighting(Highlighted::Number(value)))
}
