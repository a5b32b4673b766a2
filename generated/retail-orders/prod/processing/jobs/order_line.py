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
from collections.abc import Iterator
from typing import Any, NamedTuple

from py4j.protocol import Py4JError  # type: ignore[import-untyped,unused-ignore]
from pyspark.errors import PySparkException
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


class Stored(NamedTuple):
    """A column of the curated files."""

    name: str
    # The name in the files: it stays when the column is renamed, and no other column ever has it.
    stored: str
    # The permanent number, which is the field ID in the files.
    number: int
    # The type, in Spark SQL.
    kind: str


class IcebergColumn(NamedTuple):
    """A column of the Iceberg table."""

    name: str
    # The type, in Spark SQL.
    kind: str
    comment: str | None
    # The column in Spark's DDL, to add it to an existing table.
    addition: str
    # The statement that changes its comment; None without one.
    commenting: str | None


# ---- Rendered from the platform file. ----

# retail-orders, order_line: One line of an order, as of its latest change.
DATASET = "order_line"
# "stream" (one folder per hour), "json", "csv" or "parquet".
SOURCE = "stream"
DELIMITER = ","
# The schema of records. In text formats, leaf fields are strings, so that no parser coerces or loses a value.
RECORD_SCHEMA = "ARRAY<STRUCT<`order_id`: STRING, `line_number`: STRING, `changed_at`: STRING, `ordered_on`: STRING, `customer_id`: STRING, `product_id`: STRING, `store_id`: STRING, `quantity`: STRING, `unit_price`: STRING, `discount`: STRING, `status`: STRING, `currency`: STRING, `note`: STRING, `_end`: STRING>>"
# Decimals of more than 15 digits are parsed separately: Spark 3.5 copies JSON numbers through a double.
EXACT_SCHEMA: str | None = None
COLUMNS: list[Column] = [
    Column(
        name="order_id",
        value="try_cast(`_record`.`order_id` AS BIGINT)",
        label="a bigint",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="line_number",
        value="try_cast(`_record`.`line_number` AS INT)",
        label="an integer",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="changed_at",
        value="CASE WHEN `_record`.`changed_at` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$' THEN try_cast(trim(TRAILING 'Z' FROM `_record`.`changed_at`) AS TIMESTAMP) END",
        label="a timestamp",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="ordered_on",
        value="CASE WHEN `_record`.`ordered_on` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN try_cast(`_record`.`ordered_on` AS DATE) END",
        label="a date",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="customer_id",
        value="try_cast(`_record`.`customer_id` AS BIGINT)",
        label="a bigint",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="product_id",
        value="try_cast(`_record`.`product_id` AS BIGINT)",
        label="a bigint",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="store_id",
        value="try_cast(`_record`.`store_id` AS INT)",
        label="an integer",
        limit=None,
        required=False,
        protection=None,
    ),
    Column(
        name="quantity",
        value="try_cast(`_record`.`quantity` AS INT)",
        label="an integer",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="unit_price",
        value="try_cast(`_record`.`unit_price` AS DECIMAL(12,2))",
        label="a decimal(12,2)",
        limit=None,
        required=True,
        protection=None,
    ),
    Column(
        name="discount",
        value="try_cast(`_record`.`discount` AS DECIMAL(5,4))",
        label="a decimal(5,4)",
        limit=None,
        required=False,
        protection=None,
    ),
    Column(
        name="status",
        value="`_record`.`status`",
        label="a string(12)",
        limit="CASE WHEN contains(`status`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`status`) > 12 AND char_length(`status`) > 12 THEN 'longer than 12 characters' END",
        required=True,
        protection=None,
    ),
    Column(
        name="currency",
        value="`_record`.`currency`",
        label="a string(3)",
        limit="CASE WHEN contains(`currency`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`currency`) > 3 AND char_length(`currency`) > 3 THEN 'longer than 3 characters' END",
        required=True,
        protection=None,
    ),
    Column(
        name="note",
        value="`_record`.`note`",
        label="a string(1000)",
        limit="CASE WHEN contains(`note`, chr(0)) THEN 'with the character NUL' WHEN octet_length(`note`) > 1000 AND char_length(`note`) > 1000 THEN 'longer than 1000 characters' END",
        required=False,
        protection=None,
    ),
]
# Columns with names that they had before, newest first: records from before a rename have one of them.
FORMER: list[tuple[str, str]] = [
]
# Names and Spark SQL expressions.
DERIVED: list[tuple[str, str]] = [
    (
        "net_amount",
        "cast(cast(cast(cast(cast(`quantity` as decimal(10,0)) * `unit_price` as decimal(23,2)) as decimal(22,2)) * cast(cast(1 as decimal(10,0)) - coalesce(cast(`discount` as decimal(14,4)), cast(0 as decimal(14,4))) as decimal(15,4)) as decimal(38,6)) as decimal(18,2))",
    ),
    (
        "is_cancelled",
        "`status` = 'cancelled'",
    ),
    (
        "channel",
        "case when `store_id` is null then 'web' else 'store' end",
    ),
]
STORED: list[Stored] = [
    Stored("order_id", "order_id", 1, "BIGINT"),
    Stored("line_number", "line_number", 2, "INT"),
    Stored("changed_at", "changed_at", 3, "TIMESTAMP"),
    Stored("ordered_on", "ordered_on", 4, "DATE"),
    Stored("customer_id", "customer_id", 5, "BIGINT"),
    Stored("product_id", "product_id", 6, "BIGINT"),
    Stored("store_id", "store_id", 7, "INT"),
    Stored("quantity", "quantity", 8, "INT"),
    Stored("unit_price", "unit_price", 9, "DECIMAL(12,2)"),
    Stored("discount", "discount", 10, "DECIMAL(5,4)"),
    Stored("status", "status", 11, "STRING"),
    Stored("currency", "currency", 12, "STRING"),
    Stored("note", "note", 13, "STRING"),
    Stored("net_amount", "net_amount", 14, "DECIMAL(18,2)"),
    Stored("is_cancelled", "is_cancelled", 15, "BOOLEAN"),
    Stored("channel", "channel", 16, "STRING"),
    Stored("arrived__at", "arrived__at", 1000000, "TIMESTAMP"),
    Stored("row__attempt", "row__attempt", 1000001, "INT"),
    Stored("row__hash", "row__hash", 1000002, "BIGINT"),
]
RULES: list[Rule] = [
    Rule(
        name="some_quantity",
        expression="`quantity` > 0",
        action="quarantine",
        threshold=0,
    ),
    Rule(
        name="sane_discount",
        expression="`discount` is null or cast(`discount` as decimal(14,4)) between cast(0 as decimal(14,4)) and cast(1 as decimal(14,4))",
        action="quarantine",
        threshold=0,
    ),
    Rule(
        name="known_currency",
        expression="`currency` in ('EUR', 'GBP', 'CHF')",
        action="fail",
        threshold=95,
    ),
    Rule(
        name="known_status",
        expression="`status` in ('placed', 'paid', 'shipped', 'returned', 'cancelled')",
        action="warn",
        threshold=0,
    ),
]
KEY: list[str] = ["order_id", "line_number"]
EVENT_TIME: str | None = "changed_at"
# The partition column of curated files, and the format of the event time in it.
PARTITION_COLUMN: str | None = "event_day"
PARTITION_FORMAT: str = "yyyy-MM-dd"
REBALANCE: str = "SELECT /*+ REBALANCE(event_day) */ * FROM {rows}"
# Spark SQL: whether a record arrived later than the platform file expects. Late records are kept.
LATE: str | None = "`changed_at` < arrived__at - INTERVAL '1209600' SECOND"
# Spark SQL: whether an event time is too far in the future. Such records are rejected.
AHEAD: str | None = "`changed_at` > `_modified` + INTERVAL '86400' SECOND"
# The percentage of records that can be rejected before the run fails.
MAX_REJECTED: int = 10
# Spark SQL: whether a record deletes the row of its key; None if no record does.
DELETE: str | None = None
# The columns that such a record must have.
DELETE_NEEDS: list[str] = [
]
# Whether each file is a full dump.
DUMPS: bool = False
# Whether rows can be deleted, so that curated files have a column that marks deletions.
DELETIONS: bool = False
# How the message of a run begins that its records fail: the state machine does not repeat it.
RECORDS_FAIL: str = "the records fail the run: "
# The statement that merges a run's rows into the Iceberg table, and the one that creates the table.
MERGE: str = "MERGE INTO `order_line` AS kept USING incoming__rows AS incoming ON kept.`order_id` = incoming.`order_id` AND kept.`line_number` = incoming.`line_number` WHEN MATCHED AND named_struct('changed_at', CAST(incoming.`changed_at` AS TIMESTAMP), 'arrived__at', CAST(incoming.`arrived__at` AS TIMESTAMP), 'row__attempt', CAST(incoming.`row__attempt` AS INT), 'row__hash', CAST(incoming.`row__hash` AS BIGINT)) > named_struct('changed_at', CAST(kept.`changed_at` AS TIMESTAMP), 'arrived__at', CAST(kept.`arrived__at` AS TIMESTAMP), 'row__attempt', CAST(kept.`row__attempt` AS INT), 'row__hash', CAST(kept.`row__hash` AS BIGINT)) THEN UPDATE SET `order_id` = incoming.`order_id`, `line_number` = incoming.`line_number`, `changed_at` = incoming.`changed_at`, `ordered_on` = incoming.`ordered_on`, `customer_id` = incoming.`customer_id`, `product_id` = incoming.`product_id`, `store_id` = incoming.`store_id`, `quantity` = incoming.`quantity`, `unit_price` = incoming.`unit_price`, `discount` = incoming.`discount`, `status` = incoming.`status`, `currency` = incoming.`currency`, `note` = incoming.`note`, `net_amount` = incoming.`net_amount`, `is_cancelled` = incoming.`is_cancelled`, `channel` = incoming.`channel`, `arrived__at` = incoming.`arrived__at`, `row__attempt` = incoming.`row__attempt`, `row__hash` = incoming.`row__hash` WHEN NOT MATCHED THEN INSERT (`order_id`, `line_number`, `changed_at`, `ordered_on`, `customer_id`, `product_id`, `store_id`, `quantity`, `unit_price`, `discount`, `status`, `currency`, `note`, `net_amount`, `is_cancelled`, `channel`, `arrived__at`, `row__attempt`, `row__hash`) VALUES (incoming.`order_id`, incoming.`line_number`, incoming.`changed_at`, incoming.`ordered_on`, incoming.`customer_id`, incoming.`product_id`, incoming.`store_id`, incoming.`quantity`, incoming.`unit_price`, incoming.`discount`, incoming.`status`, incoming.`currency`, incoming.`note`, incoming.`net_amount`, incoming.`is_cancelled`, incoming.`channel`, incoming.`arrived__at`, incoming.`row__attempt`, incoming.`row__hash`)"
# The column with the period of the merge, whose bounds are its parameters; None without parameters.
MERGE_PERIOD: str | None = None
ICEBERG_CREATE: str = "CREATE TABLE `order_line` (`order_id` BIGINT, `line_number` INT, `changed_at` TIMESTAMP_NTZ, `ordered_on` DATE, `customer_id` BIGINT, `product_id` BIGINT, `store_id` INT, `quantity` INT, `unit_price` DECIMAL(12,2), `discount` DECIMAL(5,4) COMMENT 'Share of the price: 0.15 is 15 percent.', `status` STRING, `currency` STRING, `note` STRING, `net_amount` DECIMAL(18,2) COMMENT 'Amount that the customer pays for the line.', `is_cancelled` BOOLEAN, `channel` STRING, `arrived__at` TIMESTAMP_NTZ, `row__attempt` INT, `row__hash` BIGINT) USING iceberg PARTITIONED BY (days(`changed_at`)) COMMENT 'One line of an order, as of its latest change. Cleaned records, as an Iceberg table.' TBLPROPERTIES ('format-version' = '2', 'write.merge.mode' = 'merge-on-read', 'history.expire.max-snapshot-age-ms' = '86400000', 'history.expire.min-snapshots-to-keep' = '1', 'write.metadata.delete-after-commit.enabled' = 'true', 'strataform.columns' = '{\"order_id\":\"order_id\",\"line_number\":\"line_number\",\"changed_at\":\"changed_at\",\"ordered_on\":\"ordered_on\",\"customer_id\":\"customer_id\",\"product_id\":\"product_id\",\"store_id\":\"store_id\",\"quantity\":\"quantity\",\"unit_price\":\"unit_price\",\"discount\":\"discount\",\"status\":\"status\",\"currency\":\"currency\",\"note\":\"note\",\"net_amount\":\"net_amount\",\"is_cancelled\":\"is_cancelled\",\"channel\":\"channel\",\"arrived__at\":\"arrived__at\",\"row__attempt\":\"row__attempt\",\"row__hash\":\"row__hash\"}')"
# The statement that merges a run's deletions into a table of their own, and the one that creates it.
ICEBERG_DELETE: str | None = None
ICEBERG_DELETE_CREATE: str | None = None
ICEBERG_DESCRIBE: str = "DESCRIBE TABLE `order_line`"
ICEBERG_COLUMNS: list[IcebergColumn] = [
    IcebergColumn(
        name="order_id",
        kind="BIGINT",
        comment=None,
        addition="`order_id` BIGINT",
        commenting=None,
    ),
    IcebergColumn(
        name="line_number",
        kind="INT",
        comment=None,
        addition="`line_number` INT",
        commenting=None,
    ),
    IcebergColumn(
        name="changed_at",
        kind="TIMESTAMP_NTZ",
        comment=None,
        addition="`changed_at` TIMESTAMP_NTZ",
        commenting=None,
    ),
    IcebergColumn(
        name="ordered_on",
        kind="DATE",
        comment=None,
        addition="`ordered_on` DATE",
        commenting=None,
    ),
    IcebergColumn(
        name="customer_id",
        kind="BIGINT",
        comment=None,
        addition="`customer_id` BIGINT",
        commenting=None,
    ),
    IcebergColumn(
        name="product_id",
        kind="BIGINT",
        comment=None,
        addition="`product_id` BIGINT",
        commenting=None,
    ),
    IcebergColumn(
        name="store_id",
        kind="INT",
        comment=None,
        addition="`store_id` INT",
        commenting=None,
    ),
    IcebergColumn(
        name="quantity",
        kind="INT",
        comment=None,
        addition="`quantity` INT",
        commenting=None,
    ),
    IcebergColumn(
        name="unit_price",
        kind="DECIMAL(12,2)",
        comment=None,
        addition="`unit_price` DECIMAL(12,2)",
        commenting=None,
    ),
    IcebergColumn(
        name="discount",
        kind="DECIMAL(5,4)",
        comment="Share of the price: 0.15 is 15 percent.",
        addition="`discount` DECIMAL(5,4)",
        commenting="ALTER TABLE `order_line` ALTER COLUMN `discount` COMMENT 'Share\\u0020of\\u0020the\\u0020price:\\u00200.15\\u0020is\\u002015\\u0020percent.'",
    ),
    IcebergColumn(
        name="status",
        kind="STRING",
        comment=None,
        addition="`status` STRING",
        commenting=None,
    ),
    IcebergColumn(
        name="currency",
        kind="STRING",
        comment=None,
        addition="`currency` STRING",
        commenting=None,
    ),
    IcebergColumn(
        name="note",
        kind="STRING",
        comment=None,
        addition="`note` STRING",
        commenting=None,
    ),
    IcebergColumn(
        name="net_amount",
        kind="DECIMAL(18,2)",
        comment="Amount that the customer pays for the line.",
        addition="`net_amount` DECIMAL(18,2)",
        commenting="ALTER TABLE `order_line` ALTER COLUMN `net_amount` COMMENT 'Amount\\u0020that\\u0020the\\u0020customer\\u0020pays\\u0020for\\u0020the\\u0020line.'",
    ),
    IcebergColumn(
        name="is_cancelled",
        kind="BOOLEAN",
        comment=None,
        addition="`is_cancelled` BOOLEAN",
        commenting=None,
    ),
    IcebergColumn(
        name="channel",
        kind="STRING",
        comment=None,
        addition="`channel` STRING",
        commenting=None,
    ),
    IcebergColumn(
        name="arrived__at",
        kind="TIMESTAMP_NTZ",
        comment=None,
        addition="`arrived__at` TIMESTAMP_NTZ",
        commenting=None,
    ),
    IcebergColumn(
        name="row__attempt",
        kind="INT",
        comment=None,
        addition="`row__attempt` INT",
        commenting=None,
    ),
    IcebergColumn(
        name="row__hash",
        kind="BIGINT",
        comment=None,
        addition="`row__hash` BIGINT",
        commenting=None,
    ),
]
# The permanent numbers of removed columns, by their names in files.
ICEBERG_REMOVED: dict[str, int] = {
}
# The statement that partitions the Iceberg table; None without partitions.
ICEBERG_DIVISION: str | None = "ALTER TABLE `order_line` ADD PARTITION FIELD days(`changed_at`)"
# The statements that delete rows older than `days`, and those that maintain the files of the Iceberg tables.
ICEBERG_EXPIRY: list[str] = [
    "DELETE FROM `order_line` WHERE `changed_at` < CAST(date_sub(current_date(), :days) AS TIMESTAMP_NTZ)",
]
ICEBERG_MAINTENANCE: list[str] = [
    "CALL system.expire_snapshots(table => 'order_line')",
    "CALL system.remove_orphan_files(table => 'order_line')",
    "CALL system.rewrite_data_files(table => 'order_line', options => map('partial-progress.enabled', 'true', 'delete-file-threshold', '1'))",
    "CALL system.rewrite_position_delete_files(table => 'order_line', options => map('rewrite-all', 'true'))",
]

