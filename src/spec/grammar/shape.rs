//! [`Shape`]: what the value of a key looks like.

use std::ops::RangeInclusive;

use super::Section;

/// What a value looks like, as far as the value itself shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text of a form of its own: a name, a volume, a color.
    Text(&'static Form),
    /// A text in one line, not empty, of at most so many characters.
    Line(usize),
    /// A text that may have line breaks, not empty, of at most so many characters.
    Paragraph(usize),
    /// A number and a unit, within limits in days.
    Period {
        /// The shortest, in days.
        least: u32,
        /// The longest, in days.
        most: u32,
    },
    /// A column type, with `not null` or without.
    ColumnType,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// The least that is valid.
        least: u32,
        /// The greatest that is valid.
        most: u32,
    },
    /// One of some whole numbers, in ascending order.
    Integers(&'static [u32]),
    /// A number, whole or not.
    Number,
    /// One of some words.
    Words(&'static [&'static str]),
    /// The name of a column of the visual's data.
    Column(Want),
    /// The name of such a column, or a list of them.
    Columns(Want),
    /// A list of two.
    Pair(&'static Shape, &'static Shape),
    /// A list.
    List {
        /// What each item is.
        of: &'static Shape,
        /// The fewest items.
        least: usize,
        /// The most items, where there is a limit.
        most: Option<usize>,
    },
    /// A table with fixed keys.
    Table(&'static Section),
    /// A table whose keys are names that the user gives.
    Names {
        /// What a name is.
        name: &'static Shape,
        /// What each value is.
        of: &'static Shape,
        /// The fewest entries.
        least: usize,
    },
    /// One of several shapes.
    Either(&'static [Shape]),
    /// A visual: the keys of its kind beside those that all kinds take.
    Visual,
    /// Anything that TOML writes.
    Any,
}

impl Shape {
    /// The first shape, of those that the value may have, for which a function gives something.
    pub(in crate::spec) fn find<T>(
        &'static self,
        pick: impl Fn(&'static Shape) -> Option<T> + Copy,
    ) -> Option<T> {
        match self {
            Shape::Either(shapes) => shapes.iter().find_map(|shape| shape.find(pick)),
            shape => pick(shape),
        }
    }

    /// The most characters of a text.
    pub(in crate::spec) fn longest(&self) -> Option<usize> {
        if let Shape::Text(form) = *self {
            return form.longest;
        }
        if let Shape::Line(longest) | Shape::Paragraph(longest) = *self { Some(longest) } else { None }
    }

    /// From the least to the greatest whole number.
    pub(in crate::spec) fn range(&self) -> Option<RangeInclusive<u32>> {
        if let Shape::Integer { least, most } | Shape::Integers(&[least, .., most]) = *self {
            Some(least..=most)
        } else {
            None
        }
    }

    /// From the shortest to the longest period, in days.
    pub(in crate::spec) fn days(&self) -> Option<RangeInclusive<u64>> {
        if let Shape::Period { least, most } = *self { Some(least.into()..=most.into()) } else { None }
    }

    /// The words.
    pub(in crate::spec) fn words(&self) -> Option<&'static [&'static str]> {
        if let Shape::Words(words) = *self { Some(words) } else { None }
    }

    /// What is needed of columns.
    pub(in crate::spec) fn want(&self) -> Option<Want> {
        if let Shape::Column(want) | Shape::Columns(want) = *self { Some(want) } else { None }
    }

    /// The most items of a list.
    pub(in crate::spec) fn most_items(&self) -> Option<usize> {
        if let Shape::List { most, .. } = *self { most } else { None }
    }

    /// What an item of a list is, at a place from 0.
    pub(in crate::spec) fn item(&self, at: usize) -> Option<&'static Shape> {
        if let Shape::Pair(first, second) = *self {
            return Some(if at == 0 { first } else { second });
        }
        if let Shape::List { of, .. } = *self { Some(of) } else { None }
    }

    /// What the value of each name is.
    pub(in crate::spec) fn entry(&self) -> Option<&'static Shape> {
        if let Shape::Names { of, .. } = *self { Some(of) } else { None }
    }
}

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is called in the JSON Schema's definitions.
    pub id: &'static str,
    /// What it is, in a few words of Markdown, with an example.
    pub about: &'static str,
    /// A regular expression that every valid text matches; some texts that match are invalid all the same.
    pub pattern: &'static str,
    /// The most characters.
    pub longest: Option<usize>,
}

/// What a part of a visual needs of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// What marks are divided by, or rows show.
    Any,
    /// What marks show of several rows.
    Number,
    /// A number of each row.
    RowNumber,
    /// A date or a timestamp.
    Date,
}

/// The words of a key, and what each means.
#[derive(Debug)]
pub(in crate::spec) struct Words<T: 'static> {
    /// As the file writes them.
    pub(in crate::spec) names: &'static [&'static str],
    /// What they mean, in the same order.
    pub(in crate::spec) values: &'static [T],
}

impl<T: Copy> Words<T> {
    /// Each word and its meaning.
    pub(in crate::spec) fn pairs(&self) -> impl Iterator<Item = (&'static str, T)> {
        self.names.iter().copied().zip(self.values.iter().copied())
    }
}

/// The words of a key, each with its meaning.
macro_rules! words {
    ($($name:literal => $value:expr),* $(,)?) => {
        $crate::spec::grammar::Words { names: &[$($name),*], values: &[$($value),*] }
    };
}
pub(in crate::spec) use words;
