//! The `bar` visual.

use super::super::super::grammar::{Key, Shape, Want, Words, words};
use super::super::field;
use super::Kind;
use super::drawing::{Drawing, Marks, by};
use super::keys::{AGGREGATE, DATA, DRILL, FORMAT, column, columns, maybe};
use crate::model::{Field, Orientation, Stacking, VisualKind};

/// The values of `stacked` other than `true` and `false`.
const STACKED: Words<Stacking> = words!["percent" => Stacking::Percent];
/// The directions of bars.
const ORIENTATIONS: Words<Orientation> =
    words!["vertical" => Orientation::Vertical, "horizontal" => Orientation::Horizontal];

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The categories."),
    columns("y", Want::Number, "The numbers; with `color`, one."),
    maybe("color", Want::Any, "One bar per value of this column."),
    Key::optional(
        "stacked",
        Shape::Either(&[Shape::Boolean, Shape::Words(STACKED.names)]),
        "Whether the bars of a category are stacked; `percent` stacks them to 100%.",
    )
    .default("false"),
    Key::optional("orientation", Shape::Words(ORIENTATIONS.names), "The direction of the bars.")
        .default("\"vertical\""),
    DRILL,
];

/// `bar`
pub(super) const KIND: Kind = Kind::new("bar", "Bars.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (x, y, color) = (marks.one("x"), marks.many("y"), marks.maybe("color"));
    one_color(marks, y.as_deref(), color.as_ref())?;
    let stacking = match marks.get("stacked") {
        Some(value) if value.raw.is_str() => value.choice(&STACKED)?,
        Some(value) if value.boolean()? => Stacking::Stacked,
        None | Some(_) => Stacking::Clustered,
    };
    let orientation = marks.get("orientation").and_then(|value| value.choice(&ORIENTATIONS));
    let orientation = orientation.unwrap_or(Orientation::Vertical);
    let (x, y, color) = (x?, y?, color?);
    let title = by(&y, std::slice::from_ref(&x));
    Some(Drawing::new(VisualKind::Bar { x: x.clone(), y, color, stacking, orientation }, title).drilling(x))
}

/// Reports several numbers together with `color`.
pub(super) fn one_color(marks: &Marks<'_>, y: Option<&[Field]>, color: Option<&Option<Field>>) -> Option<()> {
    if let (Some(y), Some(Some(_)), Some(value)) = (y, color, marks.get("y"))
        && y.len() > 1
    {
        field::one_only(&value, "with `color`, there is one line or bar per value of its column");
        return None;
    }
    Some(())
}
