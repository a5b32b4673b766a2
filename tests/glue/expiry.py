"""Old rows leave an Iceberg table, with everything that still has them, and the table still reads.

Usage: expiry.py FOLDER SCRIPT, where the script cleans `lake` of the `platform.toml` next to this file.
"""

import contextlib
import datetime
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from stage import Stage, check, session

TODAY = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAYS = 30
TABLE = "glue_catalog.crash_dev.lake"
ORPHAN_DAYS = 10


def record(name: str, days: int) -> dict[str, Any]:
    """Return a record of some days ago."""
    at = TODAY - datetime.timedelta(days=days) + datetime.timedelta(hours=1)
    return {"id": name, "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "amount": 1}


def run(stage: Stage, run_id: str, **constants: Any) -> str:
    """Run the script with a retention, and return its output."""
    printed = io.StringIO()
    module = stage.module()
    for name, value in constants.items():
        setattr(module, name, value)
    arguments = stage.arguments(run_id)
    arguments[arguments.index("--iceberg_days") + 1] = str(DAYS)
    with contextlib.redirect_stdout(printed):
        module.main(arguments)
    return printed.getvalue()


def maintenance(printed: str) -> list[Any]:
    """Return the cause of each failure of the maintenance that a run reports; None is a success."""
    lines = [line for line in printed.splitlines() if line.startswith("MAINTENANCE ")]
    metrics = [json.loads(line)["maintenance_failed"] for line in printed.splitlines() if '_failed":' in line]
    causes = [json.loads(line.removeprefix("MAINTENANCE "))["cause"] for line in lines]
    check("each report has its metric", metrics, [int(cause is not None) for cause in causes])
    return causes


def names(spark: SparkSession) -> list[str]:
    """Read the keys in the table."""
    spark.catalog.refreshTable(TABLE)
    return sorted(row["id"] for row in spark.table(TABLE).collect())


def next_day(stage: Stage) -> None:
    """Make the last maintenance one of an earlier day."""
    for done in (stage.root / "curated/maintenance").iterdir():
        done.rename(done.with_name("2026-01-01.json"))


def data_files(stage: Stage) -> set[Path]:
    """List the data files in the folder of the table, whether or not the table names them."""
    return set((stage.folder() / "data").rglob("*.parquet"))


def live_files(spark: SparkSession) -> set[Path]:
    """List the data files that the current snapshot names."""
    rows = spark.sql(f"SELECT file_path FROM {TABLE}.files").collect()
    return {Path(row["file_path"].removeprefix("file:")) for row in rows}


def rows_expire(stage: Stage, spark: SparkSession) -> None:
    """Rows that are older than the retention go at the first run of a day; others stay."""
    old = [record(f"old{at}", DAYS + 1 + at) for at in range(3)]
    new = [record("edge", DAYS), record("new", 1)]
    stage.write("year=2026/month=03/day=01/hour=01/a.gz", [*old, *new])
    check("the first run maintains", maintenance(run(stage, "r1")), [None])
    check("old rows are gone", names(spark), ["edge", "new"])
    check("their files are there, for time travel", live_files(spark) < data_files(stage), True)
    first = f"SELECT min_by(snapshot_id, committed_at) AS id FROM {TABLE}.snapshots"
    travelled = spark.sql(f"SELECT id FROM {TABLE} VERSION AS OF {spark.sql(first).collect()[0]['id']}")
    check("time travel has them", travelled.count(), 5)
    late = [record("late", DAYS + 9), record("fresh", 0)]
    stage.write("year=2026/month=03/day=01/hour=02/b.gz", late)
    check("the second run of a day does not", maintenance(run(stage, "r2")), [])
    check("so its old row is there for a day", names(spark), ["edge", "fresh", "late", "new"])


def files_expire(stage: Stage, spark: SparkSession) -> None:
    """The files of expired rows and of dead runs go, and the table still reads."""
    folder = stage.folder() / "data/at_day=2026-01-01"
    orphan, young = folder / "orphan.parquet", folder / "young.parquet"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    for path in (orphan, young):
        path.write_bytes(b"of a run that was killed")
    at = datetime.datetime.now(datetime.UTC).timestamp() - ORPHAN_DAYS * 86_400
    os.utime(orphan, (at, at))
    next_day(stage)
    # Every snapshot is older than a day.
    spark.sql(f"ALTER TABLE {TABLE} SET TBLPROPERTIES ('history.expire.max-snapshot-age-ms' = '1')")
    check("the run of the next day maintains, without new files", maintenance(run(stage, "r3")), [None])
    check("the late row is gone", names(spark), ["edge", "fresh", "new"])
    check("only files that the table names are left", data_files(stage), live_files(spark) | {young})
    check("one snapshot is left", spark.sql(f"SELECT * FROM {TABLE}.snapshots").count(), 1)
    check("its rows read", spark.sql(f"SELECT sum(amount) AS sum FROM {TABLE}").collect()[0]["sum"], 3)


def failures_are_reported(stage: Stage, spark: SparkSession) -> None:
    """A failure of the maintenance does not undo the run, and the next run tries again."""
    next_day(stage)
    stage.write("year=2026/month=03/day=01/hour=03/c.gz", [record("more", 2)])
    causes = maintenance(run(stage, "r4", ICEBERG_MAINTENANCE=["CALL system.nothing(table => 'lake')"]))
    check("a failure is reported", [cause is not None for cause in causes], [True])
    check("the run is committed", len(stage.manifests()), 4)
    check("its row is in the table", names(spark), ["edge", "fresh", "more", "new"])
    check("the next run tries again", maintenance(run(stage, "r5")), [None])
    check("and then no more", maintenance(run(stage, "r6")), [])


def an_older_table_is_not_overwritten(stage: Stage, spark: SparkSession) -> None:
    """A table that the catalog lost is not replaced by an empty one, whose maintenance would delete its files."""
    other = Stage(stage.root / "other", stage.script)
    stray = other.root / "lost/data/file.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"rows")
    other.write("year=2026/month=03/day=01/hour=01/a.gz", [record("a", 1)])
    spark.sql(f"DROP TABLE {TABLE}")
    arguments = other.arguments("r1")
    arguments[arguments.index("--iceberg_path") + 1] = str(other.root / "lost")
    try:
        other.module().main(arguments)
        message = ""
    except RuntimeError as error:
        message = str(error)
    check("the run fails and says what to do", "register_table" in message, True)
    check("nothing is created", spark.catalog.tableExists(TABLE), False)
    check("nothing is committed", other.manifests(), [])


def main(root: Path, script: Path) -> None:
    """Run the script on several days."""
    spark = session(root)
    stage = Stage(root, script)
    stage.make_database(spark)
    rows_expire(stage, spark)
    files_expire(stage, spark)
    failures_are_reported(stage, spark)
    an_older_table_is_not_overwritten(stage, spark)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
