//! [`Filter`] and [`Parameter`]: what a dashboard leaves out, and what readers may set.

use super::super::Identifier;
use super::{Field, VisualSource};

/// A value that readers set.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// What the file calls it.
    pub name: Identifier,
    /// What people read.
    pub title: String,
    /// What it is, and what it is at first.
    pub value: ParameterValue,
}

impl Parameter {
    /// What `QuickSight` calls it: letters and digits alone, so that `least_revenue` is `LeastRevenue`.
    #[must_use]
    pub fn id(&self) -> String {
        Self::id_of(self.name.as_str())
    }

    /// The same for a name.
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

/// What a parameter is.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue {
    /// One text, or several.
    Text {
        /// At first; empty where all are meant.
        default: Vec<String>,
        /// Whether several may be chosen.
        many: bool,
        /// What may be chosen; readers write what they like where it is empty, and `column` is `None`.
        choices: Vec<String>,
        /// The column whose values may be chosen.
        column: Option<(VisualSource, Identifier)>,
    },
    /// A number.
    Number {
        /// Whether it has no digits behind the point.
        whole: bool,
        /// At first.
        default: f64,
        /// The ends of a slider and its step; readers write a number where it is `None`.
        slider: Option<[f64; 3]>,
    },
    /// A day.
    Date {
        /// At first.
        default: Start,
    },
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// `2026-01-31`
    Day(String),
    /// So many days before today.
    DaysAgo(u16),
}

/// What a dashboard leaves out whoever looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The column.
    pub column: Field,
    /// The data that it acts on; each has the column.
    pub source: VisualSource,
    /// Which rows stay.
    pub condition: Condition,
    /// The visuals that it acts on; empty where it acts on all of that data.
    pub visuals: Vec<Identifier>,
}

/// Which rows stay.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Those with one of some texts.
    In(Vec<String>),
    /// Those with none of some texts.
    NotIn(Vec<String>),
    /// Those with a text of a parameter.
    Chosen(Identifier),
    /// Those with a number between.
    Numbers {
        /// That number and above.
        least: Option<Bound<f64>>,
        /// That number and below.
        most: Option<Bound<f64>>,
    },
    /// Those with a date between.
    Dates {
        /// That day and later.
        least: Option<Bound<String>>,
        /// That day and earlier.
        most: Option<Bound<String>>,
    },
    /// Those of the last days.
    Last {
        /// 1 to 3,650.
        days: u16,
    },
    /// Those of the categories with the greatest numbers.
    Top {
        /// How many categories.
        count: u16,
        /// The number.
        by: Field,
    },
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound<T> {
    /// A value.
    Fixed(T),
    /// What a parameter is.
    Parameter(Identifier),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters_are_letters_and_digits() {
        for (name, id) in [("since", "Since"), ("least_revenue", "LeastRevenue"), ("a_1b", "A1b")] {
            assert_eq!(Parameter::id_of(name), id);
        }
    }
}
