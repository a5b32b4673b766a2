//! What is known of a dataset or an aggregate while the rest of the file is still being read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use strataform_dashboard::formula::Typed;

use super::code;
use super::reader::Reader;
use super::table::Table;
use super::value::Text;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Aggregate, Column, Dataset, Type};

/// A dataset, with what its faults and its references need.
#[derive(Debug)]
pub(super) struct DatasetDraft<'a> {
    /// The name as the file has it, which may be no name.
    pub(super) raw_name: &'a str,
    /// Where its name stands.
    pub(super) span: Range<usize>,
    pub(super) table: Table<'a>,
    pub(super) dataset: Dataset,
    /// Where each column, derived column and alias is said.
    pub(super) places: BTreeMap<String, Range<usize>>,
    /// Names whose faults are reported: what uses them says nothing new.
    pub(super) broken: BTreeSet<String>,
}

impl DatasetDraft<'_> {
    /// The column that a text names, or a report that there is none.
    pub(super) fn column(&self, text: &Text<'_>) -> Option<&Column> {
        if let Some(column) = self.dataset.column(text.text) {
            return Some(column);
        }
        // That there are no columns is reported, and that one is missing then says nothing new.
        if !self.broken.contains(text.text) && !self.dataset.columns.is_empty() {
            let known = self.dataset.columns.iter().map(|column| column.name.as_str());
            let title = format!("`{}` has no column `{}`", self.raw_name, text.text.escape_debug());
            let fault = Diagnostic::error(code::UNKNOWN_COLUMN, text.span.clone(), title);
            text.report(fault.help(did_you_mean(text.text, known)));
        }
        None
    }

    /// The columns of the curated table and those of its dimensions, as visuals call them.
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

/// An aggregate, with what its references need.
#[derive(Debug)]
pub(super) struct AggregateDraft<'a> {
    pub(super) raw_name: &'a str,
    pub(super) span: Range<usize>,
    /// `None` where it has faults.
    pub(super) aggregate: Option<Aggregate>,
    pub(super) shown: Shown,
}

/// The columns that visuals may show.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) columns: BTreeMap<String, Type>,
    /// Calculations of the dashboard.
    pub(super) calculated: BTreeMap<String, Typed>,
    /// Names whose faults are reported.
    pub(super) broken: BTreeSet<String>,
}

/// The dataset that a text names, or a report that there is none.
pub(super) fn dataset_named<'d, 'a>(
    text: &Text<'_>,
    all: &'d [DatasetDraft<'a>],
) -> Option<&'d DatasetDraft<'a>> {
    let found = all.iter().find(|one| one.raw_name == text.text);
    if found.is_none() {
        let summary = format!("there is no dataset `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::UNKNOWN_DATASET, text.span.clone(), summary);
        text.report(fault.help(did_you_mean(text.text, all.iter().map(|one| one.raw_name))));
    }
    found
}

/// Reports that a name is there already.
pub(super) fn twice(
    reader: &Reader<'_>,
    name: &str,
    span: Range<usize>,
    first: Option<&Range<usize>>,
    what: &str,
) {
    let mut fault =
        Diagnostic::error(code::COLUMN_TWICE, span, format!("`{}` names two {what}", name.escape_debug()));
    if let Some(first) = first {
        fault = fault.also(first.clone(), "the first one");
    }
    reader.report(fault.help("choose another name"));
}
