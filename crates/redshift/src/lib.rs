//! A strict parser and checker for Redshift SQL: it reads SQL from `gen` and SQL written by hand as Redshift would.
//!
//! In: SQL text. Out: a typed tree of every statement, all findings at once, and the same statements as Redshift or
//! `PostgreSQL` 15 text, so that tests can run what is deployed. It refuses everything that it does not know: a
//! statement that is valid in Redshift but not supported here is an error of its own ([`Code::NotCovered`]).
//!
//! ```
//! let script = strataform_redshift::parse("CREATE TABLE core.event (id SERIAL)");
//! assert_eq!(script.findings[0].code.text(), "SQL0101");
//! ```

// A new statement kind must not be handled by a wildcard by accident.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod ast;
mod code;
mod effects;
mod finding;
#[allow(clippy::wildcard_enum_match_arm, reason = "all invalid characters are reported in the same way")]
mod lexer;
#[allow(clippy::wildcard_enum_match_arm, reason = "all unexpected tokens are reported in the same way")]
mod parse;
mod render;
mod rules;
mod span;
mod walk;

pub use effects::{Effects, Object, ObjectKind, Repeat, Transaction, Views, effects};
pub use finding::{Code, Finding, Severity};
pub use parse::{Script, parse};
pub use render::{
    CopyOrder, Executable, POSTGRES_PRELUDE, Translator, Untranslatable, escape_literal, quote_ident,
    quote_literal, redshift,
};
pub use rules::{Catalog, Strictness, check, check_with};
pub use span::Span;
