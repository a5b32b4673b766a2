"""A merge into an Iceberg table rewrites no data file, and reads only the period of its rows if the key has it.

Usage: merged.py FOLDER SCRIPT, where the script cleans `customers` or `measurements` of `merged.toml`.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from stage import Stage, check, session

MODE = "write.merge.mode"


def record(name: str, day: int, amount: int, hour: int = 1) -> dict[str, Any]:
    """Return a record of a day."""
    return {"id": name, "at": f"2026-03-{day:02}T{hour:02}:00:00Z", "amount": amount}


class Table:
    """The Iceberg table of a script."""

    def __init__(self, stage: Stage, spark: SparkSession) -> None:
        self.stage, self.spark, self.runs = stage, spark, 0
        self.name = f"glue_catalog.crash_dev.{stage.name}"

    def run(self, *records: dict[str, Any]) -> None:
        """Merge records."""
        self.runs += 1
        # A maintenance of an earlier run is one of another day.
        shutil.rmtree(self.stage.root / "curated/maintenance", ignore_errors=True)
        self.stage.write(f"year=2026/month=03/day=09/hour=01/{self.runs}.gz", list(records))
        self.stage.run(f"r{self.runs}", ICEBERG_EXPIRY=[], ICEBERG_MAINTENANCE=[])
        self.spark.catalog.refreshTable(self.name)

    def maintain(self) -> None:
        """Run the statements of the maintenance."""
        self.spark.catalog.setCurrentCatalog("glue_catalog")
        self.spark.catalog.setCurrentDatabase("crash_dev")
        for statement in self.stage.module().ICEBERG_MAINTENANCE:
            self.spark.sql(statement)
        self.spark.catalog.refreshTable(self.name)

    def amounts(self) -> dict[str, int]:
        """Read the table."""
        return {row["id"]: row["amount"] for row in self.spark.table(self.name).collect()}

    def summary(self, key: str) -> int:
        """Return a number of the last snapshot."""
        last = f"SELECT max_by(summary, committed_at) AS summary FROM {self.name}.snapshots"
        return int(self.spark.sql(last).collect()[0]["summary"].get(key, 0))

    def count(self, of: str) -> int:
        """Return the number of files of a kind."""
        return self.spark.table(f"{self.name}.{of}").count()

    def mode(self) -> str | None:
        """Return the table property."""
        rows = self.spark.sql(f"SHOW TBLPROPERTIES {self.name}").collect()
        return {row["key"]: row["value"] for row in rows}.get(MODE)


def no_file_is_rewritten(table: Table) -> None:
    """A correction writes itself and where the old row is, not the file of the old row."""
    table.run(*[record(f"c{at}", day, at) for day in (1, 2, 3) for at in range(day * 100, day * 100 + 50)])
    check("a file a day", table.count("data_files"), 3)
    table.run(record("c110", 1, -1, 2), record("c210", 2, -2, 2))
    check("no file is rewritten", table.summary("deleted-data-files"), 0)
    check("two rows are written", table.summary("added-records"), 2)
    check("two rows are deleted by position", table.summary("added-position-deletes"), 2)
    amounts = table.amounts()
    check("they have their new values", (amounts["c110"], amounts["c210"], len(amounts)), (-1, -2, 150))
    table.maintain()
    check("the maintenance removes what is deleted", table.count("delete_files"), 0)
    check("and changes no row", table.amounts(), amounts)


def an_older_table_changes_its_mode(table: Table) -> None:
    """A table of an older script is copied on write, until the next run; a mode that somebody set stays."""
    spark, alter = table.spark, f"ALTER TABLE {table.name}"
    spark.sql(f"{alter} SET TBLPROPERTIES ('{MODE}' = 'copy-on-write')")
    table.run(record("c120", 1, -3, 3))
    check("this is what the test would see", table.summary("deleted-data-files") > 0, True)
    check("what somebody set stays", table.mode(), "copy-on-write")
    spark.sql(f"{alter} UNSET TBLPROPERTIES ('{MODE}')")
    table.run(record("c130", 1, -4, 3))
    check("the next run sets the mode", table.mode(), "merge-on-read")
    check("and rewrites no file", table.summary("deleted-data-files"), 0)
    amounts = table.amounts()
    check("all rows are there", (amounts["c120"], amounts["c130"], len(amounts)), (-3, -4, 150))


def other_days_are_not_read(table: Table) -> None:
    """A merge succeeds although the file of another day is missing, so it does not read it."""
    table.run(record("m1", 1, 1), record("m2", 2, 2), record("m3", 3, 3))
    rows = table.spark.sql(f"SELECT file_path FROM {table.name}.files WHERE file_path LIKE '%2026-03-01%'")
    (path,) = [Path(row["file_path"].removeprefix("file:")) for row in rows.collect()]
    aside = path.with_suffix(".aside")
    path.rename(aside)
    table.run(record("m2", 2, 1), record("m2", 2, 20), record("m3", 3, 30), record("m4", 3, 4))
    check("no file is rewritten", table.summary("deleted-data-files"), 0)
    aside.rename(path)
    found = table.amounts()
    check("the rows are merged", (sorted(found), found["m1"], found["m3"]), (["m1", "m2", "m3", "m4"], 1, 30))
    check("a key is there once", table.spark.table(table.name).count(), 4)


def main(root: Path, script: Path) -> None:
    """Run the script several times."""
    spark = session(root)
    stage = Stage(root, script)
    stage.make_database(spark)
    table = Table(stage, spark)
    if stage.name == "customers":
        no_file_is_rewritten(table)
        an_older_table_changes_its_mode(table)
    else:
        other_days_are_not_read(table)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
