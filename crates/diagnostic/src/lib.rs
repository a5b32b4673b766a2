//! Diagnostics: what is wrong, as values that every reader and checker of Strataform shares.
//!
//! In: a code, a place, words. Out: a [`Diagnostic`] that says what is wrong, where, why and what to do next, the
//! nearest known word to an unknown one, and (features `render`, `json`) the excerpt that people read and the object that programs read. It refuses to print, and
//! to know any rule: a rule's code is declared beside the rule.
//!
//! ```
//! use strataform_diagnostic::did_you_mean;
//!
//! assert_eq!(did_you_mean("volumne", ["owner", "volume"]), "did you mean `volume`?");
//! assert_eq!(did_you_mean("color", ["owner", "volume"]), "expected one of `owner` or `volume`");
//! ```

mod code;
mod diagnostic;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "render")]
pub mod render;
mod suggest;

pub use code::{Code, Example, Explanation, Severity};
pub use diagnostic::{BUG, Diagnostic, Label, SourceFile};
pub use suggest::{did_you_mean, expected, nearest, one_of, suggestion};
