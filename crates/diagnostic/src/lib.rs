//! Diagnostics: problems as values, shared by every reader and checker of Strataform.
//!
//! In: a code, a place, texts. Out: a [`Diagnostic`] that states what is wrong, where, why and what to do next, the
//! known word nearest to an unknown one, and (features `render`, `json`) the excerpt for people and the object for
//! programs. It refuses to print, and to know any rule: a rule's code is declared with the rule.
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
pub use diagnostic::{BUG, Diagnostic, Label, SourceFile, Suppressed};
pub use suggest::{did_you_mean, expected, nearest, one_of, suggestion};
