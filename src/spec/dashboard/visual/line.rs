//! The `line` visual.

use super::super::super::code;
use super::super::super::grammar::{Key, Shape, Want};
use super::super::super::value::Value;
use super::Kind;
use super::drawing::{Drawing, Marks, by};
use super::keys::{AGGREGATE, DATA, DRILL, FORMAT, column, columns, maybe};
use crate::diagnostic::Diagnostic;
use crate::model::{Field, FieldKind, VisualKind};

/// The most periods of a forecast.
const MOST_PERIODS: u32 = 1_000;

const KEYS: &[Key] = &[
    DATA,
    FORMAT,
    AGGREGATE,
    column("x", Want::Any, "The horizontal axis."),
    columns("y", Want::Number, "The numbers; with `color`, one."),
    maybe("color", Want::Any, "One line per value of this column."),
    Key::optional("area", Shape::Boolean, "Whether the area below a line is filled.").default("false"),
    Key::optional(
        "forecast",
        Shape::Integer { least: 1, most: MOST_PERIODS },
        "The number of periods to forecast; for one line over a date.",
    ),
    DRILL,
];

/// `line`
pub(super) const KIND: Kind = Kind::new("line", "Lines over a date or a category.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let (x, y, color) = (marks.one("x"), marks.many("y"), marks.maybe("color"));
    super::bar::one_color(marks, y.as_deref(), color.as_ref())?;
    let area = marks.get("area").map_or(Some(false), |value| value.boolean());
    let forecast =
        marks.get("forecast").map(|value| forecast(&value, x.as_ref(), y.as_deref(), color.as_ref()));
    let forecast = match forecast {
        Some(given) => Some(given?),
        None => None,
    };
    let (x, y, color, area) = (x?, y?, color?, area?);
    let title = by(&y, std::slice::from_ref(&x));
    Some(Drawing::new(VisualKind::Line { x: x.clone(), y, color, area, forecast }, title).drilling(x))
}

/// Reads the number of periods to forecast, which requires one line over dates.
fn forecast(
    value: &Value<'_>,
    x: Option<&Field>,
    y: Option<&[Field]>,
    color: Option<&Option<Field>>,
) -> Option<u16> {
    let periods = value.number("write the number of periods to forecast")?;
    let cause = match (x, y, color) {
        (Some(x), ..) if x.kind != FieldKind::Date => "a forecast requires a date, and `x` is not a date",
        (_, Some(y), _) if y.len() > 1 => "a forecast requires one line, and `y` names several",
        (_, _, Some(Some(_))) => "a forecast requires one line, and `color` makes several",
        _ => return u16::try_from(periods).ok(),
    };
    let fault = Diagnostic::error(code::KEY_CONFLICT, value.span.clone(), "invalid `forecast`");
    value.fault(fault.because(cause).help("remove `forecast`, or show one line over a date"));
    None
}
