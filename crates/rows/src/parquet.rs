//! Parquet: [`Reader`] and [`write`].
//!
//! Written is what the platform's jobs write: moments as `INT96`, which COPY reads to the microsecond, and Snappy.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescriptor, Type};

use crate::{Column, Kind, Table, Value};

/// Why a file was not read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for Fault {}

/// How many microseconds or parts of one a number of a column counts.
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

/// A file that is read a group of rows at a time.
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
    /// Where it is no Parquet file, or has a column that none of [`Kind`] is.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let fault = |cause: String| Fault { path: path.to_owned(), cause };
        let file = File::open(path).map_err(|error| fault(error.to_string()))?;
        let file = SerializedFileReader::new(file).map_err(|error| fault(error.to_string()))?;
        let (mut columns, mut units) = (Vec::new(), Vec::new());
        for column in file.metadata().file_metadata().schema_descr().columns() {
            let (kind, unit) = kind(column).ok_or_else(|| {
                fault(format!(
                    "column `{}` is of a type that no column of a dataset has",
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

    /// The next group of rows; nothing at the end.
    ///
    /// # Errors
    ///
    /// Where the file is damaged, or text is not UTF-8.
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

/// What a column is, and in what its moments are counted.
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

/// A time of a day, of which only nanoseconds have no older name.
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
            Err(error) => Err(ParquetError::General(format!("text that is not UTF-8: {error}"))),
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

/// A number whose bytes begin with the greatest.
fn signed(bytes: &[u8]) -> Result<i128, ParquetError> {
    let fill = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let extra = bytes.len().saturating_sub(16);
    if bytes[..extra].iter().any(|byte| *byte != fill) {
        return Err(ParquetError::General("a decimal of more than 38 digits".to_owned()));
    }
    let mut whole = [fill; 16];
    let kept = &bytes[extra..];
    whole[16 - kept.len()..].copy_from_slice(kept);
    Ok(i128::from_be_bytes(whole))
}

/// The values of a column in a group of rows, and nothing where there are none.
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
            return Err(ParquetError::General(format!("{read} values in a group of {rows} rows")));
        }
        read += records;
    }
    // A column that must hold something has no levels.
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

/// Writes a table, as the platform's jobs do.
///
/// # Errors
///
/// Where the file cannot be written, or a value is not of its column's kind.
pub fn write(path: &Path, table: &Table) -> Result<(), Fault> {
    try_write(path, table).map_err(|error| Fault { path: path.to_owned(), cause: error.to_string() })
}

fn try_write(path: &Path, table: &Table) -> Result<(), ParquetError> {
    let fields = table.columns.iter().map(|column| field(column).map(Arc::new));
    let schema = Type::group_type_builder("rows").with_fields(fields.collect::<Result<_, _>>()?).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(File::create(path)?, Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (column, values) in table.columns.iter().zip(&table.values) {
        let Some(mut writer) = group.next_column()? else { break };
        write_column(writer.untyped(), column, values)?;
        writer.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let physical = match column.kind {
        Kind::Boolean => Physical::BOOLEAN,
        Kind::Integer | Kind::Date | Kind::Decimal { precision: ..=9, .. } => Physical::INT32,
        Kind::Bigint | Kind::Decimal { precision: ..=18, .. } => Physical::INT64,
        Kind::Decimal { .. } => Physical::FIXED_LEN_BYTE_ARRAY,
        Kind::Real => Physical::FLOAT,
        Kind::Double => Physical::DOUBLE,
        Kind::Text | Kind::Bytes => Physical::BYTE_ARRAY,
        Kind::Timestamp => Physical::INT96,
    };
    let repetition = if column.nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let builder = Type::primitive_type_builder(&column.name, physical).with_repetition(repetition);
    match column.kind {
        Kind::Decimal { precision, scale } => builder
            .with_converted_type(ConvertedType::DECIMAL)
            .with_precision(i32::from(precision))
            .with_scale(i32::from(scale))
            .with_length(if physical == Physical::FIXED_LEN_BYTE_ARRAY { 16 } else { -1 }),
        Kind::Date => builder.with_converted_type(ConvertedType::DATE),
        Kind::Text => builder.with_converted_type(ConvertedType::UTF8),
        _ => builder,
    }
    .build()
}

fn write_column(
    writer: &mut ColumnWriter<'_>,
    column: &Column,
    values: &[Value],
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(*value != Value::Null)).collect();
    let levels = column.nullable.then_some(levels.as_slice());
    macro_rules! put {
        ($writer:ident, $pattern:pat => $value:expr) => {{
            let mut found = Vec::with_capacity(values.len());
            for value in values {
                match value {
                    $pattern => found.push($value),
                    Value::Null if column.nullable => {}
                    other => {
                        let cause = format!("column `{}` ({}) got {other:?}", column.name, column.kind);
                        return Err(ParquetError::General(cause));
                    }
                }
            }
            $writer.write_batch(&found, levels, None)?;
        }};
    }
    match writer {
        ColumnWriter::BoolColumnWriter(writer) => put!(writer, Value::Boolean(value) => *value),
        ColumnWriter::Int32ColumnWriter(writer) => match column.kind {
            Kind::Date => put!(writer, Value::Date(days) => *days),
            Kind::Decimal { .. } => put!(writer, Value::Decimal(digits, _) => narrow(*digits)?),
            _ => put!(writer, Value::Integer(value) => narrow(*value)?),
        },
        ColumnWriter::Int64ColumnWriter(writer) => {
            if let Kind::Decimal { .. } = column.kind {
                put!(writer, Value::Decimal(digits, _) => narrow(*digits)?);
            } else {
                put!(writer, Value::Integer(value) => *value);
            }
        }
        ColumnWriter::Int96ColumnWriter(writer) => put!(writer, Value::Timestamp(micros) => int96(*micros)?),
        #[expect(clippy::cast_possible_truncation, reason = "what came from 32 bits fits in them")]
        ColumnWriter::FloatColumnWriter(writer) => put!(writer, Value::Double(value) => *value as f32),
        ColumnWriter::DoubleColumnWriter(writer) => put!(writer, Value::Double(value) => *value),
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            if column.kind == Kind::Text {
                put!(writer, Value::Text(text) => ByteArray::from(text.as_bytes().to_vec()));
            } else {
                put!(writer, Value::Bytes(bytes) => ByteArray::from(bytes.clone()));
            }
        }
        ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
            put!(writer, Value::Decimal(digits, _) => {
                FixedLenByteArray::from(digits.to_be_bytes().to_vec())
            });
        }
    }
    Ok(())
}

fn narrow<W: Copy + fmt::Display, N: TryFrom<W>>(value: W) -> Result<N, ParquetError> {
    N::try_from(value).map_err(|_| ParquetError::General(format!("{value} is out of its column's range")))
}

/// The day of 1970-01-01 in Julian days.
const EPOCH: i64 = 2_440_588;
const DAY: i64 = 86_400_000_000;

fn int96(micros: i64) -> Result<Int96, ParquetError> {
    let nanos = u64::try_from(micros.rem_euclid(DAY)).unwrap_or_default() * 1_000;
    let mut stamp = Int96::new();
    let (low, high) = (nanos & 0xffff_ffff, nanos >> 32);
    stamp.set_data(narrow(low)?, narrow(high)?, narrow(micros.div_euclid(DAY) + EPOCH)?);
    Ok(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_is_written_is_read_again() {
        let path = std::env::temp_dir().join(format!("strataform-rows-{}.parquet", std::process::id()));
        write(&path, &table()).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        assert_eq!(reader.columns(), table().columns);
        assert_eq!(reader.next_group().unwrap(), Some(table()));
        assert_eq!(reader.next_group().unwrap(), None);
        let short = &std::fs::read(&path).unwrap()[..100];
        std::fs::write(&path, short).unwrap();
        let fault = Reader::open(&path).err().unwrap();
        assert!(fault.to_string().contains("strataform-rows-"), "{fault}");
        std::fs::remove_file(&path).unwrap();
        assert!(Reader::open(&path).is_err());
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        let mut table = table();
        table.values[1][0] = Value::Null;
        let path = std::env::temp_dir().join(format!("strataform-rows-{}-bad.parquet", std::process::id()));
        let fault = write(&path, &table).unwrap_err();
        assert!(fault.cause.contains("column `small` (integer) got Null"), "{fault}");
        table.values[1][0] = Value::Integer(1 << 40);
        assert!(write(&path, &table).unwrap_err().cause.contains("out of its column's range"));
        std::fs::remove_file(&path).unwrap();
    }
}
