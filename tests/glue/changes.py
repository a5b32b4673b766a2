"""Deliver a random history of changes and deletions, in any order, in runs that repeat and overlap; compare each state.

Usage: changes.py FOLDER SCRIPT SEED, where the script cleans `changes` or `changes_lake` of `deletions.toml`. The wanted
state is computed here without Spark: of each key, the version with the latest event time, unless it is a deletion. The
last state is written to FOLDER/wanted.json, for the test of the loads.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

from losses import fails
from pyspark.sql import SparkSession
from records import HOUR, deliver
from stage import Stage, check, session

Record = dict[str, Any]
KEYS = [f"k{number}" for number in range(14)]


def moment(number: int) -> str:
    """Return the time of an event, which has a number of its own."""
    return f"2026-03-{1 + number // 24:02}T{number % 24:02}:00:00Z"


def history(rng: random.Random) -> list[Record]:
    """Return changes in the order of their times, days apart, so that a key and its deletion differ in partition."""
    made: list[Record] = []
    for number in range(150):
        key = rng.choice(KEYS)
        change: Record = {"id": key, "at": moment(number)}
        if rng.random() < 0.4:
            # What else it has does not matter: nothing, a value that breaks a rule, or one that is no number.
            rest = rng.choice([{}, {"amount": -1}, {"amount": "x"}, {"amount": 7, "email": "gone@example.com"}])
            made.append({**change, "op": "d", **rest})
        else:
            made.append({**change, "op": rng.choice(["c", "u", None]), "amount": number, "email": f"{key}@example.com"})
    return made


def state(changes: list[Record]) -> dict[str, int]:
    """Return the amount of each key that exists after changes."""
    latest: dict[str, Record] = {}
    for change in changes:
        known = latest.get(change["id"])
        # Among equals, the deletion wins.
        if known is None or (known["at"], known.get("op") == "d") <= (change["at"], change.get("op") == "d"):
            latest[change["id"]] = change
    return {key: int(one["amount"]) for key, one in latest.items() if one.get("op") != "d"}


def found(stage: Stage, spark: SparkSession) -> dict[str, int]:
    """Return the amount of each key as a reader finds it."""
    if stage.is_lake:
        name = f"glue_catalog.crash_dev.{stage.name}"
        spark.catalog.refreshTable(name)
        rows = spark.table(name).collect()
        check("a reader sees each key once", len({row["id"] for row in rows}), len(rows))
        return {row["id"]: int(row["amount"]) for row in rows}
    latest: dict[str, Any] = {}
    for row in stored(stage, spark):
        version = (row["at"], row["arrived__at"], row["row__attempt"], row["row__hash"])
        if row["id"] not in latest or latest[row["id"]][0] < version:
            latest[row["id"]] = (version, row)
    return {key: int(row["amount"]) for key, (_, row) in latest.items() if not row["row__deleted"]}


def stored(stage: Stage, spark: SparkSession) -> list[Any]:
    """Return the rows of all committed files."""
    paths = [entry["url"] for manifest in stage.manifests() for entry in manifest["entries"]]
    return spark.read.parquet(*paths).collect() if paths else []


def counted(stage: Stage) -> None:
    """Check that every record is counted in one place."""
    for manifest in stage.manifests():
        metrics = manifest["strataform"]["metrics"]
        places = ("out", "quarantined", "duplicate", "deleted")
        whole = sum(metrics[f"rows_{place}"] for place in places)
        check(f"{metrics['run_id']}: {metrics}", whole, metrics["rows_in"])


def explicit(stage: Stage, spark: SparkSession) -> list[Record]:
    """Deliver a deletion before the row that it deletes, an older deletion, and rows that come back."""
    row = {"op": "c", "amount": 1}
    first = [
        {"id": "early", "at": moment(10), "op": "d"},
        {"id": "older", "at": moment(20), **row},
        {"id": "back", "at": moment(5), "op": "d"},
        {"id": "tie", "at": moment(7), **row},
        {"id": "tie", "at": moment(7), "op": "d"},
        {"id": "twice", "at": moment(3), "op": "d"},
        {"id": "twice", "at": moment(3), "op": "d"},
    ]
    # A deletion without a time, or of no key, is no deletion.
    faulty = [{"id": "timeless", "op": "d"}, {"at": moment(1), "op": "d"}, {"id": "x", "at": "soon", "op": "d"}]
    deliver(stage, 1, "explicit.gz", [*first, *faulty])
    stage.run("explicit")
    metrics = stage.manifests()[-1]["strataform"]["metrics"]
    check("deletions are counted", (metrics["rows_deleted"], metrics["rows_quarantined"]), (4, 3))
    check("and duplicates are not among them", metrics["rows_duplicate"], 2)
    second = [
        {"id": "early", "at": moment(9), **row},
        {"id": "older", "at": moment(19), "op": "d"},
        {"id": "back", "at": moment(6), **row},
    ]
    deliver(stage, 2, "explicit.gz", second)
    stage.run("explicit-two")
    check("a deletion beats an older row that comes later, and no newer row", found(stage, spark), state([*first, *second]))
    check("which means", found(stage, spark), {"older": 1, "back": 1})
    return [*first, *second]


def main(root: Path, script: Path, seed: int) -> None:
    """Run the history."""
    rng = random.Random(seed)
    spark = session(root)
    stage = Stage(root, script)
    stage.make_database(spark)
    deliver(stage, 0, "lost.gz", [{"id": "lost", "at": moment(0), "op": "d"}, {"id": "kept", "at": moment(0), "op": "c", "amount": 1}])
    module = stage.module()
    lost = lambda *arguments: module.keep_latest(*arguments).where("NOT row__deleted")  # noqa: E731
    fails(stage, "a deletion is lost", keep_latest=lost)
    (stage.root / "raw" / HOUR.format(0) / "lost.gz").unlink()
    read = explicit(stage, spark)
    rest = history(rng)
    rng.shuffle(rest)
    hour = 3
    while rest:
        count = rng.randint(8, 40)
        part, rest = rest[:count], rest[count:]
        # Some are delivered twice, in another file.
        deliver(stage, hour, "a.gz", part)
        deliver(stage, hour, "b.gz", rng.sample(part, 3))
        stage.run(f"run-{hour}")
        read += part
        check(f"{stage.name} after {len(read)} changes", found(stage, spark), state(read))
        hour += 1
    stage.run(f"run-{hour - 1}")
    whole = ["--from", "2026-03-01T00", "--to", f"2026-03-01T{hour:02}"]
    stage.run("old", "--from", "2026-03-01T00", "--to", "2026-03-01T02")
    check("a window of the past brings nothing back", found(stage, spark), state(read))
    stage.run("mended", *whole, "--attempt", "2")
    check("nor does another attempt", found(stage, spark), state(read))
    counted(stage)
    empty = [[row[name] for name in ("op", "amount", "email", "note", "is_large")] for row in stored(stage, spark) if row["row__deleted"]]
    check("a deletion keeps no value", (len(empty) > 20, {value for row in empty for value in row}), (True, {None}))
    (root / "wanted.json").write_text(json.dumps(state(read)))
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
