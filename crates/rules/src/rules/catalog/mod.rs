//! Rules of the Data Catalog.

pub(super) mod column_type;
pub(super) mod csv_delimiter;
pub(super) mod database_order;
pub(super) mod double_column;
pub(super) mod double_key;
pub(super) mod format;
pub(super) mod key_type;
pub(super) mod location_form;
pub(super) mod location_overlap;
pub(super) mod location_slash;
pub(super) mod location_template;
pub(super) mod partition_values;
pub(super) mod projection_digits;
pub(super) mod projection_key;
pub(super) mod projection_off;
pub(super) mod projection_range;
pub(super) mod projection_type;
pub(super) mod projection_value;
pub(super) mod type_syntax;

use serde_json::Value;

use crate::text;
use crate::world::{Resource, World};

/// The type of tables.
pub(crate) const TABLE: &str = "AWS::Glue::Table";

/// The names of the columns, as far as they are known.
pub(crate) fn columns(table: &Resource) -> Vec<&str> {
    names(table, "TableInput/StorageDescriptor/Columns")
}

/// The names of the partition keys, as far as they are known.
pub(crate) fn keys(table: &Resource) -> Vec<&str> {
    names(table, "TableInput/PartitionKeys")
}

fn names<'a>(table: &'a Resource, list: &str) -> Vec<&'a str> {
    let all = table.items(list).into_iter();
    all.map(|(_, one)| {
        one.get("Name").and_then(Value::as_str).filter(|name| text::is_known(name)).unwrap_or_default()
    })
    .filter(|name| !name.is_empty())
    .collect()
}

/// A parameter of a table.
pub(crate) fn parameter<'a>(table: &'a Resource, name: &str) -> Option<&'a Value> {
    table.get("TableInput/Parameters")?.get(name)
}

/// The names of the parameters of a table.
pub(crate) fn parameters(table: &Resource) -> Vec<&str> {
    let all = table.get("TableInput/Parameters").and_then(Value::as_object);
    all.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

/// Whether a table has partition projection, and all its parameters are known.
pub(crate) fn is_projected(table: &Resource) -> bool {
    let enabled = parameter(table, "projection.enabled").and_then(Value::as_str);
    let is_whole = parameters(table).iter().all(|name| !name.starts_with("Fn::"));
    is_whole && enabled.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether a table has partition keys, or may have.
pub(crate) fn is_partitioned(table: &Resource) -> bool {
    table
        .get("TableInput/PartitionKeys")
        .is_some_and(|keys| keys.as_array().is_none_or(|keys| !keys.is_empty()))
}

/// The folder of a table in a bucket, if its location is there and known.
pub(crate) fn folder<'a>(world: &World, table: &'a Resource, bucket: &Resource) -> Option<&'a str> {
    let rest = table.text("TableInput/StorageDescriptor/Location")?.strip_prefix("s3://")?;
    // A placeholder has a slash of its own.
    let end = rest
        .find('}')
        .filter(|_| rest.starts_with("${"))
        .map_or_else(|| rest.find('/'), |at| Some(at + 1))?;
    let (name, folder) = rest.split_at(end);
    let folder = folder.strip_prefix('/')?;
    let is_here = world.referred(name).map_or_else(|| bucket.name() == Some(name), |one| one == bucket);
    (is_here && text::is_known(folder)).then_some(folder)
}
