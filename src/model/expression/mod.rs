//! SQL expressions: typed, and rendered for each engine.
//!
//! In: text and the columns in scope. Out: an [`Expression`] in which every node has a type and means the same in
//! Spark and in Redshift. It refuses functions and operators that are not in the catalog.

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
mod roll_up;
mod source;
mod time_unit;
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
pub use literal::quoted as text_literal;
pub use roll_up::RollUp;
pub use time_unit::TimeUnit;
use tree::Typed;
#[cfg(feature = "preview")]
pub(crate) use tree::{BooleanLiteral, Node, Operator, Polarity, Quantity, Typed as Tree};

/// An engine that runs expressions.
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
    /// Columns of the records that are not stored (`sensitive = "drop"`), so that a use of them can be explained.
    pub dropped: Vec<Reference>,
}

/// Where an expression is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// For each row: no aggregate functions.
    Row,
    /// For each group: every column is inside an aggregate function.
    Group,
}

/// A SQL expression in which every node has a type.
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
    /// The position in the text, in bytes.
    pub span: Range<usize>,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why it is wrong.
    pub cause: String,
    /// The next step.
    pub help: String,
}

impl Expression {
    /// Bytes of the longest text: far longer than a person writes, short enough to parse quickly.
    pub const LONGEST: usize = 16_384;

    /// Parses an expression and checks its types.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn parse(text: &str, scope: &Scope, place: Place) -> Result<Self, Vec<ExpressionFault>> {
        let tree = check::tree(text, scope, place)?;
        Ok(Self { text: text.to_owned(), tree })
    }

    /// An expression that is known to be valid: for fixtures that have no scope.
    #[cfg(test)]
    pub(crate) fn assumed(text: &str, data_type: Type) -> Self {
        let tree = Typed { node: tree::Node::Verbatim(text.to_owned()), data_type, nullable: true };
        Self { text: text.to_owned(), tree }
    }

    /// The tree.
    #[cfg(feature = "preview")]
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The text as the platform file has it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The type of the result.
    #[must_use]
    pub fn data_type(&self) -> Type {
        self.tree.data_type
    }

    /// Whether the result may be null.
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

    /// The texts that columns are compared with, in the order of the expression: probable values of those columns.
    #[must_use]
    pub fn compared(&self) -> Vec<(Reference, String)> {
        let mut found = Vec::new();
        self.tree.compared(&mut found);
        found
    }

    /// The SQL for an engine; `column` writes the name of a column, quoted as that engine requires.
    #[must_use]
    pub fn render(&self, engine: Engine, column: &dyn Fn(&Reference) -> String) -> String {
        render::render(&self.tree, render::Target::Engine(engine), column)
    }
}
