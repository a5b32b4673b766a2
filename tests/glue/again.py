"""Run the same inputs in many orders, and compare the tables: twice, overlapping, late files, backfills.

Usage: again.py FOLDER SCRIPT, where the script cleans `plain` or `lake` of `platform.toml` beside this file.
"""

import sys
from pathlib import Path

from crash import restore
from pyspark.sql import SparkSession
from records import EARLY, LATE, deliver, expected, orders, values
from stage import Row, Stage, check, session

# An hour that comes when the others have been read, with versions older and newer than what is there.
STRAY = [
    *orders(0, 3, 1),
    *({**one, "at": "2026-03-04T00:00:00Z"} for one in orders(3, 3, 1)),
    *orders(90, 2, 1),
]
WHOLE = ("--from", "2026-03-01T00", "--to", "2026-03-01T06")


def deliver_all(stage: Stage) -> None:
    """Deliver everything; files arrive when their hour says, whenever they are written."""
    deliver(stage, 1, "a.gz", [*EARLY])
    deliver(stage, 2, "b.gz", LATE)
    deliver(stage, 3, "stray.gz", [*STRAY])


def by_and_by(stage: Stage) -> None:
    """Run as the clock does: each time what has come."""
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
    """Run by and by, then the whole window again, as a backfill does."""
    deliver_all(stage)
    stage.run("some", "--from", "2026-03-01T03", "--to", "2026-03-01T04")
    # A default run reads what no manifest names.
    stage.run("rest")
    check("the rest is the rest", stage.manifests()[0]["strataform"]["metrics"]["files_in"], 2)
    stage.run("window", *WHOLE)


def mended(stage: Stage, spark: SparkSession) -> None:
    """Compute the whole again with another expression: a later attempt wins, and an earlier one does not come back."""
    before = values(stage.table(spark))
    check("some are large", any(row[-1] for row in before), True)
    stage.run("mended", *WHOLE, "--attempt", "2", DERIVED=[("is_large", "amount > 1000")])
    after = values(stage.table(spark))
    check("what was mended shows", after, [(*row[:-1], False) for row in before])
    stage.run("old", *WHOLE)
    check("and stays", values(stage.table(spark)), after)


def main(root: Path, script: Path) -> None:
    """Compare the worlds."""
    spark = session(root)
    stage = Stage(root, script)
    stage.make_table(spark)
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
    mended(stage, spark)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
