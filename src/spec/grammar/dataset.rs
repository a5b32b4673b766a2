//! `[dataset]` and `[aggregate]`.

use super::super::dataset::{FileKind, SourceKind};
use super::settings::DESCRIPTION;
use super::{IDENTIFIER, Key, SCHEDULE, SQL, Section, Shape, VOLUME, Words, words};
use crate::model::{Action, Catalogue, Freshness, Partition, Role, Sensitivity, TableFormat};

/// Where records come from.
pub(in crate::spec) const SOURCES: Words<SourceKind> =
    words!["stream" => SourceKind::Stream, "files" => SourceKind::Files];
/// The formats of dropped files.
pub(in crate::spec) const FILE_FORMATS: Words<FileKind> =
    words!["json" => FileKind::Json, "csv" => FileKind::Csv, "parquet" => FileKind::Parquet];
/// The delimiters of CSV.
pub(in crate::spec) const DELIMITERS: Words<char> = words!["," => ',', ";" => ';', "|" => '|', "\t" => '\t'];
/// The roles of a dataset in the star schema.
pub(in crate::spec) const ROLES: Words<Role> = words!["fact" => Role::Fact, "dimension" => Role::Dimension];
/// How curated files are laid out.
pub(in crate::spec) const PARTITIONS: Words<Partition> = words![
    "hour" => Partition::Hour,
    "day" => Partition::Day,
    "month" => Partition::Month,
    "none" => Partition::Whole,
];
/// The formats of the curated table.
pub(in crate::spec) const TABLE_FORMATS: Words<TableFormat> =
    words!["parquet" => TableFormat::Parquet, "iceberg" => TableFormat::Iceberg];
/// How soon a record must be in the warehouse.
pub(in crate::spec) const FRESHNESS: Words<Freshness> =
    words!["scheduled" => Freshness::Scheduled, "seconds" => Freshness::Seconds];
/// What determines the columns of the raw table.
pub(in crate::spec) const CATALOGUES: Words<Catalogue> =
    words!["declared" => Catalogue::Declared, "crawled" => Catalogue::Crawled];
/// How a sensitive column is protected.
pub(in crate::spec) const SENSITIVITIES: Words<Sensitivity> =
    words!["hash" => Sensitivity::Hash, "mask" => Sensitivity::Mask, "drop" => Sensitivity::Drop];
/// What happens to a record that fails an expectation.
pub(in crate::spec) const ACTIONS: Words<Action> =
    words!["quarantine" => Action::Quarantine, "warn" => Action::Warn, "fail" => Action::Fail];

/// What `renamed_from` is.
const RENAMED: &str = "The name of the column before: it keeps its number and its values.";

/// `[dataset.<name>]`
pub(in crate::spec) const DATASET: &Section = &Section {
    name: "[dataset.<name>]",
    id: "dataset",
    about: "A dataset: one kind of record.",
    any_of: &[],
    keys: &[
        Key::optional("description", DESCRIPTION, "A description."),
        Key::required(
            "source",
            Shape::Words(SOURCES.names),
            "Where records come from: a Kinesis data stream, or files dropped into the raw bucket.",
        ),
        Key::optional("format", Shape::Words(FILE_FORMATS.names), "For files: the file format.").unless("`\"json\"`"),
        Key::optional("delimiter", Shape::Words(DELIMITERS.names), "For CSV: the delimiter.").unless("`\",\"`"),
        Key::optional(
            "role",
            Shape::Words(ROLES.names),
            "A fact, or a dimension: one row per key, joined by facts.",
        )
        .default("\"fact\""),
        Key::required(
            "key",
            Shape::List { of: &IDENTIFIER, least: 1, most: None },
            "Columns that identify a record; each must be `not null`, and cannot be JSON, masked or dropped.",
        ),
        Key::optional(
            "event_time",
            IDENTIFIER,
            "A `timestamp` or `date` column, `not null`; streams and partitioned datasets require it.",
        ),
        Key::optional("partition", Shape::Words(PARTITIONS.names), "How curated files are laid out by event time.")
            .unless("`\"day\"`; `\"none\"` for dimensions and without event time"),
        Key::optional("table_format", Shape::Words(TABLE_FORMATS.names), "The format of the curated table.")
            .default("\"parquet\""),
        Key::optional("freshness", Shape::Words(FRESHNESS.names), "How soon records reach the warehouse; `seconds` is for streams.")
            .default("\"scheduled\""),
        Key::optional("late", Shape::Period { least: 0, most: 365 }, "How late a record can arrive.").default("\"3 days\""),
        Key::optional(
            "ahead",
            Shape::Period { least: 0, most: 3650 },
            "How far an event time can be ahead of the arrival of its record; records beyond that are quarantined.",
        )
        .default("\"1 day\""),
        Key::optional(
            "max_rejected",
            Shape::Integer { least: 0, most: 100 },
            "The percentage of records that can be rejected; if more are, the run fails. Fewer than ten rejected records \
             fail it only if they are more than half.",
        )
        .default("10"),
        Key::optional(
            "delete",
            SQL,
            "A condition over the record: one that meets it deletes the row of its key, as in `op = 'd'`.",
        )
        .unless("no record deletes a row"),
        Key::optional(
            "snapshot",
            Shape::Boolean,
            "For files without `event_time`: whether each file is a full dump, so that rows that it lacks are deleted.",
        )
        .default("false"),
        Key::optional(
            "max_deleted",
            Shape::Integer { least: 0, most: 100 },
            "For `snapshot = true`: the percentage of the rows that a dump can delete; if it lacks more, the run fails.",
        )
        .default("50"),
        Key::optional(
            "catalogue",
            Shape::Words(CATALOGUES.names),
            "Whether the columns of the raw table are those declared here, or found by a crawler; `crawled` is for files.",
        )
        .default("\"declared\""),
        Key::optional("volume", VOLUME, "The volume of this dataset.").unless("a share of the platform's"),
        Key::optional(
            "record_size",
            Shape::Integer { least: 20, most: 1_000_000 },
            "For streams: the mean size of a record in bytes. A shard takes 1 MB and 1,000 records a second, so small records need more shards.",
        )
        .unless("the mean of `sample/<name>.ndjson`, or 250"),
        Key::optional("schedule", SCHEDULE, "When it is processed; `on arrival` is for files.")
            .unless("the environment's"),
        Key::required(
            "column",
            Shape::Names {
                name: &IDENTIFIER,
                of: &Shape::Either(&[Shape::ColumnType, Shape::Table(COLUMN)]),
                least: 1,
            },
            "The columns: `name = \"type\"`, or a table.",
        ),
        Key::optional(
            "derive",
            Shape::Names { name: &IDENTIFIER, of: &Shape::Either(&[SQL, Shape::Table(DERIVE)]), least: 0 },
            "Columns computed from those of the record: `name = \"expression\"`, or a table.",
        ),
        Key::optional(
            "expect",
            Shape::Names { name: &IDENTIFIER, of: &Shape::Either(&[SQL, Shape::Table(EXPECT)]), least: 0 },
            "Conditions that records must meet: `name = \"condition\"`, or a table.",
        ),
        Key::optional(
            "join",
            Shape::Names { name: &IDENTIFIER, of: &Shape::Either(&[IDENTIFIER, Shape::Table(JOIN)]), least: 0 },
            "For facts: dimensions, by alias: `alias = \"dimension\"`, or a table.",
        ),
    ],
};

