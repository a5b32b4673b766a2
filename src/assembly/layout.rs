//! The paths of files in an assembly: the only module that builds or splits such paths.

use crate::model::Stage;

/// The path of the template of a stage's stack, where `part` counts the stage's stacks from 1:
/// `storage/template.json`, `ingestion/template-2.json`.
#[must_use]
pub fn template_path(stage: Stage, part: u16) -> String {
    match part {
        0 | 1 => stage_path(stage, "template.json"),
        part => stage_path(stage, &format!("template-{part}.json")),
    }
}

/// The path of a file in the folder of a stage: `processing/jobs/orders.py`.
#[must_use]
pub fn stage_path(stage: Stage, path: &str) -> String {
    format!("{stage}/{path}")
}

/// The last component of a path, for display and for object keys: `orders.py`.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
