//! [`Aggregate`]: measures over a dataset, precomputed in the warehouse.

use super::{Expression, Identifier, Type};

/// Measures over a dataset and its dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// The name.
    pub name: Identifier,
    /// A description for people.
    pub description: Option<String>,
    /// The dataset.
    pub from: Identifier,
    /// The aliases of the dataset's joins that its expressions use, in the dataset's order.
    pub joins: Vec<Identifier>,
    /// The rows that count: a boolean without aggregate functions.
    pub filter: Option<Expression>,
    /// The columns to group by, in the order of the file; never empty.
    pub dimensions: Vec<Dimension>,
    /// The values of each group, in the order of the file; never empty.
    pub measures: Vec<Measure>,
}

impl Aggregate {
    /// The name, type and nullability of each column, dimensions first.
    pub fn columns(&self) -> impl Iterator<Item = (&Identifier, Type, bool)> {
        let dimensions = self.dimensions.iter().map(|one| (&one.name, &one.expression));
        let measures = self.measures.iter().map(|one| (&one.name, &one.expression));
        dimensions
            .chain(measures)
            .map(|(name, expression)| (name, expression.data_type(), expression.is_nullable()))
    }
}

/// A column to group by.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// The name of the column.
    pub name: Identifier,
    /// An expression without aggregate functions.
    pub expression: Expression,
}

/// A value of each group.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The name of the column.
    pub name: Identifier,
    /// An expression in which every column is inside an aggregate function.
    pub expression: Expression,
}
