//! The renderer: trees to text for Redshift or `PostgreSQL` 15.
//!
//! In: statements. Out: text; parsing the Redshift text gives the same tree. It refuses to translate for `PostgreSQL`
//! what would mean something else there ([`Untranslatable`]).

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

/// A statement as Redshift SQL, on one line, without a semicolon.
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

/// A string literal, in which a backslash is an escape in Redshift: `it's \d` becomes `'it''s \\d'`.
///
/// ```
/// assert_eq!(strataform_redshift::quote_literal("it's \\d"), "'it''s \\\\d'");
/// ```
#[must_use]
pub fn quote_literal(text: &str) -> String {
    format!("'{}'", escape_literal(text))
}

/// The text between the quotes of a string literal.
#[must_use]
pub fn escape_literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "''")
}

/// Why a statement that Redshift would run cannot run on `PostgreSQL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslatable {
    /// The feature that `PostgreSQL` does not have.
    pub what: String,
}

/// The dialect of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Redshift,
    Postgres,
}

/// The name of a relation in a query, and whether it is an element of a `SUPER` value.
#[derive(Clone, Debug)]
struct ScopedRelation {
    /// The alias, or the parts of the name, folded.
    parts: Vec<String>,
    element: bool,
}

/// A buffer for the text, with what is in scope.
struct Writer {
    out: String,
    dialect: Dialect,
    /// The relations of the enclosing queries; the innermost come last.
    scopes: Vec<Vec<ScopedRelation>>,
    /// The first feature that `PostgreSQL` does not have.
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

    /// Writes the text if the condition holds.
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

    /// A string literal. In PostgreSQL, a backslash is not an escape.
    fn text(&mut self, text: &str) {
        let literal =
            if self.is_postgres() { format!("'{}'", text.replace('\'', "''")) } else { quote_literal(text) };
        self.put(&literal);
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

    /// Names in parentheses, if there are any.
    fn columns(&mut self, columns: &[Ident]) {
        if !columns.is_empty() {
            self.put(" (");
            self.idents(columns);
            self.put(")");
        }
    }
}
