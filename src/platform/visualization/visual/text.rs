//! Text without data.

use strataform_resources::quicksight::SheetTextBox;

use super::super::text;
use crate::model::Visual;

/// The text box.
pub(super) fn text_box(visual: &Visual, said: &str) -> SheetTextBox {
    SheetTextBox::new(super::id(visual)).content(text::text_box(&visual.title, said))
}
