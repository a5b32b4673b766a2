//! The `funnel` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, one_by};
use super::keys::{AGGREGATE, DATA, FORMAT, column};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The stages."),
    column("y", Want::Number, "How many reached each stage."),
];

/// `funnel`
pub(super) const KIND: Kind = Kind::new("funnel", "Stages, each a part of the previous one.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (x, y) = (marks.one("x"), marks.one("y"));
    let (x, y) = (x?, y?);
    let title = one_by(&y, &x);
    Some(Drawing::new(VisualKind::Funnel { x, y }, title))
}
