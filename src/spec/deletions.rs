//! Reads how the rows of a dataset are deleted: `delete`, `snapshot` and `max_deleted`.

use super::draft::DatasetDraft;
use super::value::Value;
use super::{code, dataset, expression};
use crate::diagnostic::Diagnostic;
use crate::model::{Deletions, Freshness};

/// The percentage of the rows that a dump can delete, unless the platform file sets another.
const MOST: u8 = 50;

/// Sets how rows are deleted.
pub(super) fn read(draft: &mut DatasetDraft<'_>) {
    let condition = draft.table.get("delete").and_then(|value| {
        refuse_streaming(draft, &value);
        expression::condition(&value.text()?, &expression::record_scope(draft), &draft.broken)
    });
    let dumps = dumps(draft);
    draft.dataset.deletions = dumps.or(condition.map(Deletions::Records)).unwrap_or(Deletions::Never);
}

/// Reports a condition in a dataset whose records are seen as they arrive.
fn refuse_streaming(draft: &DatasetDraft<'_>, delete: &Value<'_>) {
    let dataset = &draft.dataset;
    if dataset.freshness != Freshness::Seconds || !dataset.source.has_stream() {
        return;
    }
    let summary = "`delete` cannot be used with `freshness = \"seconds\"`";
    let mut fault = Diagnostic::error(code::DELETED_STREAM, delete.span.clone(), summary);
    if let Some(freshness) = draft.table.get("freshness") {
        fault = fault.also(freshness.span, "streams into the warehouse");
    }
    delete.fault(
        fault
            .because(
                "the streaming view has every record of the last hour, so a deleted row would stay visible",
            )
            .help("write `freshness = \"scheduled\"`"),
    );
}

/// The deletions of a dataset of dumps.
fn dumps(draft: &DatasetDraft<'_>) -> Option<Deletions> {
    let table = &draft.table;
    let snapshot = table.get("snapshot");
    let is_snapshot = snapshot.as_ref().and_then(Value::boolean).unwrap_or(false);
    let number = table.get("max_deleted").and_then(|value| {
        value.number("write the percentage of the rows that a dump can delete, an integer from 0 to 100")
    });
    if !is_snapshot {
        if table.has("max_deleted") {
            let help = "remove it, or set `snapshot = true` if each file is a full dump";
            dataset::not_here(table, "max_deleted", "`max_deleted` requires `snapshot = true`", help);
        }
        return None;
    }
    if table.has("source") && !draft.dataset.source.is_dropped() {
        let help = "remove it; records of a stream delete rows with `delete`";
        dataset::not_here(table, "snapshot", "`snapshot` requires `source = \"files\"`", help);
    }
    if table.has("delete") {
        let help = "remove one of them: rows that a dump lacks are deleted";
        dataset::not_here(table, "delete", "`delete` cannot be used with `snapshot = true`", help);
    }
    if draft.dataset.source.is_dropped() {
        refuse_event_time(draft);
    }
    let most = number.and_then(|number| u8::try_from(number).ok()).unwrap_or(MOST);
    Some(Deletions::Dumps { most })
}

fn refuse_event_time(draft: &DatasetDraft<'_>) {
    let Some(time) = draft.table.get("event_time") else { return };
    let summary = "`event_time` cannot be used with `snapshot = true`";
    let mut fault = Diagnostic::error(code::DUMP_TIME, time.span.clone(), summary);
    if let Some(snapshot) = draft.table.get("snapshot") {
        fault = fault.also(snapshot.span, "each file is a full dump");
    }
    time.fault(
        fault
            .because("the latest dump wins, whatever the times in it: a row that it lacks has no time at all")
            .help("remove `event_time`; the column stays a column like any other"),
    );
}
