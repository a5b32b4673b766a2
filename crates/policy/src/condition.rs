//! Conditions of statements.

use strataform_template::{IntoValue, List, Node, NodeText, Scalar};

/// How a condition compares.
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
    /// The word in the document.
    #[must_use]
    pub fn name(self) -> String {
        // The variants are called by IAM's own words.
        format!("{self:?}")
    }
}

/// One comparison that must hold for a statement to count.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub(crate) operator: String,
    pub(crate) key: NodeText,
    pub(crate) values: Node,
}

impl Condition {
    /// The key of the request, such as `aws:SourceAccount`, compared with one value.
    pub fn new(operator: Operator, key: impl Into<NodeText>, value: impl IntoValue<Scalar>) -> Self {
        Self { operator: operator.name(), key: key.into(), values: value.into_node() }
    }

    /// The key of the request compared with several values, of which one must do.
    pub fn any_of(
        operator: Operator,
        key: impl Into<NodeText>,
        values: impl IntoValue<List<Scalar>>,
    ) -> Self {
        Self { operator: operator.name(), key: key.into(), values: values.into_node() }
    }

    /// The condition holds where the request has no such key, too.
    #[must_use]
    pub fn if_exists(mut self) -> Self {
        self.operator.push_str("IfExists");
        self
    }

    /// Of a key with several values, every one must do.
    #[must_use]
    pub fn for_all_values(mut self) -> Self {
        self.operator.insert_str(0, "ForAllValues:");
        self
    }

    /// Of a key with several values, one must do.
    #[must_use]
    pub fn for_any_value(mut self) -> Self {
        self.operator.insert_str(0, "ForAnyValue:");
        self
    }
}
