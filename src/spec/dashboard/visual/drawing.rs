//! [`Drawing`]: what a kind makes of its keys; [`Marks`]: what it makes it of.

use super::super::super::table::Table;
use super::super::super::value::Value;
use super::super::field::Fields;
use super::super::highlight::Highlighted;
use crate::model::{Field, GridSize, VisualKind, VisualSource};

/// What a kind of visual makes of its keys.
#[derive(Debug)]
pub(super) struct Drawing {
    /// What is drawn.
    pub(super) kind: VisualKind,
    /// The words of its title, where the file has none.
    pub(super) title: String,
    /// Its size, where the file says none.
    pub(super) size: GridSize,
    /// What may stand out by its color.
    pub(super) highlighted: Highlighted,
    /// What `drill` divides.
    pub(super) category: Option<Field>,
}

impl Drawing {
    /// A chart without highlights and drilling, whose title is made of some words.
    pub(super) fn new(kind: VisualKind, title: String) -> Self {
        Self { kind, title, size: GridSize::CHART, highlighted: Highlighted::Nothing, category: None }
    }

    /// The same of another size.
    pub(super) fn sized(self, size: GridSize) -> Self {
        Self { size, ..self }
    }

    /// The same with something that may stand out.
    pub(super) fn highlighting(self, highlighted: Highlighted) -> Self {
        Self { highlighted, ..self }
    }

    /// The same with a category that `drill` divides.
    pub(super) fn drilling(self, category: Field) -> Self {
        Self { category: Some(category), ..self }
    }
}

/// The keys of one visual, and the columns of its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks<'m> {
    /// The table of the visual.
    pub(super) table: &'m Table<'m>,
    /// The columns.
    pub(super) fields: &'m Fields<'m>,
    /// Whose columns they are.
    pub(super) source: &'m VisualSource,
}

impl<'m> Marks<'m> {
    /// The value of a key, where there is one.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'m>> {
        self.table.get(key)
    }

    /// One column that must be there.
    pub(super) fn one(&self, key: &'static str) -> Option<Field> {
        self.fields.one(self.table, key)
    }

    /// One column, where the key is there.
    #[expect(clippy::option_option, reason = "outside: a fault; inside: no such key")]
    pub(super) fn maybe(&self, key: &'static str) -> Option<Option<Field>> {
        self.fields.maybe(self.table, key)
    }

    /// At least one column; `None` where one has faults.
    pub(super) fn many(&self, key: &'static str) -> Option<Vec<Field>> {
        self.fields.many(self.table, key)
    }
}

/// `revenue by day`
pub(super) fn by(values: &[Field], over: &[Field]) -> String {
    format!("{} by {}", words(values), words(over))
}

/// `revenue by day`, of one number and one category.
pub(super) fn one_by(value: &Field, over: &Field) -> String {
    format!("{} by {}", word(value), word(over))
}

/// The names of columns as people read them.
pub(super) fn words(fields: &[Field]) -> String {
    fields.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The name of a column as people read it.
pub(super) fn word(field: &Field) -> String {
    field.column.as_str().replace('_', " ")
}
