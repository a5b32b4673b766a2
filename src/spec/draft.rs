//! Datasets and aggregates while the rest of the file is still being read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use strataform_dashboard::formula::Typed;

use super::code;
use super::reader::Reader;
use super::table::Table;
use super::value::Text;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Aggregate, Column, Dataset, Expression, Identifier, RollUp, Type};

/// A dataset, with what is needed to report faults and resolve references.
#[derive(Debug)]
pub(super) struct DatasetDraft<'a> {
    /// The name as the file has it, which can be invalid.
    pub(super) raw_name: &'a str,
    /// The place of its name.
    pub(super) span: Range<usize>,
    pub(super) table: Table<'a>,
    pub(super) dataset: Dataset,
    /// The place of each column, derived column and alias.
    pub(super) places: BTreeMap<String, Range<usize>>,
    /// Names whose faults are already reported: their uses are not reported again.
    pub(super) broken: BTreeSet<String>,
}

impl DatasetDraft<'_> {
    /// Returns the column that a text names, or reports that it is unknown.
    pub(super) fn column(&self, text: &Text<'_>) -> Option<&Column> {
        if let Some(column) = self.dataset.column(text.text) {
            return Some(column);
        }
        // Missing columns are already reported; a further report would add nothing.
        if !self.broken.contains(text.text) && !self.dataset.columns.is_empty() {
            let known = self.dataset.columns.iter().map(|column| column.name.as_str());
            let title = format!("unknown column `{}` of `{}`", text.text.escape_debug(), self.raw_name);
            let fault = Diagnostic::error(code::UNKNOWN_COLUMN, text.span.clone(), title);
            text.report(fault.help(did_you_mean(text.text, known)));
        }
        None
    }

    /// Returns the columns of its live rows.
    pub(super) fn live(&self) -> Shown {
        let columns = self.dataset.live().map(|(name, data_type)| (name.to_owned(), data_type)).collect();
        Shown { columns, broken: self.broken.clone(), ..Shown::default() }
    }

    /// Returns the columns of the curated table and of its dimensions, with their names in visuals.
    pub(super) fn shown(&self, all: &[DatasetDraft<'_>]) -> Shown {
        let mut shown = Shown { broken: self.broken.clone(), ..Shown::default() };
        for column in self.dataset.curated() {
            shown.columns.insert(column.name.to_string(), column.data_type);
        }
        for join in &self.dataset.joins {
            let Some(target) = all.iter().find(|one| join.dimension == one.raw_name) else { continue };
            for column in target.dataset.curated() {
                shown.columns.entry(format!("{}_{}", join.alias, column.name)).or_insert(column.data_type);
            }
            shown.broken.extend(target.broken.iter().map(|name| format!("{}_{name}", join.alias)));
        }
        shown
    }
}

/// An aggregate, with what is needed to resolve references to it.
#[derive(Debug)]
pub(super) struct AggregateDraft<'a> {
    pub(super) raw_name: &'a str,
    pub(super) span: Range<usize>,
    /// `None` if it has faults.
    pub(super) aggregate: Option<Aggregate>,
    pub(super) shown: Shown,
}

/// The columns that visuals can show.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) columns: BTreeMap<String, Type>,
    /// Calculations of the dashboard.
    pub(super) calculated: BTreeMap<String, Typed>,
    /// Names whose faults are already reported.
    pub(super) broken: BTreeSet<String>,
    /// The groups of an aggregate; `None` for rows of a dataset, and for groups with faults.
    pub(super) groups: Option<Groups>,
}

/// The groups of an aggregate: what a visual needs to combine them.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    /// The columns to group by. `true` where a visual by this column keeps the groups apart: a timestamp that is not
    /// truncated is shown by day.
    pub(super) dimensions: Vec<(String, bool)>,
    /// How each measure combines, and the dimension of which it counts the different values.
    pub(super) measures: BTreeMap<String, (RollUp, Option<String>)>,
}

impl Groups {
    /// The groups of dimensions and measures, given by name.
    pub(super) fn of(dimensions: &[(Identifier, Expression)], measures: &[(Identifier, Expression)]) -> Self {
        let is_apart = |expression: &Expression| {
            expression.data_type() != Type::Timestamp || expression.time_unit().is_some()
        };
        let counted = |measure: &Expression| {
            let found = dimensions.iter().find(|(_, dimension)| measure.counts_distinct(dimension));
            found.map(|(name, _)| name.to_string())
        };
        Self {
            dimensions: dimensions.iter().map(|(name, one)| (name.to_string(), is_apart(one))).collect(),
            measures: measures
                .iter()
                .map(|(name, one)| (name.to_string(), (one.roll_up(), counted(one))))
                .collect(),
        }
    }
}

/// Returns the dataset that a text names, or reports that it is unknown.
pub(super) fn dataset_named<'d, 'a>(
    text: &Text<'_>,
    all: &'d [DatasetDraft<'a>],
) -> Option<&'d DatasetDraft<'a>> {
    let found = all.iter().find(|one| one.raw_name == text.text);
    if found.is_none() {
        let summary = format!("unknown dataset `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::UNKNOWN_DATASET, text.span.clone(), summary);
        text.report(fault.help(did_you_mean(text.text, all.iter().map(|one| one.raw_name))));
    }
    found
}

/// Reports a duplicate name; `what` is the plural of what it names.
pub(super) fn duplicate(
    reader: &Reader<'_>,
    name: &str,
    span: Range<usize>,
    first: Option<&Range<usize>>,
    what: &str,
) {
    let mut fault = Diagnostic::error(
        code::DUPLICATE_COLUMN,
        span,
        format!("`{}` names two {what}", name.escape_debug()),
    );
    if let Some(first) = first {
        fault = fault.also(first.clone(), "first used here");
    }
    reader.report(fault.help("choose another name"));
}
