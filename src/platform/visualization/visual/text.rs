//! Text boxes, which have no data.

use strataform_resources::quicksight::SheetTextBox;

use super::super::text;
use crate::model::Visual;

/// The text box.
pub(super) fn text_box(visual: &Visual, content: &str) -> SheetTextBox {
    SheetTextBox::new(super::id(visual)).content(text::text_box(&visual.title, content))
}
