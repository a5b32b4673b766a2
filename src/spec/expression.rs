//! Reads expressions, and reports the faults of the parser at their places in the file.

use std::collections::BTreeSet;

use super::code;
use super::draft::DatasetDraft;
use super::value::Text;
use crate::diagnostic::Diagnostic;
use crate::model::expression::{Place, Reference, Scope};
use crate::model::{Expression, Identifier, Type};

/// Reads an expression; `None` if it has faults, or uses a name whose faults are already reported.
pub(super) fn read(
    text: &Text<'_>,
    scope: &Scope,
    place: Place,
    broken: &BTreeSet<String>,
) -> Option<Expression> {
    if text.text.trim().is_empty() || text.text.len() > Expression::LONGEST {
        let fault =
            Diagnostic::error(code::EXPRESSION, text.span.clone(), "the expression is empty or too long");
        text.report(fault.help(format!("write an expression of at most {} bytes", Expression::LONGEST)));
        return None;
    }
    if words(text.text).iter().any(|word| broken.contains(*word)) {
        return None;
    }
    match Expression::parse(text.text, scope, place) {
        Ok(expression) => Some(expression),
        Err(faults) => {
            if faults.is_empty() {
                let summary = "invalid expression";
                text.report(Diagnostic::error(code::EXPRESSION, text.span.clone(), summary));
            }
            for fault in faults {
                let span = text.part(&fault.span);
                let diagnostic = Diagnostic::error(fault.code, span, fault.summary);
                text.report(diagnostic.because(fault.cause).help(fault.help));
            }
            None
        }
    }
}

/// Reads a condition: true, false or null.
pub(super) fn condition(text: &Text<'_>, scope: &Scope, broken: &BTreeSet<String>) -> Option<Expression> {
    let expression = read(text, scope, Place::Row, broken)?;
    if expression.data_type() == Type::Boolean {
        return Some(expression);
    }
    let summary = format!("expected a boolean condition, found `{}`", expression.data_type());
    let fault = Diagnostic::error(code::NOT_BOOLEAN, text.span.clone(), summary);
    text.report(
        fault.because("a condition must be true or false").help("compare the value, as in `amount > 0`"),
    );
    None
}

/// Returns the columns of the raw records.
pub(super) fn record_scope(draft: &DatasetDraft<'_>) -> Scope {
    let columns = draft.dataset.columns.iter();
    let columns = columns.map(|one| (reference(None, &one.name), one.data_type, one.nullable));
    Scope { columns: columns.collect(), dropped: Vec::new() }
}

/// Returns the columns of the curated table, and by alias those of its dimensions.
pub(super) fn curated_scope(draft: &DatasetDraft<'_>, all: &[DatasetDraft<'_>]) -> Scope {
    let own = draft.dataset.curated();
    let mut columns: Vec<_> =
        own.map(|one| (reference(None, one.name), one.data_type, one.nullable)).collect();
    let mut dropped: Vec<_> = dropped_columns(draft).map(|name| reference(None, name)).collect();
    for join in &draft.dataset.joins {
        let target = all.iter().find(|one| join.dimension == one.raw_name);
        for one in target.into_iter().flat_map(|target| target.dataset.curated()) {
            // A fact does not always match a row of the dimension.
            columns.push((reference(Some(&join.alias), one.name), one.data_type, true));
        }
        let missing = target.into_iter().flat_map(dropped_columns);
        dropped.extend(missing.map(|name| reference(Some(&join.alias), name)));
    }
    Scope { columns, dropped }
}

/// The columns of the records that the curated table does not have.
fn dropped_columns<'a>(draft: &'a DatasetDraft<'_>) -> impl Iterator<Item = &'a Identifier> {
    draft.dataset.columns.iter().filter(|one| one.curated_type().is_none()).map(|one| &one.name)
}

fn reference(alias: Option<&Identifier>, column: &Identifier) -> Reference {
    Reference { alias: alias.cloned(), column: column.clone() }
}

/// Returns the words of an expression outside string literals.
pub(super) fn words(text: &str) -> Vec<&str> {
    let outside = text.split('\'').step_by(2);
    outside
        .flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}
