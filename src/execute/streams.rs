//! Records of a stream, as producers send them.

use strataform_rows::{Kind, Value};

use crate::model::{Dataset, Platform, Type};
use crate::sample;

const RECORDS: usize = 50;

/// Records as JSON, including one whose values all have the wrong type and one that is not JSON, and the number of
/// the latter.
pub(super) fn records(platform: &Platform, dataset: &Dataset, seed: u64) -> (Vec<Vec<u8>>, u64) {
    let table = sample::records(platform, dataset, RECORDS, seed);
    let mut all: Vec<Vec<u8>> = (0..table.rows())
        .map(|at| {
            let cells = table.columns.iter().zip(table.row(at)).map(|(column, value)| {
                let data_type = dataset.column(&column.name).map(|one| one.data_type);
                (column.name.clone(), json(column.kind, value, data_type))
            });
            serde_json::Value::Object(cells.collect()).to_string().into_bytes()
        })
        .collect();
    let odd = table.columns.iter().map(|column| (column.name.clone(), "odd".into()));
    all.push(serde_json::Value::Object(odd.collect()).to_string().into_bytes());
    all.push(b"{\"cut off\": ".to_vec());
    (all, 1)
}

fn json(kind: Kind, value: &Value, data_type: Option<Type>) -> serde_json::Value {
    match (kind, value) {
        (_, Value::Null) => serde_json::Value::Null,
        (_, Value::Boolean(value)) => (*value).into(),
        (_, Value::Integer(value)) => (*value).into(),
        (_, Value::Double(value)) => (*value).into(),
        (Kind::Text, Value::Text(text)) if data_type == Some(Type::Json) => {
            serde_json::from_str(text).unwrap_or_default()
        }
        // Decimals and timestamps are strings, so that no precision is lost.
        (_, other) => other.to_string().into(),
    }
}
