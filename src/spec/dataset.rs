//! Reads `[dataset.<name>]` except what refers to other parts: source, columns, key, layout.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::DatasetDraft;
use super::grammar::Words;
use super::table::Table;
use super::value::{Text, Value};
use super::{code, column_type, grammar, renames, scalar};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Catalogue, Column, Dataset, Deletions, FileFormat, Freshness, Identities, Partition, Period, RecordSize,
    Role, Schedule, Source, TableFormat,
};

/// Reads the dataset of an entry of `[dataset]`.
pub(super) fn read<'a>(name: &Text<'a>, value: &Value<'a>) -> Option<DatasetDraft<'a>> {
    let identifier = scalar::identifier(name).or_else(|| scalar::placeholder(name.text))?;
    let mut table = value.table(grammar::DATASET)?;
    table.span = name.span.clone();
    let source = source(&table);
    let dataset = Dataset {
        name: identifier,
        description: table.get("description").and_then(|value| value.paragraph()),
        role: role(&table),
        table_format: table_format(&table),
        freshness: freshness(&table, &source),
        catalogue: catalogue(&table, &source),
        late: late(&table),
        ahead: ahead(&table),
        max_rejected: max_rejected(&table),
        deletions: Deletions::Never,
        volume: table.get("volume").and_then(|value| scalar::volume(&value)),
        record_size: record_size(&table, &source),
        schedule: schedule(&table, &source),
        source,
        key: Vec::new(),
        event_time: None,
        partition: Partition::Whole,
        columns: Vec::new(),
        derived: Vec::new(),
        expectations: Vec::new(),
        joins: Vec::new(),
        renamed: Vec::new(),
        identities: Identities::default(),
    };
    let (places, broken) = (BTreeMap::new(), BTreeSet::new());
    let mut draft =
        DatasetDraft { raw_name: name.text, span: name.span.clone(), table, dataset, places, broken };
    columns(&mut draft);
    sensitive_stream(&draft);
    super::layout::read(&mut draft);
    Some(draft)
}

fn choice<T: Copy>(table: &Table<'_>, key: &'static str, choices: &Words<T>) -> Option<T> {
    table.get(key).and_then(|value| value.choice(choices))
}

fn role(table: &Table<'_>) -> Role {
    choice(table, "role", &grammar::ROLES).unwrap_or(Role::Fact)
}

fn table_format(table: &Table<'_>) -> TableFormat {
    choice(table, "table_format", &grammar::TABLE_FORMATS).unwrap_or(TableFormat::Parquet)
}

/// Reports a key, or its value, that does not fit the source.
pub(super) fn not_here(table: &Table<'_>, key: &'static str, summary: &str, help: &str) {
    let span = table.get(key).map_or_else(|| table.key_span(key), |value| value.span);
    table.reader.report(Diagnostic::error(code::KEY_CONFLICT, span, summary).help(help));
}

/// Where records come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceKind {
    /// A stream.
    Stream,
    /// Dropped files.
    Files,
}

/// The format of dropped files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// JSON objects.
    Json,
    /// CSV.
    Csv,
    /// Parquet.
    Parquet,
}

fn source(table: &Table<'_>) -> Source {
    let given = table.required("source", "source = \"stream\"");
    let kind = given.as_ref().and_then(|value| value.choice(&grammar::SOURCES));
    match kind {
        Some(SourceKind::Files) => Source::Files { format: format(table) },
        Some(SourceKind::Stream) => {
            for key in ["format", "delimiter"] {
                if table.has(key) {
                    let summary = format!("`{key}` requires `source = \"files\"`");
                    not_here(table, key, &summary, "remove it: the records of a stream are JSON");
                }
            }
            Source::Stream
        }
        None => Source::Stream,
    }
}

fn format(table: &Table<'_>) -> FileFormat {
    let format = choice(table, "format", &grammar::FILE_FORMATS);
    let delimiter = choice(table, "delimiter", &grammar::DELIMITERS);
    if table.has("delimiter") && format != Some(FileKind::Csv) {
        not_here(table, "delimiter", "`delimiter` requires `format = \"csv\"`", "remove it");
    }
    match format {
        Some(FileKind::Csv) => FileFormat::Csv { delimiter: delimiter.unwrap_or(',') },
        Some(FileKind::Parquet) => FileFormat::Parquet,
        Some(FileKind::Json) | None => FileFormat::Json,
    }
}

fn freshness(table: &Table<'_>, source: &Source) -> Freshness {
    let freshness = choice(table, "freshness", &grammar::FRESHNESS).unwrap_or(Freshness::Scheduled);
    if freshness == Freshness::Seconds && !source.has_stream() {
        let help = "write `scheduled`, or set `source = \"stream\"`";
        not_here(table, "freshness", "`freshness = \"seconds\"` requires a stream", help);
    }
    freshness
}

