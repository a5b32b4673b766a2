"""The world of `proof.py`: records of three days, the datasets of `proof.toml`, what their readers see."""

import datetime
import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from stage import Row, Stage

Records = list[dict[str, Any] | str]
NAMES = ("sales", "visits", "customers")
MIDNIGHT = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
# The days on which records arrived; raw records are kept for ten.
DAYS = [MIDNIGHT - datetime.timedelta(days=ago) for ago in (7, 4, 2)]


def at(day: int, hour: int, later: int = 0) -> str:
    """Return a time of a day of the records, or days after it."""
    return (DAYS[day] + datetime.timedelta(days=later, hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def sale(
    name: str, day: int, hour: int, amount: Any, kind: str | None = "sale", **more: Any
) -> dict[str, Any]:
    """Return a sale. The later it is, the earlier it was paid."""
    paid = at(0, 23 - hour, -1 - day)
    return {"id": name, "at": at(day, hour), "paid": paid, "amount": amount, "kind": kind, **more}


SALES: list[Records] = [
    [
        sale("s1", 0, 1, 50, note="short"),
        # Two versions in one run, which keeps the later one; the other one was paid later.
        sale("s1", 0, 6, 60),
        sale("s2", 0, 2, 200),
        sale("finer", 0, 3, 5.1234),
        sale("negative", 0, 4, -1),
        sale("void", 0, 5, 7, "void"),
        "no record",
    ],
    [
        sale("s1", 1, 1, 2000, zone="EU"),
        sale("talker", 1, 2, 4, note="more than ten characters"),
        sale("s3", 1, 3, 20),
    ],
    [
        sale("s2", 0, 1, 1),
        sale("wordy", 2, 2, "x"),
        sale("s3", 2, 3, 500, "void"),
        sale("kindless", 2, 4, 3, None),
    ],
]
VISITS: list[Records] = [
    [
        {"id": "v1", "at": at(0, 1), "seconds": 30, "page": "/a", "ip": "10.0.0.1"},
        {"id": "deep", "at": at(0, 2), "seconds": 90, "page": "/a/deep/page", "ip": "10.0.0.2"},
    ],
    [
        {"id": "v1", "at": at(1, 1), "seconds": 700, "page": "/b", "ip": "10.0.0.3"},
        {"id": "early", "at": at(1, 1, 2), "seconds": 10, "page": "/c", "ip": None},
    ],
    [{"id": "v2", "at": at(2, 1), "seconds": 100, "page": None, "ip": "10.0.0.1"}],
]
CUSTOMERS = [
    "id,name\nc1,Ada\nc2,Bartholomew\n",
    "id,name,city\nc1,Adele,Rome\nc3,Cleo,Oslo\n",
    "id,name\nc4,Dora\n",
]


def hour(time: datetime.datetime) -> str:
    """Format an hour as the arguments of runs."""
    return time.strftime("%Y-%m-%dT%H")


class Dataset(Stage):
    """A dataset in the world: a folder that is restored between the changes."""

    def __init__(self, world: Path, jobs: Path, name: str) -> None:
        super().__init__(world / name, jobs / f"{name}.py")
        self.world = world

    def folder(self) -> Path:
        """Return the folder of the Iceberg table."""
        return self.world / "warehouse/crash_dev" / self.name

    def run(self, run_id: str, *more: str, **other: Any) -> None:
        """Run the script without the daily maintenance, which takes longer than these runs."""
        if self.is_lake:
            other |= {"ICEBERG_EXPIRY": [], "ICEBERG_MAINTENANCE": []}
        super().run(run_id, *more, **other)

    def deliver(self) -> None:
        """Write a file on each day."""
        for day, began in enumerate(DAYS):
            arrived = (began + datetime.timedelta(hours=10)).timestamp()
            name = began.strftime("year=%Y/month=%m/day=%d/hour=10/part.gz")
            if self.name == "customers":
                name = f"customers-{day}.csv"
                (self.root / "raw").mkdir(parents=True, exist_ok=True)
                (self.root / "raw" / name).write_text(CUSTOMERS[day])
            else:
                self.write(name, (SALES if self.name == "sales" else VISITS)[day])
            os.utime(self.root / "raw" / name, (arrived, arrived))

    def rows(self, spark: SparkSession, reader: ModuleType) -> list[Row]:
        """Return the rows that a reader of the new version sees, combined without the script."""
        own = [one for one in reader.STORED if "__" not in one.name]
        if self.is_lake:
            table = f"glue_catalog.crash_dev.{self.name}"
            spark.catalog.refreshTable(table)
            rows = spark.table(table)
            # The table has present names; it lacks a column until a run of the new script.
            columns = [column(rows, one.name, one.kind).alias(one.name) for one in own]
            return sorted(map(tuple, rows.select(*columns, "arrived__at").collect()), key=repr)
        latest: dict[Row, tuple[Row, Any]] = {}
        for manifest in (one for one in self.manifests() if one["entries"]):
            rows = spark.read.parquet(*[entry["url"] for entry in manifest["entries"]])
            columns = [column(rows, one.stored, one.kind).alias(one.name) for one in own]
            columns.append(F.coalesce(column(rows, "row__deleted", "boolean"), F.lit(False)).alias("deleted"))
            for row in rows.select(*columns, "arrived__at", "row__attempt", "row__hash").collect():
                time = row[reader.EVENT_TIME] if reader.EVENT_TIME else 0
                version = (time, row["arrived__at"], row["row__attempt"], row["row__hash"])
                key = tuple(row[name] for name in reader.KEY)
                if key not in latest or latest[key][0] < version:
                    latest[key] = (version, row)
        live = [row for _, row in latest.values() if not row["deleted"]]
        names = [*[one.name for one in own], "arrived__at"]
        return sorted((tuple(row[name] for name in names) for row in live), key=repr)

    def rejected(self, reader: ModuleType) -> list[Row]:
        """Return what the latest attempt over each raw file rejected; a reason has the name of its time."""
        present = {former: name for name, former in reader.FORMER}
        latest: dict[str, str] = {}
        for run in sorted((one["strataform"] for one in self.manifests()), key=lambda one: one["attempt"]):
            latest |= {self.relative(one["path"]): run["folder"] for one in run["inputs"]}
        found = []
        for path in sorted((self.root / "quarantine").glob("run=*/rows/*.gz")):
            folder = path.parts[-3].removeprefix("run=")
            for one in map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines()):
                source = self.relative(one["source"])
                name, colon, fault = one["reason"].partition(": ")
                if latest[source] == folder:
                    found.append((source, present.get(name, name) + colon + fault, one["text"]))
        return sorted(found)

    def relative(self, path: str) -> str:
        """Return the name of a raw file in any world."""
        return unquote(path).split("/raw/", 1)[1]


def column(rows: DataFrame, name: str, kind: str) -> Column:
    """Return a column of rows in its present type; rows from before it lack it."""
    return (F.col(name) if name in rows.columns else F.lit(None)).cast(kind)


class Project:
    """A version of the platform file, next to its generated files."""

    def __init__(self, folder: Path, gen: str, text: str, lock: Path | None = None) -> None:
        self.folder, self.gen = folder, gen
        folder.mkdir(parents=True)
        (folder / "platform.toml").write_text(text)
        if lock:
            shutil.copy(lock, folder / "platform.lock")
        self.call("gen synth")
        self.jobs = folder / "generated/proof/dev/processing/jobs"

    def call(self, command: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command of a shell in which `gen` is found."""
        path = f"{Path(self.gen).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            check=False,
        )
        if done.returncode not in codes:
            raise SystemExit(f"{command}: {done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout.decode()

    def backfills(self, old: "Project") -> list[dict[str, Any]]:
        """Return what must be processed again since an older version."""
        text = self.call(f"gen diff --no-run --format json {old.folder}/generated generated", (0, 1, 3))
        return [one for part in json.loads(text)["parts"] for one in part.get("backfills", [])]

    def runs(self, command: str) -> list[dict[str, Any]]:
        """Return the runs that a command plans."""
        return json.loads(self.call(f"{command} --format json"))["plan"]["runs"]


class World:
    """The folders of all datasets."""

    def __init__(self, root: Path, spark: SparkSession) -> None:
        self.world, self.saved, self.spark = root / "world", root / "saved", spark
        # What a script makes of all records, by its text.
        self.known: dict[str, tuple[list[Row], list[Row]]] = {}

    def restore(self, state: str) -> None:
        """Go back to a saved state."""
        shutil.rmtree(self.world)
        shutil.copytree(self.saved / state, self.world)

    def save(self, state: str) -> None:
        """Keep the present state."""
        shutil.copytree(self.world, self.saved / state)

    def dataset(self, project: Project, name: str) -> Dataset:
        """Return a dataset with the script of a version."""
        return Dataset(self.world, project.jobs, name)

    def state(self, project: Project, name: str) -> tuple[list[Row], list[Row]]:
        """Return what readers of a version see."""
        dataset = self.dataset(project, name)
        reader = dataset.module()
        return dataset.rows(self.spark, reader), dataset.rejected(reader)

    def from_scratch(self, project: Project) -> dict[str, tuple[list[Row], list[Row]]]:
        """Return what readers see after a version has processed everything in an empty world."""
        self.restore("raw")
        found = {}
        for name in NAMES:
            dataset = self.dataset(project, name)
            text = dataset.script.read_text()
            if text not in self.known:
                dataset.run("all", "--from", hour(DAYS[0]), "--to", hour(MIDNIGHT))
                self.known[text] = self.state(project, name)
            found[name] = self.known[text]
        return found
