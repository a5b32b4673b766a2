"""Run scripts of random datasets on dirty input and compare with an oracle, row by row and count by count.

Usage: property.py FOLDER GEN SEED COUNT
"""

import csv
import datetime
import gzip
import io
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oracle import Outcome, Refused, Row, convert, spark_type
from pyspark.sql import SparkSession
from shapes import Column, Shape, platform, record, shape
from stage import Stage, check, session

ARRIVED = 1_790_000_000
BROKEN = [
    '{"k0": "half',
    "[1, 2]",
    "free text",
    "5",
    '{"k0": "a"} {"k0": "b"}',
    "{'k0': 1}",
    '{"k0": "a",}',
    "null",
]


def reason_of(line: str) -> str:
    """Return the reason why a line is not a record."""
    return "invalid json: more than one object" if "} {" in line else "invalid json"


def json_files(rng: random.Random, made: Shape, outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    """Return files of lines, some of which are not records."""
    for number in range(3):
        lines: list[str] = []
        for _ in range(rng.randint(0, 60)):
            if rng.random() < 0.06:
                line = rng.choice(BROKEN)
                outcome.take(made, reason_of(line), 0)
            else:
                one = record(rng, made, 12)
                outcome.take(made, one, ARRIVED + number)
                line = json.dumps(one, ensure_ascii=rng.random() < 0.5)
            lines += [line] + rng.choice([[], [], [], ["", "  "]])
        folder = f"year=2026/month=03/day=01/hour={number:02}/" if made.source == "stream" else ""
        yield f"{folder}file{number}.gz", gzip.compress("\n".join(lines).encode())


def csv_files(rng: random.Random, made: Shape, outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    """Return CSV files with reordered, missing or additional columns."""
    for number in range(3):
        names = [one.name for one in made.columns]
        rng.shuffle(names)
        if number == 1:
            names.append("nobody_knows")
        if number == 2:
            names.pop()
        out = io.StringIO()
        writer = csv.writer(out, delimiter=made.delimiter, lineterminator="\n")
        writer.writerow(names)
        for _ in range(rng.randint(1, 40)):
            one = record(rng, made, 12)
            fields = ["" if one.get(name) is None else plain(one[name]) for name in names]
            if rng.random() < 0.05:
                fields.append("more")
                outcome.take(made, "invalid csv", 0)
            else:
                taken = {
                    name: text
                    for name, text in zip(names, fields, strict=True)
                    if text != "" or name == "nobody_knows"
                }
                outcome.take(made, taken, ARRIVED + number)
            writer.writerow(fields)
        data = ("\ufeff" if number == 0 else "").encode() + out.getvalue().encode()
        yield (f"file{number}.csv.gz", gzip.compress(data)) if number else (f"file{number}.csv", data)


def plain(value: Any) -> str:
    """Format a value as a CSV field."""
    return value if isinstance(value, str) else json.dumps(value)


def parquet_files(rng: random.Random, made: Shape, outcome: Outcome, spark: SparkSession, root: Path) -> None:
    """Write Parquet files; the second is from before the last column existed."""
    for number in range(2):
        columns = made.columns[: len(made.columns) - number]
        rows = []
        for _ in range(rng.randint(1, 60)):
            one = record(rng, made, 12)
            row = {column.name: stored(column, one.get(column.name)) for column in columns}
            rows.append(row)
            outcome.take(made, typed(columns, row), ARRIVED + number)
        schema = ", ".join(f"`{one.name}` {kind(one)}" for one in columns)
        values = [tuple(row[one.name] for one in columns) for row in rows]
        folder = root / "made" / made.name / str(number)
        spark.createDataFrame(values, schema).coalesce(1).write.parquet(str(folder))
        target = root / "raw" / f"file{number}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        next(folder.glob("*.parquet")).rename(target)
        os.utime(target, (ARRIVED + number, ARRIVED + number))


def stored(one: Column, value: Any) -> Any:
    """Return the stored value in a typed file: JSON documents are text, possibly invalid; other values are valid."""
    if value is None or one.kind == "json":
        return value if value is None or isinstance(value, str) else json.dumps(value)
    try:
        return convert(one, value)
    except Refused:
        return None


def kind(one: Any) -> str:
    """Return the type of a Parquet column."""
    return {"json": "string", "integer": "int", "string": "string", "decimal": one.type_name}.get(
        one.kind, one.kind
    )


def typed(columns: list[Any], row: dict[str, Any]) -> dict[str, Any]:
    """Convert typed values to the oracle's form."""
    out: dict[str, Any] = {}
    for one in columns:
        value = row[one.name]
        if isinstance(value, datetime.datetime):
            value = value.isoformat(timespec="microseconds")
        elif isinstance(value, datetime.date):
            value = value.isoformat()
        elif value is not None and one.kind == "decimal":
            value = str(value)
        out[one.name] = value
    return out


def deliver(rng: random.Random, stage: Stage, made: Shape, spark: SparkSession) -> Outcome:
    """Write the files of a dataset, including a damaged one, and return the expected outcome."""
    outcome = Outcome()
    if made.source == "parquet":
        parquet_files(rng, made, outcome, spark, stage.root)
        return outcome
    files = json_files if made.source in ("stream", "json") else csv_files
    for path, data in files(rng, made, outcome):
        put(stage, path, data)
        arrived = ARRIVED + int(path.rsplit("file", 1)[1][0])
        os.utime(stage.root / "raw" / path, (arrived, arrived))
    if made.source != "csv":
        put(stage, "cut.gz", gzip.compress(os.urandom(3000).hex().encode())[:900])
    return outcome


def put(stage: Stage, path: str, data: bytes) -> None:
    """Write a raw file."""
    target = stage.root / "raw" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def plain_row(made: Shape, row: dict[str, Any]) -> Row:
    """Convert a row to the oracle's form, with JSON documents normalized."""
    documents = {one.name for one in made.columns if one.kind == "json" and one.sensitive is None}
    return tuple(
        json.dumps(json.loads(value)) if name in documents and value is not None else value
        for name, value in row.items()
    )


def compare(made: Shape, stage: Stage, spark: SparkSession, outcome: Outcome) -> None:
    """Compare the output of the run with the expected outcome."""
    manifest = stage.manifests()[0]
    own, metrics = manifest["strataform"], manifest["strataform"]["metrics"]
    where = f"{made.name} ({made.source})"
    out, refused = len(outcome.latest), sum(outcome.reasons.values())
    wanted = (outcome.rows_in, out, refused, outcome.rows_in - out - refused)
    check(f"{where}: reasons", metrics["reasons"], dict(sorted(outcome.reasons.items())))
    check(
        f"{where}: counts",
        tuple(metrics[f"rows_{kind}"] for kind in ("in", "out", "quarantined", "duplicate")),
        wanted,
    )
    check(f"{where}: rules", metrics["failed"], {name: outcome.failed[name] for name, _, _ in made.rules})
    check(
        f"{where}: unknown fields",
        metrics["rows_unknown"],
        0 if made.source == "parquet" else outcome.unknown,
    )
    check(f"{where}: damaged", len(own["damaged"]), int(made.source in ("stream", "json")))
    stored = Counter[str]()
    for path in (stage.root / "quarantine" / f"run={own['folder']}").rglob("part-*.json.gz"):
        stored.update(json.loads(line)["reason"] for line in gzip.decompress(path.read_bytes()).splitlines())
    check(f"{where}: quarantine", stored, outcome.reasons)
    if not manifest["entries"]:
        check(f"{where}: no row is left over", out, 0)
        return
    read = spark.read.parquet(*[entry["url"] for entry in manifest["entries"]])
    check(f"{where}: the manifest names the columns of the files", manifest["columns"], read.columns)
    kept = [one for one in made.columns if one.sensitive != "drop"]
    types = (
        [spark_type(one) for one in kept] + ["boolean"] * bool(made.above) + ["string"] * bool(made.filled)
    )
    check(f"{where}: types", [name for _, name in read.dtypes], [*types, "timestamp", "int", "bigint"])
    key = [[one.name for one in kept].index(name) for name in made.key]
    candidates = {tuple(rows[0][at] for at in key): rows for _, rows in outcome.latest.values()}
    found = {}
    for row in read.collect():
        values = plain_row(made, row.asDict())[:-3]
        found[tuple(values[at] for at in key)] = values
    check(f"{where}: keys", found.keys() ^ candidates.keys(), set())
    wrong = {
        name: (values, candidates[name]) for name, values in found.items() if values not in candidates[name]
    }
    check(f"{where}: rows", wrong, {})


def main(root: Path, gen: str, seed: int, count: int) -> None:
    """Generate datasets, synthesize them, run them, and compare."""
    rng = random.Random(seed)
    shapes = [shape(rng, number) for number in range(count)]
    root.mkdir(parents=True, exist_ok=True)
    (root / "platform.toml").write_text(platform(shapes))
    done = subprocess.run(
        [gen, "synth"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    check("gen accepts the platform", (done.returncode, done.stdout.decode() * (done.returncode != 0)), (0, ""))
    spark = session(root)
    for made in shapes:
        script = root / f"generated/made-up/dev/processing/jobs/{made.name}.py"
        stage = Stage(root / made.name, script)
        outcome = deliver(rng, stage, made, spark)
        stage.run("r1")
        compare(made, stage, spark, outcome)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
