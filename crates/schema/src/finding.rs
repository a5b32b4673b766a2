//! What validation finds.

use std::fmt;

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: a JSON pointer, from the place that was validated on.
    pub path: String,
    /// Which of the rules.
    pub rule: Rule,
    /// What is wrong, and what would be right.
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
    /// The object has no such property.
    UnknownProperty,
    /// A property is missing.
    Required,
    /// Properties that go together do not, or the other way round.
    Together,
    /// Only the service sets this property.
    ReadOnly,
    /// The value is of another kind.
    Kind,
    /// The value is not one of those that are allowed.
    Allowed,
    /// The text does not match the pattern.
    Pattern,
    /// The text is no date, time or network.
    Format,
    /// The text is too short or too long.
    Length,
    /// The number is too small or too great, or no multiple.
    Range,
    /// The list or object has too few or too many entries.
    Count,
    /// Entries of a list are equal.
    Unique,
    /// None, or too many, of the alternatives hold.
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
