"""Run the committed scripts of the blueprints on sample data and on corrupted samples; compare with an oracle.

Usage: blueprints.py FOLDER REPOSITORY SEED
"""

import csv
import datetime
import gzip
import io
import json
import os
import random
import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dirt
from meaning import MEANINGS, Meaning
from oracle import Row, curated, first_fault, is_ahead, spark_type
from pyspark.sql import SparkSession
from shapes import Column, Shape
from stage import Stage, check, session

Record = dict[str, Any]
# When the first file arrived: some records of the samples are late by then, others are not.
ARRIVED = int(datetime.datetime(2026, 3, 20, tzinfo=datetime.UTC).timestamp())
HOUR = "year=2026/month=03/day=20/hour=00"


@dataclass
class Dataset:
    """A dataset of a blueprint."""

    made: Shape
    means: Meaning
    late: datetime.timedelta
    is_lake: bool

    def columns(self) -> list[tuple[str, str]]:
        """Return the names and types of the curated columns."""
        kept = [(one.name, spark_type(one)) for one in self.made.columns if one.sensitive != "drop"]
        return kept + [(name, kind) for name, (kind, _) in self.means.derived.items()]


def column(name: str, given: str | dict[str, str]) -> Column:
    """Parse a column of the platform file."""
    entry = {"type": given} if isinstance(given, str) else given
    found = re.fullmatch(r"(\w+)(?:\((\d+)(?:,\s*(\d+))?\))?( not null)?", entry["type"])
    assert found, entry
    size = tuple(int(one) for one in found.groups()[1:3] if one)
    return Column(name, found[1], size, bool(found[4]), entry.get("sensitive"))


def datasets(platform: dict[str, Any]) -> list[Dataset]:
    """Parse the datasets of a platform file."""
    out = []
    for name, entry in platform["dataset"].items():
        source = entry["source"] if entry["source"] == "stream" else entry.get("format", "json")
        columns = [column(*one) for one in entry["column"].items()]
        made = Shape(name, source, columns, entry["key"], entry.get("event_time"), "")
        made.delimiter = entry.get("delimiter", ",")
        means = MEANINGS[name]
        check(f"{name}: rules are known", [*means.rules], [*entry.get("expect", {})])
        check(f"{name}: derived columns are known", [*means.derived], [*entry.get("derive", {})])
        days = re.fullmatch(r"(\d+) days", entry.get("late", "3 days"))
        assert days, entry
        late = datetime.timedelta(days=int(days[1]))
        out.append(Dataset(made, means, late, entry.get("table_format") == "iceberg"))
    return out


@dataclass
class Outcome:
    """The expected outcome of all records."""

    dataset: Dataset
    rows_in: int = 0
    sound: int = 0
    unknown: int = 0
    # Reason and text of quarantined records.
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    # The versions of each key that can win: several only if nothing but the hash distinguishes them.
    latest: dict[Row, tuple[tuple[Any, int], list[Row]]] = field(default_factory=dict)

    def take(self, record: Record | str, text: str, arrived: int) -> None:
        """Add a record, or a line that is not a record: then `record` is the reason."""
        made, means = self.dataset.made, self.dataset.means
        self.rows_in += 1
        if isinstance(record, str):
            self.refused[record, text] += 1
            return
        values: dict[str, Any] = {}
        if fault := first_fault(made, record, values):
            self.refused[fault, text] += 1
            return
        if is_ahead(made, values, arrived):
            self.refused[f"{made.event_time}: in the future", text] += 1
            return
        self.sound += 1
        self.unknown += not {*record} <= {one.name for one in made.columns}
        failed = [name for name, (_, holds) in means.rules.items() if holds(values) is False]
        self.failed.update(failed)
        if refusing := [name for name in failed if means.rules[name][0] == "quarantine"]:
            self.refused[f"expectation: {refusing[0]}", text] += 1
            return
        row = curated(made, values) + tuple(give(values) for _, give in means.derived.values())
        version = (values[made.event_time] if made.event_time else 0, arrived)
        key = tuple(values[name] for name in made.key)
        best = self.latest.get(key)
        if best is None or best[0] < version:
            self.latest[key] = (version, [row])
        elif best[0] == version:
            best[1].append(row)

    def late(self) -> int:
        """Count the curated rows that arrived late."""
        if not self.dataset.made.event_time:
            return 0
        epoch = datetime.datetime(1970, 1, 1)
        versions = [version for version, _ in self.latest.values()]
        came = [(at, epoch + datetime.timedelta(seconds=arrived)) for at, arrived in versions]
        return sum(at < arrived - self.dataset.late for at, arrived in came)


