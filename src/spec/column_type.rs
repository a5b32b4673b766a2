//! Column types as the file writes them: `decimal(12,2) not null`.

use super::code;
use super::value::Text;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::model::Type;

/// The types as the file writes them: the name, and the parameters that can follow it.
const TYPES: &[(&str, Written)] = &[
    ("string", Written::Length),
    ("boolean", Written::Plain(Type::Boolean)),
    ("integer", Written::Plain(Type::Integer)),
    ("bigint", Written::Plain(Type::Bigint)),
    ("decimal", Written::Digits),
    ("double", Written::Plain(Type::Double)),
    ("date", Written::Plain(Type::Date)),
    ("timestamp", Written::Plain(Type::Timestamp)),
    ("json", Written::Plain(Type::Json)),
];

/// The parameters of a type.
#[derive(Clone, Copy, Debug)]
enum Written {
    /// Nothing.
    Plain(Type),
    /// `(36)`
    Length,
    /// `(12,2)`
    Digits,
}

/// Returns a regular expression that matches every valid type; some texts that match are invalid nevertheless.
pub(super) fn pattern() -> String {
    let types = TYPES.iter().map(|(name, written)| match written {
        Written::Plain(_) => format!("{name}(?![a-z0-9_])"),
        Written::Length => format!("{name}\\s*\\(\\s*[0-9]+\\s*\\)"),
        Written::Digits => format!("{name}\\s*\\(\\s*[0-9]+\\s*(,\\s*[0-9]+\\s*)?\\)"),
    });
    let types: Vec<String> = types.collect();
    format!("^\\s*({})\\s*(not\\s+null\\s*)?$", types.join("|"))
}

/// Types of other systems: the name, the type to use instead, and why.
const FOREIGN_TYPES: &[(&str, &str, &str)] = &[
    ("float", "double` or `decimal(p,s)", "32 bits lose digits between Parquet and Redshift"),
    ("float4", "double` or `decimal(p,s)", "32 bits lose digits between Parquet and Redshift"),
    ("real", "double` or `decimal(p,s)", "32 bits lose digits between Parquet and Redshift"),
    ("float8", "double", "each type has only one name"),
    ("number", "decimal(p,s)", "a decimal number states its precision and scale"),
    ("numeric", "decimal(p,s)", "each type has only one name"),
    ("int", "integer", "each type has only one name"),
    ("int4", "integer", "each type has only one name"),
    ("int32", "integer", "each type has only one name"),
    ("smallint", "integer", "Spark reads 16 bits of JSON and CSV as 32"),
    ("tinyint", "integer", "Redshift has no type of 8 bits"),
    ("byte", "integer", "Redshift has no type of 8 bits"),
    ("short", "integer", "Spark reads 16 bits of JSON and CSV as 32"),
    ("long", "bigint", "each type has only one name"),
    ("int8", "bigint", "each type has only one name"),
    ("int64", "bigint", "each type has only one name"),
    ("bool", "boolean", "each type has only one name"),
    ("text", "string(n)", "in Redshift, a string without a length holds at most 256 bytes"),
    ("varchar", "string(n)", "its length is bytes in Redshift and characters in Spark"),
    ("char", "string(n)", "Redshift pads it with spaces and allows only single-byte characters"),
    ("uuid", "string(36)", "Redshift has no such type"),
    ("timestamptz", "timestamp", "timestamps are in UTC, and no time zone is stored"),
    ("datetime", "timestamp", "each type has only one name"),
    ("time", "string(15)", "Spark has no type for a time without a date"),
    ("interval", "bigint", "Parquet has no type that every engine reads as an interval"),
    ("array", "json", "Redshift cannot load nested Parquet into a column"),
    ("list", "json", "Redshift cannot load nested Parquet into a column"),
    ("map", "json", "Redshift cannot load nested Parquet into a column"),
    ("struct", "json", "Redshift cannot load nested Parquet into a column"),
    ("object", "json", "Redshift cannot load nested Parquet into a column"),
    ("super", "json", "each type has only one name"),
    ("binary", "string(n)", "QuickSight cannot show bytes; store them as Base64"),
    ("varbyte", "string(n)", "QuickSight cannot show bytes; store them as Base64"),
    ("bytes", "string(n)", "QuickSight cannot show bytes; store them as Base64"),
];

/// What is wrong with the text of a type.
struct Fault {
    code: Code,
    summary: String,
    cause: String,
    help: String,
}

/// The type with this name, as a column declares it: `decimal(12,2)`.
#[must_use]
pub fn type_named(text: &str) -> Option<Type> {
    parse(text).ok().filter(|(_, nullable)| *nullable).map(|(data_type, _)| data_type)
}

/// Reads a type, and whether it is nullable.
pub(super) fn read(text: &Text<'_>) -> Option<(Type, bool)> {
    parse(text.text)
        .map_err(|fault| {
            let diagnostic = Diagnostic::error(fault.code, text.span.clone(), fault.summary);
            text.report(diagnostic.because(fault.cause).help(fault.help));
        })
        .ok()
}

fn parse(text: &str) -> Result<(Type, bool), Fault> {
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(trimmed.len());
    let (name, rest) = trimmed.split_at(end);
    let rest = rest.trim_start();
    let (parameters, rest) = match rest.strip_prefix('(').map(|inside| inside.split_once(')')) {
        None => (None, rest),
        Some(Some((inside, rest))) => (Some(inside), rest),
        Some(None) => return Err(unknown(text, "a parenthesis is not closed", "write it as `string(36)`")),
    };
    let data_type = typed(name, parameters, text)?;
    match rest.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => Ok((data_type, true)),
        ["not", "null"] => Ok((data_type, false)),
        _ => Err(unknown(
            text,
            "only `not null` can follow a type",
            &format!("write `{data_type}` or `{data_type} not null`"),
        )),
    }
}

