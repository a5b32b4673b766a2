//! The codes of `spec`, one entry each; a code is never reused.

mod format;
mod meaning;

pub use format::CODES as FORMAT_CODES;
pub use meaning::CODES as MEANING_CODES;

pub(super) use format::*;
pub(super) use meaning::*;
