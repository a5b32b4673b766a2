"""Run the same inputs in many orders, and compare the tables: repeated, overlapping, late files, backfills.

Usage: again.py FOLDER SCRIPT, where the script cleans `plain` or `lake` of the `platform.toml` next to this file.
"""

import sys
from pathlib import Path

from crash import restore
from pyspark.sql import SparkSession
from records import EARLY, LATE, deliver, expected, orders, values
from stage import Row, Stage, check, session

# An hour that arrives after the others are read, with older and newer versions of existing keys.
STRAY = [
    *orders(0, 3, 1),
    *({**one, "at": "2026-03-04T00:00:00Z"} for one in orders(3, 3, 1)),
    *orders(90, 2, 1),
]
WHOLE = ("--from", "2026-03-01T00", "--to", "2026-03-01T06")


def deliver_all(stage: Stage) -> None:
    """Deliver everything; the hour determines when files arrived, not when they are written."""
    deliver(stage, 1, "a.gz", [*EARLY])
    deliver(stage, 2, "b.gz", LATE)
    deliver(stage, 3, "stray.gz", [*STRAY])


def by_and_by(stage: Stage) -> None:
    """Run on a schedule: each run reads what has arrived."""
    deliver(stage, 1, "a.gz", [*EARLY])
    stage.run("one")
    stage.run("one")
    deliver(stage, 2, "b.gz", LATE)
    stage.run("two")
    stage.run("nothing-new")


def backwards(stage: Stage) -> None:
    """Run windows from the last to the first, which overlap."""
    deliver_all(stage)
    stage.run("late", "--from", "2026-03-01T02", "--to", "2026-03-01T04")
    stage.run("early", "--from", "2026-03-01T01", "--to", "2026-03-01T03")
    stage.run("late-again", "--from", "2026-03-01T02", "--to", "2026-03-01T04")


def at_once(stage: Stage) -> None:
    """Read everything in one run, then in another."""
    deliver_all(stage)
    stage.run("all")
    stage.run("again", *WHOLE)


def backfill(stage: Stage) -> None:
    """Run in parts, then the whole window again, as a backfill does."""
    deliver_all(stage)
    stage.run("some", "--from", "2026-03-01T03", "--to", "2026-03-01T04")
    # A default run reads what no manifest names.
    stage.run("rest")
    check("the rest is what no run has read", stage.manifests()[0]["strataform"]["metrics"]["files_in"], 2)
    stage.run("window", *WHOLE)


def recompute(stage: Stage, spark: SparkSession) -> None:
    """Compute everything again with another expression: a later attempt wins, and an earlier one does not return."""
    before = values(stage.table(spark))
    check("some are large", any(row[-1] for row in before), True)
    stage.run("mended", *WHOLE, "--attempt", "2", DERIVED=[("is_large", "amount > 1000")])
    after = values(stage.table(spark))
    check("the later attempt shows", after, [(*row[:-1], False) for row in before])
    stage.run("old", *WHOLE)
    check("and stays", values(stage.table(spark)), after)


def main(root: Path, script: Path) -> None:
    """Compare the scenarios."""
    spark = session(root)
    stage = Stage(root, script)
    stage.make_database(spark)
    empty = root / "saved"
    restore(empty, root)
    by_and_by(stage)
    check("two hours", values(stage.table(spark)), expected([*EARLY], LATE))
    wanted = expected([*EARLY], LATE, [*STRAY])
    first: list[Row] | None = None
    for world in (backwards, at_once, backfill):
        restore(root, empty)
        world(stage)
        table = stage.table(spark)
        check(f"{world.__name__}: the table", values(table), wanted)
        first = first or table
        check(f"{world.__name__}: the order columns", table, first)
    recompute(stage, spark)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
