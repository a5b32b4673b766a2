//! Columns of records: the Spark SQL that converts a field of a record to the column's type, or rejects it.

use super::{JobColumn, is_exact, is_parquet, quoted};
use crate::model::{Column, Sensitivity, Source, Type};

/// Maximum bytes of a Redshift VARCHAR, which JSON documents are copied to.
const LONGEST_JSON: u32 = 65_535;

/// A column in the context of the script.
pub(super) fn job_column(source: &Source, column: &Column) -> JobColumn {
    let name = quoted(column.name.as_str());
    // A value that the warehouse cannot store would fail the load of the whole run, at every attempt.
    let limit = match column.data_type {
        Type::String { length } => Some(format!(
            "CASE WHEN contains({name}, chr(0)) THEN 'with the character NUL' \
             WHEN octet_length({name}) > {length} AND char_length({name}) > {length} \
             THEN 'longer than {length} characters' END"
        )),
        Type::Json => Some(format!(
            "CASE WHEN octet_length({name}) > {LONGEST_JSON} THEN 'longer than {LONGEST_JSON} bytes' END"
        )),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Decimal { .. }
        | Type::Double
        | Type::Date
        | Type::Timestamp => None,
    };
    let article = if column.data_type == Type::Integer { "an" } else { "a" };
    JobColumn {
        name: column.name.to_string(),
        value: value(source, column),
        label: format!("{article} {}", column.data_type),
        limit,
        required: !column.nullable,
        protection: column.sensitivity.map(|sensitivity| match sensitivity {
            Sensitivity::Hash => "hash",
            Sensitivity::Mask => "mask",
            Sensitivity::Drop => "drop",
        }),
    }
}

/// Spark SQL for a column's value. Dates and timestamps must match ISO 8601 first, since Spark also accepts `2026`.
fn value(source: &Source, column: &Column) -> String {
    const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    const TIMESTAMP: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$";
    let name = quoted(column.name.as_str());
    let given = format!("`_record`.{name}");
    if is_exact(source, column) {
        // The parser of decimals ignores commas: `1,5` would become 15.
        return format!("CASE WHEN NOT contains({given}, ',') THEN `_exact`.{name} END");
    }
    if is_parquet(source) && column.data_type != Type::Json {
        return given;
    }
    let cast = format!("try_cast({given} AS {})", column.data_type.spark());
    match column.data_type {
        Type::String { .. } => given,
        Type::Json => document(&given),
        Type::Date => format!("CASE WHEN {given} RLIKE '{DATE}' THEN {cast} END"),
        // Without the Z, for which Spark would look up a time zone for each value; the session is in UTC.
        Type::Timestamp => format!(
            "CASE WHEN {given} RLIKE '{TIMESTAMP}' THEN try_cast(trim(TRAILING 'Z' FROM {given}) AS TIMESTAMP) END"
        ),
        Type::Boolean | Type::Integer | Type::Bigint | Type::Decimal { .. } | Type::Double => cast,
    }
}

/// Spark SQL for a string that is exactly one JSON document, or null. Spark's parsers read the first value of a string
/// and ignore the rest. Inside brackets, the rest is visible: one document with a zero after it has two elements, and
/// so does one with a zero before it. A string that closes the bracket itself cannot satisfy both.
fn document(text: &str) -> String {
    let two = |list: &str| {
        format!(
            "size(from_json({list}, 'ARRAY<STRING>', \
             map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false'))) = 2"
        )
    };
    let after = two(&format!("concat('[', {text}, ',0]')"));
    let before = two(&format!("concat('[0,', {text}, ']')"));
    format!("CASE WHEN {after} AND (NOT contains({text}, ']') OR {before}) THEN {text} END")
}