fn unknown(text: &str, cause: &str, help: &str) -> Fault {
    Fault {
        code: code::COLUMN_TYPE,
        summary: format!("invalid column type `{}`", text.escape_debug()),
        cause: cause.to_owned(),
        help: help.to_owned(),
    }
}

fn typed(name: &str, parameters: Option<&str>, text: &str) -> Result<Type, Fault> {
    let Some((_, written)) = TYPES.iter().find(|(known, _)| *known == name) else {
        return Err(foreign(name, parameters, text));
    };
    match (*written, parameters) {
        (Written::Length, parameters) => string(parameters),
        (Written::Digits, parameters) => decimal(parameters),
        (Written::Plain(data_type), None) => Ok(data_type),
        (Written::Plain(_), Some(_)) => {
            Err(parameter(format!("`{name}` takes no parameter"), "", &format!("write `{name}`")))
        }
    }
}

fn foreign(name: &str, parameters: Option<&str>, text: &str) -> Fault {
    let folded = name.to_ascii_lowercase();
    if let Some((_, instead, cause)) = FOREIGN_TYPES.iter().find(|(other, ..)| *other == folded) {
        let instead = match parameters {
            Some(inside) if inside.bytes().all(|b| b.is_ascii_digit() || b == b',') => {
                instead.replace("(n)", &format!("({inside})")).replace("(p,s)", &format!("({inside})"))
            }
            _ => (*instead).to_owned(),
        };
        return Fault {
            code: code::LOSSY_TYPE,
            summary: format!("unsupported column type `{name}`"),
            cause: (*cause).to_owned(),
            help: format!("write `{instead}`"),
        };
    }
    if TYPES.iter().any(|(name, _)| *name == folded) {
        return unknown(
            text,
            "types are written in lower case",
            &format!("write `{}`", text.trim().to_ascii_lowercase()),
        );
    }
    let help = did_you_mean(&folded, TYPES.iter().map(|(name, _)| *name));
    unknown(text, "no type has this name", &help)
}

fn parameter(summary: String, cause: &str, help: &str) -> Fault {
    Fault { code: code::TYPE_PARAMETER, summary, cause: cause.to_owned(), help: help.to_owned() }
}

fn string(parameters: Option<&str>) -> Result<Type, Fault> {
    let help = "write `string(n)`, where `n` is the maximum number of characters, 1 to 16383";
    let Some(inside) = parameters else {
        let cause = "in Redshift, a string without a length holds at most 256 bytes";
        return Err(parameter("missing length of `string`".to_owned(), cause, help));
    };
    if let Some(length @ 1..=Type::LONGEST_STRING) = number(inside) {
        return Ok(Type::String { length });
    }
    let summary = format!("invalid string length `{}`", inside.escape_debug());
    Err(parameter(summary, "Redshift stores at most 65,535 bytes, and a character takes up to four", help))
}

fn decimal(parameters: Option<&str>) -> Result<Type, Fault> {
    let help = "write `decimal(p,s)`: 1 to 38 digits in all, at most 37 of them after the decimal point";
    let Some(inside) = parameters else {
        let cause = "the engines use different defaults";
        return Err(parameter("missing precision and scale of `decimal`".to_owned(), cause, help));
    };
    let (precision, scale) = inside.split_once(',').unwrap_or((inside, "0"));
    let digits = |text| number(text).and_then(|number| u8::try_from(number).ok());
    match (digits(precision), digits(scale)) {
        (Some(precision @ 1..=38), Some(scale @ 0..=37)) if scale <= precision => {
            Ok(Type::Decimal { precision, scale })
        }
        _ => {
            let summary = format!("invalid precision and scale `{}`", inside.escape_debug());
            Err(parameter(summary, "Spark and Redshift support at most 38 digits", help))
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_as_it_is_written() {
        let pattern = pattern();
        for (name, written) in TYPES {
            let text = match written {
                Written::Length => format!("{name}(16383)"),
                Written::Digits => format!("{name}(38,37)"),
                Written::Plain(data_type) => {
                    assert_eq!(data_type.to_string(), *name);
                    (*name).to_owned()
                }
            };
            assert!(pattern.contains(name), "{pattern}");
            assert_eq!(
                parse(&text).ok().map(|(one, null)| (one.to_string(), null)),
                Some((text.clone(), true))
            );
            assert!(matches!(parse(&format!(" {text}  not  null ")), Ok((_, false))), "{text}");
        }
    }

    #[test]
    fn an_invalid_or_unsupported_type_has_a_code() {
        let code = |text| parse(text).err().map(|fault| fault.code.text());
        for (text, expected) in [
            ("varchar(20)", "GEN0112"),
            ("FLOAT", "GEN0112"),
            ("string", "GEN0113"),
            ("string(0)", "GEN0113"),
            ("string(20000)", "GEN0113"),
            ("decimal(39,2)", "GEN0113"),
            ("decimal(5,6)", "GEN0113"),
            ("decimal(+5,1)", "GEN0113"),
            ("date(3)", "GEN0113"),
            ("strin(3)", "GEN0111"),
            ("string(3", "GEN0111"),
            ("string(3) null", "GEN0111"),
            ("", "GEN0111"),
        ] {
            assert_eq!(code(text), Some(expected), "{text}");
        }
    }
}