def put(stage: Stage, path: str, data: bytes, number: int) -> int:
    """Write a raw file, and return when it arrived."""
    target = stage.root / "raw" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    os.utime(target, (ARRIVED + number, ARRIVED + number))
    return ARRIVED + number


def deliver_json(rng: random.Random, stage: Stage, outcome: Outcome, sample: str) -> set[str]:
    """Write the sample, corrupted lines and damaged files; return the names of the damaged files."""
    clean = [(line, dirt.read(line)) for line in sample.split("\n") if line.strip()]
    records = [record for _, record in clean if isinstance(record, dict)]
    folder = f"{HOUR}/" if outcome.dataset.made.source == "stream" else "dropped/"
    dirty = dirt.lines(rng, outcome.dataset.made, records)
    for number, some in enumerate([clean, dirty, rng.sample(clean, len(clean) // 4)]):
        text = "\n".join([*(line for line, _ in some[:5]), "", "  ", *(line for line, _ in some[5:])])
        # Several gzip members in a row, as from a program that appends to a file; both kinds of line endings.
        middle = text.index("\n", len(text) // 2) + 1
        parts = [gzip.compress(one.encode()) for one in (text[:middle], text[middle:].replace("\n", "\r\n"))]
        arrived = put(stage, f"{folder}part{number}.gz", b"".join(parts), number)
        for line, record in some:
            outcome.take(record, line, arrived)
    put(stage, f"{folder}empty.gz", b"", 3)
    put(stage, f"{folder}blank.gz", gzip.compress(b"\n \n\n"), 3)
    broken = dirt.damaged(rng, sample)
    for name, data in broken.items():
        put(stage, f"{folder}{name}.gz", data, 4)
    return {f"{name}.gz" for name in broken}


def deliver_csv(rng: random.Random, stage: Stage, outcome: Outcome, sample: str) -> set[str]:
    """Write the same as CSV, with the corrupted lines in another column order."""
    made = outcome.dataset.made
    arrived = put(stage, "sample.csv", sample.encode(), 0)
    reader = csv.DictReader(io.StringIO(sample), delimiter=made.delimiter)
    records = [{name: text for name, text in record.items() if text != ""} for record in reader]
    for record in records:
        outcome.take(record, "", arrived)
    names = [one.name for one in made.columns] + ["nobody_knows"]
    rng.shuffle(names)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=made.delimiter, lineterminator="\r\n")
    writer.writerow(names)
    arrived = ARRIVED + 1
    for record in dirt.fields(rng, made, records):
        writer.writerow([record.get(name, "") for name in names])
        outcome.take({"nobody_knows": "", **record}, "", arrived)
        if rng.random() < 0.1:
            # Too many fields, and too few.
            writer.writerow(["1"] * rng.choice([len(names) + 1, len(names) - 1]))
            outcome.take("invalid csv", "", arrived)
            out.write("\r\n")
    put(stage, "dirt.csv", b"\xef\xbb\xbf" + out.getvalue().encode(), 1)
    put(stage, "header.csv", made.delimiter.join(names).encode(), 2)
    put(stage, "empty.csv", b"", 3)
    broken = dirt.damaged(rng, sample)
    for name, data in broken.items():
        put(stage, f"{name}.csv.gz", data, 4)
    return {f"{name}.csv.gz" for name in broken}


def refused(stage: Stage, folder: str, with_text: bool) -> Counter[tuple[str, str]]:
    """Count the quarantined records by reason and text."""
    found = Counter[tuple[str, str]]()
    for path in (stage.root / "quarantine" / f"run={folder}").rglob("part-*.json.gz"):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            one = json.loads(line)
            found[one["reason"], one["text"] if with_text else ""] += 1
    return found


def compare_figures(dataset: Dataset, stage: Stage, outcome: Outcome, damaged: set[str]) -> None:
    """Compare the manifest and the quarantine with the expected outcome."""
    made, own = dataset.made, stage.manifests()[0]["strataform"]
    metrics, out, bad = own["metrics"], len(outcome.latest), sum(outcome.refused.values())
    kinds = ("in", "out", "quarantined", "duplicate")
    reasons = Counter[str]()
    for (reason, _), count in outcome.refused.items():
        reasons[reason] += count
    check(f"{made.name}: reasons", metrics["reasons"], dict(sorted(reasons.items())))
    wanted = (outcome.rows_in, out, bad, outcome.rows_in - out - bad)
    check(f"{made.name}: counts", tuple(metrics[f"rows_{kind}"] for kind in kinds), wanted)
    check(
        f"{made.name}: rules", metrics["failed"], {name: outcome.failed[name] for name in dataset.means.rules}
    )
    check(f"{made.name}: undeclared fields", metrics["rows_unknown"], outcome.unknown)
    check(f"{made.name}: late", metrics["rows_late"], outcome.late())
    check(f"{made.name}: damaged files", {Path(path).name for path in own["damaged"]}, damaged)
    found = refused(stage, own["folder"], made.source != "csv")
    check(f"{made.name}: quarantine", found - outcome.refused | (outcome.refused - found), Counter())
    check(f"{made.name}: every kind of record occurs", min(wanted) > 0, True)


def compare_rows(dataset: Dataset, stage: Stage, spark: SparkSession, outcome: Outcome) -> None:
    """Compare the rows in the files and in the Iceberg table."""
    made = dataset.made
    read = spark.read.parquet(*[entry["url"] for entry in stage.manifests()[0]["entries"]])
    same_rows(dataset, outcome, read.collect(), f"{made.name}: files")
    order = [("arrived__at", "timestamp"), ("row__attempt", "int"), ("row__hash", "bigint")]
    check(f"{made.name}: types", read.dtypes, dataset.columns() + order)
    if dataset.is_lake:
        table = spark.table(f"glue_catalog.crash_dev.{made.name}")
        same_rows(dataset, outcome, table.collect(), f"{made.name}: Iceberg")


def same_rows(dataset: Dataset, outcome: Outcome, rows: list[Any], where: str) -> None:
    """Compare each row, by its key."""
    made = dataset.made
    names = [name for name, _ in dataset.columns()]
    documents = {one.name for one in made.columns if one.kind == "json"}
    places = [names.index(name) for name in made.key]
    wanted = {tuple(found[0][at] for at in places): found for _, found in outcome.latest.values()}
    check(f"{where}: one row per key", len(rows), len(wanted))
    wrong = []
    for row in rows:
        # JSON documents are normalized.
        plain = {name: json.dumps(json.loads(row[name])) for name in documents if row[name] is not None}
        values = tuple(plain.get(name, row[name]) for name in names)
        candidates = wanted[tuple(row[name] for name in made.key)]
        if values not in candidates:
            wrong.append((values, candidates))
    check(f"{where}: values", wrong[:3], [])


def run_dataset(stage: Stage, dataset: Dataset, sample: str, spark: SparkSession, rng: random.Random) -> None:
    """Deliver data to a dataset, run its committed script, and compare."""
    made, outcome = dataset.made, Outcome(dataset)
    stage.make_database(spark)
    deliver = deliver_csv if made.source == "csv" else deliver_json
    damaged = deliver(rng, stage, outcome, sample)
    # Most records are rejected on purpose.
    rules = [rule._replace(threshold=rule.threshold and 1) for rule in stage.module().RULES]
    stage.run("r1", MAX_REJECTED=100, RULES=rules)
    compare_figures(dataset, stage, outcome, damaged)
    compare_rows(dataset, stage, spark, outcome)


def main(root: Path, repository: Path, seed: int) -> None:
    """Run every dataset of every blueprint."""
    spark = session(root)
    names = sorted(path.parent.name for path in (repository / "blueprints").glob("*/platform.toml"))
    check("blueprints", names, ["clickstream", "iot-telemetry", "retail-orders"])
    for name in names:
        platform = tomllib.loads((repository / f"blueprints/{name}/platform.toml").read_text())
        for dataset in datasets(platform):
            own = dataset.made.name
            stage = Stage(root / own, repository / f"generated/{name}/dev/processing/jobs/{own}.py")
            sample = next((repository / f"blueprints/{name}/sample").glob(f"{own}.*")).read_text()
            run_dataset(stage, dataset, sample, spark, random.Random(f"{seed} {own}"))
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
