//! Data sets: the SQL of the assembly makes what they read, and a user may read it.
//!
//! In: the data sets in the templates, the relations of the SQL. Out: diagnostics in the templates.

use serde_json::Value;
use strataform_redshift::ast::DataType;

use super::sql::{Warehouse, name};
use super::{Checked, pointed};
use crate::check::code::ASSEMBLY_DATA_SET;
use crate::diagnostic::{Diagnostic, did_you_mean};

pub(super) fn check(checked: &mut Checked<'_>, warehouse: &Warehouse) {
    let mut found: Vec<(String, Diagnostic)> = Vec::new();
    for (path, id, properties) in checked.resources("AWS::QuickSight::DataSet") {
        let tables = properties["PhysicalTableMap"].as_object();
        for (key, table) in tables.into_iter().flatten() {
            let pointer = format!("/Resources/{id}/Properties/PhysicalTableMap/{key}/RelationalTable");
            let all = relational(warehouse, &table["RelationalTable"], &pointer);
            found.extend(all.into_iter().map(|one| (path.to_owned(), one)));
        }
    }
    for (path, one) in found {
        checked.add(&path, one.help(super::AGAIN));
    }
}

/// What is wrong with the relation of a data set.
fn relational(warehouse: &Warehouse, table: &Value, pointer: &str) -> Vec<Diagnostic> {
    let (Some(schema), Some(relation)) = (table["Schema"].as_str(), table["Name"].as_str()) else {
        return Vec::new();
    };
    let relation_name = name(schema, relation);
    if !warehouse.has(&relation_name) {
        let summary = format!("the data set reads {schema}.{relation}, which no SQL file makes");
        return vec![pointed(ASSEMBLY_DATA_SET, format!("{pointer}/Name"), summary)];
    }
    let mut found = Vec::new();
    if !warehouse.is_readable(&relation_name) {
        let summary = format!("nobody may read {schema}.{relation}, which the data set reads");
        let cause = "reading needs SELECT on it, and USAGE of its schema and of those that it reads from";
        found.push(pointed(ASSEMBLY_DATA_SET, format!("{pointer}/Name"), summary).because(cause));
    }
    let Some(has) = warehouse.columns(&relation_name) else { return found };
    for (at, column) in table["InputColumns"].as_array().into_iter().flatten().enumerate() {
        let own = column["Name"].as_str().unwrap_or_default();
        let place = format!("{pointer}/InputColumns/{at}/Name");
        match has.iter().find(|(other, _)| other == own) {
            None => {
                let summary = format!("{schema}.{relation} has no column `{own}`");
                let near = did_you_mean(own, has.iter().map(|(name, _)| name.as_str()));
                found.push(pointed(ASSEMBLY_DATA_SET, place, summary).because(near));
            }
            Some((_, Some(data_type))) if !reads(column["Type"].as_str().unwrap_or_default(), *data_type) => {
                let summary =
                    format!("the data set reads `{own}` as {}", column["Type"].as_str().unwrap_or_default());
                let cause =
                    format!("{schema}.{relation} has it as {}", data_type.to_string().to_ascii_lowercase());
                found.push(
                    pointed(ASSEMBLY_DATA_SET, format!("{pointer}/InputColumns/{at}/Type"), summary)
                        .because(cause),
                );
            }
            Some(_) => {}
        }
    }
    found
}

/// Whether QuickSight reads a type of Redshift as one of its own (QuickSight user guide, "Supported data types").
fn reads(kind: &str, data_type: DataType) -> bool {
    match data_type {
        DataType::SmallInt | DataType::Integer | DataType::BigInt => kind == "INTEGER",
        DataType::Decimal { scale: 0, .. } => kind == "INTEGER" || kind == "DECIMAL",
        DataType::Decimal { .. } | DataType::Real | DataType::Double => kind == "DECIMAL",
        DataType::Boolean => kind == "BIT" || kind == "BOOLEAN" || kind == "STRING",
        DataType::Char(_) | DataType::Varchar(_) => kind == "STRING" || kind == "JSON",
        DataType::Date | DataType::Timestamp | DataType::TimestampTz => kind == "DATETIME",
        DataType::Super => kind == "JSON" || kind == "STRING",
        DataType::Time
        | DataType::TimeTz
        | DataType::IntervalYearToMonth
        | DataType::IntervalDayToSecond
        | DataType::Varbyte(_)
        | DataType::Geometry
        | DataType::Geography
        | DataType::HllSketch => true,
    }
}
