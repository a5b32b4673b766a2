"""Clean one window of a dataset: raw files in; curated Parquet, quarantine and one manifest out.

The script runs on AWS Glue 5 and on plain PySpark 3.5; it does not need awsglue.

Guarantees for readers of the curated data: a run writes only to new folders, checks that every input row is
in exactly one of curated, quarantine and duplicates, and then commits by writing a single object,
`manifests/<run_id>.json`, which is also a manifest for Redshift's COPY. Files that no manifest names do not
count, so a run that dies at any point can simply be run again. The rows of several runs are merged in the
order of `keep_latest`, which gives the same rows regardless of which run came first.
"""

import argparse
import csv
import datetime
import hashlib
import json
import os
import re
import sys
import time
import uuid
from typing import Any, NamedTuple

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Observation, SparkSession, Window
from pyspark.sql import functions as F


class Column(NamedTuple):
    """A column of the records."""

    name: str
    # Spark SQL: the record's value as the column's type, or null if it does not convert.
    value: str
    # The type, as named in the reason for rejecting a value.
    label: str
    # Spark SQL: what is wrong with a value of the right type, or null if nothing is.
    limit: str | None
    required: bool
    # None, or one of "hash", "mask", "drop".
    protection: str | None


class Rule(NamedTuple):
    """A condition that records must meet."""

    name: str
    # Spark SQL; a record passes if it is true or null.
    expression: str
    # One of "quarantine", "warn", "fail".
    action: str
    # The percentage of records that must pass, an integer; 0 for no threshold.
    threshold: int


class IcebergColumn(NamedTuple):
    """A column of the Iceberg table."""

    name: str
    # The statement that adds the column to an existing table.
    addition: str


# ---- Rendered from the platform file. ----

# clickstream, event: One event in the browser: a page view, a search, a step toward a purchase.
DATASET = "event"
# "stream" (one folder per hour), "json", "csv" or "parquet".
SOURCE = "stream"
DELIMITER = ","
# The schema of records. In text formats, leaf fields are strings, so that no parser coerces or loses a value.
RECORD_SCHEMA = "ARRAY<STRUCT<`event_id`: STRING, `occurred_at`: STRING, `session_id`: STRING, `visitor_id`: STRING, `event_type`: STRING, `page_path`: STRING, `referrer`: STRING, `device`: STRING, `country`: STRING, `amount`: STRING, `ip_address`: STRING, `attributes`: STRING, `_end`: STRING>>"
# Decimals of more than 15 digits are parsed separately: Spark 3.5 copies JSON numbers through a double.
EXACT_SCHEMA: str | None = None
COLUMNS: list[Column] = [
    Column(
        name="event_id",
        value="`_record`.`event_id`",
        label="a string(36)",
        limit="CASE WHEN contains(`event_id`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`event_id`) > 36 AND char_length(`event_id`) > 36 THEN 'longer than 36 characters' END",
        required=True,
        protection=None,
    ),
    Column(
        name="occurred_at",
        value="CASE WHEN `_record`.`occurred_at` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$' THEN try_cast(trim(TRAILING 'Z' FROM `_record`.`occurred_at`) AS TIMESTAMP) END",
        label="a timestamp",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="session_id",
        value="`_record`.`session_id`",
        label="a string(36)",
        limit="CASE WHEN contains(`session_id`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`session_id`) > 36 AND char_length(`session_id`) > 36 THEN 'longer than 36 characters' END",
        required=True,
        protection=None,
    ),
    Column(
        name="visitor_id",
        value="`_record`.`visitor_id`",
        label="a string(64)",
        limit="CASE WHEN contains(`visitor_id`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`visitor_id`) > 64 AND char_length(`visitor_id`) > 64 THEN 'longer than 64 characters' END",
        required=True,
        protection="hash",
    ),
    Column(
        name="event_type",
        value="`_record`.`event_type`",
        label="a string(20)",
        limit="CASE WHEN contains(`event_type`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`event_type`) > 20 AND char_length(`event_type`) > 20 THEN 'longer than 20 characters' END",
        required=True,
        protection=None,
    ),
    Column(
        name="page_path",
        value="`_record`.`page_path`",
        label="a string(500)",
        limit="CASE WHEN contains(`page_path`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`page_path`) > 500 AND char_length(`page_path`) > 500 THEN 'longer than 500 characters' END",
        required=False,
        protection=None,
    ),
    Column(
        name="referrer",
        value="`_record`.`referrer`",
        label="a string(500)",
        limit="CASE WHEN contains(`referrer`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`referrer`) > 500 AND char_length(`referrer`) > 500 THEN 'longer than 500 characters' END",
        required=False,
        protection=None,
    ),
    Column(
        name="device",
        value="`_record`.`device`",
        label="a string(20)",
        limit="CASE WHEN contains(`device`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`device`) > 20 AND char_length(`device`) > 20 THEN 'longer than 20 characters' END",
        required=False,
        protection=None,
    ),
    Column(
        name="country",
        value="`_record`.`country`",
        label="a string(2)",
        limit="CASE WHEN contains(`country`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`country`) > 2 AND char_length(`country`) > 2 THEN 'longer than 2 characters' END",
        required=False,
        protection=None,
    ),
    Column(
        name="amount",
        value="try_cast(`_record`.`amount` AS DECIMAL(12,2))",
        label="a decimal(12,2)",
        limit=None,
        required=False,
        protection=None,
    ),
    Column(
        name="ip_address",
        value="`_record`.`ip_address`",
        label="a string(45)",
        limit="CASE WHEN contains(`ip_address`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`ip_address`) > 45 AND char_length(`ip_address`) > 45 THEN 'longer than 45 characters' END",
        required=False,
        protection="drop",
    ),
    Column(
        name="attributes",
        value="CASE WHEN size(from_json(concat('[', `_record`.`attributes`, ',0]'), 'ARRAY<STRING>', map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false'))) = 2 AND (NOT contains(`_record`.`attributes`, ']') OR size(from_json(concat('[0,', `_record`.`attributes`, ']'), 'ARRAY<STRING>', map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false'))) = 2) THEN `_record`.`attributes` END",
        label="a json",
        limit="CASE WHEN octet_length(`attributes`) > 65535 THEN 'longer than 65535 bytes' END",
        required=False,
        protection=None,
    ),
]
# Names and Spark SQL expressions.
DERIVED: list[tuple[str, str]] = [
    (
        "is_purchase",
        "`event_type` = 'purchase' and `amount` > cast(0 as decimal(12,2))",
    ),
    (
        "funnel_step",
        "case when `event_type` = 'page_view' then 1 when `event_type` = 'search' then 2 when `event_type` = 'add_to_cart' then 3 when `event_type` = 'checkout' then 4 when `event_type` = 'purchase' then 5 end",
    ),
    (
        "page_group",
        "coalesce(nullif(split_part(`page_path`, '/', 2), ''), 'home')",
    ),
]
RULES: list[Rule] = [
    Rule(
        name="known_type",
        expression="`event_type` in ('page_view', 'search', 'add_to_cart', 'checkout', 'purchase')",
        action="quarantine",
        threshold=0,
    ),
    Rule(
        name="positive_amount",
        expression="`amount` is null or `amount` >= cast(0 as decimal(12,2))",
        action="quarantine",
        threshold=0,
    ),
    Rule(
        name="paid_purchase",
        expression="`event_type` <> 'purchase' or `amount` is not null",
        action="warn",
        threshold=99,
    ),
]
KEY: list[str] = ["event_id"]
EVENT_TIME: str | None = "occurred_at"
# The partition column of curated files, and the format of the event time in it.
PARTITION_COLUMN: str | None = "event_day"
PARTITION_FORMAT: str = "yyyy-MM-dd"
REBALANCE: str = "SELECT /*+ REBALANCE(event_day) */ * FROM {rows}"
# Spark SQL: whether a record arrived later than the platform file expects. Late records are kept.
LATE: str | None = "`occurred_at` < arrived__at - INTERVAL '259200' SECOND"
# The statement that merges a run's rows into the Iceberg table; None without an Iceberg table.
MERGE: str | None = None
DESCRIBE: str = ""
ICEBERG_COLUMNS: list[IcebergColumn] = [
]
# The statement that partitions the Iceberg table; None without partitions.
ICEBERG_DIVISION: str | None = None

