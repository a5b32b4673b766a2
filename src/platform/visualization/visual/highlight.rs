//! Conditional formatting: values that are highlighted by color.

use strataform_resources::quicksight::{
    ConditionalFormattingColor, ConditionalFormattingSolidColor, TextConditionalFormat,
};

use super::super::field::{Fields, Role};
use crate::model::{Field, Highlight, HighlightTarget, Test};

/// Calls `make` for each highlight of a visual, with its color.
pub(super) fn each<T>(
    fields: Fields<'_>,
    make: impl Fn(ConditionalFormattingColor, &Highlight) -> T,
) -> Vec<T> {
    let highlights = fields.visual.highlights.iter();
    highlights.map(|one| make(color(fields, one), one)).collect()
}

/// Like [`each`], for a visual with cells: calls `make` with the field ID of the cells.
pub(super) fn cells<T>(
    fields: Fields<'_>,
    columns: &[Field],
    role: Role,
    make: impl Fn(String, TextConditionalFormat) -> T,
) -> Vec<T> {
    let cells = fields.visual.highlights.iter().filter_map(|one| {
        let at = columns.iter().position(|field| field.column == one.field.column)?;
        let plain = TextConditionalFormat::new();
        let painted = match one.painted {
            HighlightTarget::Text => plain.text_color(color(fields, one)),
            HighlightTarget::Background => plain.background_color(color(fields, one)),
        };
        Some(make(fields.id(role, at, &columns[at]), painted))
    });
    cells.collect()
}

fn color(fields: Fields<'_>, highlight: &Highlight) -> ConditionalFormattingColor {
    let value = fields.expression(&highlight.field);
    let expression = match &highlight.test {
        Test::Below(number) => format!("{value} < {number}"),
        Test::AtLeast(number) => format!("{value} >= {number}"),
        Test::Is(text) => format!("{value} = '{text}'"),
    };
    let solid = ConditionalFormattingSolidColor::new(expression).color(highlight.color.to_string());
    ConditionalFormattingColor::new().solid(solid)
}
