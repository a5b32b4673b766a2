"""Records from before a rename: JSON, CSV and Parquet files with the former name of a column keep its values.

Usage: former.py FOLDER GEN
"""

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from pyspark.sql import Row, SparkSession
from stage import Stage, check, session

PLATFORM = """[platform]
name   = "former"
owner  = "tests"
volume = "10 MB/day"

[environment.dev]
region = "eu-west-1"
"""
DATASET = """
[dataset.{name}]
{source}
key = ["id"]
event_time = "at"
[dataset.{name}.column]
id = "string(20) not null"
at = "timestamp not null"
{columns}
"""
SOURCES = {
    "events": 'source = "stream"',
    "sheet": 'source = "files"\nformat = "csv"',
    "table": 'source = "files"\nformat = "parquet"',
}
# A decimal that a double cannot represent, a required column, and one that is renamed twice.
COLUMNS = [
    'amount = "decimal(20,2)"\nkind = "string(5) not null"\nnote = "string(20)"',
    'total = { type = "decimal(20,2)", renamed_from = "amount" }\n'
    'sort = { type = "string(5) not null", renamed_from = "kind" }\n'
    'remark = { type = "string(20)", renamed_from = "note" }',
    'total = { type = "decimal(20,2)", renamed_from = "amount" }\n'
    'sort = { type = "string(5) not null", renamed_from = "kind" }\n'
    'comment = { type = "string(20)", renamed_from = "remark" }',
]
# The names in the records, and their values.
RECORDS = [
    (("amount", "kind", "note"), ("123456789012345678.25", "a", "first")),
    (("total", "sort", "remark"), ("2.50", "b", "second")),
    (("total", "sort", "comment"), ("3.75", "c", "third")),
]
AT = "2026-03-01T10:00:00Z"


def write(spark: SparkSession, stage: Stage) -> None:
    """Write a file of each time."""
    for number, (names, values) in enumerate(RECORDS):
        day = f"year=2026/month=03/day=01/hour=1{number}"
        if stage.name == "events":
            fields = [f'"{names[0]}": {values[0]}']
            fields += [f'"{name}": "{value}"' for name, value in zip(names[1:], values[1:], strict=True)]
            stage.write(f"{day}/part.gz", [f'{{"id": "{number}", "at": "{AT}", {", ".join(fields)}}}'])
            continue
        folder = stage.root / "raw" / day
        if stage.name == "sheet":
            folder.mkdir(parents=True)
            text = f"id,at,{','.join(names)}\n{number},{AT},{','.join(values)}\n"
            (folder / "part.csv").write_text(text)
            continue
        at = datetime.datetime.fromisoformat(AT)
        typed = dict(zip(names, (Decimal(values[0]), *values[1:]), strict=True))
        rows = spark.createDataFrame([Row(id=str(number), at=at, **typed)])
        amount = rows[names[0]].cast("decimal(20,2)")
        rows.withColumn(names[0], amount).coalesce(1).write.parquet(str(folder))


def main() -> None:
    """Rename columns twice, then read records of each time."""
    root, gen = Path(sys.argv[1]), sys.argv[2]
    for columns in COLUMNS:
        datasets = [DATASET.format(name=name, source=source, columns=columns) for name, source in SOURCES.items()]
        (root / "platform.toml").write_text(PLATFORM + "".join(datasets))
        done = subprocess.run([gen, "synth"], cwd=root, capture_output=True, check=False)
        check("gen synth", (done.returncode, done.stderr.decode() * bool(done.returncode)), (0, ""))
    spark = session(root)
    for name in SOURCES:
        stage = Stage(root / name, root / f"generated/former/dev/processing/jobs/{name}.py")
        write(spark, stage)
        stage.run("one")
        metrics = stage.manifests()[0]["strataform"]["metrics"]
        check(f"{name}: no field is unknown", (metrics["rows_out"], metrics["rows_unknown"]), (3, 0))
        files = [entry["url"] for entry in stage.manifests()[0]["entries"]]
        found = [
            (str(row["amount"]), row["kind"], row["note"])
            for row in spark.read.parquet(*files).orderBy("id").collect()
        ]
        check(f"{name}: every value is there", found, [values for _, values in RECORDS])


main()
