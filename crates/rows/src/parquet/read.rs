//! [`Reader`]: the rows of a file, one row group at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::Fault;
use crate::{Column, Kind, Table, Value};

/// The unit of a column's timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    fn micros(self, count: i64) -> i64 {
        match self {
            Self::Millis => count.saturating_mul(1_000),
            Self::Micros => count,
            Self::Nanos => count.div_euclid(1_000),
        }
    }
}

/// Reads a file one row group at a time.
pub struct Reader {
    path: PathBuf,
    file: SerializedFileReader<File>,
    columns: Vec<Column>,
    units: Vec<Unit>,
    next: usize,
}

impl Reader {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// If the file is not Parquet, or has a column that no [`Kind`] can hold.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let fault = |cause: String| Fault { path: path.to_owned(), cause };
        let file = File::open(path).map_err(|error| fault(error.to_string()))?;
        let file = SerializedFileReader::new(file).map_err(|error| fault(error.to_string()))?;
        let (mut columns, mut units) = (Vec::new(), Vec::new());
        for column in file.metadata().file_metadata().schema_descr().columns() {
            let (kind, unit) = kind(column).ok_or_else(|| {
                fault(format!(
                    "column `{}` has a type that a dataset's column cannot have",
                    column.path().string()
                ))
            })?;
            let nullable = column.max_def_level() > 0;
            columns.push(Column { name: column.name().to_owned(), kind, nullable });
            units.push(unit);
        }
        Ok(Self { path: path.to_owned(), file, columns, units, next: 0 })
    }

    /// The columns, in the file's order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The next row group; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the file is damaged, or text is not UTF-8.
    pub fn next_group(&mut self) -> Result<Option<Table>, Fault> {
        if self.next >= self.file.num_row_groups() {
            return Ok(None);
        }
        let fault = |cause: String| Fault { path: self.path.clone(), cause };
        let group = self.file.get_row_group(self.next).map_err(|error| fault(error.to_string()))?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
        let mut values = Vec::new();
        for (at, (column, unit)) in self.columns.iter().zip(&self.units).enumerate() {
            let reader = group.get_column_reader(at).map_err(|error| fault(error.to_string()))?;
            let read = read_column(reader, column, *unit, rows)
                .map_err(|error| fault(format!("column `{}`: {error}", column.name)))?;
            values.push(read);
        }
        self.next += 1;
        Ok(Some(Table { columns: self.columns.clone(), values }))
    }
}

/// The kind of a column, and the unit of its timestamps.
fn kind(column: &ColumnDescriptor) -> Option<(Kind, Unit)> {
    // Lists, maps and groups.
    if column.max_rep_level() > 0 || column.max_def_level() > 1 || column.path().parts().len() > 1 {
        return None;
    }
    let logical = column.logical_type_ref();
    let meant = match column.converted_type() {
        ConvertedType::NONE => ConvertedType::from(logical.cloned()),
        converted => converted,
    };
    let decimal = || {
        let precision = u8::try_from(column.type_precision()).ok().filter(|precision| *precision <= 38)?;
        Some(Kind::Decimal { precision, scale: u8::try_from(column.type_scale()).ok()? })
    };
    let nanos = matches!(logical, Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS);
    let kind = match (column.physical_type(), meant) {
        (
            Physical::INT32 | Physical::INT64 | Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY,
            ConvertedType::DECIMAL,
        ) => decimal()?,
        (Physical::BOOLEAN, ConvertedType::NONE) => Kind::Boolean,
        (Physical::INT32, ConvertedType::DATE) => Kind::Date,
        (
            Physical::INT32,
            ConvertedType::NONE | ConvertedType::INT_8 | ConvertedType::INT_16 | ConvertedType::INT_32,
        ) => Kind::Integer,
        (Physical::INT64, ConvertedType::TIMESTAMP_MILLIS) => return Some((Kind::Timestamp, Unit::Millis)),
        (Physical::INT64, ConvertedType::TIMESTAMP_MICROS) => return Some((Kind::Timestamp, Unit::Micros)),
        (Physical::INT64, ConvertedType::NONE) if nanos => return Some((Kind::Timestamp, Unit::Nanos)),
        (Physical::INT64, ConvertedType::NONE | ConvertedType::INT_64) if !is_time(logical) => Kind::Bigint,
        (Physical::INT96, _) => Kind::Timestamp,
        (Physical::FLOAT, _) => Kind::Real,
        (Physical::DOUBLE, _) => Kind::Double,
        (Physical::BYTE_ARRAY, ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM) => Kind::Text,
        (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, ConvertedType::NONE) => Kind::Bytes,
        _ => return None,
    };
    Some((kind, Unit::Micros))
}

