"""Shared by the tests of complete runs: a dataset's folders, its script in its own process, its tables."""

import gzip
import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import snowpark_connect_deps_iceberg
from pyspark.sql import SparkSession

KEY = "a key of the test"
HERE = Path(__file__).parent
CATALOGUE = "spark.sql.catalog.glue_catalog"
Row = tuple[Any, ...]


def check(what: str, found: Any, wanted: Any) -> None:
    """Print that a check passes, or exit."""
    if found != wanted:
        raise SystemExit(f"{what}:\n  found  {found!r}\n  wanted {wanted!r}")
    print(f"ok: {what}", flush=True)


def settings(root: Path) -> dict[str, str]:
    """Return the session settings, which Glue also sets from outside."""
    archive = "iceberg-spark-runtime-3.5_2.12-1.10.2.jar"
    return {
        "spark.master": "local[2]",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # For few rows, to generate and compile classes costs more than to interpret; `run.py` does it.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.jars": str(snowpark_connect_deps_iceberg.get_jar_path(archive)),
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        CATALOGUE: "org.apache.iceberg.spark.SparkCatalog",
        f"{CATALOGUE}.type": "hadoop",
        f"{CATALOGUE}.cache-enabled": "false",
        f"{CATALOGUE}.warehouse": str(root / "warehouse"),
        # Two partitions, so that there is a moment between the files of one write.
        "spark.sql.shuffle.partitions": "2",
    }


def session(root: Path) -> SparkSession:
    """Start Spark in this process."""
    builder = SparkSession.builder
    for name, value in settings(root).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


class Stage:
    """A dataset's script and its folders."""

    def __init__(self, root: Path, script: Path) -> None:
        self.root, self.script, self.name = root, script, script.stem
        self.is_lake = "\nMERGE: str = " in script.read_text()

    def folder(self) -> Path:
        """Return the folder of the Iceberg table."""
        return self.root / "warehouse/crash_dev" / self.name

    def write(self, path: str, records: list[dict[str, Any] | str]) -> None:
        """Write a file like Firehose."""
        lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
        target = self.root / "raw" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress("\n".join(lines).encode()))

    def arguments(self, run_id: str, *more: str) -> list[str]:
        """Return the script's arguments."""
        given = ["--JOB_NAME", "test", "--platform", "tests", "--environment", "dev"]
        given += ["--dataset", self.name, "--run_id", run_id, *more]
        for kind in ("raw", "curated", "quarantine"):
            given += [f"--{kind}_path", f"{self.root / kind}/"]
        if self.is_lake:
            given += ["--iceberg_table", f"glue_catalog.crash_dev.{self.name}"]
            # Nothing expires, whatever the day of the test.
            return [*given, "--iceberg_path", str(self.folder()), "--iceberg_days", "36500"]
        # Such a small file size makes any input a large one, whose rows are grouped by folder.
        return [*given, "--file_bytes", "2000"]

    def module(self) -> ModuleType:
        """Load the script."""
        spec = importlib.util.spec_from_file_location(self.name, self.script)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def run(self, run_id: str, *more: str, **other: Any) -> None:
        """Run the script in this process, unchanged or with other constants."""
        module = self.module()
        for name, value in other.items():
            setattr(module, name, value)
        module.main(self.arguments(run_id, *more))

    def die(self, run_id: str, point: str, *more: str) -> None:
        """Run the script in its own process, which kills the driver and Spark at a point."""
        command = [sys.executable, str(HERE / "die.py"), str(self.root), str(self.script), point]
        done = subprocess.run(
            [*command, *self.arguments(run_id, *more)],
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output = done.stdout.decode(errors="replace")
        check(
            f"{self.name}: killed at {point}",
            (done.returncode, output[-2000:] * (done.returncode != -9)),
            (-signal.SIGKILL, ""),
        )

    def make_database(self, spark: SparkSession) -> None:
        """Create the database of the Iceberg table, like CloudFormation; the job creates the table."""
        if self.is_lake:
            spark.sql("CREATE NAMESPACE IF NOT EXISTS glue_catalog.crash_dev")

    def manifests(self) -> list[dict[str, Any]]:
        """Read the committed manifests."""
        return [
            json.loads(path.read_text()) for path in sorted((self.root / "curated/manifests").glob("*.json"))
        ]

    def table(self, spark: SparkSession) -> list[Row]:
        """Return the rows that a reader sees, combined without the script."""
        if self.is_lake:
            table = spark.table(f"glue_catalog.crash_dev.{self.name}")
            spark.catalog.refreshTable(f"glue_catalog.crash_dev.{self.name}")
            return sorted(tuple(row) for row in table.collect())
        latest: dict[str, Row] = {}
        paths = [entry["url"] for manifest in self.manifests() for entry in manifest["entries"]]
        for row in spark.read.parquet(*paths).drop("event_day").collect() if paths else []:
            version = (row["at"], row["arrived__at"], row["row__attempt"], row["row__hash"])
            if row["id"] not in latest or latest[row["id"]][0] < version:
                latest[row["id"]] = (version, tuple(row))
        return sorted(row for _, row in latest.values())

    def counts(self) -> tuple[int, int, int, int]:
        """Add up the row counts in the manifests."""
        kinds = ("in", "out", "quarantined", "duplicate")
        metrics = [manifest["strataform"]["metrics"] for manifest in self.manifests()]
        read, out, quarantined, duplicate = (sum(one[f"rows_{kind}"] for one in metrics) for kind in kinds)
        return read, out, quarantined, duplicate


os.environ["STRATAFORM_HASH_KEY"] = KEY
os.environ["TZ"] = "UTC"
