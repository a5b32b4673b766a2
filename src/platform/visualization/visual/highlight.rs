//! Values that stand out by their colour.

use strataform_resources::quicksight::{
    ConditionalFormattingColor, ConditionalFormattingSolidColor, TextConditionalFormat,
};

use super::super::field::{Fields, Role};
use crate::model::{Field, Highlight, Painted, Test};

/// What is made of each highlight of a visual and its colour.
pub(super) fn each<T>(
    fields: Fields<'_>,
    make: impl Fn(ConditionalFormattingColor, &Highlight) -> T,
) -> Vec<T> {
    let highlights = fields.visual.highlights.iter();
    highlights.map(|one| make(color(fields, one), one)).collect()
}

/// The same where a visual has cells: with the id of the field of the cells.
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
            Painted::Text => plain.text_color(color(fields, one)),
            Painted::Background => plain.background_color(color(fields, one)),
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