# ---- The same for every dataset of this kind. ----

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
    # Files have the permanent numbers of columns.
    "spark.sql.parquet.fieldId.write.enabled": "true",
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

# Fewer rejected records than this are too many only if they are more than half of all.
FEW_REJECTED = 10

# How far before the last run's listing a run looks for files that no manifest names, because they were listed
# or delivered late. Firehose retries a delivery for a day.
LOOKBACK = datetime.timedelta(hours=48)

# How much larger records are as text than in a compressed file.
EXPANSION = 8

# The hash of a row that marks a deletion: the last one among versions of equal time, arrival and attempt.
DELETION_HASH = 2**63 - 1

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
    # What a run without a window reads at most, in uncompressed bytes; None for no limit.
    input_bytes: int | None
    # The Iceberg table that rows are merged into: catalog, database and table, separated by dots.
    iceberg_table: str
    # Where the catalog puts its files, and the days for which it has a row.
    iceberg_path: str
    iceberg_days: int
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
    parser.add_argument("--input_bytes", type=int)
    parser.add_argument("--iceberg_table", required=True)
    parser.add_argument("--iceberg_path", required=True)
    parser.add_argument("--iceberg_days", type=int, required=True)
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
    if not re.fullmatch(r"\w+\.\w+\." + DATASET, found.iceberg_table):
        parser.error(f"--iceberg_table must be <catalog>.<database>.{DATASET}")
    if found.iceberg_days < 1:
        parser.error("--iceberg_days must be at least 1")
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
        input_bytes=found.input_bytes,
        iceberg_table=found.iceberg_table,
        iceberg_path=found.iceberg_path.rstrip("/"),
        iceberg_days=found.iceberg_days,
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
    # What distinguishes the contents that a path has had; empty where no one asks.
    version: str = ""