/// An entry of `[dataset.<name>.column]`
pub(in crate::spec) const COLUMN: &Section = &Section {
    name: "[dataset.<name>.column] entry",
    id: "column",
    about: "A column.",
    any_of: &[],
    keys: &[
        Key::required("type", Shape::ColumnType, "The type; without `not null`, values can be null."),
        Key::optional(
            "sensitive",
            Shape::Words(SENSITIVITIES.names),
            "How values are protected: hashed (equal values stay equal), masked, or dropped.",
        ),
        Key::optional("description", DESCRIPTION, "A description."),
        Key::optional("renamed_from", IDENTIFIER, RENAMED),
    ],
};

/// An entry of `[dataset.<name>.derive]`
pub(in crate::spec) const DERIVE: &Section = &Section {
    name: "[dataset.<name>.derive] entry",
    id: "derive",
    about: "A derived column.",
    any_of: &[],
    keys: &[
        Key::required("sql", SQL, "An expression over the record, without sensitive and derived columns."),
        Key::optional("description", DESCRIPTION, "A description."),
        Key::optional("renamed_from", IDENTIFIER, RENAMED),
    ],
};

/// An entry of `[dataset.<name>.expect]`
pub(in crate::spec) const EXPECT: &Section = &Section {
    name: "[dataset.<name>.expect] entry",
    id: "expect",
    about: "An expectation.",
    any_of: &[],
    keys: &[
        Key::required("sql", SQL, "A condition over the record."),
        Key::optional(
            "action",
            Shape::Words(ACTIONS.names),
            "What happens to a record that fails it; `fail` without a threshold fails the run at the first one.",
        )
        .default("\"quarantine\""),
        Key::optional(
            "threshold",
            Shape::Integer { least: 0, most: 100 },
            "The percentage of incoming records that must pass; if fewer pass, the run fails, whatever the action.",
        )
        .default("0"),
    ],
};

/// An entry of `[dataset.<name>.join]`
pub(in crate::spec) const JOIN: &Section = &Section {
    name: "[dataset.<name>.join] entry",
    id: "join",
    about: "A join of a fact and a dimension.",
    any_of: &[],
    keys: &[
        Key::required("to", IDENTIFIER, "The dimension."),
        Key::optional(
            "on",
            Shape::Names { name: &IDENTIFIER, of: &IDENTIFIER, least: 1 },
            "`{ own_column = \"key_column\" }`; must cover the whole key.",
        )
        .unless("columns with the names of the dimension's key"),
    ],
};

/// `[aggregate.<name>]`
pub(in crate::spec) const AGGREGATE: &Section = &Section {
    name: "[aggregate.<name>]",
    id: "aggregate",
    about: "An aggregate: measures that the warehouse keeps up to date.",
    any_of: &[],
    keys: &[
        Key::optional("description", DESCRIPTION, "A description."),
        Key::required("from", IDENTIFIER, "A dataset."),
        Key::optional("where", SQL, "A condition.").unless("all rows"),
        Key::required("group_by", EXPRESSIONS, "The dimensions: `{ name = \"expression\" }`."),
        Key::required(
            "measure",
            EXPRESSIONS,
            "The measures: `{ name = \"expression\" }` with aggregate functions.",
        ),
    ],
};

const EXPRESSIONS: Shape = Shape::Names { name: &IDENTIFIER, of: &SQL, least: 1 };
