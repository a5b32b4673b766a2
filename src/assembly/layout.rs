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

/// The path of a file with Guard rules of the team: `policy/retention.guard`.
#[must_use]
pub fn policy_path(name: &str) -> String {
    format!("policy/{name}")
}

/// The last component of a path, for display and for object keys: `orders.py`.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path of a migration's file: `aggregation/migrations/0003_orders.sql`.
#[must_use]
pub fn migration_path(number: u32, table: &str) -> String {
    stage_path(Stage::Aggregation, &format!("{MIGRATIONS}/{number:04}_{table}.sql"))
}

/// The number of a migration, from the path of its file; `None` for other files.
#[must_use]
pub fn migration_number(path: &str) -> Option<u32> {
    let inside = path.strip_prefix(&format!("{}/{MIGRATIONS}/", Stage::Aggregation))?;
    inside.split_once('_')?.0.parse().ok()
}

/// The folder of migrations.
const MIGRATIONS: &str = "migrations";

/// What a SQL file is about, from its path, without its number: `orders` for `aggregation/sql/010_orders.sql`.
#[must_use]
pub fn sql_subject(path: &str) -> &str {
    let name = file_name(path);
    let stem = name.strip_suffix(".sql").unwrap_or(name);
    stem.split_once('_').map_or(stem, |(_, subject)| subject)
}