class Storage:
    """The file operations of a run, through Spark: on s3:// in Glue, on folders elsewhere."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._jvm: Any = spark._jvm
        self._configuration: Any = spark._jsc.hadoopConfiguration()
        self._s3: Any = None

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

    def versions(self, *folders: str, since: int = 0) -> list[File]:
        """List the files below folders like `files`, each with the version that is current now."""
        if any(folder.startswith("s3://") for folder in folders):
            return sorted(file for folder in folders for file in self._s3_versions(folder, since))
        found = self.files(*folders, since=since)
        return [file._replace(version=f"{file.modified} {file.size}") for file in found]

    def _s3_versions(self, folder: str, since: int) -> Iterator[File]:
        """List the current versions of the objects below a folder, which Hadoop's listings do not name."""
        if self._s3 is None:
            # Imported here because a run outside AWS does not need boto3.
            import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore]

            self._s3 = boto3.client("s3")
        bucket, _, prefix = folder.removeprefix("s3://").partition("/")
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{prefix}/")
        for one in (one for page in pages for one in page.get("Versions", [])):
            modified = int(one["LastModified"].timestamp() * 1000)
            if not one["IsLatest"] or modified < since or is_internal(one["Key"][len(prefix) + 1 :]):
                continue
            # An object from before the bucket had versions has the version ID "null"; so has the next one.
            named = one["VersionId"] != "null"
            version = one["VersionId"] if named else f"{one['ETag']} {modified}"
            yield File(f"s3://{bucket}/{one['Key']}", one["Size"], modified, version)

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


