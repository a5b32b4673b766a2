//! Reads the key, the event time and the partition of a dataset, and checks the columns that they use.

use super::draft::DatasetDraft;
use super::value::{Text, Value};
use super::{code, grammar};
use crate::diagnostic::Diagnostic;
use crate::model::{Column, Identifier, Partition, Role, Sensitivity, Type};

/// Sets the key, the event time and the partition.
pub(super) fn read(draft: &mut DatasetDraft<'_>) {
    let key = draft.table.required("key", "key = [\"id\"]").map(|value| key(draft, &value));
    draft.dataset.key = key.unwrap_or_default();
    let event_time = draft.table.get("event_time");
    draft.dataset.event_time = event_time.as_ref().and_then(|value| event_time_column(draft, value));
    let given = draft.table.get("partition");
    let partition = given.as_ref().and_then(|value| Some((value.choice(&grammar::PARTITIONS)?, value)));
    draft.dataset.partition = match (&partition, &event_time) {
        (Some((partition, _)), _) => *partition,
        (None, Some(_)) if draft.dataset.role == Role::Fact => Partition::Day,
        (None, _) => Partition::Whole,
    };
    if event_time.is_none() {
        need_event_time(draft, partition.as_ref().map(|(_, value)| *value));
    } else if let Some((Partition::Hour, value)) = &partition {
        refuse_hours_of_days(draft, value);
    }
}

fn key(draft: &DatasetDraft<'_>, value: &Value<'_>) -> Vec<Identifier> {
    let Some(texts) = value.texts() else { return Vec::new() };
    if texts.is_empty() && value.raw.as_array().is_some_and(|list| list.is_empty()) {
        let fault = Diagnostic::error(code::EMPTY, value.span.clone(), "the key is empty");
        value.fault(
            fault.because("records are deduplicated and merged by key").help("name at least one column"),
        );
    }
    let columns = texts.iter().filter_map(|text| Some((text, draft.column(text)?)));
    columns
        .filter(|(text, column)| identifies(draft, text, column))
        .map(|(_, one)| one.name.clone())
        .collect()
}

fn identifies(draft: &DatasetDraft<'_>, text: &Text<'_>, column: &Column) -> bool {
    let (code, cause, help) = if column.sensitivity == Some(Sensitivity::Drop) {
        (code::DROPPED, "the column is dropped", "use `sensitive = \"hash\"`: equal values stay equal")
    } else if column.sensitivity == Some(Sensitivity::Mask) {
        (
            code::KEY_COLUMN,
            "all of its values are masked alike",
            "use `sensitive = \"hash\"`: equal values stay equal",
        )
    } else if column.data_type == Type::Json {
        (code::KEY_COLUMN, "two different JSON texts can mean the same", "choose another column")
    } else if column.nullable {
        (code::KEY_COLUMN, "the column is nullable", "add `not null` to its type")
    } else {
        return true;
    };
    let summary = format!("`{}` cannot be part of the key", column.name);
    at_column(draft, text, Diagnostic::error(code, text.span.clone(), summary).because(cause).help(help));
    false
}

/// Reports a fault of a text that names a column, together with the place of the column.
fn at_column(draft: &DatasetDraft<'_>, text: &Text<'_>, fault: Diagnostic) {
    text.report(match draft.places.get(text.text) {
        Some(place) => fault.also(place.clone(), "the column"),
        None => fault,
    });
}

fn event_time_column(draft: &DatasetDraft<'_>, value: &Value<'_>) -> Option<Identifier> {
    let text = value.text()?;
    let column = draft.column(&text)?;
    let (cause, help) = if !column.data_type.is_temporal() {
        (format!("its type is `{}`", column.data_type), "choose a `timestamp` or `date` column")
    } else if column.nullable {
        ("the column is nullable".to_owned(), "add `not null` to its type")
    } else if column.sensitivity.is_some() {
        ("it is sensitive, so its time is not stored".to_owned(), "choose a column that is not sensitive")
    } else {
        return Some(column.name.clone());
    };
    let summary = format!("`{}` cannot be the event time", column.name);
    let fault = Diagnostic::error(code::EVENT_TIME, text.span.clone(), summary);
    at_column(draft, &text, fault.because(cause).help(help));
    None
}

fn need_event_time(draft: &DatasetDraft<'_>, partition: Option<&Value<'_>>) {
    let parted = draft.dataset.partition != Partition::Whole;
    let (span, summary) = match partition {
        Some(value) if parted => (value.span.clone(), "a partition requires an event time"),
        _ if draft.dataset.source.has_stream() && draft.table.has("source") => {
            (draft.span.clone(), "a stream requires an event time")
        }
        _ => return,
    };
    let fault = Diagnostic::error(code::NO_EVENT_TIME, span, summary)
        .because("files are laid out by event time, and the latest record of a key wins")
        .help("add `event_time = \"…\"` with the name of a `timestamp not null` column");
    draft.table.reader.report(fault);
}

fn refuse_hours_of_days(draft: &DatasetDraft<'_>, value: &Value<'_>) {
    let column = draft.dataset.event_time.as_ref().and_then(|name| draft.dataset.column(name.as_str()));
    if column.is_some_and(|column| column.data_type == Type::Date) {
        let summary = "`partition = \"hour\"` requires a timestamp";
        let fault = Diagnostic::error(code::EVENT_TIME, value.span.clone(), summary);
        value.fault(
            fault
                .because("a date has no hour")
                .help("write `partition = \"day\"`, or make the event time a `timestamp`"),
        );
    }
}