# ---- The same for every dataset. ----

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Overflow, a wrong cast and division by zero are errors, never silent nulls.
    "spark.sql.ansi.enabled": "true",
    # A damaged file must be an error: some platforms skip the rest of it by default.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.adaptive.enabled": "true",
    # No sort before the shuffle to drop duplicates early: there are too few of them.
    "spark.sql.optimizer.windowGroupLimitThreshold": "-1",
    # This rule removes the plan below an empty shuffle, and with it the counts observed there.
    "spark.sql.adaptive.optimizer.excludedRules": (
        "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation"
    ),
    "spark.sql.parquet.outputTimestampType": "INT96",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}

# A value that no record has in a field `_end` of its own.
LIST_END = "the record ended here"
# Strict JSON: by default, Spark also accepts 'single quotes' and NaN, which the warehouse does not.
JSON_OPTIONS = {"mode": "PERMISSIVE", "allowSingleQuotes": "false", "allowNonNumericNumbers": "false"}

# Hashes of a record, each a bit in a bitmap: a Bloom filter to find rejected records again.
MARKS = [
    "CAST(xxhash64(_text) & 32767 AS INT)",
    "CAST(shiftright(xxhash64(_text), 16) & 32767 AS INT)",
    "CAST(shiftright(xxhash64(_text), 32) & 32767 AS INT)",
    "CAST(shiftright(xxhash64(_text), 48) & 32767 AS INT)",
]

# How far before the last run's listing a run looks for files that no manifest names, because they were listed
# or delivered late. Firehose retries a delivery for a day.
LOOKBACK = datetime.timedelta(hours=48)

