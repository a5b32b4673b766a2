//! The icons in the boxes: strokes on a 16 by 16 grid, drawn for this project.

use super::NodeKind;

/// The path of a kind's icon.
pub(super) fn path(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Producer => {
            "M8 6.5a1.5 1.5 0 1 0 .01 0M4.6 4.6a4.8 4.8 0 0 0 0 6.8M11.4 4.6a4.8 4.8 0 0 1 0 6.8M2.5 2.5a7.8 7.8 0 0 0 0 11M13.5 2.5a7.8 7.8 0 0 1 0 11"
        }
        NodeKind::FileDrop => "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h5",
        NodeKind::Stream => {
            "M1.5 4.5c2.2-2.5 4.3-2.5 6.5 0s4.3 2.5 6.5 0M1.5 8.5c2.2-2.5 4.3-2.5 6.5 0s4.3 2.5 6.5 0M1.5 12.5c2.2-2.5 4.3-2.5 6.5 0s4.3 2.5 6.5 0"
        }
        NodeKind::Delivery => "M8 1.5v8M4.8 6.5 8 9.7l3.2-3.2M1.5 9.5v5h13v-5",
        NodeKind::Raw | NodeKind::Curated | NodeKind::Quarantine => {
            "M2 3.5c0-2.6 12-2.6 12 0s-12 2.6-12 0l1.6 9.6c.3 1.8 8.5 1.8 8.8 0L14 3.5"
        }
        NodeKind::Job => "M5 4 1.5 8 5 12M11 4l3.5 4L11 12M9.3 2.5l-2.6 11",
        NodeKind::Table => "M1.5 2.5h13v11h-13zM1.5 6.2h13M1.5 9.9h13M6 6.2v7.3",
        NodeKind::Aggregate => "M12.5 4.5v-2.5h-9l5 6-5 6h9v-2.5",
        NodeKind::View => "M1 8c3.5-6 10.5-6 14 0-3.5 6-10.5 6-14 0zM8 5.8a2.2 2.2 0 1 0 .01 0",
        NodeKind::Dashboard => "M1.5 1.5v13h13M4.8 11.5v-3M8.3 11.5v-7M11.8 11.5v-5",
        NodeKind::Alarms => {
            "M3 11.5c1.5-1.5 1-3.5 1.3-5.2a3.8 3.8 0 0 1 7.4 0c.3 1.7-.2 3.7 1.3 5.2zM6.5 13.8c.8 1 2.2 1 3 0"
        }
        NodeKind::Topic => "M1.5 3.5h13v9.5h-13zM1.5 4l6.5 5 6.5-5",
    }
}
