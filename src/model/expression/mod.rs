//! SQL expressions, with types, and one rendering for each engine.
//!
//! In: text and the columns in scope. Out: an [`Expression`] whose every part has a type and means the
//! same on Spark and on Redshift. It refuses what is not in the catalogue of functions.

mod call;
mod cast;
mod catalogue;
mod check;
mod code;
mod fault;
mod functions;
mod literal;
mod operators;
mod pattern;
mod refusals;
mod render;
mod results;
mod source;
mod tree;
mod unify;

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;

use std::ops::Range;

use strataform_diagnostic::Code;

use super::{Identifier, Type};
pub use catalogue::{Entry, catalogue};
pub use code::CODES;
use tree::Typed;

/// What runs an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Spark SQL 3.5 in ANSI mode, its session in UTC.
    Spark,
    /// Amazon Redshift.
    Redshift,
}

/// A column in an expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The alias of a join; `None` for a column of the dataset itself.
    pub alias: Option<Identifier>,
    /// The column.
    pub column: Identifier,
}

/// The columns that an expression may use.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Reference, type, nullable.
    pub columns: Vec<(Reference, Type, bool)>,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Of each row: no aggregate functions.
    Row,
    /// Of a group: every column stands within an aggregate function.
    Group,
}

/// An expression whose every part has a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    tree: Typed,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionFault {
    /// A stable code, `GEN02xx`.
    pub code: Code,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why that is refused.
    pub cause: String,
    /// What to do.
    pub help: String,
}

impl Expression {
    /// Bytes of the longest text: far more than a person writes, few enough to be read at once.
    pub const LONGEST: usize = 16_384;

    /// The expression of a text.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn parse(text: &str, scope: &Scope, place: Place) -> Result<Self, Vec<ExpressionFault>> {
        let tree = check::tree(text, scope, place)?;
        Ok(Self { text: text.to_owned(), tree })
    }

    /// What somebody knows to be right: for fixtures that have no scope.
    #[cfg(test)]
    pub(crate) fn assumed(text: &str, data_type: Type) -> Self {
        let tree = Typed { node: tree::Node::Verbatim(text.to_owned()), data_type, nullable: true };
        Self { text: text.to_owned(), tree }
    }

    /// It is never null.
    #[cfg(test)]
    pub(crate) fn required(mut self) -> Self {
        self.tree.nullable = false;
        self
    }

    /// The text as the file has it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it gives.
    #[must_use]
    pub fn data_type(&self) -> Type {
        self.tree.data_type
    }

    /// Whether it may give nothing.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        self.tree.nullable
    }

    /// The columns that it uses, each once, in order.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        self.tree.collect(&mut found);
        found.sort();
        found.dedup();
        found
    }

    /// The texts that columns are compared with, in the order of the expression: what they hold, most likely.
    #[must_use]
    pub fn compared(&self) -> Vec<(Reference, String)> {
        let mut found = Vec::new();
        self.tree.compared(&mut found);
        found
    }

    /// The text for an engine; `column` writes the name of a column, quoted as that engine wants it.
    #[must_use]
    pub fn render(&self, engine: Engine, column: &dyn Fn(&Reference) -> String) -> String {
        render::render(&self.tree, render::Target::Engine(engine), column)
    }
}