# Errors that mean a damaged file, as opposed to network and permission failures.
DAMAGE = re.compile(
    # From gzip, in Java, Hadoop and zlib.
    "EOFException|ZipException|DataFormatException|Unexpected end of (?:input stream|block)"
    "|incorrect (?:header|data|length) check|header crc mismatch|not a gzip"
    "|gzip (?:header|stream) CRC failure"
    "|unknown gzip format|gzip data not compressed|doesn't match decompressed size|byte-count is inconsistent"
    "|unknown compression method|invalid window size|too many length or distance symbols"
    "|invalid (?:block type|stored block|distance|bit length|literal|code)"
    # From Parquet. Its classes are also in the traces of network failures, but never as the cause.
    r"|not a Parquet file|Caused by: (?:shaded|org\.apache)\.parquet\.|ParquetDecodingException"
    r"|FAILED_TO_UNCOMPRESS|Expected \d+ values in column chunk|DECIMAL_PRECISION_EXCEEDS"
    "|orrupt(?:ed)? (?:file|footer)|NegativeArraySizeException|IndexOutOfBoundsException"
    "|BufferUnderflowException|NullPointerException"
    # From Parquet files whose column types differ from the platform file's.
    "|Parquet column cannot be converted|SchemaColumnConvertNotSupportedException|Illegal Parquet type"
    r"|cannot be cast to class org\.apache\.spark\.sql\.types"
)


class Job(NamedTuple):
    """The arguments of the job."""

    name: str
    platform: str
    environment: str
    raw: str
    curated: str
    quarantine: str
    run_id: str
    # The half-open window; None for a run without a window.
    start: datetime.datetime | None
    end: datetime.datetime | None
    hash_secret: str | None
    # The approximate size of a curated file in bytes, and the initial number of shuffle partitions.
    file_bytes: int
    shuffle_partitions: int | None
    # The Iceberg table that rows are merged into: catalog, database and table, separated by dots.
    iceberg_table: str | None
    # 2 or more if the rows replace those that an earlier attempt made from the same records.
    attempt: int


def parse_arguments(arguments: list[str]) -> Job:
    """Parse the arguments, and ignore those that Glue adds."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("JOB_NAME", "platform", "environment", "dataset", "run_id"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("raw_path", "curated_path", "quarantine_path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--from", dest="start")
    parser.add_argument("--to", dest="end")
    parser.add_argument("--hash_secret")
    parser.add_argument("--file_bytes", type=int, default=128_000_000)
    parser.add_argument("--shuffle_partitions", type=int)
    parser.add_argument("--iceberg_table")
    parser.add_argument("--attempt", type=int, default=1)
    found, _ = parser.parse_known_args(arguments)
    if found.dataset != DATASET:
        parser.error(f"this script cleans {DATASET!r}, not {found.dataset!r}")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", found.run_id):
        parser.error("--run_id must match [A-Za-z0-9][A-Za-z0-9._-]{0,127}")
    if (found.start is None) != (found.end is None):
        parser.error("--from and --to must be given together")
    try:
        start, end = hour(found.start), hour(found.end)
    except ValueError:
        parser.error("--from and --to must be hours: YYYY-MM-DDTHH")
    if start and end and start >= end:
        parser.error("--from must be before --to")
    if (found.iceberg_table is None) != (MERGE is None):
        parser.error("--iceberg_table is required if the table format is iceberg, and invalid otherwise")
    if found.iceberg_table and not re.fullmatch(r"\w+\.\w+\." + DATASET, found.iceberg_table):
        parser.error(f"--iceberg_table must be <catalog>.<database>.{DATASET}")
    return Job(
        name=found.JOB_NAME,
        platform=found.platform,
        environment=found.environment,
        raw=found.raw_path.rstrip("/"),
        curated=found.curated_path.rstrip("/"),
        quarantine=found.quarantine_path.rstrip("/"),
        run_id=found.run_id,
        start=start,
        end=end,
        hash_secret=found.hash_secret,
        file_bytes=found.file_bytes,
        shuffle_partitions=found.shuffle_partitions,
        iceberg_table=found.iceberg_table,
        attempt=found.attempt,
    )


def hour(text: str | None) -> datetime.datetime | None:
    """Parse an hour in UTC, such as `2026-03-01T05`."""
    if text is None:
        return None
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=datetime.UTC)


class File(NamedTuple):
    """A file as listed."""

    path: str
    size: int
    # Milliseconds since 1970.
    modified: int


class Storage:
    """The file operations of a run, through Spark: on s3:// in Glue, on folders elsewhere."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._jvm: Any = spark._jvm
        self._configuration: Any = spark._jsc.hadoopConfiguration()

    def _open(self, path: str) -> tuple[Any, Any]:
        place = self._jvm.org.apache.hadoop.fs.Path(path)
        return place, place.getFileSystem(self._configuration)

    def files(self, *folders: str, since: int = 0) -> list[File]:
        """List the files below folders, sorted by path; a missing folder has none.

        Names that begin with "_" or "." are a writer's internal files and are skipped. `since` is in
        milliseconds since 1970.
        """
        there = [literal(folder) for folder in folders if self.exists(folder)]
        if not there:
            return []
        # Spark lists in parallel without opening files; calling Hadoop from Python takes milliseconds a file.
        rows = self._spark.read.format("binaryFile").option("recursiveFileLookup", True).load(there)
        modified = F.unix_millis("modificationTime").alias("modified")
        rows = rows.select("path", "length", modified).where(F.col("modified") >= since)
        return sorted(File(*row) for row in rows.collect())

    def exists(self, path: str) -> bool:
        """Test whether a file or folder exists."""
        place, system = self._open(path)
        return bool(system.exists(place))

    def first_line(self, path: str) -> str:
        """Read the first line of a text file, compressed or not."""
        place, system = self._open(path)
        stream = system.open(place)
        try:
            io = self._jvm.org.apache.hadoop.io.compress
            codec = io.CompressionCodecFactory(self._configuration).getCodec(place)
            source = codec.createInputStream(stream) if codec else stream
            reader = self._jvm.java.io.InputStreamReader(source, "UTF-8")
            line = self._jvm.java.io.BufferedReader(reader).readLine()
        finally:
            stream.close()
        return (line or "").removeprefix("\ufeff")

    def put(self, path: str, text: str) -> None:
        """Write a file atomically: readers see all of it or nothing."""
        place, system = self._open(path)
        # An S3 object appears when its stream is closed; a local file is written elsewhere, then renamed.
        local = system.getScheme() == "file"
        target = self._open(f"{path}.{uuid.uuid4().hex}")[0] if local else place
        stream = system.create(target, True)
        stream.write(bytearray(text.encode()))
        stream.close()
        if local and not system.rename(target, place):
            raise OSError(f"cannot write {path}")