/// Reports sensitive columns of records that the warehouse reads as they arrive, before a job can protect them.
fn sensitive_stream(draft: &DatasetDraft<'_>) {
    let sensitive: Vec<_> = draft.dataset.columns.iter().filter(|one| one.sensitivity.is_some()).collect();
    let Some(value) = draft.table.get("freshness") else { return };
    let is_read = draft.dataset.freshness == Freshness::Seconds && draft.dataset.source.has_stream();
    if !is_read || sensitive.is_empty() {
        return;
    }
    let summary = "`freshness = \"seconds\"` requires a dataset without sensitive columns";
    let mut fault = Diagnostic::error(code::SENSITIVE_STREAM, value.span.clone(), summary);
    for column in sensitive {
        if let Some(span) = draft.places.get(column.name.as_str()) {
            fault = fault.also(span.clone(), "sensitive");
        }
    }
    value.fault(
        fault
            .because("the warehouse reads the stream directly, so these values would be stored in clear")
            .help("write `scheduled`, or send these columns to another dataset"),
    );
}

fn catalogue(table: &Table<'_>, source: &Source) -> Catalogue {
    let catalogue = choice(table, "catalogue", &grammar::CATALOGUES).unwrap_or(Catalogue::Declared);
    if catalogue == Catalogue::Crawled && !source.is_dropped() {
        let help = "write `declared`: Firehose delivers the declared columns";
        not_here(table, "catalogue", "a stream cannot be crawled", help);
    }
    catalogue
}

fn late(table: &Table<'_>) -> Period {
    let late = table.get("late").and_then(|value| scalar::period(&value));
    late.unwrap_or(Period::days(3))
}

fn record_size(table: &Table<'_>, source: &Source) -> RecordSize {
    let Some(value) = table.get("record_size") else { return RecordSize::Assumed };
    if !source.has_stream() {
        let help = "remove it: only streams are sized by their records";
        not_here(table, "record_size", "`record_size` requires `source = \"stream\"`", help);
    }
    let bytes = value.number("write the mean bytes of a record, an integer from 20 to 1,000,000");
    bytes.map_or(RecordSize::Assumed, |bytes| RecordSize::Declared(bytes.into()))
}

fn ahead(table: &Table<'_>) -> Period {
    if table.has("ahead") && !table.has("event_time") {
        let help = "remove it, or set `event_time` to the column with the time of the event";
        not_here(table, "ahead", "`ahead` requires `event_time`", help);
    }
    let ahead = table.get("ahead").and_then(|value| scalar::period(&value));
    ahead.unwrap_or(Period::days(1))
}

fn max_rejected(table: &Table<'_>) -> u8 {
    let number = table.get("max_rejected").and_then(|value| {
        value.number("write the percentage of records that can be rejected, an integer from 0 to 100")
    });
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(10)
}

fn schedule(table: &Table<'_>, source: &Source) -> Option<Schedule> {
    let value = table.get("schedule")?;
    let schedule = scalar::schedule(&value)?;
    if schedule == Schedule::OnArrival && !source.is_dropped() {
        let fault = Diagnostic::error(code::ON_ARRIVAL, value.span.clone(), "`on arrival` requires files");
        value.fault(
            fault
                .because("`on arrival` starts a run when a file arrives; a stream never ends")
                .help("write `every 15 minutes`, or `freshness = \"seconds\"`"),
        );
    }
    Some(schedule)
}

fn columns(draft: &mut DatasetDraft<'_>) {
    let example = "[dataset.….column]` with `id = \"string(36) not null\"";
    let Some(table) = draft.table.required("column", example).and_then(|value| value.names()) else { return };
    if table.is_empty() {
        let span = draft.table.key_span("column");
        let fault = Diagnostic::error(code::EMPTY, span, "the dataset has no columns");
        table.reader.report(fault.help("add a column, as in `id = \"string(36) not null\"`"));
    }
    for (name, value) in table.entries() {
        let column = column(&name, &value);
        draft.places.insert(name.text.to_owned(), name.span.clone());
        match column {
            Some(column) => {
                if value.raw.is_table() {
                    renames::read(draft, &column.name, &value, grammar::COLUMN);
                }
                draft.dataset.columns.push(column);
            }
            None => drop(draft.broken.insert(name.text.to_owned())),
        }
    }
}

fn column(name: &Text<'_>, value: &Value<'_>) -> Option<Column> {
    let identifier = scalar::identifier(name);
    if value.raw.is_str() {
        let (data_type, nullable) = column_type::read(&value.text()?)?;
        return Some(Column { name: identifier?, data_type, nullable, sensitivity: None, description: None });
    }
    if !value.raw.is_table() {
        return value.wrong("a type, or a table with `type`");
    }
    let mut table = value.table(grammar::COLUMN)?;
    table.span = name.span.clone();
    let description = table.get("description").and_then(|value| value.paragraph());
    let sensitivity = choice(&table, "sensitive", &grammar::SENSITIVITIES);
    let text = table.required("type", "type = \"string(36)\"").and_then(|value| value.text())?;
    let (data_type, nullable) = column_type::read(&text)?;
    Some(Column { name: identifier?, data_type, nullable, sensitivity, description })
}
