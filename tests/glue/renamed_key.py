"""A key that is renamed: rows and deletions from before the rename keep their meaning, over Parquet and over Iceberg.

Usage: renamed_key.py FOLDER GEN
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from stage import Stage, check, session

HEAD = """[platform]
name   = "crash"
owner  = "tests"
volume = "10 MB/day"

[environment.dev]
region = "eu-west-1"
"""
DATASET = """
[dataset.{name}]
source = "stream"
key = ["{key}"]
event_time = "{time}"
delete = "op = 'd'"
table_format = "{table_format}"
[dataset.{name}.column]
{columns}
op = "string(1)"
"""
BEFORE = ("id", "at", 'id = "string(20) not null"\nat = "timestamp not null"\namount = "integer"')
AFTER = (
    "code",
    "happened",
    'code = { type = "string(20) not null", renamed_from = "id" }\n'
    'happened = { type = "timestamp not null", renamed_from = "at" }\n'
    'total = { type = "integer", renamed_from = "amount" }',
)


def synthesize(root: Path, gen: str, names: tuple[str, str, str]) -> None:
    """Write the platform file and render it."""
    key, time, columns = names
    datasets = [
        DATASET.format(name=name, table_format=table_format, key=key, time=time, columns=columns)
        for name, table_format in (("files", "parquet"), ("lake", "iceberg"))
    ]
    (root / "platform.toml").write_text(HEAD + "".join(datasets))
    done = subprocess.run([gen, "synth"], cwd=root, capture_output=True, check=False)
    check("gen synth", (done.returncode, done.stderr.decode() * bool(done.returncode)), (0, ""))


def live(stage: Stage, spark: SparkSession) -> list[tuple[str, int]]:
    """Return the keys and amounts that a reader sees."""
    if stage.is_lake:
        spark.catalog.refreshTable(f"glue_catalog.crash_dev.{stage.name}")
        rows = spark.table(f"glue_catalog.crash_dev.{stage.name}").collect()
        names = ("code", "total") if "code" in rows[0] else ("id", "amount")
        return sorted((row[names[0]], row[names[1]]) for row in rows)
    latest: dict[str, Any] = {}
    files = [entry["url"] for manifest in stage.manifests() for entry in manifest["entries"]]
    # Files have the first names.
    for row in spark.read.parquet(*files).collect():
        version = (row["at"], row["arrived__at"], row["row__attempt"], row["row__hash"])
        if row["id"] not in latest or latest[row["id"]][0] < version:
            latest[row["id"]] = (version, row)
    return sorted((key, row["amount"]) for key, (_, row) in latest.items() if not row["row__deleted"])


def main() -> None:
    """Delete before a rename and after it."""
    root, gen = Path(sys.argv[1]), sys.argv[2]
    spark = session(root)
    hour = "year=2026/month=03/day=01/hour=0{}/part.gz"
    for turn, names in enumerate((BEFORE, AFTER)):
        synthesize(root, gen, names)
        for name in ("files", "lake"):
            stage = Stage(root, root / f"generated/crash/dev/processing/jobs/{name}.py")
            stage.root = root if stage.is_lake else root / "parquet"
            if turn == 0:
                stage.make_database(spark)
                first = [
                    {"id": "a", "at": "2026-03-01T01:00:00Z", "op": "i", "amount": 1},
                    {"id": "b", "at": "2026-03-01T01:00:00Z", "op": "i", "amount": 2},
                    {"id": "a", "at": "2026-03-01T02:00:00Z", "op": "d"},
                ]
                stage.write(hour.format(1), [*first])
                stage.run("one")
                check(f"{name}: before the rename", live(stage, spark), [("b", 2)])
                continue
            second = [
                # Older than the deletion of its key before the rename, and with the names from then.
                {"id": "a", "at": "2026-03-01T01:30:00Z", "op": "i", "amount": 9},
                {"code": "b", "happened": "2026-03-01T03:00:00Z", "op": "d"},
                {"code": "c", "happened": "2026-03-01T03:00:00Z", "op": "i", "total": 3},
            ]
            stage.write(hour.format(3), [*second])
            stage.run("two")
            check(f"{name}: after the rename", live(stage, spark), [("c", 3)])


main()
