"""Files of older and newer schemas in one run, and a newer script on the output of an older one.

Usage: evolution.py FOLDER GEN
"""

import csv
import datetime
import gzip
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from stage import HERE, Row, Stage, check, session

Record = dict[str, Any]
ARRIVED = int(datetime.datetime.now(datetime.UTC).timestamp()) - 6 * 3600
ONE, TWO = "2026-03-01T01:00:00Z", "2026-03-02T02:00:00Z"
BIG = "1234567890123456789.0123456789"
# Records of an old schema without `note` and `exact`, but with `gone`; of the current one; and of a future one.
OLDER: list[Record] = [
    {"id": "a", "at": ONE, "amount": 1, "gone": "x"},
    {"id": "b", "at": ONE, "amount": 200, "gone": "y"},
    {"id": "c", "at": TWO, "amount": 3, "gone": None},
    {"id": "neg", "at": ONE, "amount": -1, "gone": None},
]
PRESENT: list[Record] = [
    {"amount": 500, "id": "a", "note": {"n": 1}, "at": TWO, "exact": BIG},
    {"amount": 7, "id": "c", "note": None, "at": ONE, "exact": "1"},
    {"amount": None, "id": "d", "note": [1], "at": TWO, "exact": None},
]
COMING: list[Record] = [
    {"later": True, "exact": "0.5", "at": TWO, "id": "e", "zone": "EU", "note": None, "amount": 9},
    {"later": None, "exact": None, "at": ONE, "id": "b2", "zone": None, "note": {}, "amount": 101},
]
NAMES = ["at", "note", "id", "exact", "amount", "is_large"]


def row(one: Record) -> Row:
    """Return the curated row of a record, as the newer script writes it."""
    at = datetime.datetime.fromisoformat(one["at"]).replace(tzinfo=None)
    note = None if one.get("note") is None else json.dumps(one["note"])
    exact = None if one.get("exact") is None else Decimal(one["exact"])
    return at, note, one["id"], exact, one["amount"], None if one["amount"] is None else one["amount"] > 100


def latest(*files: list[Record]) -> list[Row]:
    """Return the table of records, as the newer script writes it."""
    kept: dict[str, Record] = {}
    for one in (one for file in files for one in file if one["id"] != "neg"):
        if one["id"] not in kept or kept[one["id"]]["at"] <= one["at"]:
            kept[one["id"]] = one
    return sorted((row(one) for one in kept.values()), key=lambda found: str(found[2]))


def normal(rows: DataFrame) -> list[Row]:
    """Return the newer script's columns, with JSON documents normalized."""
    found = [tuple(one[name] for name in NAMES) for one in rows.collect()]
    plain = [(at, None if note is None else json.dumps(json.loads(note)), *rest) for at, note, *rest in found]
    return sorted(plain, key=lambda one: str(one[2]))


def put(stage: Stage, path: str, data: bytes, number: int) -> None:
    """Write a raw file, which arrived after those with lower numbers."""
    target = stage.root / "raw" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    os.utime(target, (ARRIVED + number, ARRIVED + number))


def put_lines(stage: Stage, records: list[Record], number: int) -> None:
    """Write files like Firehose, each in its own hour."""
    text = "\n".join(json.dumps(one) for one in records)
    put(stage, f"year=2026/month=03/day=03/hour={number:02}/part.gz", gzip.compress(text.encode()), number)


def put_csv(stage: Stage, records: list[Record], number: int) -> None:
    """Write a file with the header of its time."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(records[0])
    for one in records:
        writer.writerow([field(value) for value in one.values()])
    put(stage, f"part{number}.csv", out.getvalue().encode(), number)


def field(value: Any) -> str:
    """Format a value as a CSV field."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


TYPES = {"at": "timestamp", "amount": "int", "exact": "decimal(38,10)", "later": "boolean"}


# Parquet files whose column types differ from the platform file's: Spark converts none of them.
OTHER_TYPES: dict[str, tuple[str, Any]] = {
    "wider": ("amount bigint", 1),
    "double": ("exact double", 1.5),
    "scale": ("exact decimal(12,2)", Decimal("1.50")),
    "text": ("amount string", "1"),
    "date": ("at date", datetime.date(2026, 3, 1)),
    "struct": ("note struct<n: int>", (1,)),
}


