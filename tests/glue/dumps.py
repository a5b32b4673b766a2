"""Drop random full dumps, whole and broken, several before a run, and compare each state; then reread older ones.

Usage: dumps.py FOLDER SCRIPT EARLIER SEED, where the script cleans `dumps` or `dumps_lake` of `deletions.toml`, and EARLIER
is that of the same dataset without `snapshot`. The wanted state
is computed here without Spark: the rows of the latest dump, and those of rejected records as they were. The last state is
written to FOLDER/wanted.json, for the test of the loads.
"""

import datetime
import gzip
import hashlib
import hmac
import json
import random
import sys
from pathlib import Path
from typing import Any

from overwritten import clock, touch
from pyspark.sql import SparkSession
from stage import KEY, Stage, check, session

FIRST = datetime.datetime(2026, 3, 1, 2, tzinfo=datetime.UTC)
KEYS = [f"k{number}" for number in range(20)]
State = dict[str, int]


def hashed(key: str) -> str:
    """Return a key as it is stored."""
    return hmac.new(KEY.encode(), key.encode(), hashlib.sha256).hexdigest()


class Source:
    """A source of dumps, with what the table must be."""

    def __init__(self, stage: Stage, spark: SparkSession, seed: int) -> None:
        self.stage, self.spark, self.rng = stage, spark, random.Random(seed)
        self.state: State = {}
        self.day = 0
        self.pending: list[tuple[str, State, set[str], bool, bool]] = []

    def now(self) -> datetime.datetime:
        """Return the time of the day's dump."""
        return FIRST + datetime.timedelta(days=self.day)

    def drop(self, rows: State, rejected: set[str] | None = None, *, unreadable: bool = False, damaged: bool = False) -> None:
        """Drop a dump, a day after the one before, half of them under the same name."""
        lines = ["id,amount", *(f"{key},{amount}" for key, amount in rows.items())]
        lines += [f"{key},many" for key in sorted(rejected or ())] + [",5"] * unreadable
        # A line that is there twice is one row.
        lines += lines[1:2]
        self.day += 1
        data = gzip.compress("\n".join(lines).encode() + b"\n")
        name = "shops.csv.gz" if self.day % 2 else f"day-{self.day}/shops.csv.gz"
        path = self.stage.root / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[: len(data) // 2] if damaged else data)
        touch(path, self.now())
        # The version before it under the same name is gone.
        self.pending = [one for one in self.pending if one[0] != name]
        self.pending.append((name, rows, set(rejected or ()), unreadable, damaged))

    def run(self, run_id: str, *more: str, **other: Any) -> dict[str, Any]:
        """Run the script an hour after the last dump, and return its metrics."""
        moment = self.now() + datetime.timedelta(hours=1)
        if self.day % 5:
            # The maintenance of each day takes longer than the run.
            other["maintain_table"] = lambda *_: None
        self.stage.run(run_id, *more, datetime=clock(moment), **other)
        path = self.stage.root / "curated/manifests" / f"{run_id}.json"
        touch(path, moment + datetime.timedelta(minutes=5))
        metrics: dict[str, Any] = json.loads(path.read_text())["strataform"]["metrics"]
        whole = sum(metrics[f"rows_{place}"] for place in ("out", "quarantined", "duplicate"))
        check(f"{run_id}: records of the dump", whole, metrics["rows_in"])
        whole = sum(metrics[f"rows_{place}"] for place in ("again", "kept", "deleted"))
        check(f"{run_id}: rows before it", whole, metrics["rows_before"])
        return metrics

    def expect(self) -> State:
        """Return the state after the latest readable dump of those that were dropped."""
        for _, rows, rejected, unreadable, damaged in reversed(self.pending):
            if damaged:
                continue
            missing = {key: amount for key, amount in self.state.items() if key not in rows}
            kept = {key: amount for key, amount in missing.items() if unreadable or key in rejected}
            self.state = {**rows, **kept}
            break
        self.pending = []
        return {hashed(key): amount for key, amount in self.state.items()}

    def found(self) -> State:
        """Return the amount of each key as a reader finds it."""
        if self.stage.is_lake:
            name = f"glue_catalog.crash_dev.{self.stage.name}"
            self.spark.catalog.refreshTable(name)
            rows = self.spark.table(name).collect()
            check("a reader sees each key once", len({row["id"] for row in rows}), len(rows))
            return {row["id"]: row["amount"] for row in rows}
        latest: dict[str, Any] = {}
        paths = [entry["url"] for one in self.stage.manifests() for entry in one["entries"]]
        for row in self.spark.read.parquet(*paths).collect() if paths else []:
            version = (row["arrived__at"], row["row__attempt"], row["row__hash"])
            if row["id"] not in latest or latest[row["id"]][0] < version:
                latest[row["id"]] = (version, row)
        return {key: row["amount"] for key, (_, row) in latest.items() if not row["row__deleted"]}

    def random_dump(self) -> None:
        """Drop a dump of most rows, some of them changed, some with rejected records."""
        rows = {key: self.rng.randint(1, 9) for key in KEYS if self.rng.random() < 0.8}
        rejected = {key for key in KEYS if key not in rows and self.rng.random() < 0.3}
        self.drop(rows, rejected, unreadable=self.rng.random() < 0.15, damaged=self.rng.random() < 0.2)


def refused(source: Source, run_id: str, *reasons: str, **other: Any) -> None:
    """Check that a run fails because of what the dump lacks, and that nothing changes."""
    before = source.found()
    try:
        source.run(run_id, **other)
    except RuntimeError as error:
        check(f"{run_id}: the reason", [one in str(error) for one in reasons], [True] * len(reasons))
    else:
        raise SystemExit(f"{run_id}: the run should have failed")
    check(f"{run_id}: nothing changes", source.found(), before)


def before_dumps(source: Source, earlier: Stage) -> None:
    """Run as before the files were dumps, twice, then read the first dump: it is compared with the rows of both runs."""
    for run_id, rows in (("upsert-one", {"k0": 9, "gone": 9}), ("upsert-two", {"k0": 8, "k1": 8})):
        source.drop(rows)
        earlier.run(run_id, datetime=clock(source.now() + datetime.timedelta(hours=1)))
        touch(source.stage.root / "curated/manifests" / f"{run_id}.json", source.now())
    source.state, source.pending = {"k0": 8, "k1": 8, "gone": 9}, []
    source.drop({"k0": 1, "k1": 1, "k2": 1})
    metrics = source.run("first")
    check("the first dump", (metrics["rows_before"], metrics["rows_deleted"]), (3, 1))
    check("the first dump: what it lacks is gone", source.found(), source.expect())
    module = source.stage.module()
    source.drop({"k0": 2, "k1": 2})
    try:
        source.run("torn", live_rows=lambda *arguments: module.live_rows(*arguments).where("amount > 1"))
    except RuntimeError as error:
        check("a row before a dump is lost: the run fails", "left 3 rows, and its files have 0" in str(error), True)
    else:
        raise SystemExit("the run should have failed")
    source.run("mended-torn")
    check("a row before a dump is lost: it is deleted later", source.found(), source.expect())


def limits(source: Source) -> None:
    """Drop an empty dump, and one that lacks most rows."""
    everything = dict.fromkeys(KEYS, 1)
    source.drop(everything)
    source.run("whole")
    check("a whole dump", source.found(), source.expect())
    source.drop({})
    refused(source, "empty", "the records fail the run: the dump lacks 20 of 20 rows, and max_deleted is 50%")
    source.drop({"k0": 2})
    refused(source, "few", "the dump lacks 19 of 20 rows, and max_deleted is 50%")
    path = source.stage.root / "raw/shops.csv.gz"
    source.day += 1
    path.write_bytes(b"")
    touch(path, source.now())
    refused(source, "no-bytes", "the dump lacks 20 of 20 rows")
    source.pending = []
    half = dict.fromkeys(KEYS[:10], 3)
    source.drop(half)
    metrics = source.run("half")
    check("half of the rows are not too many", (metrics["rows_deleted"], metrics["files_superseded"]), (10, 1))
    check("half of the rows", source.found(), source.expect())
    source.drop({})
    source.run("allowed", MAX_DELETED=100)
    check("an empty dump that is allowed", (source.found(), source.expect()), ({}, {}))
    source.drop(everything)
    source.run("again")
    check("rows that come back", source.found(), source.expect())
    source.drop(half, damaged=True)
    source.drop(half, damaged=True)
    refused(source, "unread", "no file can be read (2 are damaged), and max_rejected is 10%", MAX_REJECTED=10)


def older_ones(source: Source) -> None:
    """Read older dumps again, and the latest one in another attempt."""
    before = source.found()
    since = ["--from", "2026-03-01T00"]
    until = (source.now() - datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H")
    metrics = source.run("old", *since, "--to", until)
    check("a window of the past: older dumps are not read", (metrics["rows_in"], metrics["rows_deleted"]), (0, 0))
    check("a window of the past: they are counted", metrics["files_superseded"] > 1, True)
    check("a window of the past: nothing comes back", source.found(), before)
    whole = [*since, "--to", (source.now() + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H")]
    metrics = source.run("same", *whole)
    check("the latest dump in the same attempt is known", metrics["rows_in"], 0)
    metrics = source.run("mended", *whole, "--attempt", "2")
    check("the latest dump in another attempt is read", metrics["rows_in"] > 0, True)
    check("another attempt: the same rows", source.found(), before)


def main(root: Path, script: Path, earlier: Path, seed: int) -> None:
    """Run all scenarios."""
    spark = session(root)
    stage = Stage(root, script)
    stage.make_database(spark)
    source = Source(stage, spark, seed)
    before_dumps(source, Stage(root, earlier))
    # The next day is an odd one.
    source.day += source.day % 2
    limits(source)
    for number in range(7):
        for _ in range(source.rng.randint(1, 3)):
            source.random_dump()
        source.run(f"run-{number}", MAX_DELETED=100)
        check(f"{stage.name} after {source.day} dumps", source.found(), source.expect())
    source.run("nothing-new")
    # The last dump is whole, so that there is something to read again.
    source.drop(dict.fromkeys(KEYS[:15], 8))
    source.run("last", MAX_DELETED=100)
    check("the last dump", source.found(), source.expect())
    older_ones(source)
    (root / "wanted.json").write_text(json.dumps(source.found()))
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
