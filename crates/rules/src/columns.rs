//! [`columns`]: the columns that a data set offers to dashboards.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::text;
use crate::world::Resource;

/// The columns of a data set, or more: of joins, all that any table has. `None` if they are not known.
pub(crate) fn columns(set: &Resource) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for table in set.get("PhysicalTableMap")?.as_object()?.values() {
        let table = table.as_object()?.values().next()?;
        let columns = table.get("InputColumns").or_else(|| table.get("Columns"))?.as_array()?;
        for column in columns {
            all.insert(name(column, "Name")?);
        }
    }
    let empty = serde_json::Map::new();
    let logical = match set.get("LogicalTableMap") {
        None => &empty,
        Some(map) => map.as_object()?,
    };
    let is_exact = logical.len() == 1;
    for transform in logical.values().filter_map(|table| table.get("DataTransforms")).flat_map(list) {
        let (kind, operation) = transform.as_object()?.iter().next()?;
        match kind.as_str() {
            "RenameColumnOperation" => {
                if is_exact {
                    all.remove(&name(operation, "ColumnName")?);
                }
                all.insert(name(operation, "NewColumnName")?);
            }
            "CreateColumnsOperation" => {
                for column in operation.get("Columns")?.as_array()? {
                    all.insert(name(column, "ColumnName")?);
                }
            }
            "ProjectOperation" if is_exact => {
                let kept = operation.get("ProjectedColumns")?.as_array()?;
                all.retain(|name| kept.iter().any(|one| one == name));
            }
            "ProjectOperation" | "CastColumnTypeOperation" | "TagColumnOperation" | "FilterOperation" => {}
            // A new operation, or a function.
            _ => return None,
        }
    }
    Some(all)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    // What is not a list is a function: its content is no operation.
    value.as_array().into_iter().flatten().chain(Some(value).filter(|value| value.is_object()))
}

fn name(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().filter(|name| text::is_known(name)).map(str::to_owned)
}
