//! [`Marks`]: the keys of a visual and its columns; [`Drawing`]: what a kind of visual makes of them.

use super::super::super::table::Table;
use super::super::super::value::Value;
use super::super::field::Fields;
use super::super::highlight::Highlighted;
use crate::model::{Field, GridSize, VisualKind, VisualSource};

/// What a kind of visual makes of its keys.
#[derive(Debug)]
pub(super) struct Drawing {
    /// The visual.
    pub(super) kind: VisualKind,
    /// Its default title.
    pub(super) title: String,
    /// Its default size.
    pub(super) size: GridSize,
    /// What can be highlighted.
    pub(super) highlighted: Highlighted,
    /// The category that `drill` divides.
    pub(super) category: Option<Field>,
}

impl Drawing {
    /// Returns a chart without highlights and without `drill`.
    pub(super) fn new(kind: VisualKind, title: String) -> Self {
        Self { kind, title, size: GridSize::CHART, highlighted: Highlighted::Nothing, category: None }
    }

    /// Sets the default size.
    pub(super) fn sized(self, size: GridSize) -> Self {
        Self { size, ..self }
    }

    /// Sets what can be highlighted.
    pub(super) fn highlighting(self, highlighted: Highlighted) -> Self {
        Self { highlighted, ..self }
    }

    /// Sets the category that `drill` divides.
    pub(super) fn drilling(self, category: Field) -> Self {
        Self { category: Some(category), ..self }
    }

    /// Decides how its numbers are aggregated; `None` if one cannot be.
    pub(super) fn settle(&mut self, fields: &Fields<'_>) -> Option<()> {
        let Some(grouping) = self.kind.grouping() else { return Some(()) };
        let grouping: Vec<_> = grouping.into_iter().map(|field| field.column.clone()).collect();
        let highlighted = match &mut self.highlighted {
            Highlighted::Nothing => Vec::new(),
            Highlighted::Number(field) => vec![field],
            Highlighted::Cells(cells) => cells.iter_mut().collect(),
        };
        let mut settled = Some(());
        for field in self.kind.values_mut() {
            match fields.aggregation(field, &grouping) {
                Some(aggregation) => field.aggregation = aggregation,
                None => settled = None,
            }
        }
        let values = self.kind.values_mut();
        for field in highlighted {
            if let Some(value) = values.iter().find(|value| value.column == field.column) {
                field.aggregation = value.aggregation;
            }
        }
        settled
    }
}

/// The keys of one visual, and the columns of its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks<'m> {
    /// The table of the visual.
    pub(super) table: &'m Table<'m>,
    /// The columns.
    pub(super) fields: &'m Fields<'m>,
    /// The data with the columns.
    pub(super) source: &'m VisualSource,
}

impl<'m> Marks<'m> {
    /// The value of a key, if it is set.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'m>> {
        self.table.get(key)
    }

    /// Reads a required column.
    pub(super) fn one(&self, key: &'static str) -> Option<Field> {
        self.fields.one(self.table, key)
    }

    /// Reads an optional column.
    #[expect(clippy::option_option, reason = "outside: a fault; inside: no such key")]
    pub(super) fn maybe(&self, key: &'static str) -> Option<Option<Field>> {
        self.fields.maybe(self.table, key)
    }

    /// Reads at least one column; `None` if one has faults.
    pub(super) fn many(&self, key: &'static str) -> Option<Vec<Field>> {
        self.fields.many(self.table, key)
    }
}

/// Returns a title such as `revenue by day`.
pub(super) fn by(values: &[Field], over: &[Field]) -> String {
    format!("{} by {}", words(values), words(over))
}

/// Returns a title such as `revenue by day` for one number and one category.
pub(super) fn one_by(value: &Field, over: &Field) -> String {
    format!("{} by {}", word(value), word(over))
}

/// The names of columns in a title.
pub(super) fn words(fields: &[Field]) -> String {
    fields.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The name of a column in a title.
pub(super) fn word(field: &Field) -> String {
    field.column.words()
}
