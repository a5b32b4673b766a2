//! Conditions of statements.

use strataform_template::{IntoValue, List, Node, NodeText, Scalar};

/// The operator of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `StringEquals`
    StringEquals,
    /// `StringNotEquals`
    StringNotEquals,
    /// `StringEqualsIgnoreCase`
    StringEqualsIgnoreCase,
    /// `StringNotEqualsIgnoreCase`
    StringNotEqualsIgnoreCase,
    /// `StringLike`
    StringLike,
    /// `StringNotLike`
    StringNotLike,
    /// `NumericEquals`
    NumericEquals,
    /// `NumericNotEquals`
    NumericNotEquals,
    /// `NumericLessThan`
    NumericLessThan,
    /// `NumericLessThanEquals`
    NumericLessThanEquals,
    /// `NumericGreaterThan`
    NumericGreaterThan,
    /// `NumericGreaterThanEquals`
    NumericGreaterThanEquals,
    /// `DateEquals`
    DateEquals,
    /// `DateNotEquals`
    DateNotEquals,
    /// `DateLessThan`
    DateLessThan,
    /// `DateLessThanEquals`
    DateLessThanEquals,
    /// `DateGreaterThan`
    DateGreaterThan,
    /// `DateGreaterThanEquals`
    DateGreaterThanEquals,
    /// `Bool`
    Bool,
    /// `BinaryEquals`
    BinaryEquals,
    /// `IpAddress`
    IpAddress,
    /// `NotIpAddress`
    NotIpAddress,
    /// `ArnEquals`
    ArnEquals,
    /// `ArnNotEquals`
    ArnNotEquals,
    /// `ArnLike`
    ArnLike,
    /// `ArnNotLike`
    ArnNotLike,
    /// `Null`: true where the key is absent
    Null,
}

impl Operator {
    /// The name in the document.
    #[must_use]
    pub fn name(self) -> String {
        // The variants have the names of IAM's operators.
        format!("{self:?}")
    }
}

/// One condition of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub(crate) operator: String,
    pub(crate) key: NodeText,
    pub(crate) values: Node,
}

impl Condition {
    /// Compares the request's key, such as `aws:SourceAccount`, with one value.
    pub fn new(operator: Operator, key: impl Into<NodeText>, value: impl IntoValue<Scalar>) -> Self {
        Self { operator: operator.name(), key: key.into(), values: value.into_node() }
    }

    /// Compares the request's key with several values, of which one must match.
    pub fn any_of(
        operator: Operator,
        key: impl Into<NodeText>,
        values: impl IntoValue<List<Scalar>>,
    ) -> Self {
        Self { operator: operator.name(), key: key.into(), values: values.into_node() }
    }

    /// The condition also holds if the request does not have the key.
    #[must_use]
    pub fn if_exists(mut self) -> Self {
        self.operator.push_str("IfExists");
        self
    }

    /// `ForAllValues`: every value of a multivalued key must match.
    #[must_use]
    pub fn for_all_values(mut self) -> Self {
        self.operator.insert_str(0, "ForAllValues:");
        self
    }

    /// `ForAnyValue`: at least one value of a multivalued key must match.
    #[must_use]
    pub fn for_any_value(mut self) -> Self {
        self.operator.insert_str(0, "ForAnyValue:");
        self
    }
}
