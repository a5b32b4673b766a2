//! [`Filter`] and [`Parameter`]: which rows a dashboard excludes, and what readers can set.

use super::super::Identifier;
use super::{Field, VisualSource};

/// A value that readers can set.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name in the file.
    pub name: Identifier,
    /// The title that readers see.
    pub title: String,
    /// The type and the initial value.
    pub value: ParameterValue,
}

impl Parameter {
    /// The name in `QuickSight`: only letters and digits, so that `least_revenue` becomes `LeastRevenue`.
    #[must_use]
    pub fn id(&self) -> String {
        Self::id_of(self.name.as_str())
    }

    /// The name in `QuickSight` for a name in the file.
    #[must_use]
    pub fn id_of(name: &str) -> String {
        let words = name.split('_').map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        });
        words.collect()
    }
}

/// The type of a parameter, with its initial value.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue {
    /// One or several strings.
    Text {
        /// The initial value; empty for all.
        default: Vec<String>,
        /// Whether several can be chosen.
        many: bool,
        /// The choices; if empty and `column` is `None`, readers enter any text.
        choices: Vec<String>,
        /// The column whose values are the choices.
        column: Option<(VisualSource, Identifier)>,
    },
    /// A number.
    Number {
        /// Whether it has no decimal places.
        whole: bool,
        /// The initial value.
        default: f64,
        /// The ends of a slider and its step; if `None`, readers enter a number.
        slider: Option<[f64; 3]>,
    },
    /// A date.
    Date {
        /// The initial value.
        default: Start,
    },
}

/// A date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// `2026-01-31`
    Day(String),
    /// A number of days before today.
    DaysAgo(u16),
}

/// Rows that a dashboard excludes for all readers.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The column.
    pub column: Field,
    /// The data that it applies to; all of it has the column.
    pub source: VisualSource,
    /// The rows to keep.
    pub condition: Condition,
    /// The visuals that it applies to; empty for all visuals of that data.
    pub visuals: Vec<Identifier>,
}

/// The rows to keep.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Rows with one of several strings.
    In(Vec<String>),
    /// Rows with none of several strings.
    NotIn(Vec<String>),
    /// Rows with a string of a parameter.
    Chosen(Identifier),
    /// Rows with a number in a range.
    Numbers {
        /// The minimum, inclusive.
        least: Option<Bound<f64>>,
        /// The maximum, inclusive.
        most: Option<Bound<f64>>,
    },
    /// Rows with a date in a range.
    Dates {
        /// The first day.
        least: Option<Bound<String>>,
        /// The last day.
        most: Option<Bound<String>>,
    },
    /// Rows of the last days.
    Last {
        /// 1 to 3,650.
        days: u16,
    },
    /// Rows of the categories with the largest numbers.
    Top {
        /// The number of categories.
        count: u16,
        /// The number to rank by.
        by: Field,
    },
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound<T> {
    /// A fixed value.
    Fixed(T),
    /// The value of a parameter.
    Parameter(Identifier),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_parameters_are_letters_and_digits() {
        for (name, id) in [("since", "Since"), ("least_revenue", "LeastRevenue"), ("a_1b", "A1b")] {
            assert_eq!(Parameter::id_of(name), id);
        }
    }
}
