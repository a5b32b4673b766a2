//! Reads `[warehouse]`.

use super::code;
use super::grammar::{WAREHOUSE_KINDS, Words, words};
use super::scalar;
use super::table::Table;
use super::value::Value;
use crate::diagnostic::Diagnostic;
use crate::model::{Warehouse, WarehouseKind};

/// Node types, and the most nodes of each.
pub(super) const NODES: Words<u32> =
    words!["ra3.large" => 16, "ra3.xlplus" => 32, "ra3.4xlarge" => 128, "ra3.16xlarge" => 128];

/// The kind of a warehouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Redshift Serverless.
    Serverless,
    /// A provisioned cluster.
    Provisioned,
}

/// Reads the warehouse of a table; keys that it leaves out are taken from `base` if that is of the same kind.
pub(super) fn read(table: &Table<'_>, base: &Warehouse) -> Warehouse {
    let before = match base.kind {
        WarehouseKind::Serverless { .. } => Kind::Serverless,
        WarehouseKind::Provisioned { .. } => Kind::Provisioned,
    };
    let kind = table.get("kind").map_or(Some(before), |value| value.choice(&WAREHOUSE_KINDS));
    let database = table.get("database").and_then(|value| scalar::identifier(&value.text()?));
    let kind = match kind {
        // An invalid kind is reported; the other keys can belong to either kind.
        None => base.kind.clone(),
        Some(Kind::Serverless) => {
            refuse(table, &["node_type", "nodes"], "provisioned");
            serverless(table, &base.kind)
        }
        Some(Kind::Provisioned) => {
            refuse(table, &["base", "most", "daily_limit"], "serverless");
            provisioned(table, &base.kind)
        }
    };
    Warehouse { kind, database: database.map_or_else(|| base.database.clone(), |name| name.to_string()) }
}

fn refuse(table: &Table<'_>, keys: &[&str], owner: &str) {
    for key in keys.iter().filter(|key| table.has(key)) {
        let summary = format!("`{key}` requires `kind = \"{owner}\"`");
        let fault = Diagnostic::error(code::KEY_CONFLICT, table.key_span(key), summary);
        table.reader.report(fault.help(format!("remove it, or set `kind = \"{owner}\"`")));
    }
}

fn serverless(table: &Table<'_>, base: &WarehouseKind) -> WarehouseKind {
    let (mut least, mut most, mut limit) = match base {
        WarehouseKind::Serverless { base, most, daily_limit } => (*base, *most, *daily_limit),
        WarehouseKind::Provisioned { .. } => (None, None, None),
    };
    least = table.get("base").and_then(|value| units(&value)).or(least);
    most = table.get("most").and_then(|value| units(&value)).or(most);
    let hint = "write RPU hours per day, an integer above zero";
    limit = table.get("daily_limit").and_then(|value| value.number(hint)).or(limit);
    if let (Some(low), Some(high)) = (least, most)
        && high < low
    {
        let key = if table.has("most") { "most" } else { "base" };
        let summary = format!("`most` is {high}, but `base` is {low}");
        let fault = Diagnostic::error(code::RANGE, table.key_span(key), summary);
        table.reader.report(fault.help("set `most` to at least `base`"));
    }
    WarehouseKind::Serverless { base: least, most, daily_limit: limit }
}

/// Reads a number of Redshift processing units (RPUs).
fn units(value: &Value<'_>) -> Option<u32> {
    const HINT: &str = "write 4, or a multiple of 8 up to 512";
    let number = value.number(HINT)?;
    if number == 4 || number % 8 == 0 {
        return Some(number);
    }
    let summary = format!("invalid number of RPUs: {number}");
    value.fault(Diagnostic::error(code::RANGE, value.span.clone(), summary).help(HINT));
    None
}

fn provisioned(table: &Table<'_>, base: &WarehouseKind) -> WarehouseKind {
    let (mut node_type, mut nodes) = match base {
        WarehouseKind::Provisioned { node_type, nodes } => (node_type.clone(), *nodes),
        WarehouseKind::Serverless { .. } => ("ra3.large".to_owned(), 2),
    };
    let types: Vec<(&'static str, &str)> = NODES.names.iter().map(|name| (*name, *name)).collect();
    if let Some(name) = table.get("node_type").and_then(|value| value.choice_of(&types)) {
        name.clone_into(&mut node_type);
    }
    let most = NODES.pairs().find(|(name, _)| *name == node_type).map_or(128, |(_, most)| most);
    let hint = format!("write 1 to {most} nodes of `{node_type}`");
    if let Some(number) = table.get("nodes").and_then(|value| value.number_within(1..=most, &hint)) {
        nodes = number;
    }
    WarehouseKind::Provisioned { node_type, nodes }
}
