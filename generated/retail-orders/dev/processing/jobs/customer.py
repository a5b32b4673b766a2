"""Clean one window of a dataset: raw files in; curated Parquet, quarantine and one manifest out.

The same file runs on AWS Glue 5 and on plain PySpark 3.5: it needs no awsglue.

What a reader of the curated data may rely on: a run writes only into folders that nobody has written to,
checks that every input row is in exactly one of curated, quarantine and duplicates, and then commits by one
object, `manifests/<run_id>.json`, which is also a manifest of Redshift's COPY. What no manifest names does
not count, so a run that dies at any point is simply run again. Rows of several runs are merged by the order
of `keep_latest`, which gives the same rows whichever run came first.
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
    # Spark SQL: the record's value as the column's type, or null where it is none.
    value: str
    # What the fault says that a value is not.
    label: str
    # Spark SQL: what is wrong with a value that has the type, or null where nothing is.
    limit: str | None
    required: bool
    # None, or one of "hash", "mask", "drop".
    protection: str | None


class Rule(NamedTuple):
    """What must hold of a record."""

    name: str
    # Spark SQL; a record passes where it is true or null.
    expression: str
    # One of "quarantine", "warn", "fail".
    action: str
    # Whole per cent of the records that must pass; 0 asks nothing.
    threshold: int


class IcebergColumn(NamedTuple):
    """A column of the Iceberg table."""

    name: str
    # The statement that adds it to a table that is older.
    addition: str


# ---- What follows, down to the next ruler, is rendered from the platform file. ----

# retail-orders, customer: Who buys. Dropped each night by the customer system.
DATASET = "customer"
# "stream" (an hour a folder), "json", "csv" or "parquet"
SOURCE = "csv"
DELIMITER = ";"
# What a record is read as. Leaves of text formats are strings, so that no parser coerces or loses a value.
RECORD_SCHEMA = "`customer_id` STRING, `updated_at` STRING, `name` STRING, `email` STRING, `country` STRING, `segment` STRING, `joined_on` STRING, `_corrupt` STRING"
# Decimals of more than 15 digits are parsed on their own: Spark 3.5 copies a JSON number through a double.
EXACT_SCHEMA: str | None = None
COLUMNS: list[Column] = [
    Column(
        name="customer_id",
        value="try_cast(`_record`.`customer_id` AS BIGINT)",
        label="a bigint",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="updated_at",
        value="CASE WHEN `_record`.`updated_at` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$' THEN try_cast(trim(TRAILING 'Z' FROM `_record`.`updated_at`) AS TIMESTAMP) END",
        label="a timestamp",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="name",
        value="`_record`.`name`",
        label="a string(200)",
        limit="CASE WHEN contains(`name`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`name`) > 200 AND char_length(`name`) > 200 THEN 'longer than 200 characters' END",
        required=False,
        protection="mask",
    ),
    Column(
        name="email",
        value="`_record`.`email`",
        label="a string(254)",
        limit="CASE WHEN contains(`email`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`email`) > 254 AND char_length(`email`) > 254 THEN 'longer than 254 characters' END",
        required=False,
        protection="hash",
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
        name="segment",
        value="`_record`.`segment`",
        label="a string(20)",
        limit="CASE WHEN contains(`segment`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`segment`) > 20 AND char_length(`segment`) > 20 THEN 'longer than 20 characters' END",
        required=False,
        protection=None,
    ),
    Column(
        name="joined_on",
        value="CASE WHEN `_record`.`joined_on` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN try_cast(`_record`.`joined_on` AS DATE) END",
        label="a date",
        limit=None,
        required=False,
        protection=None,
    ),
]
# Name and Spark SQL.
DERIVED: list[tuple[str, str]] = [
]
RULES: list[Rule] = [
    Rule(
        name="two_letters",
        expression="`country` is null or char_length(`country`) = 2",
        action="quarantine",
        threshold=0,
    ),
]
KEY: list[str] = ["customer_id"]
EVENT_TIME: str | None = "updated_at"
# The folders of curated files: a column beside the data, and how the event time is written in it.
PARTITION_COLUMN: str | None = None
PARTITION_FORMAT: str = ""
REBALANCE: str = ""
# Spark SQL: whether a record came later than the platform file expects. It is kept all the same.
LATE: str | None = "`updated_at` < arrived__at - INTERVAL '259200' SECOND"
# What merges the rows of a run into the Iceberg table; None where curated files are all there is.
MERGE: str | None = None
DESCRIBE: str = ""
ICEBERG_COLUMNS: list[IcebergColumn] = [
]
# What divides the table's files, where they are divided.
ICEBERG_DIVISION: str | None = None

# ---- The rest is the same for every dataset. ----

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Overflow, a wrong cast and division by zero are errors, never silent nulls.
    "spark.sql.ansi.enabled": "true",
    # A damaged file must be seen: the default of some platforms drops the rest of it.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.adaptive.enabled": "true",
    # Rows would be sorted before the shuffle, too, to drop duplicates early, which are too few for that.
    "spark.sql.optimizer.windowGroupLimitThreshold": "-1",
    # That rule cuts a plan below an empty shuffle away, and the counts that were observed there.
    "spark.sql.adaptive.optimizer.excludedRules": (
        "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation"
    ),
    "spark.sql.parquet.outputTimestampType": "INT96",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}

# What no record has in a field `_end` of its own.
LIST_END = "the record ended here"
# JSON and nothing else: Spark also takes 'single quotes' and NaN, which the warehouse does not.
JSON_OPTIONS = {"mode": "PERMISSIVE", "allowSingleQuotes": "false", "allowNonNumericNumbers": "false"}

# Numbers of a record, each a bit of a bitmap: what is refused is found again by them.
MARKS = [
    "CAST(xxhash64(_text) & 32767 AS INT)",
    "CAST(shiftright(xxhash64(_text), 16) & 32767 AS INT)",
    "CAST(shiftright(xxhash64(_text), 32) & 32767 AS INT)",
    "CAST(shiftright(xxhash64(_text), 48) & 32767 AS INT)",
]

# A run reads again what came so long before the last one looked, where no manifest names it: files whose
# listing or whose delivery was late. Firehose tries for a day.
LOOKBACK = datetime.timedelta(hours=48)

# What a damaged file says, as opposed to a network or a permission that fails.
DAMAGE = re.compile(
    # Of gzip: by Java's own classes, by Hadoop's, by zlib.
    "EOFException|ZipException|DataFormatException|Unexpected end of (?:input stream|block)"
    "|incorrect (?:header|data|length) check|header crc mismatch|not a gzip"
    "|gzip (?:header|stream) CRC failure"
    "|unknown gzip format|gzip data not compressed|doesn't match decompressed size|byte-count is inconsistent"
    "|unknown compression method|invalid window size|too many length or distance symbols"
    "|invalid (?:block type|stored block|distance|bit length|literal|code)"
    # Of Parquet; its classes stand in the traces of networks that fail, too, but cause nothing there.
    r"|not a Parquet file|Caused by: (?:shaded|org\.apache)\.parquet\.|ParquetDecodingException"
    r"|FAILED_TO_UNCOMPRESS|Expected \d+ values in column chunk|DECIMAL_PRECISION_EXCEEDS"
    "|orrupt(?:ed)? (?:file|footer)|NegativeArraySizeException|IndexOutOfBoundsException"
    "|BufferUnderflowException|NullPointerException"
    # Of Parquet whose columns are of other types than the platform file's.
    "|Parquet column cannot be converted|SchemaColumnConvertNotSupportedException|Illegal Parquet type"
    r"|cannot be cast to class org\.apache\.spark\.sql\.types"
)


class Job(NamedTuple):
    """The arguments."""

    name: str
    platform: str
    environment: str
    raw: str
    curated: str
    quarantine: str
    run_id: str
    # The window, half open, where the run is told one.
    start: datetime.datetime | None
    end: datetime.datetime | None
    hash_secret: str | None
    # Bytes of a curated file, about, and how many partitions a shuffle starts with.
    file_bytes: int
    shuffle_partitions: int | None
    # The Iceberg table that rows are merged into: catalogue, database, table.
    iceberg_table: str | None
    # 2 and more where rows take the place of those that an earlier attempt made of the same records.
    attempt: int


def parse_arguments(arguments: list[str]) -> Job:
    """Read the arguments; Glue passes some of its own, which are left alone."""
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
        parser.error("--run_id holds letters, digits, '.', '_' and '-'")
    if (found.start is None) != (found.end is None):
        parser.error("--from and --to stand together")
    try:
        start, end = hour(found.start), hour(found.end)
    except ValueError:
        parser.error("--from and --to are hours: YYYY-MM-DDTHH")
    if start and end and start >= end:
        parser.error("--from is before --to")
    if (found.iceberg_table is None) != (MERGE is None):
        parser.error("--iceberg_table is for a dataset whose table format is Iceberg, and it must have one")
    if found.iceberg_table and not re.fullmatch(r"\w+\.\w+\." + DATASET, found.iceberg_table):
        parser.error(f"--iceberg_table is a catalogue, a database and {DATASET!r}, with dots between them")
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
    """Read `2026-03-01T05` as an hour in UTC."""
    if text is None:
        return None
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=datetime.UTC)


class File(NamedTuple):
    """A file that exists."""

    path: str
    size: int
    # Milliseconds since 1970.
    modified: int


class Storage:
    """The few operations on files that a run needs, through Spark: s3:// on Glue, folders elsewhere."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._jvm: Any = spark._jvm
        self._configuration: Any = spark._jsc.hadoopConfiguration()

    def _open(self, path: str) -> tuple[Any, Any]:
        place = self._jvm.org.apache.hadoop.fs.Path(path)
        return place, place.getFileSystem(self._configuration)

    def files(self, *folders: str, since: int = 0) -> list[File]:
        """List the files below folders, in the order of their paths; a folder that is not there has none.

        What begins with "_" or "." is a writer's own and no file of anybody's. `since` is in milliseconds.
        """
        there = [literal(folder) for folder in folders if self.exists(folder)]
        if not there:
            return []
        # Spark lists in parallel and opens nothing; asking Hadoop from Python takes milliseconds a file.
        rows = self._spark.read.format("binaryFile").option("recursiveFileLookup", True).load(there)
        modified = F.unix_millis("modificationTime").alias("modified")
        rows = rows.select("path", "length", modified).where(F.col("modified") >= since)
        return sorted(File(*row) for row in rows.collect())

    def exists(self, path: str) -> bool:
        """Say whether there is a file or a folder."""
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
        """Write a file in one step: nobody ever reads half of it."""
        place, system = self._open(path)
        # An object of S3 appears whole when its stream is closed; a local file is written beside and renamed.
        local = system.getScheme() == "file"
        target = self._open(f"{path}.{uuid.uuid4().hex}")[0] if local else place
        stream = system.create(target, True)
        stream.write(bytearray(text.encode()))
        stream.close()
        if local and not system.rename(target, place):
            raise OSError(f"{path} could not be written")


