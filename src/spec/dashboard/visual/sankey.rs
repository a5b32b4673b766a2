//! What flows from where to where.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, word};
use super::keys::{DATA, FORMAT, column};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    column("from", Want::Any, "Where from."),
    column("to", Want::Any, "Where to."),
    column("weight", Want::Number, "How much."),
];

/// `sankey`
pub(super) const KIND: Kind = Kind::new("sankey", "What flows from where to where.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (from, to, weight) = (marks.one("from"), marks.one("to"), marks.one("weight"));
    let (from, to, weight) = (from?, to?, weight?);
    let title = format!("{} from {} to {}", word(&weight), word(&from), word(&to));
    Some(Drawing::new(VisualKind::Sankey { from, to, weight }, title))
}
