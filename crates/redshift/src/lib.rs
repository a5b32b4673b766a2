//! A strict Redshift SQL layer: what `gen` emits and what a team adds by hand is read as Redshift would read it.
//!
//! In: SQL text. Out: a typed tree of every statement, all findings at once, and the same statements as text of
//! Redshift or of `PostgreSQL` 15, so that tests can run what is deployed. It refuses everything that it does not
//! know: a statement that is valid and not covered is a finding of its own ([`Code::NotCovered`]), never a pass.
//!
//! ```
//! let script = strataform_redshift::parse("CREATE TABLE core.event (id SERIAL)");
//! assert_eq!(script.findings[0].code.text(), "SQL0101");
//! ```

// A statement that is added must not be passed over.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod ast;
mod code;
mod effects;
mod finding;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "every character that begins nothing is told of in one way"
)]
mod lexer;
#[allow(clippy::wildcard_enum_match_arm, reason = "every token that is not expected is told of in one way")]
mod parse;
mod render;
mod rules;
mod span;
mod walk;

pub use effects::{Effects, Object, ObjectKind, Repeat, Transaction, Views, effects};
pub use finding::{Code, Finding, Severity};
pub use parse::{Script, parse};
pub use render::{
    CopyOrder, Executable, POSTGRES_PRELUDE, Translator, Untranslatable, quote_ident, redshift,
};
pub use rules::{Catalog, Strictness, check, check_with};
pub use span::Span;