def is_internal(path: str) -> bool:
    """Test whether a path below a folder is a writer's internal file, by the rules of Spark's listings."""
    *folders, name = path.split("/")
    hidden = any(
        part.startswith(".") or (part.startswith("_") and "=" not in part) for part in (*folders, name)
    )
    return hidden or not name or name.endswith(("_$folder$", "._COPYING_"))


def literal(path: str) -> str:
    """Escape the pattern characters in a path, as in `orders[1].csv`, for Spark."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", path)


class Inputs(NamedTuple):
    """The files that a run reads."""

    files: list[File]
    # When they were listed, the next run's watermark; None for a run with a window.
    until: datetime.datetime | None
    # The folders in which they were listed.
    folders: list[str]
    # The number of files that are left for the next run.
    left: int = 0


def select_inputs(spark: SparkSession, storage: Storage, job: Job) -> Inputs:
    """Select the files of the window or, without one, those in versions that no manifest names yet."""
    if job.start is None or job.end is None:
        return new_inputs(spark, storage, job)
    if SOURCE != "stream":
        least, most = job.start.timestamp() * 1000, job.end.timestamp() * 1000
        files = [file for file in storage.versions(job.raw) if least <= file.modified < most]
        return Inputs(files, None, [job.raw])
    hours = int((job.end - job.start) / datetime.timedelta(hours=1))
    times = [job.start + datetime.timedelta(hours=at) for at in range(hours)]
    folders = [time.strftime(f"{job.raw}/year=%Y/month=%m/day=%d/hour=%H") for time in times]
    return Inputs(storage.versions(*folders), None, folders)


def new_inputs(spark: SparkSession, storage: Storage, job: Job) -> Inputs:
    """Select the files that arrived since the watermark minus LOOKBACK in versions that no manifest names."""
    until = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    manifests = storage.files(f"{job.curated}/manifests")
    mark = watermark(storage, manifests)
    since = int((mark - LOOKBACK).timestamp() * 1000) if mark else 0
    # A manifest is newer than the versions that it names.
    known = committed_inputs(spark, [file.path for file in manifests if file.modified >= since])
    files = [file for file in storage.versions(job.raw, since=since) if not known.has(file)]
    files, rest = take_oldest(files, job)
    if rest:
        # The next run must look back as far as the oldest of them.
        oldest = min(file.modified for file in rest) // 1000
        until = min(until, datetime.datetime.fromtimestamp(oldest, datetime.UTC))
    return Inputs(files, until, [job.raw], len(rest))


def take_oldest(files: list[File], job: Job) -> tuple[list[File], list[File]]:
    """Divide files into those that a run reads, the oldest first and at least one, and the rest.

    A dump cannot be divided: the run reads the latest one only.
    """
    if job.input_bytes is None or DUMPS:
        return files, []
    oldest_first = sorted(files, key=lambda file: (file.modified, file.path))
    taken, size = 0, 0
    for file in oldest_first:
        size += uncompressed(file)
        if taken and size > job.input_bytes:
            break
        taken += 1
    return sorted(oldest_first[:taken]), oldest_first[taken:]


def uncompressed(file: File) -> int:
    """Estimate the bytes of a file's records as text."""
    is_compressed = SOURCE == "parquet" or file.path.endswith((".gz", ".bz2", ".zst", ".snappy", ".lz4"))
    return file.size * (EXPANSION if is_compressed else 1)


