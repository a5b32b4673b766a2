//! Types and encodings.

use super::{Parsed, Parser};
use crate::ast::{DataType, Encoding};
use crate::finding::{Code, Finding};
use crate::lexer::TokenKind;
use crate::span::Span;

/// Maximum length of a `VARCHAR`, in bytes.
const LONGEST_VARCHAR: u32 = 65_535;
/// Maximum length of a `CHAR`, in bytes.
const LONGEST_CHAR: u32 = 4_096;
/// Maximum length of a `VARBYTE`, in bytes.
const LONGEST_VARBYTE: u32 = 16_777_216;

/// Types of other databases, and the closest Redshift types.
const FOREIGN: [(&str, &str); 21] = [
    ("SERIAL", "INTEGER IDENTITY(1,1)"),
    ("BIGSERIAL", "BIGINT IDENTITY(1,1)"),
    ("SMALLSERIAL", "INTEGER IDENTITY(1,1)"),
    ("UUID", "CHAR(36)"),
    ("BYTEA", "VARBYTE"),
    ("BLOB", "VARBYTE"),
    ("JSON", "SUPER"),
    ("JSONB", "SUPER"),
    ("VARIANT", "SUPER"),
    ("OBJECT", "SUPER"),
    ("ARRAY", "SUPER"),
    ("HSTORE", "SUPER"),
    ("XML", "VARCHAR(65535)"),
    ("MONEY", "DECIMAL(19,4)"),
    ("STRING", "VARCHAR(n)"),
    ("CLOB", "VARCHAR(65535)"),
    ("DATETIME", "TIMESTAMP"),
    ("TINYINT", "SMALLINT"),
    ("INET", "VARCHAR(45)"),
    ("ENUM", "VARCHAR(n)"),
    ("NUMBER", "DECIMAL(p,s)"),
];

impl Parser {
    /// A type.
    pub(super) fn data_type(&mut self) -> Parsed<DataType> {
        let start = self.at;
        let TokenKind::Word(word) = self.kind() else { return Err(self.unexpected("a type")) };
        let word = word.to_ascii_uppercase();
        self.advance();
        let found = match word.as_str() {
            "SMALLINT" | "INT2" => DataType::SmallInt,
            "INTEGER" | "INT" | "INT4" => DataType::Integer,
            "BIGINT" | "INT8" => DataType::BigInt,
            "DECIMAL" | "NUMERIC" => self.decimal(start)?,
            "REAL" | "FLOAT4" => DataType::Real,
            "FLOAT" | "FLOAT8" => DataType::Double,
            "DOUBLE" => {
                self.expect("PRECISION")?;
                DataType::Double
            }
            "BOOLEAN" | "BOOL" => DataType::Boolean,
            "CHARACTER" if self.take("VARYING") => DataType::Varchar(self.length(256, LONGEST_VARCHAR)?),
            "CHAR" | "CHARACTER" | "NCHAR" => DataType::Char(self.length(1, LONGEST_CHAR)?),
            "BPCHAR" => self.unbounded(start, DataType::Char(256)),
            "VARCHAR" | "NVARCHAR" => DataType::Varchar(self.length(256, LONGEST_VARCHAR)?),
            "TEXT" => self.unbounded(start, DataType::Varchar(256)),
            "DATE" => DataType::Date,
            "TIMETZ" => DataType::TimeTz,
            "TIMESTAMPTZ" => DataType::TimestampTz,
            "TIME" if self.zoned()? => DataType::TimeTz,
            "TIME" => DataType::Time,
            "TIMESTAMP" if self.zoned()? => DataType::TimestampTz,
            "TIMESTAMP" => DataType::Timestamp,
            "INTERVAL" if self.take("YEAR TO MONTH") => DataType::IntervalYearToMonth,
            "INTERVAL" => {
                self.expect("DAY TO SECOND")?;
                DataType::IntervalDayToSecond
            }
            "SUPER" => DataType::Super,
            "VARBYTE" | "VARBINARY" => DataType::Varbyte(self.length(64_000, LONGEST_VARBYTE)?),
            "BINARY" if self.take("VARYING") => DataType::Varbyte(self.length(64_000, LONGEST_VARBYTE)?),
            "GEOMETRY" => DataType::Geometry,
            "GEOGRAPHY" => DataType::Geography,
            "HLLSKETCH" => DataType::HllSketch,
            _ => return Err(unknown_type(&word, self.since(start))),
        };
        if self.is("[") {
            return self.fail(Code::Type, "array types are not supported by Redshift", "use SUPER");
        }
        Ok(found)
    }

    /// Warns about a type whose implied length is short.
    fn unbounded(&mut self, start: usize, data_type: DataType) -> DataType {
        let summary = format!("the type is stored as {data_type}");
        let finding = Finding::warning(Code::ShortText, self.since(start), summary);
        self.findings.push(finding.help("use VARCHAR or CHAR with an explicit length in bytes"));
        data_type
    }

    fn zoned(&mut self) -> Parsed<bool> {
        if self.take("WITHOUT") {
            self.expect("TIME ZONE")?;
            return Ok(false);
        }
        Ok(self.take("WITH TIME ZONE"))
    }

    fn length(&mut self, default: u32, most: u32) -> Parsed<u32> {
        if !self.take("(") {
            return Ok(default);
        }
        if self.take("MAX") {
            self.expect(")")?;
            return Ok(most);
        }
        let span = self.span();
        let length = self.whole_number()?;
        self.expect(")")?;
        match u32::try_from(length) {
            Ok(length) if (1..=most).contains(&length) => Ok(length),
            _ => Err(size(span, &format!("length {length}"), format!("use a length from 1 to {most} bytes"))),
        }
    }

    fn decimal(&mut self, start: usize) -> Parsed<DataType> {
        let (mut precision, mut scale) = (18, 0);
        if self.take("(") {
            precision = self.whole_number()?;
            if self.take(",") {
                scale = self.whole_number()?;
            }
            self.expect(")")?;
        }
        match (u8::try_from(precision), u8::try_from(scale)) {
            (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision && scale <= 37 => {
                Ok(DataType::Decimal { precision, scale })
            }
            _ => Err(size(
                self.since(start),
                &format!("DECIMAL({precision},{scale})"),
                "use a precision from 1 to 38, and a scale of at most 37 that does not exceed it".to_owned(),
            )),
        }
    }

    /// An encoding.
    pub(super) fn encoding(&mut self) -> Parsed<Encoding> {
        let TokenKind::Word(word) = self.kind() else { return Err(self.unexpected("an encoding")) };
        let found = Encoding::ALL.into_iter().find(|encoding| encoding.text().eq_ignore_ascii_case(word));
        let Some(found) = found else {
            let known = Encoding::ALL.map(Encoding::text).join(", ");
            return self.fail(
                Code::Encoding,
                format!("unknown encoding `{word}`"),
                &format!("expected one of {known}"),
            );
        };
        self.advance();
        Ok(found)
    }
}

fn size(span: Span, what: &str, range: String) -> Box<Finding> {
    Box::new(Finding::error(Code::TypeSize, span, format!("{what} is out of range")).help(range))
}

fn unknown_type(word: &str, span: Span) -> Box<Finding> {
    let finding = Finding::error(Code::Type, span, format!("unknown type `{word}`"));
    let instead = FOREIGN.iter().find(|(foreign, _)| *foreign == word).map(|(_, instead)| *instead);
    Box::new(finding.help(instead.map_or_else(
        || "use a Redshift type, such as BIGINT, DECIMAL(p,s), VARCHAR(n) or SUPER".to_owned(),
        |instead| format!("use {instead}"),
    )))
}
