//! `[dataset.<name>]` without what refers to other parts: source, columns, key, layout.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::DatasetDraft;
use super::table::Table;
use super::value::{Text, Value};
use super::{code, column_type, grammar, scalar};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Catalogue, Column, Dataset, FileFormat, Freshness, Partition, Period, Role, Schedule, Sensitivity,
    Source, TableFormat,
};

/// The dataset of an entry of `[dataset]`.
pub(super) fn read<'a>(name: &Text<'a>, value: &Value<'a>) -> Option<DatasetDraft<'a>> {
    let identifier = scalar::identifier(name).or_else(|| scalar::placeholder(name.text))?;
    let mut table = value.table(grammar::DATASET)?;
    table.span = name.span.clone();
    let source = source(&table);
    let dataset = Dataset {
        name: identifier,
        description: table.get("description").and_then(|value| value.paragraph(1_000)),
        role: role(&table),
        table_format: table_format(&table),
        freshness: freshness(&table, &source),
        catalogue: catalogue(&table, &source),
        late: late(&table),
        volume: table.get("volume").and_then(|value| scalar::volume(&value)),
        schedule: schedule(&table, &source),
        source,
        key: Vec::new(),
        event_time: None,
        partition: Partition::Whole,
        columns: Vec::new(),
        derived: Vec::new(),
        expectations: Vec::new(),
        joins: Vec::new(),
    };
    let (places, broken) = (BTreeMap::new(), BTreeSet::new());
    let mut draft =
        DatasetDraft { raw_name: name.text, span: name.span.clone(), table, dataset, places, broken };
    columns(&mut draft);
    super::layout::read(&mut draft);
    Some(draft)
}

fn choice<T: Copy>(table: &Table<'_>, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
    table.get(key).and_then(|value| value.choice(choices))
}

fn role(table: &Table<'_>) -> Role {
    choice(table, "role", &[("fact", Role::Fact), ("dimension", Role::Dimension)]).unwrap_or(Role::Fact)
}

fn table_format(table: &Table<'_>) -> TableFormat {
    let formats = [("parquet", TableFormat::Parquet), ("iceberg", TableFormat::Iceberg)];
    choice(table, "table_format", &formats).unwrap_or(TableFormat::Parquet)
}

/// Reports a key, or a word of it, that does not go with the source.
fn not_here(table: &Table<'_>, key: &'static str, summary: &str, help: &str) {
    let span = table.get(key).map_or_else(|| table.key_span(key), |value| value.span);
    table.reader.report(Diagnostic::error(code::NOT_HERE, span, summary).help(help));
}

/// What `source` may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SourceKind {
    Stream,
    Files,
}

fn source(table: &Table<'_>) -> Source {
    let given = table.required("source", "source = \"stream\"");
    let kinds = [("stream", SourceKind::Stream), ("files", SourceKind::Files)];
    match given.as_ref().and_then(|value| value.choice(&kinds)) {
        Some(SourceKind::Files) => Source::Files { format: format(table) },
        Some(SourceKind::Stream) => {
            for key in ["format", "delimiter"] {
                if table.has(key) {
                    let summary = format!("`{key}` is for files, and this is a stream");
                    not_here(table, key, &summary, "leave it out: a stream carries JSON");
                }
            }
            Source::Stream
        }
        None => Source::Stream,
    }
}

/// What `format` may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FormatKind {
    Json,
    Csv,
    Parquet,
}

fn format(table: &Table<'_>) -> FileFormat {
    let formats = [("json", FormatKind::Json), ("csv", FormatKind::Csv), ("parquet", FormatKind::Parquet)];
    let format = choice(table, "format", &formats);
    let delimiter = table
        .get("delimiter")
        .and_then(|value| value.choice(&[(",", ','), (";", ';'), ("|", '|'), ("\t", '\t')]));
    if table.has("delimiter") && format != Some(FormatKind::Csv) {
        not_here(table, "delimiter", "`delimiter` is for `format = \"csv\"`", "leave it out");
    }
    match format {
        Some(FormatKind::Csv) => FileFormat::Csv { delimiter: delimiter.unwrap_or(',') },
        Some(FormatKind::Parquet) => FileFormat::Parquet,
        Some(FormatKind::Json) | None => FileFormat::Json,
    }
}

fn freshness(table: &Table<'_>, source: &Source) -> Freshness {
    let choices = [("scheduled", Freshness::Scheduled), ("seconds", Freshness::Seconds)];
    let freshness = choice(table, "freshness", &choices).unwrap_or(Freshness::Scheduled);
    if freshness == Freshness::Seconds && *source != Source::Stream {
        let help = "write `scheduled`, or make it a stream";
        not_here(table, "freshness", "only a stream is fresh within seconds", help);
    }
    freshness
}

fn catalogue(table: &Table<'_>, source: &Source) -> Catalogue {
    let choices = [("declared", Catalogue::Declared), ("crawled", Catalogue::Crawled)];
    let catalogue = choice(table, "catalogue", &choices).unwrap_or(Catalogue::Declared);
    if catalogue == Catalogue::Crawled && *source == Source::Stream {
        let help = "write `declared`: Firehose delivers what the columns say";
        not_here(table, "catalogue", "a stream is not crawled", help);
    }
    catalogue
}

fn late(table: &Table<'_>) -> Period {
    let late = table.get("late").and_then(|value| scalar::period(&value, &(0..=365)));
    late.unwrap_or(Period::days(3))
}

fn schedule(table: &Table<'_>, source: &Source) -> Option<Schedule> {
    let value = table.get("schedule")?;
    let schedule = scalar::schedule(&value)?;
    if schedule == Schedule::OnArrival && *source == Source::Stream {
        let fault =
            Diagnostic::error(code::ON_ARRIVAL, value.span.clone(), "a stream does not arrive at once");
        value.fault(
            fault
                .because("`on arrival` starts a run when a file is dropped; a stream never ends")
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
        table.reader.report(fault.help("write each column: `id = \"string(36) not null\"`"));
    }
    for (name, value) in table.entries() {
        let column = column(&name, &value);
        draft.places.insert(name.text.to_owned(), name.span.clone());
        match column {
            Some(column) => draft.dataset.columns.push(column),
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
    let description = table.get("description").and_then(|value| value.paragraph(1_000));
    let sensitivities =
        [("hash", Sensitivity::Hash), ("mask", Sensitivity::Mask), ("drop", Sensitivity::Drop)];
    let sensitivity = choice(&table, "sensitive", &sensitivities);
    let text = table.required("type", "type = \"string(36)\"").and_then(|value| value.text())?;
    let (data_type, nullable) = column_type::read(&text)?;
    Some(Column { name: identifier?, data_type, nullable, sensitivity, description })
}
