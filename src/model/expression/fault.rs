//! Construction of faults.

use std::ops::Range;

use strataform_diagnostic::Code;

use super::ExpressionFault;
pub(super) use super::code::*;

/// A fault.
pub(super) fn fault(
    code: Code,
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
