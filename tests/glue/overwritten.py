"""Overwrite a file under its own name every night, every month, and while it is read; on folders and on a stand-in for S3.

Usage: overwritten.py FOLDER SCRIPT, where the script cleans `dropped` of the `platform.toml` next to this file.
"""

import datetime
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from pyspark.sql import SparkSession
from stage import Stage, check, session

FIRST = datetime.datetime(2026, 1, 31, 3, tzinfo=datetime.UTC)
NIGHTS = [FIRST + datetime.timedelta(days=at) for at in range(6)]
# The longest gap between two runs is far beyond the time that a run looks back.
MONTHS = [FIRST + datetime.timedelta(days=31 * at) for at in range(3)]
FILE = "customers.csv"


def clock(now: datetime.datetime) -> Any:
    """Return a stand-in for the module `datetime`, whose clock has stopped."""

    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> "Stopped":
            return cls.fromtimestamp(now.timestamp(), tz)

    return SimpleNamespace(datetime=Stopped, timedelta=datetime.timedelta, UTC=datetime.UTC)


def touch(path: Path, moment: datetime.datetime) -> None:
    """Set when a file was written."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def drop(stage: Stage, number: int, moment: datetime.datetime) -> None:
    """Write the file of a night, of the same length every time."""
    path = stage.root / "raw" / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"customer_id,name\n1,number {number}\n")
    touch(path, moment)


def run(stage: Stage, run_id: str, moment: datetime.datetime, *more: str, **other: Any) -> Any:
    """Run the script at a moment, and return its manifest."""
    stage.run(run_id, *more, datetime=clock(moment), **other)
    path = stage.root / "curated/manifests" / f"{run_id}.json"
    touch(path, moment + datetime.timedelta(minutes=5))
    return json.loads(path.read_text())


def rows_in(manifest: Any) -> int:
    """Return the number of records that a run read."""
    return int(manifest["strataform"]["metrics"]["rows_in"])


def every(what: str, moments: list[datetime.datetime], stage: Stage, spark: SparkSession) -> None:
    """Overwrite the file at each moment; a run follows within the hour, and another one finds nothing new."""
    for number, moment in enumerate(moments):
        drop(stage, number, moment)
        manifest = run(stage, f"r{number}", moment + datetime.timedelta(minutes=10))
        check(f"{what} {number}: the file is read", rows_in(manifest), 1)
        names = [row["name"] for row in spark.read.parquet(manifest["entries"][0]["url"]).collect()]
        check(f"{what} {number}: as it is now", names, [f"number {number}"])
        manifest = run(stage, f"r{number}-again", moment + datetime.timedelta(minutes=30))
        check(f"{what} {number}: and only once", rows_in(manifest), 0)


def older_manifest(stage: Stage) -> None:
    """Read the manifest of an older script, which names paths without versions."""
    moment = NIGHTS[0]
    drop(stage, 1, moment)
    manifest = run(stage, "old", moment + datetime.timedelta(minutes=10))
    own = manifest["strataform"]
    own["inputs"] = [one["path"] for one in own["inputs"]]
    path = stage.root / "curated/manifests/old.json"
    path.write_text(json.dumps(manifest) + "\n")
    # Hadoop's checksum of the file as the script wrote it.
    path.with_name(f".{path.name}.crc").unlink()
    touch(path, moment + datetime.timedelta(minutes=15))
    after = run(stage, "r1", moment + datetime.timedelta(minutes=30))
    check("an older manifest: its version is known", rows_in(after), 0)
    drop(stage, 2, NIGHTS[1])
    after = run(stage, "r2", NIGHTS[1] + datetime.timedelta(minutes=10))
    check("an older manifest: a newer version is read", rows_in(after), 1)


def while_read(stage: Stage) -> None:
    """Overwrite the file after it is read and before the commit."""
    drop(stage, 1, NIGHTS[0])
    module = stage.module()
    process = module.process_readable

    def overwritten(*arguments: Any) -> Any:
        result = process(*arguments)
        drop(stage, 2, NIGHTS[0] + datetime.timedelta(minutes=20))
        return result

    moment = NIGHTS[0] + datetime.timedelta(minutes=10)
    try:
        run(stage, "torn", moment, process_readable=overwritten)
    except RuntimeError as error:
        check("while it is read: the run says so", "overwritten while they were read" in str(error), True)
    else:
        raise SystemExit("the run should have failed")
    check("while it is read: nothing is committed", stage.manifests(), [])
    after = run(stage, "torn", NIGHTS[0] + datetime.timedelta(minutes=30))
    check("while it is read: the same run again reads the new version", rows_in(after), 1)


class Bucket:
    """A stand-in for a versioned bucket: `list_object_versions` in pages of one."""

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []

    def put(self, key: str, moment: datetime.datetime, version: str, tag: str = '"t"') -> None:
        """Add a version, which becomes the latest one."""
        for one in self.held:
            one["IsLatest"] = one["IsLatest"] and one["Key"] != key
        made = {"Key": key, "VersionId": version, "ETag": tag, "LastModified": moment, "Size": 5}
        self.held.append({**made, "IsLatest": True})

    def delete(self, key: str) -> None:
        """Add a delete marker, which is not among the versions."""
        for one in self.held:
            one["IsLatest"] = one["IsLatest"] and one["Key"] != key

    def get_paginator(self, name: str) -> "Bucket":
        """Stand in for the client and for its paginator."""
        check("S3 is asked for versions", name, "list_object_versions")
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        """Yield pages, some of which have no versions."""
        self.asked.append((Bucket, Prefix))
        yield {"DeleteMarkers": [{"Key": f"{Prefix}gone"}]}
        for one in self.held:
            if one["Key"].startswith(Prefix):
                yield {"Versions": [one]}


def in_s3(stage: Stage, spark: SparkSession) -> None:
    """Select inputs in a versioned bucket, with manifests as the script writes them."""
    bucket = Bucket()
    sdk = ModuleType("boto3")
    sdk.client = lambda _: bucket  # type: ignore[attr-defined]
    sys.modules["boto3"] = sdk
    module = stage.module()
    job = module.parse_arguments(stage.arguments("r"))._replace(raw="s3://raw/dropped")
    manifests = stage.root / "curated/manifests"
    manifests.mkdir(parents=True)

    def night(number: int) -> list[str]:
        """Select the inputs of a night, commit them, and return their versions."""
        moment = NIGHTS[number] + datetime.timedelta(minutes=10)
        module.datetime = clock(moment)
        inputs = module.select_inputs(spark, module.Storage(spark), job)
        module.check_unchanged(module.Storage(spark), inputs)
        named = [{"path": one.path, "version": one.version} for one in inputs.files]
        own = {"until": inputs.until.isoformat(), "to": None, "inputs": named}
        path = manifests / f"n{number}.json"
        path.write_text(json.dumps({"entries": [], "strataform": own}) + "\n")
        touch(path, moment)
        return [one.version for one in inputs.files]

    bucket.put("dropped/a b.csv", NIGHTS[0], "v1")
    for hidden in ("dropped/", "dropped/_tmp/x.csv", "dropped/.x.csv", "dropped/old_$folder$", "droppings/x.csv"):
        bucket.put(hidden, NIGHTS[0], "hidden")
    check("S3: the first night", night(0), ["v1"])
    # The same bytes within the same second.
    bucket.put("dropped/a b.csv", NIGHTS[0], "v2")
    bucket.put("dropped/year=2026/b.csv", NIGHTS[0], "null", '"one"')
    check("S3: another version, and an object from before the bucket had versions", len(night(1)), 2)
    check("S3: nothing new", night(2), [])
    bucket.put("dropped/year=2026/b.csv", NIGHTS[3], "null", '"two"')
    check("S3: the other object, overwritten", len(night(3)), 1)
    bucket.delete("dropped/a b.csv")
    bucket.put("dropped/a b.csv", NIGHTS[4], "v3")
    check("S3: deleted and written again", night(4), ["v3"])
    check("S3: only the dataset's folder is listed", set(bucket.asked), {("raw", "dropped/")})
    storage = module.Storage(spark)
    inputs = module.Inputs(storage.versions(job.raw), None, [job.raw])
    bucket.delete("dropped/year=2026/b.csv")
    module.check_unchanged(storage, inputs)
    check("S3: deleting an input after it was read is no change", len(inputs.files), 2)
    bucket.put("dropped/a b.csv", NIGHTS[5], "v4")
    try:
        module.check_unchanged(storage, inputs)
    except RuntimeError as error:
        check("S3: overwriting it is one", "a b.csv" in str(error), True)
    else:
        raise SystemExit("the run should have failed")


def main(root: Path, script: Path) -> None:
    """Run all scenarios."""
    spark = session(root)
    every("night", NIGHTS[:3], Stage(root / "nights", script), spark)
    every("month", MONTHS, Stage(root / "months", script), spark)
    older_manifest(Stage(root / "older", script))
    while_read(Stage(root / "while", script))
    in_s3(Stage(root / "s3", script), spark)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