def parquet_file(stage: Stage, name: str, rows: list[Row], schema: str, spark: SparkSession) -> bytes:
    """Write a Parquet file, and return its bytes."""
    folder = stage.root / f"made-{name}"
    spark.createDataFrame(rows, schema).coalesce(1).write.parquet(str(folder))
    return next(folder.glob("*.parquet")).read_bytes()


def put_parquet(stage: Stage, records: list[Record], number: int, spark: SparkSession) -> None:
    """Write a file with the columns of its time."""
    schema = ", ".join(f"{name} {TYPES.get(name, 'string')}" for name in records[0])
    rows = []
    for one in records:
        whole = {**one, "at": datetime.datetime.fromisoformat(one["at"])}
        if one.get("exact"):
            whole["exact"] = Decimal(one["exact"])
        if one.get("note") is not None:
            whole["note"] = json.dumps(one["note"])
        rows.append(tuple(whole.values()))
    put(stage, f"part{number}.parquet", parquet_file(stage, str(number), rows, schema, spark), number)


def one_run(stage: Stage, spark: SparkSession, kind: str) -> None:
    """Read all three schemas in one run."""
    for number, records in enumerate([OLDER, PRESENT, COMING]):
        if kind == "tables":
            put_parquet(stage, records, number, spark)
        else:
            (put_csv if kind == "sheets" else put_lines)(stage, records, number)
    stage.run("all")
    manifest = stage.manifests()[0]
    read = spark.read.parquet(*[entry["url"] for entry in manifest["entries"]])
    check(f"{kind}: one run reads all schemas", normal(read), latest(OLDER, PRESENT, COMING))
    check(f"{kind}: the manifest names the columns", manifest["columns"], read.columns)
    metrics = manifest["strataform"]["metrics"]
    check(f"{kind}: every row is in one place", stage.counts(), (9, 6, 1, 2))
    check(f"{kind}: reasons", metrics["reasons"], {"expectation: positive": 1})
    # Every record of a CSV file has its columns; undeclared columns of Parquet files are not counted.
    unknown = {"tables": 0}.get(kind, 6)
    check(f"{kind}: undeclared fields", metrics["rows_unknown"], unknown)
    types = [("at", "timestamp"), ("note", "string"), ("id", "string"), ("exact", "decimal(38,10)")]
    types += [("amount", "int"), ("is_large", "boolean"), ("arrived__at", "timestamp")]
    types += [("row__attempt", "int"), ("row__hash", "bigint")]
    check(f"{kind}: types", read.dtypes, types)


def other_types(stage: Stage, spark: SparkSession) -> None:
    """Quarantine Parquet files with other types and broken ones, and read the others."""
    put_parquet(stage, PRESENT, 0, spark)
    whole = (stage.root / "raw/part0.parquet").read_bytes()
    middle = len(whole) // 2
    for name, (column, value) in OTHER_TYPES.items():
        data = parquet_file(stage, name, [("x", value)], f"id string, {column}", spark)
        put(stage, f"{name}.parquet", data, 1)
    broken = {
        "cut": whole[:middle],
        "cut-end": whole[:-4],
        "hole": whole[:middle] + whole[middle + 20 :],
        "pages": whole[:20] + b"\xff" * 60 + whole[80:],
        "footer": whole[:-8] + b"\xff\xff\xff\x7f" + whole[-4:],
    }
    for name, data in broken.items():
        put(stage, f"{name}.parquet", data, 2)
    stage.run("one")
    own = stage.manifests()[0]["strataform"]
    found = {Path(path).stem for path in own["damaged"]}
    check("tables: files with another schema are quarantined", found, {*OTHER_TYPES, *broken})
    check("tables: the others are read", stage.counts(), (3, 3, 0, 0))
    lines = (stage.root / "quarantine" / f"run={own['folder']}" / "files.json").read_text().splitlines()
    reasons = {(Path(one["source"]).stem, one["reason"]) for one in map(json.loads, lines)}
    check("tables: by name", reasons, {(name, "unreadable file") for name in found})
    stage.run("two")
    check("tables: they do not stop later runs", len(stage.manifests()), 2)