def check_unchanged(storage: Storage, inputs: Inputs) -> None:
    """Fail the run if an input was overwritten while it was read: its rows may be of either version.

    Spark reads a path in whatever version it has. An input that still has the version that was listed before
    had no other one in between.
    """
    if not inputs.files:
        return
    oldest = min(file.modified for file in inputs.files)
    current = {file.path: file.version for file in storage.versions(*inputs.folders, since=oldest)}
    # One that was deleted meanwhile was read to its end; otherwise, reading it would have failed.
    changed = [file.path for file in inputs.files if current.get(file.path, file.version) != file.version]
    if changed:
        raise RuntimeError(f"{len(changed)} files were overwritten while they were read: {changed[:3]}")


def watermark(storage: Storage, manifests: list[File]) -> datetime.datetime | None:
    """Return when the last run without a window listed its inputs, or None if there was no such run."""
    for file in sorted(manifests, key=lambda file: file.modified, reverse=True):
        until = json.loads(storage.first_line(file.path))["strataform"].get("until")
        if until:
            return datetime.datetime.fromisoformat(until)
    return None


class Known(NamedTuple):
    """The inputs that manifests name."""

    # Paths with versions.
    versions: set[tuple[str, str]]
    # Paths whose versions older scripts did not name, and until when they were listed, in epoch milliseconds.
    paths: dict[str, int]

    def has(self, file: File) -> bool:
        """Test whether a manifest names the file in this version."""
        return (file.path, file.version) in self.versions or file.modified <= self.paths.get(file.path, -1)


def committed_inputs(spark: SparkSession, manifests: list[str]) -> Known:
    """Collect the inputs that manifests name."""
    known = Known(set(), {})
    if not manifests:
        return known
    paths = [literal(path) for path in manifests]
    # Spark reads an object as its JSON text, and the text of an older script as it is.
    schema = "strataform STRUCT<until: STRING, to: STRING, inputs: ARRAY<STRING>>"
    read = spark.read.schema(schema).json(paths)
    listed = F.coalesce("strataform.until", "strataform.to")
    for text, until in read.select(F.explode("strataform.inputs"), listed).collect():
        if text.startswith("{"):
            one = json.loads(text)
            known.versions.add((one["path"], one["version"]))
        else:
            at = int(datetime.datetime.fromisoformat(until).timestamp() * 1000)
            known.paths[text] = max(at, known.paths.get(text, -1))
    return known


def names_of(column: Column) -> list[str]:
    """Return the name of a column in records, then those that it had before, newest first."""
    return [column.name, *[former for name, former in FORMER if name == column.name]]


def with_names(record: SparkColumn, names: list[str]) -> SparkColumn:
    """Give the columns of a record their names: a record from before a rename has a former one."""
    values = [
        F.coalesce(*[record.getField(name) for name in names_of(column)]).alias(column.name)
        for column in COLUMNS
        if column.name in names
    ]
    return F.when(record.isNotNull(), F.struct(*values))


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
        values = [F.coalesce(*map(F.col, names_of(column))).alias(column.name) for column in COLUMNS]
        record = F.struct(*values)
        none = F.lit(False).alias("_unknown")
        return rows.select(F.to_json(record).alias("_text"), *origin, none, record.alias("_record"))
    rows = spark.read.text([literal(path) for path in paths]).select(F.col("value").alias("_text"), *origin)
    rows = rows.where(F.trim("_text") != "")
    declared = F.array(*[F.lit(name) for column in COLUMNS for name in names_of(column)])
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
    if FORMER:
        for parsed in ("_record", "_exact") if EXACT_SCHEMA else ("_record",):
            names = rows.select(f"{parsed}.*").columns
            rows = rows.withColumn(parsed, with_names(F.col(parsed), names))
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
    # A file from before a rename has a former name in its header.
    found = [next((name for name in names_of(column) if name in place), None) for column in COLUMNS]
    values = [
        (F.col(place[name]) if name else none).alias(column.name)
        for name, column in zip(found, COLUMNS, strict=True)
    ]
    record = F.struct(*values, F.col("_corrupt").alias("_corrupt"))
    whole = F.to_json(F.struct(*[F.col(field).alias(name) for name, field in place.items()]))
    unknown = F.lit(not set(header) <= {name for column in COLUMNS for name in names_of(column)})
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
        own = []
        if column.required:
            own.append(F.when(given.isNull(), F.lit(f"{column.name}: missing")))
        wrong = given.isNotNull() & typed.isNull()
        own.append(F.when(wrong, F.lit(f"{column.name}: not {column.label}")))
        if column.limit:
            own.append(F.concat(F.lit(f"{column.name}: "), F.expr(column.limit)))
        # Of a record that deletes a row, no more is needed than what tells so.
        is_needed = DELETE is None or column.name in DELETE_NEEDS
        faults += own if is_needed else [F.when(~F.col("_deleted"), fault) for fault in own]
    if AHEAD:
        faults.append(F.when(F.expr(AHEAD), F.lit(f"{EVENT_TIME}: in the future")))
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
    if DELETE:
        rows = rows.withColumn("_deleted", F.coalesce(F.expr(DELETE), F.lit(False)))
        kept.append("_deleted")
    rows = rows.select(*kept, first_fault().alias("_broken"))
    rejected = [
        F.when(failed, F.lit(f"expectation: {rule.name}"))
        for rule, failed in zip(RULES, failures(), strict=True)
        if rule.action == "quarantine"
    ]
    return rows.withColumn("_fault", F.coalesce("_broken", *rejected))


def failures() -> list[SparkColumn]:
    """Test for each rule whether a record fails it; null if the rule is, or if the record deletes a row."""
    failed = [~F.expr(rule.expression) for rule in RULES]
    return [F.when(~F.col("_deleted"), one) for one in failed] if DELETE else failed