def literal(path: str) -> str:
    """Escape what Spark would read as a pattern in a path: people drop files called `orders[1].csv`."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", path)


class Inputs(NamedTuple):
    """What a run reads."""

    files: list[File]
    # When they were listed; None for a window, after which the next run does not go on.
    until: datetime.datetime | None


def select_inputs(spark: SparkSession, storage: Storage, job: Job) -> Inputs:
    """Name the files of the hours asked for, or all that came and that no manifest names yet."""
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
    """Name the files that came since the watermark, less LOOKBACK, and that no manifest names."""
    until = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    manifests = storage.files(f"{job.curated}/manifests")
    mark = watermark(storage, manifests)
    since = int((mark - LOOKBACK).timestamp() * 1000) if mark else 0
    # A manifest is younger than the files that it names.
    known = committed_inputs(spark, [file.path for file in manifests if file.modified >= since])
    files = storage.files(job.raw, since=since)
    return Inputs([file for file in files if file.path not in known], until)


def watermark(storage: Storage, manifests: list[File]) -> datetime.datetime | None:
    """Find when the last run without a window listed its inputs; None where there was none."""
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
    # Spark reads the first object of a line, and drops what follows it without a word. In a list that ends
    # with an element of ours, nothing that follows goes unnoticed.
    text = F.concat(F.lit("["), "_text", F.lit(',{"_end":"' + LIST_END + '"}]'))
    listed = F.from_json(text, RECORD_SCHEMA, JSON_OPTIONS).alias("_list")
    rows = rows.select("*", unknown.alias("_unknown"), listed)
    whole = (F.size("_list") == 2) & (F.get("_list", F.lit(1)).getField("_end") == LIST_END)
    rows = rows.select("*", F.when(whole, F.get("_list", F.lit(0))).alias("_record"))
    if EXACT_SCHEMA:
        rows = rows.withColumn("_exact", F.from_json("_text", EXACT_SCHEMA, JSON_OPTIONS))
    return rows


def read_csv(spark: SparkSession, storage: Storage, paths: list[str], origin: list[SparkColumn]) -> DataFrame:
    """Read CSV by the header of each file: files may order their columns as they like, or lack some."""
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
    # Fields get positional names, so that no name in a file is ever read as code or meets another.
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
    """Name the first thing that is wrong with a record; null where nothing is."""
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
    """Say whether a line is an object with something behind it; asked of lines that are no records alone."""
    begun = F.get_json_object("_text", "$").isNotNull() & F.ltrim("_text").startswith("{")
    followed = r"\}\s*[^\s,\]}]"
    texts_left_out = F.regexp_replace(F.regexp_replace("_text", r"\\.", ""), r'"[^"]*"', '""')
    return begun & texts_left_out.rlike(followed)


def check_records(rows: DataFrame) -> DataFrame:
    """Give every column its type, and every row its fault; what is `_broken` is not even asked the rules."""
    typed = [F.expr(column.value).alias(column.name) for column in COLUMNS]
    rows = rows.select("*", *typed)
    kept = ["_text", "_file", "_modified", "_unknown", *[column.name for column in COLUMNS]]
    rows = rows.select(*kept, first_fault().alias("_broken"))
    refused = [
        F.when(~F.expr(rule.expression), F.lit(f"expectation: {rule.name}"))
        for rule in RULES
        if rule.action == "quarantine"
    ]
    return rows.withColumn("_fault", F.coalesce("_broken", *refused))


def protect(spark: SparkSession, rows: DataFrame, job: Job) -> DataFrame:
    """Derive columns, then hash, mask and drop what is sensitive; leaves the curated columns, and two more.

    Expressions see the record's own values: what is derived is the author's choice to show.
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
    # Of the protected values: a hash without a key of what is sensitive could be guessed. Nulls say nothing
    # to the function, so that the places of nulls are hashed beside the values.
    own = [F.col(name) for name in rows.columns[:-1]]
    hashed = F.xxhash64(*own, *[value.isNull() for value in own])
    attempt = F.lit(job.attempt).alias("row__attempt")
    return rows.select(*own, "arrived__at", attempt, hashed.alias("row__hash"))