def merged(stage: Stage, spark: SparkSession) -> DataFrame:
    """Return what a reader sees: the latest version of each key in all files, or the Iceberg table."""
    if stage.is_lake:
        spark.catalog.refreshTable(f"glue_catalog.crash_dev.{stage.name}")
        return spark.table(f"glue_catalog.crash_dev.{stage.name}")
    paths = [entry["url"] for manifest in stage.manifests() for entry in manifest["entries"]]
    spark.read.option("mergeSchema", True).parquet(*paths).createOrReplaceTempView("versions")
    order = "at DESC, arrived__at DESC, row__attempt DESC, row__hash DESC"
    ranked = f"SELECT *, row_number() OVER (PARTITION BY id ORDER BY {order}) AS rank FROM versions"
    return spark.sql(f"SELECT * FROM ({ranked}) WHERE rank = 1")


def newer_script(older: Stage, newer: Stage, spark: SparkSession) -> None:
    """Run an older script, then a newer one in the same folders, then the newer one over everything."""
    name = f"{newer.name}: newer script"
    older.make_database(spark)
    put_lines(older, OLDER, 0)
    older.run("old")
    check(f"{name}: before it", older.counts(), (4, 4, 0, 0))
    put_lines(newer, PRESENT, 1)
    # The sender of records does not know the platform file, and keeps sending old fields for a while.
    put_lines(newer, [{"id": "f", "at": TWO, "amount": 6, "gone": "z"}], 2)
    newer.run("new")
    runs = [len(manifest["strataform"]["inputs"]) for manifest in newer.manifests()]
    # By name: "new" sorts before "old".
    check(f"{name}: it reads what is new", runs, [2, 1])
    # Rows of the older script remain, without the new columns.
    seen = normal(merged(newer, spark))
    by_id = {one[2]: one for one in seen}
    check(f"{name}: keys", [*by_id], ["a", "b", "c", "d", "f", "neg"])
    check(f"{name}: its own rows", (by_id["a"], by_id["d"]), (row(PRESENT[0]), row(PRESENT[2])))
    check(f"{name}: older rows", (by_id["b"][3:], by_id["c"][3:]), ((None, 200, None), (None, 3, None)))
    newer.run("mended", "--from", "2026-03-03T00", "--to", "2026-03-03T03", "--attempt", "2")
    mended = [one for one in normal(merged(newer, spark)) if one[2] != "neg"]
    last = [{"id": "f", "at": TWO, "amount": 6}]
    check(f"{name}: a backfill adds derived columns to older rows", mended, latest(OLDER, PRESENT, last))
    gone = {one["id"]: one["gone"] for one in merged(newer, spark).collect()}
    # No script writes a removed column: an Iceberg table keeps its old values.
    wanted = {"b": "y" if newer.is_lake else None, "d": None, "f": None, "neg": None}
    check(f"{name}: a removed column is not written", {key: gone[key] for key in wanted}, wanted)


def synthesize(root: Path, gen: str, which: str) -> Path:
    """Synthesize the scripts of a platform file."""
    folder = root / which
    folder.mkdir(parents=True)
    # The newer platform file is a later commit of the older one: the numbers of columns are kept.
    lock = root / "older/platform.lock"
    if lock.exists():
        (folder / "platform.lock").write_text(lock.read_text())
    (folder / "platform.toml").write_text((HERE / f"{which}.toml").read_text())
    done = subprocess.run([gen, "synth"], cwd=folder, capture_output=True, check=False)
    check(f"gen accepts {which}.toml", (done.returncode, done.stderr * (done.returncode != 0)), (0, b""))
    return folder / "generated/evolving/dev/processing/jobs"


def main(root: Path, gen: str) -> None:
    """Run every format, then both table formats."""
    older, newer = (synthesize(root, gen, which) for which in ("older", "newer"))
    spark = session(root)
    for kind in ("lines", "sheets", "tables"):
        one_run(Stage(root / "one" / kind, newer / f"{kind}.py"), spark, kind)
    other_types(Stage(root / "other", newer / "tables.py"), spark)
    for name in ("lines", "lake"):
        world = root / "two" / name
        newer_script(Stage(world, older / f"{name}.py"), Stage(world, newer / f"{name}.py"), spark)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
