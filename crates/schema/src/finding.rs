//! The findings of validation.

use std::fmt;

/// One problem of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A JSON pointer to the value, from where validation started.
    pub path: String,
    /// The rule that is violated.
    pub rule: Rule,
    /// What is wrong, and what is expected.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.path, self.message, self.rule)
    }
}

/// The rules of schemas. Their names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// No resource type has this name.
    UnknownType,
    /// The object does not have this property.
    UnknownProperty,
    /// A property is missing.
    Required,
    /// Properties that require or exclude each other.
    Together,
    /// A property that only the service sets.
    ReadOnly,
    /// The value has the wrong type.
    Kind,
    /// The value is not one of the allowed ones.
    Allowed,
    /// The text does not match the pattern.
    Pattern,
    /// The text is not a valid date, time or network.
    Format,
    /// The text is too short or too long.
    Length,
    /// The number is too small, too large, or not a multiple.
    Range,
    /// The list or object has too few or too many items.
    Count,
    /// A list has equal items.
    Unique,
    /// None, or too many, of the alternatives match.
    Alternatives,
}

impl Rule {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Rule::UnknownType => "unknown-type",
            Rule::UnknownProperty => "unknown-property",
            Rule::Required => "required",
            Rule::Together => "together",
            Rule::ReadOnly => "read-only",
            Rule::Kind => "kind",
            Rule::Allowed => "allowed",
            Rule::Pattern => "pattern",
            Rule::Format => "format",
            Rule::Length => "length",
            Rule::Range => "range",
            Rule::Count => "count",
            Rule::Unique => "unique",
            Rule::Alternatives => "alternatives",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
