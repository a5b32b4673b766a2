//! The codes of `spec`, one entry each; a code is never reused.

mod format;

use crate::diagnostic::Code;
pub use format::CODES as FORMAT_CODES;
pub(super) use format::*;

/// Declares the files with the codes of references and rules, and lists them: a file cannot have one without the other.
macro_rules! subjects {
    ($($subject:ident)*) => {
        $(
            mod $subject;
            pub(super) use $subject::*;
        )*

        /// The codes of references and rules, by subject.
        pub const MEANING_CODES: &[&[Code]] = &[$($subject::CODES),*];
    };
}

subjects!(references dashboards data_sets capacity changes);
