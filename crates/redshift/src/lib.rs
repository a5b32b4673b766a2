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

pub mod ast;
mod code;
mod finding;
mod lexer;
mod parse;
mod render;
mod rules;
mod span;

pub use finding::{Code, Finding, Severity};
pub use parse::{Script, parse};
pub use render::{
    CopyOrder, Executable, POSTGRES_PRELUDE, Translator, Untranslatable, quote_ident, redshift,
};
pub use rules::{Catalog, Strictness, check, check_with};
pub use span::Span;
