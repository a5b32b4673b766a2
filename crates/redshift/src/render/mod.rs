//! Trees to text, of Redshift or of `PostgreSQL` 15.
//!
//! In: statements. Out: text; reading Redshift's again gives the same tree. Refuses to run on `PostgreSQL` what would
//! mean something else there ([`Untranslatable`]).

mod access;
mod expression;
mod functions;
mod load;
mod postgres;
mod query;
mod redshift;
mod table;

pub use postgres::{CopyOrder, Executable, PRELUDE as POSTGRES_PRELUDE, Translator};

use crate::ast::{DataType, Ident, Name, Statement};

/// A statement as Redshift's text, on one line, without a semicolon.
#[must_use]
pub fn redshift(statement: &Statement) -> String {
    let mut writer = Writer::new(Dialect::Redshift);
    writer.statement(statement);
    writer.out
}

/// A name in double quotes, as `QUOTE_IDENT` writes it: `sales "2026"` becomes `"sales ""2026"""`.
///
/// ```
/// assert_eq!(strataform_redshift::quote_ident("a\"b"), "\"a\"\"b\"");
/// ```
#[must_use]
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Why a statement is not run on `PostgreSQL`, though Redshift would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslatable {
    /// What `PostgreSQL` has not.
    pub what: String,
}

/// Whose text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Redshift,
    Postgres,
}

/// What a relation of a query is called, and whether it is an element of a `SUPER` value.
#[derive(Clone, Debug)]
struct Called {
    /// The name, or the parts of the name, folded.
    parts: Vec<String>,
    element: bool,
}

/// Text that grows.
struct Writer {
    out: String,
    dialect: Dialect,
    /// The relations of the queries around, the innermost last.
    scopes: Vec<Vec<Called>>,
    /// The first thing that `PostgreSQL` has not.
    untranslatable: Option<Untranslatable>,
}

impl Writer {
    fn new(dialect: Dialect) -> Self {
        Self { out: String::new(), dialect, scopes: Vec::new(), untranslatable: None }
    }

    fn is_postgres(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Text where a condition holds.
    fn put_if(&mut self, condition: bool, text: &str) {
        if condition {
            self.put(text);
        }
    }

    fn refuse(&mut self, what: impl Into<String>) {
        if self.untranslatable.is_none() {
            self.untranslatable = Some(Untranslatable { what: what.into() });
        }
    }

    fn ident(&mut self, ident: &Ident) {
        let text = if self.is_postgres() { postgres::table::folded(&ident.text) } else { ident.text.clone() };
        self.quoted(&text);
    }

    fn quoted(&mut self, text: &str) {
        self.put(&quote_ident(text));
    }

    fn name(&mut self, name: &Name) {
        for (at, part) in name.parts.iter().enumerate() {
            self.put_if(at > 0, ".");
            self.ident(part);
        }
    }

    /// A text. A backslash escapes in Redshift's.
    fn text(&mut self, text: &str) {
        let text = text.replace('\'', "''");
        self.out.push('\'');
        self.out.push_str(&if self.is_postgres() { text } else { text.replace('\\', "\\\\") });
        self.out.push('\'');
    }

    fn data_type(&mut self, data_type: DataType) {
        let text =
            if self.is_postgres() { postgres::table::data_type(data_type) } else { data_type.to_string() };
        self.put(&text);
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            self.put_if(at > 0, ", ");
            write(self, item);
        }
    }

    fn idents(&mut self, idents: &[Ident]) {
        self.list(idents, Self::ident);
    }

    /// Names in parentheses, where there are any.
    fn columns(&mut self, columns: &[Ident]) {
        if !columns.is_empty() {
            self.put(" (");
            self.idents(columns);
            self.put(")");
        }
    }
}
