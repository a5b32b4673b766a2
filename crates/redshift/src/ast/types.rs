//! [`DataType`] and [`Encoding`].

use std::fmt;

/// A Redshift data type. Lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    /// `SMALLINT`
    SmallInt,
    /// `INTEGER`
    Integer,
    /// `BIGINT`
    BigInt,
    /// `DECIMAL(precision, scale)`; `DECIMAL(18,0)` by default.
    Decimal {
        /// The total number of digits.
        precision: u8,
        /// The number of digits after the decimal point.
        scale: u8,
    },
    /// `REAL`
    Real,
    /// `DOUBLE PRECISION`
    Double,
    /// `BOOLEAN`
    Boolean,
    /// `CHAR(length)`; only single-byte characters.
    Char(u32),
    /// `VARCHAR(length)`
    Varchar(u32),
    /// `DATE`
    Date,
    /// `TIME`
    Time,
    /// `TIMETZ`
    TimeTz,
    /// `TIMESTAMP`
    Timestamp,
    /// `TIMESTAMPTZ`
    TimestampTz,
    /// `INTERVAL YEAR TO MONTH`
    IntervalYearToMonth,
    /// `INTERVAL DAY TO SECOND`
    IntervalDayToSecond,
    /// `SUPER`
    Super,
    /// `VARBYTE(length)`
    Varbyte(u32),
    /// `GEOMETRY`
    Geometry,
    /// `GEOGRAPHY`
    Geography,
    /// `HLLSKETCH`
    HllSketch,
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallInt => f.write_str("SMALLINT"),
            Self::Integer => f.write_str("INTEGER"),
            Self::BigInt => f.write_str("BIGINT"),
            Self::Decimal { precision, scale } => write!(f, "DECIMAL({precision},{scale})"),
            Self::Real => f.write_str("REAL"),
            Self::Double => f.write_str("DOUBLE PRECISION"),
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Char(length) => write!(f, "CHAR({length})"),
            Self::Varchar(length) => write!(f, "VARCHAR({length})"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME"),
            Self::TimeTz => f.write_str("TIMETZ"),
            Self::Timestamp => f.write_str("TIMESTAMP"),
            Self::TimestampTz => f.write_str("TIMESTAMPTZ"),
            Self::IntervalYearToMonth => f.write_str("INTERVAL YEAR TO MONTH"),
            Self::IntervalDayToSecond => f.write_str("INTERVAL DAY TO SECOND"),
            Self::Super => f.write_str("SUPER"),
            Self::Varbyte(length) => write!(f, "VARBYTE({length})"),
            Self::Geometry => f.write_str("GEOMETRY"),
            Self::Geography => f.write_str("GEOGRAPHY"),
            Self::HllSketch => f.write_str("HLLSKETCH"),
        }
    }
}

/// A column compression encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `RAW`
    Raw,
    /// `AZ64`
    Az64,
    /// `ZSTD`
    Zstd,
    /// `LZO`
    Lzo,
    /// `BYTEDICT`
    ByteDict,
    /// `RUNLENGTH`
    RunLength,
    /// `DELTA`
    Delta,
    /// `DELTA32K`
    Delta32k,
    /// `MOSTLY8`
    Mostly8,
    /// `MOSTLY16`
    Mostly16,
    /// `MOSTLY32`
    Mostly32,
    /// `TEXT255`
    Text255,
    /// `TEXT32K`
    Text32k,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Raw,
        Self::Az64,
        Self::Zstd,
        Self::Lzo,
        Self::ByteDict,
        Self::RunLength,
        Self::Delta,
        Self::Delta32k,
        Self::Mostly8,
        Self::Mostly16,
        Self::Mostly32,
        Self::Text255,
        Self::Text32k,
    ];

    /// The keyword.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Raw => "RAW",
            Self::Az64 => "AZ64",
            Self::Zstd => "ZSTD",
            Self::Lzo => "LZO",
            Self::ByteDict => "BYTEDICT",
            Self::RunLength => "RUNLENGTH",
            Self::Delta => "DELTA",
            Self::Delta32k => "DELTA32K",
            Self::Mostly8 => "MOSTLY8",
            Self::Mostly16 => "MOSTLY16",
            Self::Mostly32 => "MOSTLY32",
            Self::Text255 => "TEXT255",
            Self::Text32k => "TEXT32K",
        }
    }
}
