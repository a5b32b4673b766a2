"""Lose or duplicate rows inside a run: it must fail and commit nothing; and count rows twice without losing any.

Usage: losses.py FOLDER SCRIPT, where the script cleans `plain` of the `platform.toml` next to this file.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, Observation
from records import EARLY, LATE, REFUSED, deliver
from stage import Stage, check, session


def fails(stage: Stage, what: str, **other: Any) -> None:
    """Check that a run with other functions fails because its rows do not reconcile."""
    try:
        stage.run(what.replace(" ", "-"), **other)
    except RuntimeError as error:
        check(f"{what}: the run fails", "rows do not reconcile" in str(error), True)
    else:
        raise SystemExit(f"{what}: the run should have failed")
    check(f"{what}: nothing is committed", stage.manifests(), [])


def protected(stage: Stage, change: Callable[[DataFrame], DataFrame]) -> dict[str, Any]:
    """Change the good rows between where they are read and where duplicates are dropped."""
    protect = stage.module().protect
    return {"protect": lambda *arguments: change(protect(*arguments))}


def kept(stage: Stage, change: Callable[[DataFrame], DataFrame]) -> dict[str, Any]:
    """Change the rows that are kept, after they are counted."""
    module = stage.module()

    def listed(*arguments: Any) -> DataFrame:
        return change(module.keep_latest(*arguments))

    return {"keep_latest": listed}


class Twice(Observation):
    """An observation of a stage that Spark ran twice: counts of records are doubled, bitmaps are not."""

    @property
    def get(self) -> dict[str, Any]:
        """Return the metrics."""
        found = super().get
        if "bad" not in found or "broken" not in found:
            return found
        return {name: value * 2 if isinstance(value, int) else value for name, value in found.items()}


def main(root: Path, script: Path) -> None:
    """Run all scenarios."""
    spark = session(root)
    stage = Stage(root, script)
    deliver(stage, 1, "a.gz", [*EARLY])
    deliver(stage, 2, "b.gz", LATE)
    fails(stage, "a row is lost", **protected(stage, lambda rows: rows.where("id <> '7'")))
    fails(stage, "a version of a key is lost", **protected(stage, lambda rows: rows.where("amount <> 200")))
    # A condition that the optimizer cannot decide: it would leave out the whole plan.
    fails(stage, "all rows are lost", **protected(stage, lambda rows: rows.where("amount < 0")))
    fails(stage, "a row is there twice", **protected(stage, lambda rows: rows.union(rows.where("id = '7'"))))
    fails(stage, "a kept row is lost", **kept(stage, lambda rows: rows.where("id <> '7'")))
    stage.run("sound", Observation=Twice)
    read, out, quarantined, duplicate = stage.counts()
    check("a stage that ran twice: every record is counted once", read, len(EARLY) + len(LATE))
    check("a stage that ran twice: rejected records", quarantined, REFUSED)
    check("a stage that ran twice: duplicates", (out + quarantined + duplicate, duplicate > 0), (read, True))
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
