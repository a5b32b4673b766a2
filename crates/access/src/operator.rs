//! [`Operator`]: the operator of a condition, taken apart.
//!
//! In: a name such as `ForAnyValue:StringLikeIfExists`. Out: what it compares, and how several values count.
//!
//! It refuses to interpret an operator that it does not know: such a one is related only to itself.

use crate::item::Item;

/// The operator of a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operator {
    pub(crate) qualifier: Qualifier,
    pub(crate) test: Test,
    pub(crate) sense: Sense,
    pub(crate) absent: Absent,
}

/// How the values of a key with several values count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Qualifier {
    Single,
    Any,
    All,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Test {
    /// `StringEquals` and `StringLike`, which differ in how their values are read.
    Text,
    TextIgnoringCase,
    Arn,
    Address,
    Below(Bound),
    Above(Bound),
    /// Compared as it is written: `Bool`, `Null`, `NumericEquals`, dates.
    Value(String),
    /// An operator that is not known.
    Unknown(String),
}

/// Whether a comparison includes its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    Excluded,
    Included,
}

/// Whether one of the values must match, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sense {
    One,
    None,
}

/// What a request without the key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Absent {
    Fails,
    Passes,
}

impl Operator {
    /// Reads a name.
    pub(crate) fn parse(name: &str) -> Self {
        let (qualifier, rest) = match name.split_once(':') {
            Some(("ForAnyValue", rest)) => (Qualifier::Any, rest),
            Some(("ForAllValues", rest)) => (Qualifier::All, rest),
            _ => (Qualifier::Single, name),
        };
        let (base, absent) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, Absent::Passes),
            None => (rest, Absent::Fails),
        };
        let (test, sense) = test(base);
        // A negated operator matches a request without the key.
        let is_passed = sense == Sense::None && qualifier == Qualifier::Single;
        Self { qualifier, test, sense, absent: if is_passed { Absent::Passes } else { absent } }
    }

    /// The operator as what a clause with it implies another one about, or not.
    pub(crate) fn is_stricter_than(&self, other: &Self) -> bool {
        let is_same_test = match (&self.test, &other.test) {
            (Test::Below(_), Test::Below(_))
            | (Test::Above(_), Test::Above(_))
            | (Test::Text, Test::TextIgnoringCase) => true,
            (one, two) => one == two,
        };
        // Ignoring case excludes more, if values are excluded.
        let is_loosened = self.sense == Sense::None && self.test != other.test;
        self.qualifier == other.qualifier
            && self.sense == other.sense
            && is_same_test
            && !is_loosened
            && (self.absent == Absent::Fails || other.absent == Absent::Passes)
    }
}

fn test(base: &str) -> (Test, Sense) {
    use Bound::{Excluded, Included};
    match base {
        "StringEquals" | "StringLike" => (Test::Text, Sense::One),
        "StringNotEquals" | "StringNotLike" => (Test::Text, Sense::None),
        "StringEqualsIgnoreCase" => (Test::TextIgnoringCase, Sense::One),
        "StringNotEqualsIgnoreCase" => (Test::TextIgnoringCase, Sense::None),
        "ArnEquals" | "ArnLike" => (Test::Arn, Sense::One),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, Sense::None),
        "IpAddress" => (Test::Address, Sense::One),
        "NotIpAddress" => (Test::Address, Sense::None),
        "NumericLessThan" => (Test::Below(Excluded), Sense::One),
        "NumericLessThanEquals" => (Test::Below(Included), Sense::One),
        "NumericGreaterThan" => (Test::Above(Excluded), Sense::One),
        "NumericGreaterThanEquals" => (Test::Above(Included), Sense::One),
        "NumericNotEquals" => (Test::Value("NumericEquals".to_owned()), Sense::None),
        "DateNotEquals" => (Test::Value("DateEquals".to_owned()), Sense::None),
        "NumericEquals"
        | "DateEquals"
        | "DateLessThan"
        | "DateLessThanEquals"
        | "DateGreaterThan"
        | "DateGreaterThanEquals"
        | "Bool"
        | "BinaryEquals"
        | "Null" => (Test::Value(base.to_owned()), Sense::One),
        other => (Test::Unknown(other.to_owned()), Sense::One),
    }
}

/// A value as the operator of this name reads it.
pub(crate) fn value(name: &str, text: &str) -> Item {
    let operator = Operator::parse(name);
    match operator.test {
        Test::Text if name.contains("Like") => Item::pattern(text),
        Test::TextIgnoringCase => Item::exact(text).lowered(),
        Test::Arn => Item::arn(text),
        Test::Address => Item::network(text),
        Test::Below(_) | Test::Above(_) => Item::number(text),
        Test::Value(base) if base == "Bool" || base == "Null" => Item::exact(text).lowered(),
        Test::Text | Test::Unknown(_) | Test::Value(_) => Item::exact(text),
    }
}
