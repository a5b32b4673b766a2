//! Where files stand in an assembly: the only place that makes such paths or takes them apart.

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

/// The path of a file below the folder of a stage: `processing/jobs/orders.py`.
#[must_use]
pub fn stage_path(stage: Stage, path: &str) -> String {
    format!("{stage}/{path}")
}

/// The last part of a path, for people and for keys of objects: `orders.py`.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
