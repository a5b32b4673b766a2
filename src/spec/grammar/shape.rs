//! [`Shape`]: the shape of the value of a key.

use std::ops::RangeInclusive;

use super::Section;

/// The shape of a value, as far as the value alone shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string with a form: a name, a volume, a color.
    Text(&'static Form),
    /// One line of text, not blank, with at most this many characters.
    Line(usize),
    /// Text that can have line breaks, not blank, with at most this many characters.
    Paragraph(usize),
    /// A number and a unit, within limits in days.
    Period {
        /// The shortest, in days.
        least: u32,
        /// The longest, in days.
        most: u32,
    },
    /// A column type, with or without `not null`.
    ColumnType,
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer {
        /// The least that is valid.
        least: u32,
        /// The greatest that is valid.
        most: u32,
    },
    /// One of several integers, in ascending order.
    Integers(&'static [u32]),
    /// An integer or a float.
    Number,
    /// One of several words.
    Words(&'static [&'static str]),
    /// The name of a column in the visual's data.
    Column(Want),
    /// The name of such a column, or a list of names.
    Columns(Want),
    /// A list of two.
    Pair(&'static Shape, &'static Shape),
    /// A list.
    List {
        /// The shape of each item.
        of: &'static Shape,
        /// The fewest items.
        least: usize,
        /// The most items, if there is a limit.
        most: Option<usize>,
    },
    /// A table with fixed keys.
    Table(&'static Section),
    /// A table whose keys are names that the user chooses.
    Names {
        /// The shape of each name.
        name: &'static Shape,
        /// The shape of each value.
        of: &'static Shape,
        /// The fewest entries.
        least: usize,
    },
    /// One of several shapes.
    Either(&'static [Shape]),
    /// A visual: the keys of its kind, and those of every kind.
    Visual,
    /// Any TOML value.
    Any,
}

impl Shape {
    /// Returns the first result of `pick` for the shapes that the value can have.
    pub(in crate::spec) fn find<T>(
        &'static self,
        pick: impl Fn(&'static Shape) -> Option<T> + Copy,
    ) -> Option<T> {
        match self {
            Shape::Either(shapes) => shapes.iter().find_map(|shape| shape.find(pick)),
            shape => pick(shape),
        }
    }

    /// The most characters of a string.
    pub(in crate::spec) fn longest(&self) -> Option<usize> {
        if let Shape::Text(form) = *self {
            return form.longest;
        }
        if let Shape::Line(longest) | Shape::Paragraph(longest) = *self { Some(longest) } else { None }
    }

    /// The range of an integer.
    pub(in crate::spec) fn range(&self) -> Option<RangeInclusive<u32>> {
        if let Shape::Integer { least, most } | Shape::Integers(&[least, .., most]) = *self {
            Some(least..=most)
        } else {
            None
        }
    }

    /// The range of a period, in days.
    pub(in crate::spec) fn days(&self) -> Option<RangeInclusive<u64>> {
        if let Shape::Period { least, most } = *self { Some(least.into()..=most.into()) } else { None }
    }

    /// The valid words.
    pub(in crate::spec) fn words(&self) -> Option<&'static [&'static str]> {
        if let Shape::Words(words) = *self { Some(words) } else { None }
    }

    /// What is required of columns.
    pub(in crate::spec) fn want(&self) -> Option<Want> {
        if let Shape::Column(want) | Shape::Columns(want) = *self { Some(want) } else { None }
    }

    /// The most items of a list.
    pub(in crate::spec) fn most_items(&self) -> Option<usize> {
        if let Shape::List { most, .. } = *self { most } else { None }
    }

    /// The shape of an item of a list, at an index from 0.
    pub(in crate::spec) fn item(&self, at: usize) -> Option<&'static Shape> {
        if let Shape::Pair(first, second) = *self {
            return Some(if at == 0 { first } else { second });
        }
        if let Shape::List { of, .. } = *self { Some(of) } else { None }
    }

    /// The shape of the value of each name.
    pub(in crate::spec) fn entry(&self) -> Option<&'static Shape> {
        if let Shape::Names { of, .. } = *self { Some(of) } else { None }
    }
}

/// The form of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its name in the definitions of the JSON Schema.
    pub id: &'static str,
    /// A description in a few words of Markdown, with an example.
    pub about: &'static str,
    /// A regular expression that every valid string matches; some strings that match are invalid nevertheless.
    pub pattern: &'static str,
    /// The most characters.
    pub longest: Option<usize>,
}

/// What a part of a visual requires of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Any column: a category, or a value that rows show.
    Any,
    /// A number, possibly aggregated over several rows.
    Number,
    /// A number of each row.
    RowNumber,
    /// A date or a timestamp.
    Date,
}

/// The words of a key, and their meanings.
#[derive(Debug)]
pub(in crate::spec) struct Words<T: 'static> {
    /// The words as the file writes them.
    pub(in crate::spec) names: &'static [&'static str],
    /// Their meanings, in the same order.
    pub(in crate::spec) values: &'static [T],
}

impl<T: Copy> Words<T> {
    /// Returns each word with its meaning.
    pub(in crate::spec) fn pairs(&self) -> impl Iterator<Item = (&'static str, T)> {
        self.names.iter().copied().zip(self.values.iter().copied())
    }
}

/// Makes the [`Words`] of a key.
macro_rules! words {
    ($($name:literal => $value:expr),* $(,)?) => {
        $crate::spec::grammar::Words { names: &[$($name),*], values: &[$($value),*] }
    };
}
pub(in crate::spec) use words;