/// Whether it is a time of day; only the nanosecond unit has no legacy type.
fn is_time(logical: Option<&LogicalType>) -> bool {
    matches!(logical, Some(LogicalType::Time(_)))
}

fn read_column(
    reader: ColumnReader,
    column: &Column,
    unit: Unit,
    rows: usize,
) -> Result<Vec<Value>, ParquetError> {
    let scale = if let Kind::Decimal { scale, .. } = column.kind { scale } else { 0 };
    let kind = column.kind;
    let whole = |value: i64| match kind {
        Kind::Decimal { .. } => Value::Decimal(i128::from(value), scale),
        Kind::Timestamp => Value::Timestamp(unit.micros(value)),
        _ => Value::Integer(value),
    };
    let bytes = |data: &[u8]| match kind {
        Kind::Decimal { .. } => signed(data).map(|digits| Value::Decimal(digits, scale)),
        Kind::Text => match std::str::from_utf8(data) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(error) => Err(ParquetError::General(format!("text is not UTF-8: {error}"))),
        },
        _ => Ok(Value::Bytes(data.to_vec())),
    };
    match reader {
        ColumnReader::BoolColumnReader(reader) => cells(reader, rows, |value| Ok(Value::Boolean(*value))),
        ColumnReader::Int32ColumnReader(reader) => cells(reader, rows, |value| {
            Ok(if kind == Kind::Date { Value::Date(*value) } else { whole(i64::from(*value)) })
        }),
        ColumnReader::Int64ColumnReader(reader) => cells(reader, rows, |value| Ok(whole(*value))),
        ColumnReader::Int96ColumnReader(reader) => {
            cells(reader, rows, |value| Ok(Value::Timestamp(value.to_micros())))
        }
        ColumnReader::FloatColumnReader(reader) => {
            cells(reader, rows, |value| Ok(Value::Double(f64::from(*value))))
        }
        ColumnReader::DoubleColumnReader(reader) => cells(reader, rows, |value| Ok(Value::Double(*value))),
        ColumnReader::ByteArrayColumnReader(reader) => cells(reader, rows, |value| bytes(value.data())),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            cells(reader, rows, |value| bytes(value.data()))
        }
    }
}

/// A big-endian two's-complement number.
fn signed(bytes: &[u8]) -> Result<i128, ParquetError> {
    let fill = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let extra = bytes.len().saturating_sub(16);
    if bytes[..extra].iter().any(|byte| *byte != fill) {
        return Err(ParquetError::General("a decimal has more than 38 digits".to_owned()));
    }
    let mut whole = [fill; 16];
    let kept = &bytes[extra..];
    whole[16 - kept.len()..].copy_from_slice(kept);
    Ok(i128::from_be_bytes(whole))
}

/// The values of a column in a row group, with nulls.
fn cells<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    value: impl Fn(&T::T) -> Result<Value, ParquetError>,
) -> Result<Vec<Value>, ParquetError> {
    let (mut levels, mut found) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        let (records, _, _) = reader.read_records(rows - read, Some(&mut levels), None, &mut found)?;
        if records == 0 {
            return Err(ParquetError::General(format!("{read} values in a row group of {rows} rows")));
        }
        read += records;
    }
    // A required column has no definition levels.
    if levels.is_empty() {
        return found.iter().map(value).collect();
    }
    let mut found = found.iter();
    let cell = |level: &i16| match level {
        0 => Ok(Value::Null),
        _ => found.next().map_or(Ok(Value::Null), &value),
    };
    levels.iter().map(cell).collect()
}
