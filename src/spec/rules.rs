//! Reads `[dataset.<name>.derive]` and `[dataset.<name>.expect]`: expressions over the records.

use super::draft::{self, DatasetDraft};
use super::expression;
use super::value::{Text, Value};
use super::{code, grammar, renames, scalar};
use crate::diagnostic::Diagnostic;
use crate::model::expression::Place;
use crate::model::{Action, Derived, Expectation, Expression};

/// Sets the derived columns.
pub(super) fn derive(draft: &mut DatasetDraft<'_>) {
    let Some(table) = draft.table.get("derive").and_then(|value| value.names()) else { return };
    let names: Vec<&str> = table.entries().map(|(name, _)| name.text).collect();
    for (name, value) in table.entries() {
        if draft.dataset.column(name.text).is_some() || draft.broken.contains(name.text) {
            let first = draft.places.get(name.text);
            draft::duplicate(table.reader, name.text, name.span.clone(), first, "columns");
            continue;
        }
        match derived(draft, &names, &name, &value) {
            Some(derived) => {
                if value.raw.is_table() {
                    renames::read(draft, &derived.name, &value, grammar::DERIVE);
                }
                draft.dataset.derived.push(derived);
            }
            None => drop(draft.broken.insert(name.text.to_owned())),
        }
        draft.places.insert(name.text.to_owned(), name.span.clone());
    }
}

fn derived(draft: &DatasetDraft<'_>, names: &[&str], name: &Text<'_>, value: &Value<'_>) -> Option<Derived> {
    let identifier = scalar::identifier(name);
    let (text, description) = if value.raw.is_table() {
        let mut table = value.table(grammar::DERIVE)?;
        table.span = name.span.clone();
        let description = table.get("description").and_then(|value| value.paragraph());
        (table.required("sql", "sql = \"amount > 0\"").and_then(|value| value.text())?, description)
    } else {
        (value.text()?, None)
    };
    refuse_derived(draft, names, &text)?;
    let scope = expression::record_scope(draft);
    let expression = expression::read(&text, &scope, Place::Row, &draft.broken)?;
    refuse_sensitive(draft, &text, &expression)?;
    Some(Derived { name: identifier?, expression, description })
}

fn refuse_derived(draft: &DatasetDraft<'_>, names: &[&str], text: &Text<'_>) -> Option<()> {
    let words = expression::words(text.text);
    let used = words.iter().find(|word| names.contains(word) && draft.dataset.column(word).is_none());
    let Some(used) = used else { return Some(()) };
    let at = text.text.find(used).unwrap_or_default();
    let summary = format!("`{used}` is a derived column");
    let fault = Diagnostic::error(code::DERIVED, text.part(&(at..at + used.len())), summary);
    text.report(
        fault
            .because("derived columns are computed from the record, all at once")
            .help(format!("write the expression of `{used}` in its place")),
    );
    None
}

fn refuse_sensitive(draft: &DatasetDraft<'_>, text: &Text<'_>, expression: &Expression) -> Option<()> {
    let references = expression.references();
    let used = references.iter().find_map(|reference| {
        let column = draft.dataset.column(reference.column.as_str())?;
        column.sensitivity.map(|_| column.name.clone())
    });
    let Some(used) = used else { return Some(()) };
    let at = text.text.find(used.as_str()).unwrap_or_default();
    let summary = format!("`{used}` is sensitive");
    let span = text.part(&(at..at + used.as_str().len()));
    let mut fault = Diagnostic::error(code::SENSITIVE, span, summary);
    if let Some(place) = draft.places.get(used.as_str()) {
        fault = fault.also(place.clone(), "declared sensitive here");
    }
    text.report(
        fault
            .because("a derived column is stored as computed, and would expose the value")
            .help("compute it without that column, or have the source send the result"),
    );
    None
}

/// Sets the expectations.
pub(super) fn expect(draft: &mut DatasetDraft<'_>) {
    let Some(table) = draft.table.get("expect").and_then(|value| value.names()) else { return };
    let expectations: Vec<_> =
        table.entries().filter_map(|(name, value)| expectation(draft, &name, &value)).collect();
    draft.dataset.expectations = expectations;
}

fn expectation(draft: &DatasetDraft<'_>, name: &Text<'_>, value: &Value<'_>) -> Option<Expectation> {
    let identifier = scalar::identifier(name);
    let (mut action, mut threshold) = (Action::Quarantine, 0);
    let text = if value.raw.is_table() {
        let mut table = value.table(grammar::EXPECT)?;
        table.span = name.span.clone();
        action = table.get("action").and_then(|value| value.choice(&grammar::ACTIONS)).unwrap_or(action);
        let hint = "write the percentage of records that must pass, an integer from 0 to 100";
        let number = table.get("threshold").and_then(|value| value.number(hint));
        threshold = number.and_then(|number| u8::try_from(number).ok()).unwrap_or(threshold);
        table.required("sql", "sql = \"amount >= 0\"").and_then(|value| value.text())?
    } else {
        value.text()?
    };
    let expression = expression::condition(&text, &expression::record_scope(draft), &draft.broken)?;
    Some(Expectation { name: identifier?, expression, action, threshold })
}
