"""Histories of added, dropped, renamed, swapped and reordered columns: no reader gives a column another one's values.

Usage: identity.py FOLDER GEN SEED COUNT
"""

import datetime
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StringType, StructField, StructType
from stage import Stage, check, session

NAMES = ["alpha", "beta", "gamma", "delta"]
ARRIVED = int(datetime.datetime.now(datetime.UTC).timestamp()) - 6 * 3600
HEAD = """[platform]
name   = "histories"
owner  = "tests"
volume = "10 MB/day"

[environment.dev]
region = "eu-west-1"
"""
LOCKED = re.compile(r'\{ number = (\d+), name = "(\w+)"(?:, type = "[^"]*")?(?:, stored = "(\w+)")?')


class Entity:
    """A column, whatever its name."""

    def __init__(self, number: int, name: str) -> None:
        self.number, self.name = number, name
        # Its name in the platform file before, and the rename that the file declares.
        self.before: str | None = None
        self.renamed_from: str | None = None

    def value(self, row: str) -> str:
        """Return the value that the column has in a row."""
        return f"{self.number}-{row}"


class Identity(NamedTuple):
    """What the lock file has of a column."""

    number: int
    stored: str


class History:
    """A project with a Parquet and an Iceberg dataset whose columns change."""

    def __init__(self, root: Path, gen: str, seed: int) -> None:
        self.root, self.gen, self.seed, self.random = root, gen, seed, random.Random(seed)
        self.next = 0
        self.entities: list[Entity] = []
        # Those of the last platform file.
        self.alive: list[Entity] = []
        # The columns that each committed row was written with.
        self.written: dict[str, set[int]] = {}
        self.add("alpha")
        self.add("beta")
        root.mkdir(parents=True)

    def add(self, name: str) -> None:
        """Add a column."""
        self.entities.append(Entity(self.next, name))
        self.next += 1

    def change(self) -> None:
        """Add, drop, rename, swap or reorder."""
        free = sorted(set(NAMES) - {one.name for one in self.entities})
        one = self.random.choice(self.entities)
        kind = self.random.choice(["add", "drop", "rename", "swap", "order"])
        if kind == "add" and free:
            self.add(self.random.choice(free))
        elif kind == "drop" and len(self.entities) > 1:
            self.entities.remove(one)
        elif kind == "rename" and free:
            one.name = self.random.choice(free)
        elif kind == "swap":
            other = self.random.choice(self.entities)
            one.name, other.name = other.name, one.name
        else:
            self.random.shuffle(self.entities)

    def synthesize(self) -> bool:
        """Write the platform file and run `gen synth`; false if the file would mean an earlier change."""
        # A name that was dropped and added again between two files never went away for `gen`.
        dropped = {one.before: one for one in self.alive if one not in self.entities}
        self.entities = [dropped.get(one.name, one) if one.before is None else one for one in self.entities]
        for one in self.entities:
            if one in dropped.values():
                one.name = str(one.before)
        declared = {one.before: one.renamed_from for one in self.alive if one.before}
        renamed = [one for one in self.entities if one.before not in (None, one.name)]
        if any(one.before == declared.get(one.name, "") for one in renamed):
            return False
        given_up = {one.before for one in renamed}
        for one in self.entities:
            if one in renamed:
                one.renamed_from = one.before
            elif one.renamed_from in given_up:
                one.renamed_from = None
            one.before = one.name
        lines = [HEAD]
        for name, table_format in (("lines", "parquet"), ("lake", "iceberg")):
            lines.append(f'[dataset.{name}]\nsource = "stream"\nkey = ["id"]\nevent_time = "at"')
            lines.append(f'table_format = "{table_format}"\n[dataset.{name}.column]')
            lines.append('id = "string(20) not null"\nat = "timestamp not null"')
            for one in self.entities:
                rename = f', renamed_from = "{one.renamed_from}"' if one.renamed_from else ""
                lines.append(f'{one.name} = {{ type = "string(20)"{rename} }}')
        (self.root / "platform.toml").write_text("\n".join(lines) + "\n")
        done = subprocess.run([self.gen, "synth"], cwd=self.root, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"seed {self.seed}: {done.stderr.decode()}")
        self.alive = list(self.entities)
        return True

    def locked(self, dataset: str) -> dict[str, Identity]:
        """Read the live columns of the lock file."""
        text = (self.root / "platform.lock").read_text().split(f"[dataset.{dataset}]")[1].split("\n]")[0]
        live = [line for line in text.splitlines() if "name =" in line and "removed = true" not in line]
        found = [LOCKED.search(line) for line in live]
        return {one[2]: Identity(int(one[1]), one[3] or one[2]) for one in found if one}

    def stage(self, dataset: str) -> Stage:
        """Return the script of the current platform file, with the folders of the dataset."""
        stage = Stage(
            self.root / dataset, self.root / f"generated/histories/dev/processing/jobs/{dataset}.py"
        )
        # Each history has a table of its own.
        stage.name = dataset
        return stage

    def run(self, turn: int) -> None:
        """Process records that have the current columns."""
        rows = [f"{turn}.{at}" for at in range(2)]
        at = f"2026-03-01T{turn:02}:00:00Z"
        records: list[dict[str, Any] | str] = [
            {"id": row, "at": at, **{one.name: one.value(row) for one in self.entities}} for row in rows
        ]
        self.written |= {row: {one.number for one in self.entities} for row in rows}
        for dataset in ("lines", "lake"):
            stage = self.stage(dataset)
            path = f"year=2026/month=03/day=03/hour={turn:02}/part.gz"
            stage.write(path, records)
            os.utime(stage.root / "raw" / path, (ARRIVED + turn, ARRIVED + turn))
            stage.run(f"run-{turn}")

    def wanted(self) -> dict[str, list[tuple[str, str | None]]]:
        """Return each column's value in each row: none in rows from before the column."""
        return {
            one.name: sorted(
                (row, one.value(row) if one.number in numbers else None)
                for row, numbers in self.written.items()
            )
            for one in self.entities
        }

    def compare(self, spark: SparkSession, turn: int) -> None:
        """Read everything in every way."""
        what = f"seed {self.seed}, turn {turn}"
        locked = self.locked("lines")
        manifests = self.stage("lines").manifests()
        files = [entry["url"] for manifest in manifests for entry in manifest["entries"]]
        # As the table of the Data Catalog: each column by its stored name.
        schema = ", ".join(["`id` STRING", *[f"`{locked[one.name].stored}` STRING" for one in self.entities]])
        rows = spark.read.schema(schema).parquet(*files)
        named = {one.name: locked[one.name].stored for one in self.entities}
        self.same(f"{what}: files by stored name", rows, named)
        # As a reader of field IDs, with any names.
        fields = [StructField("key", StringType(), True, {"parquet.field.id": locked["id"].number})]
        for at, one in enumerate(self.entities):
            fields.append(
                StructField(f"c{at}", StringType(), True, {"parquet.field.id": locked[one.name].number})
            )
        spark.conf.set("spark.sql.parquet.fieldId.read.enabled", "true")
        rows = spark.read.schema(StructType(fields)).parquet(*files).withColumnRenamed("key", "id")
        self.same(
            f"{what}: files by field ID", rows, {one.name: f"c{at}" for at, one in enumerate(self.entities)}
        )
        spark.conf.set("spark.sql.parquet.fieldId.read.enabled", "false")
        spark.catalog.refreshTable("glue_catalog.crash_dev.lake")
        rows = spark.table("glue_catalog.crash_dev.lake")
        self.same(f"{what}: the Iceberg table", rows, {one.name: one.name for one in self.entities})
        self.catalog(what)

    def same(self, what: str, rows: DataFrame, names: dict[str, str]) -> None:
        """Compare the values of each column."""
        kept = [row.asDict() for row in rows.select("id", *names.values()).collect()]
        found = {name: sorted((row["id"], row[column]) for row in kept) for name, column in names.items()}
        check(what, found, self.wanted())

    def catalog(self, what: str) -> None:
        """Check that the table of the Data Catalog declares the names that files have."""
        locked = self.locked("lines")
        declared: list[str] = []
        for path in (self.root / "generated/histories/dev/processing").glob("*.json"):
            for resource in json.loads(path.read_text())["Resources"].values():
                table = resource["Properties"].get("TableInput", {})
                if resource["Type"] == "AWS::Glue::Table" and table.get("Name") == "lines":
                    declared += [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
        stored = ["id", "at", *[locked[one.name].stored for one in self.entities]]
        check(f"{what}: the Data Catalog", declared[: len(stored)], stored)


def main(root: Path, gen: str, seed: int, count: int) -> None:
    """Run `count` histories, the first with the seed, each next one with the seed after it."""
    spark = session(root)
    for at in range(seed, seed + count):
        history = History(root / str(at), gen, at)
        spark.sql("CREATE NAMESPACE IF NOT EXISTS glue_catalog.crash_dev")
        for turn in range(7):
            before = [(one, one.name) for one in history.entities]
            for _ in range(history.random.randint(1, 3) if turn else 0):
                history.change()
            if not history.synthesize():
                history.entities = [one for one, _ in before]
                for one, name in before:
                    one.name = name
                continue
            history.run(turn)
            history.compare(spark, turn)
        spark.sql("DROP TABLE glue_catalog.crash_dev.lake PURGE")
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
