//! The `sankey` visual.

use super::super::super::grammar::{Key, Want};
use super::Kind;
use super::drawing::{Drawing, Marks, word};
use super::keys::{AGGREGATE, DATA, FORMAT, column};
use crate::model::VisualKind;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("from", Want::Any, "The sources."),
    column("to", Want::Any, "The destinations."),
    column("weight", Want::Number, "The size of each flow."),
];

/// `sankey`
pub(super) const KIND: Kind = Kind::new("sankey", "Flows from sources to destinations.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (from, to, weight) = (marks.one("from"), marks.one("to"), marks.one("weight"));
    let (from, to, weight) = (from?, to?, weight?);
    let title = format!("{} from {} to {}", word(&weight), word(&from), word(&to));
    Some(Drawing::new(VisualKind::Sankey { from, to, weight }, title))
}
