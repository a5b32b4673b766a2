//! [`write`]: a table as a file.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::Fault;
use crate::{Column, Kind, Table, Value};

/// Writes a table, as the platform's jobs do.
///
/// # Errors
///
/// If the file cannot be written, or a value does not have its column's kind.
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
                        let cause =
                            format!("column `{}` ({}) cannot hold {other:?}", column.name, column.kind);
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
        #[expect(clippy::cast_possible_truncation, reason = "the value came from 32 bits")]
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
    N::try_from(value).map_err(|_| ParquetError::General(format!("{value} is out of range for its column")))
}

/// 1970-01-01 as a Julian day.
const EPOCH: i64 = 2_440_588;
const DAY: i64 = 86_400_000_000;

fn int96(micros: i64) -> Result<Int96, ParquetError> {
    let nanos = u64::try_from(micros.rem_euclid(DAY)).unwrap_or_default() * 1_000;
    let mut stamp = Int96::new();
    let (low, high) = (nanos & 0xffff_ffff, nanos >> 32);
    stamp.set_data(narrow(low)?, narrow(high)?, narrow(micros.div_euclid(DAY) + EPOCH)?);
    Ok(stamp)
}