def keep_latest(rows: DataFrame) -> DataFrame:
    """Keep one row a key: the latest by event time, by arrival, by attempt, by hash.

    The order is total, and the columns that it needs are stored: whoever merges the rows of several runs by
    it gets the same rows, whichever run came first.
    """
    order = [F.col(EVENT_TIME).desc_nulls_last()] if EVENT_TIME else []
    # Of one run, all rows are of one attempt.
    order += [F.col("arrived__at").desc(), F.col("row__hash").desc()]
    window = Window.partitionBy(*KEY).orderBy(*order)
    return rows.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").drop("_rank")


def hash_pads(spark: SparkSession, job: Job) -> DataFrame:
    """Make the two padded keys of HMAC-SHA-256 (RFC 2104) a table of one row.

    As literals they would stand in plans, in the Spark UI and in event logs; a Python function would
    keep them out, too, but send every value through Python. Plans print a table's columns, not its rows.
    The table is made by Spark itself: what PySpark makes of Python's rows starts Python on the workers.
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
    """Fetch the key of keyed hashes. Never print it."""
    if job.hash_secret is None:
        key = os.environ.get("STRATAFORM_HASH_KEY", "").encode()
    else:
        # Imported here: a run outside AWS needs no boto3.
        import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore]

        secret = boto3.client("secretsmanager").get_secret_value(SecretId=job.hash_secret)
        key = secret.get("SecretBinary") or secret["SecretString"].encode()
    if not key:
        raise SystemExit("a column is hashed: give --hash_secret, or STRATAFORM_HASH_KEY outside AWS")
    return bytes(key)


class Counts(NamedTuple):
    """What became of the rows."""

    rows_in: int
    rows_out: int
    rows_quarantined: int
    rows_duplicate: int
    # Records that have their types, and so are asked the rules.
    rows_sound: int
    # Sound records with fields that nobody declared (of Parquet files, these are not looked for), and those
    # that are kept but came later than the platform file expects.
    rows_unknown: int
    rows_late: int
    # How many records failed each rule, by its name.
    failed: dict[str, int]
    # How many rows were refused, by reason.
    reasons: dict[str, int]


NOTHING = Counts(0, 0, 0, 0, 0, 0, 0, {rule.name: 0 for rule in RULES}, {})


def free_folder(storage: Storage, job: Job) -> str:
    """Name a folder that nobody has written to: what a run that died left behind is never touched."""
    number = 1
    while True:
        name = job.run_id if number == 1 else f"{job.run_id}.{number}"
        places = (f"{job.curated}/data/run={name}", f"{job.quarantine}/run={name}")
        if not any(storage.exists(place) for place in places):
            return name
        number += 1


def process(spark: SparkSession, storage: Storage, job: Job, files: list[File], folder: str) -> Counts:
    """Write the rows of some files to the run's own folders and count them on the way."""
    paths = [file.path for file in files]
    # What is no more than a few files is shuffled once, into pieces as large as those; more of it is shuffled
    # again, by folder, because otherwise each of many pieces would have a file in each folder.
    few = sum(file.size for file in files) <= job.file_bytes // 2
    spark.conf.set("spark.sql.adaptive.coalescePartitions.parallelismFirst", str(not few).lower())
    rows = check_records(read_records(spark, storage, paths))
    read, written, again, refused = Observation(), Observation(), Observation(), Observation()
    totals = [
        F.count(F.lit(1)).alias("rows"),
        F.count("_fault").alias("bad"),
        F.count("_broken").alias("broken"),
        F.count_if(F.col("_unknown") & F.col("_broken").isNull()).alias("unknown"),
    ]
    # A rule that is neither true nor false of a record is none that it fails.
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
        # Brings the rows of one folder together, cut to the advisory size: few files, whatever the shuffle.
        # In SQL, because DataFrame.hint takes no column.
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
        # A second pass over the input, which parses little more than what was refused: measured cheaper than
        # keeping records in memory or on disk.
        bitmaps = [read.get[f"marks_{at}"] for at in range(len(MARKS))]
        suspects = check_records(read_records(spark, storage, paths).where(is_marked(bitmaps)))
        place = f"{job.quarantine}/run={folder}/rows"
        # Observed before the filter: it would be pushed below the parser, and parse once for each column.
        read_again = suspects.observe(again, F.count("_fault").alias("bad"))
        faulty = read_again.where("_fault IS NOT NULL").select(
            F.col("_fault").alias("reason"),
            F.col("_text").alias("text"),
            F.col("_file").alias("source"),
            F.lit(job.run_id).alias("run_id"),
        )
        faulty = faulty.observe(refused, F.count(F.lit(1)).alias("rows"))
        faulty.write.json(place, compression="gzip")
        rows_quarantined = refused.get["rows"]
        if again.get["bad"] != bad:
            raise RuntimeError(f"{bad} rows were refused, and {again.get['bad']} when they were read again")
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
    """Say whether a record may be one of those that the bitmaps were made of; it never says no of those."""
    found = F.lit(True)
    for at, mark in enumerate(MARKS):
        bits = bitmaps[at]
        flags = bytearray(bits[bit // 8] >> bit % 8 & 1 for bit in range(8 * len(bits)))
        found &= F.lit(flags).substr(F.expr(mark) + 1, F.lit(1)) == F.lit(bytearray([1]))
    return found


def find_damaged(spark: SparkSession, paths: list[str]) -> list[str]:
    """Find the files that cannot be read to their end, by halving; only after a run has failed."""
    try:
        patterns = [literal(path) for path in paths]
        if SOURCE == "parquet":
            # With the types that are asked for: a file that has others is of no use either.
            rows = spark.read.schema(RECORD_SCHEMA).parquet(*patterns)
        else:
            rows = spark.read.text(patterns)
        rows.write.format("noop").mode("overwrite").save()
        return []
    except Exception as error:
        if len(paths) == 1:
            # Anything but damage (a network, a permission) is no fault of the file.
            if DAMAGE.search(str(error)) is None:
                raise
            return paths
    middle = len(paths) // 2
    return find_damaged(spark, paths[:middle]) + find_damaged(spark, paths[middle:])


def process_readable(
    spark: SparkSession, storage: Storage, job: Job, files: list[File]
) -> tuple[Counts, list[str], str]:
    """Process files, and set those aside, by name, that are damaged; says which folder the rows are in."""
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
    """Refuse to commit where a row is lost or doubled."""
    # A count without columns reads the footers of the files that were written, and nothing else.
    stored = spark.read.parquet(*[literal(file.path) for file in outputs]).count() if outputs else 0
    refused = sum(counts.reasons.values())
    whole = counts.rows_out + counts.rows_quarantined + counts.rows_duplicate
    sound = whole == counts.rows_in and stored == counts.rows_out and refused == counts.rows_quarantined
    if not sound or counts.rows_duplicate < 0:
        raise RuntimeError(f"rows do not reconcile: {counts}, {stored} in files, {refused} refused")


def enforce_rules(counts: Counts) -> None:
    """Fail the run where a rule asks for it."""
    asked = counts.rows_sound
    for rule in RULES:
        failed = counts.failed[rule.name]
        short = 100 * (asked - failed) < rule.threshold * asked
        # What says how many must pass tolerates the rest; "fail" alone tolerates none.
        none = rule.action == "fail" and not rule.threshold
        if failed and (none or short):
            raise RuntimeError(f"expectation {rule.name!r}: {failed} of {asked} records fail it")


def report(job: Job, metrics: dict[str, Any]) -> None:
    """Print the metrics: one line for people and tools, one that CloudWatch makes metrics of."""
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
    """Merge the rows of the run's files into the Iceberg table, in one commit of its own.

    A run that dies after it is run again, and then changes nothing: a row gives way to a later one only.
    """
    if MERGE is None:
        return
    catalogue, database, _ = table.split(".")
    spark.catalog.setCurrentCatalog(catalogue)
    spark.catalog.setCurrentDatabase(database)
    prepare_table(spark)
    rows = spark.read.parquet(*[literal(file.path) for file in outputs])
    # The folders' own column is none of the table's.
    rows.select(*[column.name for column in ICEBERG_COLUMNS]).createOrReplaceTempView("incoming__rows")
    spark.sql(MERGE)
    spark.catalog.dropTempView("incoming__rows")


def prepare_table(spark: SparkSession) -> None:
    """Give the table the columns that the platform file has got since it was made, and its division."""
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
        # The run's rows are in run=<folder>, below curated data and below quarantine.
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
    """Run with the arguments of a command line."""
    job = parse_arguments(arguments)
    spark = SparkSession.builder.appName(job.name).getOrCreate()
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    # The size that shuffled data is cut to, and with it the curated files.
    spark.conf.set("spark.sql.adaptive.advisoryPartitionSizeInBytes", str(job.file_bytes))
    partitions = job.shuffle_partitions or 2 * spark.sparkContext.defaultParallelism
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    run(spark, job)


if __name__ == "__main__":
    main(sys.argv[1:])
