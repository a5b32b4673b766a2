//! Reads `[dataset.<name>.join]`: the dimensions of a fact.

use super::draft::{self, DatasetDraft};
use super::value::{Text, Value};
use super::{code, grammar, scalar};
use crate::diagnostic::Diagnostic;
use crate::model::{Column, Identifier, Join, Role, Sensitivity};

/// Reads the joins of a dataset; also returns the aliases that have faults.
pub(super) fn read(draft: &DatasetDraft<'_>, all: &[DatasetDraft<'_>]) -> (Vec<Join>, Vec<String>) {
    let Some(table) = draft.table.get("join").and_then(|value| value.names()) else {
        return Default::default();
    };
    if draft.dataset.role == Role::Dimension {
        let span = draft.table.key_span("join");
        let fault = Diagnostic::error(code::ONLY_FACTS, span, "a dimension cannot have joins");
        table.reader.report(
            fault
                .because("in a star schema, each dimension is one step from a fact")
                .help("move the columns into this dimension, or let the fact join both"),
        );
        return (Vec::new(), table.entries().map(|(name, _)| name.text.to_owned()).collect());
    }
    let (mut joins, mut broken) = (Vec::new(), Vec::new());
    for (alias, value) in table.entries() {
        if draft.dataset.column(alias.text).is_some() {
            let first = draft.places.get(alias.text);
            let what = "things: a column and a join";
            draft::duplicate(table.reader, alias.text, alias.span.clone(), first, what);
        }
        match join(draft, &alias, &value, all) {
            Some(join) => joins.push(join),
            None => broken.push(alias.text.to_owned()),
        }
    }
    (joins, broken)
}

fn join(
    draft: &DatasetDraft<'_>,
    alias: &Text<'_>,
    value: &Value<'_>,
    all: &[DatasetDraft<'_>],
) -> Option<Join> {
    let name = scalar::identifier(alias);
    if value.raw.is_str() {
        let text = value.text()?;
        let target = dimension(&text, all)?;
        let on = by_name(draft, &text, target)?;
        return Some(Join { alias: name?, dimension: target.dataset.name.clone(), on });
    }
    if !value.raw.is_table() {
        return value.wrong("the name of a dimension, or a table with `to` and `on`");
    }
    let mut table = value.table(grammar::JOIN)?;
    table.span = alias.span.clone();
    let on = table.get("on");
    let text = table.required("to", "to = \"customers\"").and_then(|value| value.text())?;
    let target = dimension(&text, all)?;
    let on = match on {
        None => by_name(draft, &text, target)?,
        Some(value) => pairs(draft, &value, target)?,
    };
    Some(Join { alias: name?, dimension: target.dataset.name.clone(), on })
}

fn dimension<'d, 'a>(text: &Text<'_>, all: &'d [DatasetDraft<'a>]) -> Option<&'d DatasetDraft<'a>> {
    let target = draft::dataset_named(text, all)?;
    if target.dataset.role == Role::Dimension {
        return Some(target);
    }
    let summary = format!("`{}` is not a dimension", text.text);
    let fault = Diagnostic::error(code::NOT_A_DIMENSION, text.span.clone(), summary);
    text.report(
        fault
            .also(target.span.clone(), "a fact")
            .because("a dimension has one row per key, so a join never multiplies rows")
            .help("add `role = \"dimension\"` to it, or join another dataset"),
    );
    None
}

/// Returns the pairs of a fact whose columns have the names of the dimension's key.
fn by_name(
    draft: &DatasetDraft<'_>,
    text: &Text<'_>,
    target: &DatasetDraft<'_>,
) -> Option<Vec<(Identifier, Identifier)>> {
    let mut pairs = Vec::new();
    for key in &target.dataset.key {
        if draft.broken.contains(key.as_str()) {
            return None;
        }
        let Some(own) = draft.dataset.column(key.as_str()) else {
            let summary = format!("`{}` has no key column `{key}` of `{}`", draft.raw_name, text.text);
            let fault = Diagnostic::error(code::JOIN_KEY, text.span.clone(), summary);
            let help =
                format!("write `{{ to = \"{}\", on = {{ own_column = \"{key}\" }} }}`", target.raw_name);
            text.report(fault.help(help));
            return None;
        };
        same_type(text, own, target.dataset.column(key.as_str())?)?;
        pairs.push((own.name.clone(), key.clone()));
    }
    (!pairs.is_empty()).then_some(pairs)
}

fn pairs(
    draft: &DatasetDraft<'_>,
    value: &Value<'_>,
    target: &DatasetDraft<'_>,
) -> Option<Vec<(Identifier, Identifier)>> {
    let table = value.names()?;
    let mut pairs: Vec<(Identifier, Identifier)> = Vec::new();
    let mut whole = true;
    for (own, value) in table.entries() {
        let theirs = value.text();
        let found = draft.column(&own).zip(theirs.as_ref().and_then(|text| target.column(text)));
        match found.and_then(|(one, other)| same_type(&own, one, other).map(|()| (one, other))) {
            Some((one, other)) => pairs.push((one.name.clone(), other.name.clone())),
            None => whole = false,
        }
    }
    let key = &target.dataset.key;
    let mut named: Vec<&Identifier> = pairs.iter().map(|(_, theirs)| theirs).collect();
    let mut wanted: Vec<&Identifier> = key.iter().collect();
    named.sort();
    wanted.sort();
    if whole && !key.is_empty() && named != wanted {
        let list = key.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let summary = format!("the join does not cover the key of `{}`", target.raw_name);
        let fault = Diagnostic::error(code::JOIN_KEY, value.span.clone(), summary);
        value.fault(
            fault
                .because("only the whole key matches at most one row")
                .help(format!("pair a column with each of {list}, and with no other")),
        );
        return None;
    }
    (whole && !pairs.is_empty()).then_some(pairs)
}

/// Why two columns are not comparable. The effect of `sensitive` on a type is not visible in the platform file.
fn cause(own: &Column, theirs: &Column) -> String {
    let changed =
        [own, theirs].into_iter().find(|one| one.curated_type().is_some_and(|kept| kept != one.data_type));
    let treatment = changed.and_then(|one| Some((one, one.sensitivity?, one.curated_type()?)));
    match treatment {
        Some((column, sensitivity, kept)) => format!(
            "`sensitive = \"{}\"` turns the {} `{}` into a {kept} in curated data",
            match sensitivity {
                Sensitivity::Hash => "hash",
                Sensitivity::Mask => "mask",
                Sensitivity::Drop => "drop",
            },
            column.data_type,
            column.name
        ),
        None => "values with different types, or a different `sensitive`, are never equal".to_owned(),
    }
}

fn same_type(text: &Text<'_>, own: &Column, theirs: &Column) -> Option<()> {
    let (one, other) = (own.curated_type(), theirs.curated_type());
    let comparable = own.sensitivity == theirs.sensitivity;
    if one.is_some() && one == other && comparable {
        return Some(());
    }
    let shown = |column: &Column| match (column.curated_type(), column.sensitivity) {
        (None, _) => "dropped".to_owned(),
        (Some(data_type), Some(_)) => format!("{data_type} (sensitive)"),
        (Some(data_type), None) => data_type.to_string(),
    };
    let summary = format!("`{}` is {}, but `{}` is {}", own.name, shown(own), theirs.name, shown(theirs));
    let fault = Diagnostic::error(code::JOIN_TYPE, text.span.clone(), summary)
        .because(cause(own, theirs))
        .help("give both columns the same type and the same `sensitive`");
    text.report(fault);
    None
}