def protect(spark: SparkSession, rows: DataFrame, job: Job) -> DataFrame:
    """Derive columns, and hash, mask or drop sensitive ones; add the columns that order versions of a key.

    Expressions see the unprotected values: what a derived column reveals is its author's choice. Of a record
    that deletes a row, only the key and the order of its version are kept.
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
    deleted = [F.col("_deleted") if DELETE else F.lit(False)] if DELETIONS else []
    marks = [mark.alias("row__deleted") for mark in deleted]
    names = own_columns()
    if DELETE:
        kept = {*KEY, EVENT_TIME}
        empty = zip(names, columns, strict=True)
        columns = [
            value if name in kept else F.when(~F.col("_deleted"), value).alias(name) for name, value in empty
        ]
    rows = rows.select(*columns, F.col("_modified").alias("arrived__at"), *marks)
    # A hash of the protected values: an unkeyed hash of sensitive values could be reversed by guessing. The
    # function skips nulls, so the hash also covers which values are null.
    own = [F.col(name) for name in names]
    hashed = F.xxhash64(*own, *[value.isNull() for value in own])
    if DELETE:
        hashed = F.when(F.col("row__deleted"), F.lit(DELETION_HASH)).otherwise(hashed)
    attempt = F.lit(job.attempt).alias("row__attempt")
    marks = [F.col("row__deleted") for _ in marks]
    return rows.select(*own, "arrived__at", attempt, hashed.alias("row__hash"), *marks)


def own_columns() -> list[str]:
    """Return the names of the columns with values of records, in order."""
    own = [column.name for column in COLUMNS if column.protection in (None, "hash", "mask")]
    return [*own, *[name for name, _ in DERIVED]]


def as_stored(rows: DataFrame) -> DataFrame:
    """Give the columns that `protect` returns their names and IDs in files; keep the partition column."""
    columns = [F.col(one.name).alias(one.stored, metadata={"parquet.field.id": one.number}) for one in STORED]
    return rows.select(*columns, *([PARTITION_COLUMN] if PARTITION_COLUMN else []))


def stored_columns() -> list[str]:
    """Return the names of the columns in the curated files, in order."""
    return [one.stored for one in STORED]


def keep_latest(rows: DataFrame) -> DataFrame:
    """Keep the latest row of each key: by event time, then by arrival, attempt and hash.

    The order is total, and its columns are stored: merging the rows of several runs in this order gives the
    same rows regardless of which run came first. `_versions` is how many rows the key had, this one included.
    """
    order = [F.col(EVENT_TIME).desc_nulls_last()] if EVENT_TIME else []
    # All rows of a run have the same attempt.
    order += [F.col("arrived__at").desc(), F.col("row__hash").desc()]
    window = Window.partitionBy(*KEY).orderBy(*order)
    # With the same order, so that Spark computes both in one pass over sorted rows.
    whole = window.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    ranked = rows.withColumn("_rank", F.row_number().over(window))
    ranked = ranked.withColumn("_versions", F.count(F.lit(1)).over(whole))
    return ranked.where("_rank = 1").drop("_rank")


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
    # Deletions: rows of the files that mark one.
    rows_deleted: int
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


NOTHING = Counts(0, 0, 0, 0, 0, 0, 0, 0, {rule.name: 0 for rule in RULES}, {})


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
    failed = [F.col("_broken").isNull() & one for one in failures()]
    totals += [F.count_if(one).alias(f"failed_{at}") for at, one in enumerate(failed)]
    marked = [F.when(F.col("_fault").isNotNull(), F.expr(mark)) for mark in MARKS]
    totals += [F.bitmap_construct_agg(mark).alias(f"marks_{at}") for at, mark in enumerate(marked)]
    seen = rows.observe(read, *totals)
    names = [column.name for column in COLUMNS]
    if DELETE:
        names.append("_deleted")
    good = seen.where("_fault IS NULL").select(*names, "_modified")
    late = F.count(F.when(F.expr(LATE), 1)) if LATE else F.lit(0)
    kept = keep_latest(protect(spark, good, job))
    # The sum of the versions of the kept keys: every row that reached the deduplication, counted there.
    versions = F.coalesce(F.sum("_versions"), F.lit(0)).alias("versions")
    deletions = F.count_if("row__deleted") if DELETIONS else F.lit(0)
    own = [F.count(F.lit(1)).alias("rows"), deletions.alias("deleted"), late.alias("late")]
    curated = kept.observe(written, versions, *own)
    curated = curated.drop("_versions")
    if PARTITION_COLUMN and EVENT_TIME:
        curated = curated.withColumn(PARTITION_COLUMN, F.date_format(EVENT_TIME, PARTITION_FORMAT))
    if PARTITION_COLUMN and not few:
        # Groups the rows of a folder into partitions of the advisory size, so that each folder has few files.
        # In SQL, because DataFrame.hint does not accept a column.
        curated = spark.sql(REBALANCE, rows=curated)
    # Snappy: the codec that COPY's documentation names for Parquet.
    writer = as_stored(curated).write.option("compression", "snappy")
    if PARTITION_COLUMN:
        writer = writer.partitionBy(PARTITION_COLUMN)
    writer.parquet(f"{job.curated}/data/run={folder}")
    found, kept_rows, versions_in = read.get, written.get["rows"], written.get["versions"]
    if found["rows"] != found["bad"] + versions_in:
        # When a worker is lost, Spark reads its files again, and may have counted records twice. Another
        # query counts each once; a row that is really lost stays lost.
        found = rows.agg(*totals).collect()[0].asDict()
    rows_in, bad = found["rows"], found["bad"]
    reasons: dict[str, int] = {}
    rows_quarantined = 0
    if bad:
        # A second pass over the input, which parses little more than the rejected records. Benchmarks showed
        # it to be cheaper than keeping the records in memory or on disk.
        bitmaps = [found[f"marks_{at}"] for at in range(len(MARKS))]
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
        rows_out=kept_rows - written.get["deleted"],
        rows_quarantined=rows_quarantined,
        rows_duplicate=versions_in - kept_rows,
        rows_deleted=written.get["deleted"],
        rows_sound=rows_in - found["broken"],
        rows_unknown=found["unknown"],
        rows_late=written.get["late"],
        failed={rule.name: found[f"failed_{at}"] for at, rule in enumerate(RULES)},
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


def report(job: Job, metrics: dict[str, Any]) -> None:
    """Print the metrics: a line for people and tools, and a line for CloudWatch."""
    print("METRICS " + json.dumps(metrics, sort_keys=True))
    emit(job, metrics)


def emit(job: Job, metrics: dict[str, Any]) -> None:
    """Print the numbers among the metrics in CloudWatch's embedded metric format."""
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


