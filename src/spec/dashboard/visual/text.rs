//! The `text` visual.

use super::super::super::grammar::{Key, Shape};
use super::Kind;
use super::drawing::{Drawing, Marks};
use crate::model::{GridSize, VisualKind};

/// Characters in a line of text across the whole sheet; a conservative estimate.
const LINE: usize = 140;

const KEYS: &[Key] =
    &[Key::required("text", Shape::Paragraph(4_000), "The text; empty lines separate paragraphs.")];

/// `text`
pub(super) const KIND: Kind = Kind::new("text", "Text without data.", KEYS, read);

fn read(marks: &Marks<'_>) -> Option<Drawing> {
    let text = marks.table.required("text", "text = \"…\"").and_then(|value| value.paragraph())?;
    let size = GridSize { height: rows(&text), ..GridSize::ACROSS };
    Some(Drawing::new(VisualKind::Text { text }, "text".to_owned()).sized(size))
}

/// The grid rows of a text and its title, with about two lines per row.
fn rows(text: &str) -> u8 {
    let lines: usize = text.lines().map(|line| 1 + line.chars().count() / LINE).sum();
    u8::try_from(2 + lines.div_ceil(2)).unwrap_or(GridSize::TALLEST).min(GridSize::TALLEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_tall_as_its_lines_up_to_the_tallest_visual() {
        assert_eq!(rows("word"), 3);
        assert_eq!(rows(&"word ".repeat(100)), 4);
        assert_eq!(rows(&"word\n".repeat(500)), GridSize::TALLEST);
    }
}
