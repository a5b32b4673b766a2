//! [`Aggregate`]: numbers over a dataset, kept ready in the warehouse.

use super::{Expression, Identifier, Type};

/// Numbers over a dataset and its dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// What it is called.
    pub name: Identifier,
    /// A sentence for people.
    pub description: Option<String>,
    /// The dataset.
    pub from: Identifier,
    /// The joins of that dataset that its expressions use, by alias, in the dataset's order.
    pub joins: Vec<Identifier>,
    /// Which rows count: a boolean without aggregate functions.
    pub filter: Option<Expression>,
    /// What rows are grouped by, in the order of the file; never empty.
    pub dimensions: Vec<Dimension>,
    /// What is computed of each group, in the order of the file; never empty.
    pub measures: Vec<Measure>,
}

impl Aggregate {
    /// The columns, dimensions first: name, type, nullable.
    pub fn columns(&self) -> impl Iterator<Item = (&Identifier, Type, bool)> {
        let dimensions = self.dimensions.iter().map(|one| (&one.name, &one.expression));
        let measures = self.measures.iter().map(|one| (&one.name, &one.expression));
        dimensions
            .chain(measures)
            .map(|(name, expression)| (name, expression.data_type(), expression.is_nullable()))
    }
}

/// What rows are grouped by.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// What the column is called.
    pub name: Identifier,
    /// An expression without aggregate functions.
    pub expression: Expression,
}

/// What is computed of each group.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What the column is called.
    pub name: Identifier,
    /// An expression in which every column stands within an aggregate function.
    pub expression: Expression,
}