def reconcile(spark: SparkSession, counts: Counts, outputs: list[File]) -> None:
    """Fail the run if a row is lost or duplicated.

    Each count is taken in a place of its own: incoming rows where they are read, duplicates where they are
    dropped, rejected and stored rows in the files.
    """
    stored, marked = 0, 0
    if outputs:
        files = spark.read.parquet(*[literal(file.path) for file in outputs])
        # A count without columns reads only the footers of the files.
        stored = files.count()
        marked = files.where("row__deleted").count() if DELETIONS else 0
    rejected = sum(counts.reasons.values())
    whole = counts.rows_out + counts.rows_quarantined + counts.rows_duplicate
    whole += counts.rows_deleted
    sound = whole == counts.rows_in and rejected == counts.rows_quarantined
    if not sound or stored - marked != counts.rows_out or marked != counts.rows_deleted:
        found = f"{stored} in files, {marked} of them deletions, {rejected} rejected"
        raise RuntimeError(f"rows do not reconcile: {counts}, {found}")


class RecordsError(RuntimeError):
    """The records fail the run, which would fail again in the same way."""


def enforce_rules(counts: Counts, unread: int) -> None:
    """Fail the run if a rule requires it, or if too many records are rejected.

    Percentages are of all incoming records: one whose values do not have their types passes no rule. `unread`
    is the number of damaged files if there is no other one: whatever they have is rejected.
    """
    faults = []
    if is_excessive(unread, unread):
        faults.append(f"no file can be read ({unread} are damaged), and max_rejected is {MAX_REJECTED}%")
    if is_excessive(counts.rows_quarantined, counts.rows_in):
        most = sorted(counts.reasons.items(), key=lambda one: -one[1])[:3]
        shown = ", ".join(f"{count} times {reason!r}" for reason, count in most)
        share = f"{counts.rows_quarantined} of {counts.rows_in} records were rejected"
        faults.append(f"{share}, and max_rejected is {MAX_REJECTED}%: {shown}")
    for rule in RULES:
        failed = counts.failed[rule.name]
        passed = counts.rows_sound - failed
        if 100 * passed < rule.threshold * counts.rows_in:
            share = f"{passed} of {counts.rows_in} records pass the expectation {rule.name!r}"
            faults.append(f"only {share}, and its threshold is {rule.threshold}%")
        elif failed and rule.action == "fail" and not rule.threshold:
            # A rule with a threshold tolerates failures within it; "fail" alone tolerates none.
            faults.append(f"{failed} of {counts.rows_sound} records failed the expectation {rule.name!r}")
    if faults:
        raise RecordsError(RECORDS_FAIL + "; ".join(faults))


def is_excessive(rejected: int, rows_in: int) -> bool:
    """Test whether too many records were rejected."""
    most = MAX_REJECTED if rejected >= FEW_REJECTED else max(MAX_REJECTED, 50)
    return 100 * rejected > most * rows_in


def open_table(spark: SparkSession, storage: Storage, job: Job) -> None:
    """Create the Iceberg table, or change it to what the platform file declares. No one else does."""
    catalog, database, name = job.iceberg_table.split(".")
    spark.catalog.setCurrentCatalog(catalog)
    spark.catalog.setCurrentDatabase(database)
    if ICEBERG_DELETE_CREATE:
        if spark.catalog.tableExists(f"{name}__deleted"):
            change_columns(spark, f"{job.iceberg_table}__deleted", deletion_columns())
        else:
            refuse_files(storage, catalog, f"{job.iceberg_path}__deleted")
            spark.sql(ICEBERG_DELETE_CREATE)
    if spark.catalog.tableExists(name):
        change_table(spark, job.iceberg_table)
        return
    refuse_files(storage, catalog, job.iceberg_path)
    spark.sql(ICEBERG_CREATE)


def refuse_files(storage: Storage, catalog: str, folder: str) -> None:
    """Fail the run if a new table would find files of an older one."""
    # The maintenance of a new table would delete the files of an older one as orphans.
    if storage.exists(f"{folder}/data"):
        raise RuntimeError(
            f"{folder} has the files of a table that the catalog does not know: register it with "
            f"`CALL {catalog}.system.register_table`, or move the files elsewhere"
        )


# The table property that has the current names of columns by their names in files.
NAMES_PROPERTY = "strataform.columns"
# The table property that says how a merge replaces rows, and its value: a table of an older script lacks it.
MERGE_MODE = ("write.merge.mode", "merge-on-read")


def deletion_columns() -> set[str]:
    """Return the columns of the table of deletions: the key, and those that order versions."""
    time = {EVENT_TIME} if EVENT_TIME else set()
    return {*KEY, *time, "arrived__at", "row__attempt", "row__hash"}


def change_columns(spark: SparkSession, name: str, declared: set[str]) -> None:
    """Rename and add columns, in one table commit, so that no column has another one's values.

    A column is known by its name in files, which is permanent. One that the platform file no longer has
    stays, under another name if its own is that of another column now.
    """
    jvm: Any = spark._jvm
    session: Any = spark._jsparkSession
    table = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(session, name)
    there = [field.name() for field in table.schema().columns()]
    known = table.properties().get(NAMES_PROPERTY)
    # A table of an older script has each column under its first name, which is the one in files.
    names: dict[str, str] = json.loads(known) if known else {column: column for column in there}
    names = {stored: column for stored, column in names.items() if column in there}
    wanted = {one.stored: one.name for one in STORED if one.name in declared}
    owners = {column: stored for stored, column in names.items()}
    renames: dict[str, str] = {}
    for column in there:
        stored = owners.get(column, "")
        if stored in wanted:
            renames[column] = wanted[stored]
        elif column in wanted.values():
            renames[column] = f"{column}__{ICEBERG_REMOVED.get(stored, 0)}"
            while renames[column] in there:
                renames[column] += "_"
    renames = {old: new for old, new in renames.items() if old != new}
    after = {column: renames.get(column, column) for column in there}
    added = declared - set(after.values())
    now = {stored: after[column] for stored, column in names.items()} | wanted
    text = json.dumps(now, separators=(",", ":"))
    mode = table.properties().get(MERGE_MODE[0])
    if not renames and not added and known == text and mode:
        return
    change = table.newTransaction()
    if renames:
        update = change.updateSchema()
        for old, new in renames.items():
            update.renameColumn(old, new)
        update.commit()
    if added:
        update = change.updateSchema()
        for field in fields(spark, added):
            update.addColumn(*field)
        update.commit()
    properties = change.updateProperties().set(NAMES_PROPERTY, text)
    properties.set(MERGE_MODE[0], mode or MERGE_MODE[1]).commit()
    change.commitTransaction()
    spark.catalog.refreshTable(name)


