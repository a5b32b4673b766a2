//! Faults: the codes, and how one is made.

use std::ops::Range;

use super::ExpressionFault;

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub(super) const $name: &str = $code;)*

        /// Every code that an expression may give, and what it means.
        pub const CODES: &[(&str, &str)] = &[$(($name, $meaning)),*];
    };
}

codes! {
    SYNTAX = "GEN0201", "It is no SQL expression.";
    SIZE = "GEN0202", "It is longer than 16,384 bytes, has more than 256 words and signs, or more than 64 levels.";
    FORBIDDEN = "GEN0203", "SQL that no expression of a platform may have: subqueries, windows, comments, parameters.";
    COLUMN = "GEN0204", "There is no such column.";
    FUNCTION = "GEN0205", "The catalogue has no such function or operator.";
    ARGUMENTS = "GEN0206", "Too few or too many arguments.";
    TYPE = "GEN0207", "A part has a type that cannot stand there.";
    CONSTANT = "GEN0208", "A constant that cannot stand there, or none where one must.";
    AGGREGATE = "GEN0209", "An aggregate function where there is no group, or a column outside of one where there is.";
    CAST = "GEN0210", "A cast on which the engines disagree.";
    UNSTABLE = "GEN0211", "A result that changes from run to run.";
}

/// A fault.
pub(super) fn fault(
    code: &'static str,
    span: &Range<usize>,
    summary: impl Into<String>,
    cause: impl Into<String>,
    help: impl Into<String>,
) -> ExpressionFault {
    ExpressionFault {
        code,
        span: span.clone(),
        summary: summary.into(),
        cause: cause.into(),
        help: help.into(),
    }
}