def literal(path: str) -> str:
    """Escape the pattern characters in a path, as in `orders[1].csv`, for Spark."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", path)


class Inputs(NamedTuple):
    """The files that a run reads."""

    files: list[File]
    # When they were listed, the next run's watermark; None for a run with a window.
    until: datetime.datetime | None


def select_inputs(spark: SparkSession, storage: Storage, job: Job) -> Inputs:
    """Select the files of the window or, without one, the files that no manifest names yet."""
    if job.start is None or job.end is None:
        return new_inputs(spark, storage, job)
    if SOURCE != "stream":
        least, most = job.start.timestamp() * 1000, job.end.timestamp() * 1000
        return Inputs([file for file in storage.files(job.raw) if least <= file.modified < most], None)
    hours = int((job.end - job.start) / datetime.timedelta(hours=1))
    times = [job.start + datetime.timedelta(hours=at) for at in range(hours)]
    folders = [time.strftime(f"{job.raw}/year=%Y/month=%m/day=%d/hour=%H") for time in times]
    return Inputs(storage.files(*folders), None)


def new_inputs(spark: SparkSession, storage: Storage, job: Job) -> Inputs:
    """Select the files that arrived since the watermark minus LOOKBACK and that no manifest names."""
    until = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    manifests = storage.files(f"{job.curated}/manifests")
    mark = watermark(storage, manifests)
    since = int((mark - LOOKBACK).timestamp() * 1000) if mark else 0
    # A manifest is newer than the files that it names.
    known = committed_inputs(spark, [file.path for file in manifests if file.modified >= since])
    files = storage.files(job.raw, since=since)
    return Inputs([file for file in files if file.path not in known], until)


def watermark(storage: Storage, manifests: list[File]) -> datetime.datetime | None:
    """Return when the last run without a window listed its inputs, or None if there was no such run."""
    for file in sorted(manifests, key=lambda file: file.modified, reverse=True):
        until = json.loads(storage.first_line(file.path))["strataform"].get("until")
        if until:
            return datetime.datetime.fromisoformat(until)
    return None


def committed_inputs(spark: SparkSession, manifests: list[str]) -> set[str]:
    """Collect the inputs that manifests name."""
    if not manifests:
        return set()
    paths = [literal(path) for path in manifests]
    read = spark.read.schema("strataform STRUCT<inputs: ARRAY<STRING>>").json(paths)
    return {row[0] for row in read.select(F.explode("strataform.inputs")).collect()}


def read_records(spark: SparkSession, storage: Storage, paths: list[str]) -> DataFrame:
    """Read files as rows of `_text`, `_file`, `_modified`, `_unknown`, `_record` and `_exact`."""
    origin = [
        F.col("_metadata.file_path").alias("_file"),
        F.col("_metadata.file_modification_time").alias("_modified"),
    ]
    if SOURCE == "csv":
        return read_csv(spark, storage, paths, origin)
    if SOURCE == "parquet":
        rows = spark.read.schema(RECORD_SCHEMA).parquet(*map(literal, paths))
        record = F.struct(*[F.col(column.name) for column in COLUMNS])
        none = F.lit(False).alias("_unknown")
        return rows.select(F.to_json(record).alias("_text"), *origin, none, record.alias("_record"))
    rows = spark.read.text([literal(path) for path in paths]).select(F.col("value").alias("_text"), *origin)
    rows = rows.where(F.trim("_text") != "")
    declared = F.array(*[F.lit(column.name) for column in COLUMNS])
    unknown = F.size(F.array_except(F.json_object_keys("_text"), declared)) > 0
    # Spark reads the first object of a line and silently drops the rest. Wrapping the line in a list that
    # ends with a known element detects trailing text.
    text = F.concat(F.lit("["), "_text", F.lit(',{"_end":"' + LIST_END + '"}]'))
    listed = F.from_json(text, RECORD_SCHEMA, JSON_OPTIONS).alias("_list")
    rows = rows.select("*", unknown.alias("_unknown"), listed)
    whole = (F.size("_list") == 2) & (F.get("_list", F.lit(1)).getField("_end") == LIST_END)
    rows = rows.select("*", F.when(whole, F.get("_list", F.lit(0))).alias("_record"))
    if EXACT_SCHEMA:
        rows = rows.withColumn("_exact", F.from_json("_text", EXACT_SCHEMA, JSON_OPTIONS))
    return rows


def read_csv(spark: SparkSession, storage: Storage, paths: list[str], origin: list[SparkColumn]) -> DataFrame:
    """Read CSV by the header of each file: files can order columns differently, or lack some."""
    by_header: dict[tuple[str, ...], list[str]] = {}
    for path in paths:
        lines = csv.reader([storage.first_line(path)], delimiter=DELIMITER)
        header = tuple(name.strip() for name in next(lines, []))
        by_header.setdefault(header, []).append(path)
    parts = [read_csv_part(spark, header, same, origin) for header, same in by_header.items()]
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionByName(part)
    return rows


def read_csv_part(
    spark: SparkSession, header: tuple[str, ...], paths: list[str], origin: list[SparkColumn]
) -> DataFrame:
    """Read CSV files that have the same header."""
    # Fields get positional names, so that a name in a file is never read as code and never collides.
    fields = [f"_{at}" for at in range(len(header))]
    place = {name: field for field, name in reversed(list(zip(fields, header, strict=True)))}
    reader = spark.read.options(header=True, sep=DELIMITER, quote='"', escape='"', multiLine=True)
    reader = reader.options(mode="PERMISSIVE", columnNameOfCorruptRecord="_corrupt", enforceSchema=True)
    reader = reader.schema(", ".join(f"{field} STRING" for field in [*fields, "_corrupt"]))
    rows = reader.csv([literal(path) for path in paths])
    none = F.lit(None).cast("string")
    values = [
        (F.col(place[column.name]) if column.name in place else none).alias(column.name) for column in COLUMNS
    ]
    record = F.struct(*values, F.col("_corrupt").alias("_corrupt"))
    whole = F.to_json(F.struct(*[F.col(field).alias(name) for name, field in place.items()]))
    unknown = F.lit(not set(header) <= {column.name for column in COLUMNS})
    text = F.coalesce("_corrupt", whole).alias("_text")
    return rows.select(text, *origin, unknown.alias("_unknown"), record.alias("_record"))


def first_fault() -> SparkColumn:
    """Return the first fault of a record, or null if there is none."""
    faults = []
    broken = F.col("_record").isNull()
    if SOURCE == "csv":
        faults.append(F.when(broken | F.col("_record._corrupt").isNotNull(), F.lit("invalid csv")))
    elif SOURCE != "parquet":
        followed = F.when(is_followed(), "invalid json: more than one object")
        faults.append(F.when(broken, followed.otherwise("invalid json")))
    for column in COLUMNS:
        given, typed = F.col("_record").getField(column.name), F.col(column.name)
        if column.required:
            faults.append(F.when(given.isNull(), F.lit(f"{column.name}: missing")))
        wrong = given.isNotNull() & typed.isNull()
        faults.append(F.when(wrong, F.lit(f"{column.name}: not {column.label}")))
        if column.limit:
            faults.append(F.concat(F.lit(f"{column.name}: "), F.expr(column.limit)))
    return F.coalesce(*faults)


def is_followed() -> SparkColumn:
    """Test whether a line is an object followed by more text; only for lines that are not records."""
    begun = F.get_json_object("_text", "$").isNotNull() & F.ltrim("_text").startswith("{")
    followed = r"\}\s*[^\s,\]}]"
    texts_left_out = F.regexp_replace(F.regexp_replace("_text", r"\\.", ""), r'"[^"]*"', '""')
    return begun & texts_left_out.rlike(followed)


def check_records(rows: DataFrame) -> DataFrame:
    """Convert the columns to their types, and find each row's fault; a `_broken` row skips the rules."""
    typed = [F.expr(column.value).alias(column.name) for column in COLUMNS]
    rows = rows.select("*", *typed)
    kept = ["_text", "_file", "_modified", "_unknown", *[column.name for column in COLUMNS]]
    rows = rows.select(*kept, first_fault().alias("_broken"))
    rejected = [
        F.when(~F.expr(rule.expression), F.lit(f"expectation: {rule.name}"))
        for rule in RULES
        if rule.action == "quarantine"
    ]
    return rows.withColumn("_fault", F.coalesce("_broken", *rejected))