def fields(spark: SparkSession, names: set[str]) -> list[tuple[str, object, str | None]]:
    """Return the name, the type and the comment of columns, as Iceberg takes them."""
    jvm: Any = spark._jvm
    found = []
    for column in ICEBERG_COLUMNS:
        if column.name in names:
            read = jvm.org.apache.spark.sql.types.StructType.fromDDL(column.addition)
            kind = jvm.org.apache.iceberg.spark.SparkSchemaUtil.convert(read).columns().get(0).type()
            found.append((column.name, kind, column.comment))
    return found


def change_table(spark: SparkSession, name: str) -> None:
    """Add what is new in the platform file: columns, names, comments and the partitioning."""
    change_columns(spark, name, {column.name for column in ICEBERG_COLUMNS})
    described = {row["col_name"]: row["comment"] for row in spark.sql(ICEBERG_DESCRIBE).collect()}
    for column in ICEBERG_COLUMNS:
        if column.commenting and described[column.name] != column.comment:
            spark.sql(column.commenting)
    if ICEBERG_DIVISION and "# Partitioning" not in described:
        spark.sql(ICEBERG_DIVISION)


def merge_into(spark: SparkSession, outputs: list[File]) -> None:
    """Merge the rows of the run's files into the Iceberg table, in one table commit.

    Merging the same rows again changes nothing: only a later version replaces a row. Deletions are kept in a
    table of their own, where they beat older versions that come later. They are merged before: a run that
    dies in between has no manifest, and its rows are merged again.
    """
    if not outputs:
        return
    rows = spark.read.parquet(*[literal(file.path) for file in outputs])
    # Without the partition column of the folders, which is not a column of the table.
    columns = [F.col(one.stored).alias(one.name) for one in STORED]
    rows.select(*columns).createOrReplaceTempView("incoming__rows")
    if ICEBERG_DELETE:
        spark.sql(ICEBERG_DELETE)
    bounds = None
    if MERGE_PERIOD:
        # In the session's zone, like the values of the table.
        time = F.col(f"`{MERGE_PERIOD}`").cast("timestamp_ntz")
        ends = [F.min(time).cast("string").alias("earliest"), F.max(time).cast("string").alias("latest")]
        bounds = spark.table("incoming__rows").agg(*ends).collect()[0].asDict()
    spark.sql(MERGE, args=bounds)
    spark.catalog.dropTempView("incoming__rows")


def maintain_table(spark: SparkSession, storage: Storage, job: Job) -> None:
    """Once a day, delete expired rows and the files that no snapshot needs, and compact small files.

    The run is committed by now, and its rows are to be loaded: a failure is reported, and the next run tries
    again.
    """
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    done = f"{job.curated}/maintenance/{today}.json"
    if storage.exists(done):
        return
    cause = None
    try:
        for statement in ICEBERG_EXPIRY:
            spark.sql(statement, args={"days": job.iceberg_days})
        for statement in ICEBERG_MAINTENANCE:
            spark.sql(statement)
    except (PySparkException, Py4JError) as error:
        cause = str(error)
    result = json.dumps({"dataset": DATASET, "run_id": job.run_id, "cause": cause})
    print("MAINTENANCE " + result)
    emit(job, {"maintenance_failed": int(cause is not None)})
    if cause is None:
        storage.put(done, result + "\n")


def run(spark: SparkSession, job: Job) -> None:
    """Clean the window and commit it."""
    began = time.monotonic()
    storage = Storage(spark)
    manifest = f"{job.curated}/manifests/{job.run_id}.json"
    if storage.exists(manifest):
        print("METRICS " + json.dumps({"dataset": DATASET, "run_id": job.run_id, "skipped": True}))
        return
    inputs = select_inputs(spark, storage, job)
    # Empty files cannot be read in every format.
    files = [file for file in inputs.files if file.size > 0]
    counts, damaged, folder = process_readable(spark, storage, job, files)
    stored = counts.rows_out + counts.rows_deleted
    unread = len(damaged) if len(damaged) == len(files) else 0
    check_unchanged(storage, inputs)
    outputs = storage.files(f"{job.curated}/data/run={folder}") if stored else []
    reconcile(spark, counts, outputs)
    metrics: dict[str, Any] = {
        "dataset": DATASET,
        "run_id": job.run_id,
        **counts._asdict(),
        "files_in": len(inputs.files),
        "files_left": inputs.left,
        "files_damaged": len(damaged),
        "files_out": len(outputs),
        "bytes_in": sum(file.size for file in inputs.files),
        "bytes_out": sum(file.size for file in outputs),
    }
    try:
        enforce_rules(counts, unread)
    except RecordsError as error:
        # What was rejected stays in the quarantine, with its reasons; nothing else of the run counts.
        print("METRICS " + json.dumps({**metrics, "fault": str(error)}, sort_keys=True), flush=True)
        raise RecordsError(f"{error}; rejected records are in {job.quarantine}/run={folder}") from error
    open_table(spark, storage, job)
    merge_into(spark, outputs)
    metrics["seconds"] = round(time.monotonic() - began, 1)
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
        "inputs": [{"path": file.path, "version": file.version} for file in inputs.files],
        "damaged": damaged,
        "metrics": metrics,
    }
    # COPY maps columns by position, so a load needs their names. They come first, where a load can read them
    # without the entries; so does whether files are left, for which the state machine starts the next run.
    content = {
        "columns": stored_columns() if outputs else [],
        "left": inputs.left > 0,
        "entries": entries,
        "strataform": own,
    }
    # The commit. One line, so that the next run can read thousands of manifests as NDJSON.
    storage.put(manifest, json.dumps(content) + "\n")
    report(job, metrics)
    maintain_table(spark, storage, job)


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
