//! Reads `renamed_from` of columns, and identifies the columns of a dataset as far as the file alone does.

use super::code;
use super::draft::DatasetDraft;
use super::grammar::Section;
use super::scalar;
use super::value::Value;
use crate::diagnostic::Diagnostic;
use crate::model::{Identifier, Identities, Renamed};

/// Reads the rename of a column from its table.
pub(super) fn read(
    draft: &mut DatasetDraft<'_>,
    column: &Identifier,
    value: &Value<'_>,
    section: &'static Section,
) {
    let Some(from) = value.open_table(section).and_then(|table| table.get("renamed_from")) else { return };
    let Some(name) = from.text().and_then(|text| scalar::identifier(&text)) else { return };
    let report = |summary: String, help: &str| {
        let fault = Diagnostic::error(code::RENAMED, from.span.clone(), summary);
        let first = draft.dataset.renamed.iter().find(|one| one.from == name);
        let fault = match first {
            Some(first) => fault.also(first.span.clone(), "first used here"),
            None => fault,
        };
        from.fault(
            fault
                .because("`renamed_from` names the column whose number and values this one keeps")
                .help(help),
        );
    };
    if name == *column {
        report(
            format!("`{column}` is renamed from itself"),
            "name the column that it was, or remove `renamed_from`",
        );
    } else if draft.dataset.renamed.iter().any(|one| one.from == name) {
        report(
            format!("two columns are renamed from `{name}`"),
            "keep `renamed_from` at the column that has the old values",
        );
    } else {
        let span = from.span.clone();
        draft.dataset.renamed.push(Renamed { column: column.clone(), from: name, span });
    }
}

/// Identifies the columns of a dataset as if there were no lock file.
pub(super) fn identify(draft: &mut DatasetDraft<'_>) {
    draft.dataset.identities = Identities::assign(None, &draft.dataset).unwrap_or_default();
}