def protect(spark: SparkSession, rows: DataFrame, job: Job) -> DataFrame:
    """Derive columns, and hash, mask or drop sensitive ones; add the columns that order versions of a key.

    Expressions see the unprotected values: what a derived column reveals is its author's choice.
    """
    columns: list[SparkColumn] = []
    if any(column.protection == "hash" for column in COLUMNS):
        rows = rows.crossJoin(F.broadcast(hash_pads(spark, job)))
    for column in COLUMNS:
        value = F.col(column.name)
        if column.protection == "hash":
            inner = F.sha2(F.concat("_inner", value.cast("string").cast("binary")), 256)
            columns.append(F.sha2(F.concat("_outer", F.unhex(inner)), 256).alias(column.name))
        elif column.protection == "mask":
            columns.append(F.when(value.isNotNull(), F.lit("***")).alias(column.name))
        elif column.protection is None:
            columns.append(value)
    columns += [F.expr(expression).alias(name) for name, expression in DERIVED]
    rows = rows.select(*columns, F.col("_modified").alias("arrived__at"))
    # A hash of the protected values: an unkeyed hash of sensitive values could be reversed by guessing. The
    # function skips nulls, so the hash also covers which values are null.
    own = [F.col(name) for name in rows.columns[:-1]]
    hashed = F.xxhash64(*own, *[value.isNull() for value in own])
    attempt = F.lit(job.attempt).alias("row__attempt")
    return rows.select(*own, "arrived__at", attempt, hashed.alias("row__hash"))


