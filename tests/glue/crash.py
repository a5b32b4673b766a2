"""Kill runs at many points, check what a reader sees, run again, and compare with undisturbed runs.

Usage: crash.py FOLDER SCRIPT, where the script cleans `plain` or `lake` of the `platform.toml` next to this file.
"""

import os
import shutil
import sys
from pathlib import Path

from records import EARLY, HOUR, LATE, REFUSED, deliver, expected, values
from stage import Stage, check, session

# The second hour has a damaged file, so that a run processes twice: `write 1` fails, `write 2` succeeds, `commit 1` is
# the list of damaged files, `commit 2` the manifest.
PLAIN = [
    "before list 2",
    "before read 1",
    "in write 1 100",
    "before read 2",
    "before write 2",
    "in write 2 50",
    "in write 2 300",
    "after write 2",
    "before quarantine 1",
    "in quarantine 1 50",
    "after quarantine 1",
    "before commit 1",
    "after commit 1",
    "before commit 2",
    "after commit 2",
]
# One statement describes the table, the next one merges.
LAKE = [
    "in write 2 100",
    "before sql 2",
    "in sql 2 100",
    "in sql 2 500",
    "in sql 2 1000",
    "after sql 2",
    "before commit 2",
    "after commit 2",
]


def restore(root: Path, saved: Path) -> None:
    """Restore the saved folders."""
    for folder in ("raw", "curated", "quarantine", "warehouse"):
        shutil.rmtree(root / folder, ignore_errors=True)
        if (saved / folder).exists():
            shutil.copytree(saved / folder, root / folder)


def prepare(stage: Stage) -> None:
    """Deliver and clean the first hour, then deliver the second."""
    deliver(stage, 1, "a.gz", [*EARLY])
    stage.run("r1")
    deliver(stage, 2, "b.gz", LATE)
    deliver(stage, 2, "cut.gz", [os.urandom(4000).hex()])
    cut = stage.root / "raw" / HOUR.format(2) / "cut.gz"
    cut.write_bytes(cut.read_bytes()[:1500])


def main(root: Path, script: Path) -> None:
    """Kill and repeat a run at each point."""
    spark = session(root)
    stage = Stage(root, script)
    stage.make_database(spark)
    prepare(stage)
    before, after = expected([*EARLY]), expected([*EARLY], LATE)
    check("the first run", values(stage.table(spark)), before)
    saved = root / "saved"
    restore(saved, root)
    whole = None
    for number, point in enumerate(LAKE if stage.is_lake else PLAIN):
        restore(root, saved)
        stage.die("r2", point)
        committed = point == "after commit 2"
        check("what is committed", len(stage.manifests()), 2 if committed else 1)
        seen = values(stage.table(spark))
        # An Iceberg table changes at one moment, before the manifest exists, and never partially.
        allowed = [after] if committed else [before, after] if stage.is_lake else [before]
        check("a reader sees one state or the other", seen in allowed, True)
        # The same run again, or the next run, which reads what no manifest names.
        stage.run("r2" if number % 2 else "next")
        table = stage.table(spark)
        check("the table after a run", values(table), after)
        whole = whole or table
        check("the table is the same, including order columns", table, whole)
        read, out, quarantined, duplicate = stage.counts()
        check("nothing is lost or duplicated", read, len(EARLY) + len(LATE))
        check("rejected rows", quarantined, REFUSED)
        check("duplicates", (out + quarantined + duplicate, duplicate), (read, 5))
        damaged = [path for one in stage.manifests() for path in one["strataform"]["damaged"]]
        check("the damaged file is named once", [Path(path).name for path in damaged], ["cut.gz"])
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
