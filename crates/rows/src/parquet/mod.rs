//! Parquet: [`Reader`] and [`write`].
//!
//! Files are written as the platform's jobs write them: timestamps as `INT96`, which COPY reads to the microsecond,
//! and Snappy compression.

mod read;
mod write;

use std::path::PathBuf;

pub use read::Reader;
pub use write::write;

/// Why a file could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {cause}")]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Kind, Table, Value};

    fn table() -> Table {
        let cells = [
            ("flag", Kind::Boolean, Value::Boolean(false)),
            ("small", Kind::Integer, Value::Integer(-7)),
            ("big", Kind::Bigint, Value::Integer(i64::MIN)),
            ("price", Kind::Decimal { precision: 9, scale: 2 }, Value::Decimal(-199, 2)),
            ("sum", Kind::Decimal { precision: 18, scale: 6 }, Value::Decimal(1 << 58, 6)),
            ("wide", Kind::Decimal { precision: 38, scale: 2 }, Value::Decimal(-(10_i128.pow(37)), 2)),
            ("ratio", Kind::Double, Value::Double(0.1)),
            ("half", Kind::Real, Value::Double(0.5)),
            ("name", Kind::Text, Value::Text("äö\t\\".to_owned())),
            ("raw", Kind::Bytes, Value::Bytes(vec![0, 255])),
            ("day", Kind::Date, Value::Date(-1)),
            ("at", Kind::Timestamp, Value::Timestamp(-1)),
        ];
        let columns = cells.iter().map(|(name, kind, _)| Column {
            name: (*name).to_owned(),
            kind: *kind,
            nullable: *name != "small",
        });
        let second = |name: &str, value: &Value| if name == "small" { value.clone() } else { Value::Null };
        let values =
            cells.iter().map(|(name, _, value)| vec![value.clone(), second(name, value), value.clone()]);
        Table { columns: columns.collect(), values: values.collect() }
    }

    #[test]
    fn values_round_trip() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("rows.parquet");
        write(&path, &table()).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        assert_eq!(reader.columns(), table().columns);
        assert_eq!(reader.next_group().unwrap(), Some(table()));
        assert_eq!(reader.next_group().unwrap(), None);
        let short = &std::fs::read(&path).unwrap()[..100];
        std::fs::write(&path, short).unwrap();
        let fault = Reader::open(&path).err().unwrap();
        assert!(fault.to_string().contains("rows.parquet"), "{fault}");
        std::fs::remove_file(&path).unwrap();
        assert!(Reader::open(&path).is_err());
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let mut table = table();
        table.values[1][0] = Value::Null;
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("rows.parquet");
        let fault = write(&path, &table).unwrap_err();
        assert!(fault.cause.contains("column `small` (integer) cannot hold Null"), "{fault}");
        table.values[1][0] = Value::Integer(1 << 40);
        assert!(write(&path, &table).unwrap_err().cause.contains("out of range for its column"));
    }
}