def keep_latest(rows: DataFrame) -> DataFrame:
    """Keep the latest row of each key: by event time, then by arrival, attempt and hash.

    The order is total, and its columns are stored: merging the rows of several runs in this order gives the
    same rows regardless of which run came first.
    """
    order = [F.col(EVENT_TIME).desc_nulls_last()] if EVENT_TIME else []
    # All rows of a run have the same attempt.
    order += [F.col("arrived__at").desc(), F.col("row__hash").desc()]
    window = Window.partitionBy(*KEY).orderBy(*order)
    return rows.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").drop("_rank")


def hash_pads(spark: SparkSession, job: Job) -> DataFrame:
    """Return the two padded keys of HMAC-SHA-256 (RFC 2104) as a table of one row.

    As literals, they would appear in plans, in the Spark UI and in event logs. A Python function would
    avoid this, too, but send every value through Python. Plans print a table's columns, not its rows.
    The JVM creates the table: a table that PySpark creates from rows would start Python on the workers.
    """
    key = hash_key(job)
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (bytearray(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    jvm: Any = spark._jvm
    gateway: Any = spark.sparkContext._gateway
    values = gateway.new_array(jvm.java.lang.Object, 2)
    values[0], values[1] = inner, outer
    rows = jvm.java.util.ArrayList()
    rows.add(jvm.org.apache.spark.sql.RowFactory.create(values))
    schema = jvm.org.apache.spark.sql.types.StructType.fromDDL("_inner BINARY, _outer BINARY")
    return DataFrame(spark._jsparkSession.createDataFrame(rows, schema), spark)


def hash_key(job: Job) -> bytes:
    """Return the secret key of keyed hashes. Never print it."""
    if job.hash_secret is None:
        key = os.environ.get("STRATAFORM_HASH_KEY", "").encode()
    else:
        # Imported here because a run outside AWS does not need boto3.
        import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore]

        secret = boto3.client("secretsmanager").get_secret_value(SecretId=job.hash_secret)
        key = secret.get("SecretBinary") or secret["SecretString"].encode()
    if not key:
        raise SystemExit("hashed columns require --hash_secret or, outside AWS, STRATAFORM_HASH_KEY")
    return bytes(key)


class Counts(NamedTuple):
    """The number of rows by outcome."""

    rows_in: int
    rows_out: int
    rows_quarantined: int
    rows_duplicate: int
    # Records whose values have their types; only these are checked against the rules.
    rows_sound: int
    # Sound records with undeclared fields (not counted for Parquet files), and curated rows that arrived
    # later than the platform file expects.
    rows_unknown: int
    rows_late: int
    # The number of records that failed each rule, by its name.
    failed: dict[str, int]
    # The number of rejected rows, by reason.
    reasons: dict[str, int]


NOTHING = Counts(0, 0, 0, 0, 0, 0, 0, {rule.name: 0 for rule in RULES}, {})


def free_folder(storage: Storage, job: Job) -> str:
    """Return the name of a new folder: what a run that died left behind is never touched."""
    number = 1
    while True:
        name = job.run_id if number == 1 else f"{job.run_id}.{number}"
        places = (f"{job.curated}/data/run={name}", f"{job.quarantine}/run={name}")
        if not any(storage.exists(place) for place in places):
            return name
        number += 1


def process(spark: SparkSession, storage: Storage, job: Job, files: list[File], folder: str) -> Counts:
    """Write the rows of files to the run's own folders, and count them in the same pass."""
    paths = [file.path for file in files]
    # A small input is shuffled once, into partitions of the size of a file. A larger one is shuffled again,
    # by folder: otherwise each of its many partitions would write a file to each folder.
    few = sum(file.size for file in files) <= job.file_bytes // 2
    spark.conf.set("spark.sql.adaptive.coalescePartitions.parallelismFirst", str(not few).lower())
    rows = check_records(read_records(spark, storage, paths))
    read, written, again, rejected = Observation(), Observation(), Observation(), Observation()
    totals = [
        F.count(F.lit(1)).alias("rows"),
        F.count("_fault").alias("bad"),
        F.count("_broken").alias("broken"),
        F.count_if(F.col("_unknown") & F.col("_broken").isNull()).alias("unknown"),
    ]
    # A record does not fail a rule that is null for it.
    failed = [F.col("_broken").isNull() & ~F.expr(rule.expression) for rule in RULES]
    totals += [F.count_if(one).alias(f"failed_{at}") for at, one in enumerate(failed)]
    marked = [F.when(F.col("_fault").isNotNull(), F.expr(mark)) for mark in MARKS]
    totals += [F.bitmap_construct_agg(mark).alias(f"marks_{at}") for at, mark in enumerate(marked)]
    seen = rows.observe(read, *totals)
    names = [column.name for column in COLUMNS]
    good = seen.where("_fault IS NULL").select(*names, "_modified")
    late = F.count(F.when(F.expr(LATE), 1)) if LATE else F.lit(0)
    kept = keep_latest(protect(spark, good, job))
    curated = kept.observe(written, F.count(F.lit(1)).alias("rows"), late.alias("late"))
    if PARTITION_COLUMN and EVENT_TIME:
        curated = curated.withColumn(PARTITION_COLUMN, F.date_format(EVENT_TIME, PARTITION_FORMAT))
    if PARTITION_COLUMN and not few:
        # Groups the rows of a folder into partitions of the advisory size, so that each folder has few files.
        # In SQL, because DataFrame.hint does not accept a column.
        curated = spark.sql(REBALANCE, rows=curated)
    # Snappy: the codec that COPY's documentation names for Parquet.
    writer = curated.write.option("compression", "snappy")
    if PARTITION_COLUMN:
        writer = writer.partitionBy(PARTITION_COLUMN)
    writer.parquet(f"{job.curated}/data/run={folder}")
    rows_in, bad, rows_out = read.get["rows"], read.get["bad"], written.get["rows"]
    reasons: dict[str, int] = {}
    rows_quarantined = 0
    if bad:
        # A second pass over the input, which parses little more than the rejected records. Benchmarks showed
        # it to be cheaper than keeping the records in memory or on disk.
        bitmaps = [read.get[f"marks_{at}"] for at in range(len(MARKS))]
        suspects = check_records(read_records(spark, storage, paths).where(is_marked(bitmaps)))
        place = f"{job.quarantine}/run={folder}/rows"
        # Observed before the filter: Spark would push the filter below the parser and parse once per column.
        read_again = suspects.observe(again, F.count("_fault").alias("bad"))
        faulty = read_again.where("_fault IS NOT NULL").select(
            F.col("_fault").alias("reason"),
            F.col("_text").alias("text"),
            F.col("_file").alias("source"),
            F.lit(job.run_id).alias("run_id"),
        )
        faulty = faulty.observe(rejected, F.count(F.lit(1)).alias("rows"))
        faulty.write.json(place, compression="gzip")
        rows_quarantined = rejected.get["rows"]
        if again.get["bad"] != bad:
            raise RuntimeError(f"the first pass rejected {bad} rows, the second pass {again.get['bad']}")
        by_reason = spark.read.schema("reason STRING").json(literal(place)).groupBy("reason").count()
        reasons = {row["reason"]: row["count"] for row in sorted(by_reason.collect())}
    return Counts(
        rows_in=rows_in,
        rows_out=rows_out,
        rows_quarantined=rows_quarantined,
        rows_duplicate=rows_in - bad - rows_out,
        rows_sound=rows_in - read.get["broken"],
        rows_unknown=read.get["unknown"],
        rows_late=written.get["late"],
        failed={rule.name: read.get[f"failed_{at}"] for at, rule in enumerate(RULES)},
        reasons=reasons,
    )


def is_marked(bitmaps: list[bytes]) -> SparkColumn:
    """Test whether a record may be in the bitmaps: false positives are possible, false negatives are not."""
    found = F.lit(True)
    for at, mark in enumerate(MARKS):
        bits = bitmaps[at]
        flags = bytearray(bits[bit // 8] >> bit % 8 & 1 for bit in range(8 * len(bits)))
        found &= F.lit(flags).substr(F.expr(mark) + 1, F.lit(1)) == F.lit(bytearray([1]))
    return found


def find_damaged(spark: SparkSession, paths: list[str]) -> list[str]:
    """Find the files that cannot be read to their end, by bisection; only after a failure."""
    try:
        patterns = [literal(path) for path in paths]
        if SOURCE == "parquet":
            # With the declared types: a file with other types cannot be used either.
            rows = spark.read.schema(RECORD_SCHEMA).parquet(*patterns)
        else:
            rows = spark.read.text(patterns)
        rows.write.format("noop").mode("overwrite").save()
        return []
    except Exception as error:
        if len(paths) == 1:
            # Other errors, such as a network or permission failure, are not the file's fault.
            if DAMAGE.search(str(error)) is None:
                raise
            return paths
    middle = len(paths) // 2
    return find_damaged(spark, paths[:middle]) + find_damaged(spark, paths[middle:])


def process_readable(
    spark: SparkSession, storage: Storage, job: Job, files: list[File]
) -> tuple[Counts, list[str], str]:
    """Process the readable files; return the counts, the damaged files and the folder of the rows."""
    folder = free_folder(storage, job)
    if not files:
        return NOTHING, [], folder
    try:
        return process(spark, storage, job, files, folder), [], folder
    except Exception:
        damaged = find_damaged(spark, [file.path for file in files])
        if not damaged:
            raise
    lines = [
        json.dumps({"reason": "unreadable file", "text": None, "source": path, "run_id": job.run_id})
        for path in damaged
    ]
    folder = free_folder(storage, job)
    readable = [file for file in files if file.path not in damaged]
    counts = process(spark, storage, job, readable, folder) if readable else NOTHING
    storage.put(f"{job.quarantine}/run={folder}/files.json", "\n".join(lines) + "\n")
    return counts, damaged, folder


def reconcile(spark: SparkSession, counts: Counts, outputs: list[File]) -> None:
    """Fail the run if a row is lost or duplicated."""
    # A count without columns reads only the footers of the files.
    stored = spark.read.parquet(*[literal(file.path) for file in outputs]).count() if outputs else 0
    rejected = sum(counts.reasons.values())
    whole = counts.rows_out + counts.rows_quarantined + counts.rows_duplicate
    sound = whole == counts.rows_in and stored == counts.rows_out and rejected == counts.rows_quarantined
    if not sound or counts.rows_duplicate < 0:
        raise RuntimeError(f"rows do not reconcile: {counts}, {stored} in files, {rejected} rejected")


def enforce_rules(counts: Counts) -> None:
    """Fail the run if a rule requires it."""
    checked = counts.rows_sound
    for rule in RULES:
        failed = counts.failed[rule.name]
        short = 100 * (checked - failed) < rule.threshold * checked
        # A rule with a threshold tolerates failures within it; "fail" alone tolerates none.
        none = rule.action == "fail" and not rule.threshold
        if failed and (none or short):
            raise RuntimeError(f"{failed} of {checked} records failed the expectation {rule.name!r}")


def report(job: Job, metrics: dict[str, Any]) -> None:
    """Print the metrics: a line for people and tools, and a line in CloudWatch's embedded metric format."""
    print("METRICS " + json.dumps(metrics, sort_keys=True))
    numbers = {name: value for name, value in metrics.items() if type(value) in (int, float)}
    units = {"seconds": "Seconds", "bytes_in": "Bytes", "bytes_out": "Bytes"}
    definition = {
        "Namespace": "Strataform",
        "Dimensions": [["platform", "environment", "dataset"]],
        "Metrics": [{"Name": name, "Unit": units.get(name, "Count")} for name in sorted(numbers)],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [definition]},
        "platform": job.platform,
        "environment": job.environment,
        "dataset": DATASET,
        **numbers,
    }
    print(json.dumps(line, sort_keys=True), flush=True)


def merge_into(spark: SparkSession, table: str, outputs: list[File]) -> None:
    """Merge the rows of the run's files into the Iceberg table, in one table commit.

    Merging the same rows again changes nothing: only a later version replaces a row.
    """
    if MERGE is None:
        return
    catalog, database, _ = table.split(".")
    spark.catalog.setCurrentCatalog(catalog)
    spark.catalog.setCurrentDatabase(database)
    prepare_table(spark)
    rows = spark.read.parquet(*[literal(file.path) for file in outputs])
    # Without the partition column of the folders, which is not a column of the table.
    rows.select(*[column.name for column in ICEBERG_COLUMNS]).createOrReplaceTempView("incoming__rows")
    spark.sql(MERGE)
    spark.catalog.dropTempView("incoming__rows")


def prepare_table(spark: SparkSession) -> None:
    """Add the table's partitioning, and columns that are new in the platform file."""
    described = {row["col_name"] for row in spark.sql(DESCRIBE).collect()}
    for column in ICEBERG_COLUMNS:
        if column.name not in described:
            spark.sql(column.addition)
    if ICEBERG_DIVISION and "# Partitioning" not in described:
        spark.sql(ICEBERG_DIVISION)


def run(spark: SparkSession, job: Job) -> None:
    """Clean the window and commit it."""
    began = time.monotonic()
    storage = Storage(spark)
    manifest = f"{job.curated}/manifests/{job.run_id}.json"
    if storage.exists(manifest):
        print("METRICS " + json.dumps({"dataset": DATASET, "run_id": job.run_id, "skipped": True}))
        return
    inputs = select_inputs(spark, storage, job)
    files = [file for file in inputs.files if file.size > 0]
    counts, damaged, folder = process_readable(spark, storage, job, files)
    outputs = storage.files(f"{job.curated}/data/run={folder}") if counts.rows_out else []
    reconcile(spark, counts, outputs)
    enforce_rules(counts)
    if job.iceberg_table and outputs:
        merge_into(spark, job.iceberg_table, outputs)
    metrics = {
        "dataset": DATASET,
        "run_id": job.run_id,
        **counts._asdict(),
        "files_in": len(inputs.files),
        "files_damaged": len(damaged),
        "files_out": len(outputs),
        "bytes_in": sum(file.size for file in inputs.files),
        "bytes_out": sum(file.size for file in outputs),
        "seconds": round(time.monotonic() - began, 1),
    }
    entries = [
        {"url": file.path, "mandatory": True, "meta": {"content_length": file.size}} for file in outputs
    ]
    own = {
        "dataset": DATASET,
        "run_id": job.run_id,
        # The run's rows are in run=<folder>, under both the curated data and the quarantine.
        "folder": folder,
        "attempt": job.attempt,
        "from": job.start and job.start.isoformat(),
        "to": job.end and job.end.isoformat(),
        "until": inputs.until and inputs.until.isoformat(),
        "inputs": [file.path for file in inputs.files],
        "damaged": damaged,
        "metrics": metrics,
    }
    # The commit. One line, so that the next run can read thousands of manifests as NDJSON.
    storage.put(manifest, json.dumps({"entries": entries, "strataform": own}) + "\n")
    report(job, metrics)


def main(arguments: list[str]) -> None:
    """Run the job with command-line arguments."""
    job = parse_arguments(arguments)
    spark = SparkSession.builder.appName(job.name).getOrCreate()
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    # The target size of shuffle partitions, and so of curated files.
    spark.conf.set("spark.sql.adaptive.advisoryPartitionSizeInBytes", str(job.file_bytes))
    partitions = job.shuffle_partitions or 2 * spark.sparkContext.defaultParallelism
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    run(spark, job)


if __name__ == "__main__":
    main(sys.argv[1:])
