"""Glue Spark jobs: runs the deployed script on PySpark, on folders with the contents of S3.

The interpreter in `STRATAFORM_SPARK_PYTHON` runs it. A run ends like its script; without Spark, Java
or the script, it fails with a message.
"""

from __future__ import annotations

import contextlib
import contextvars
import gzip
import json
import os
import re
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import ministack.services.glue as glue
import ministack.services.s3 as s3
import ministack.services.secretsmanager as secretsmanager
from ministack.core.responses import error_response_json, json_response

from . import spark
from .calls import client
from .lake import Lake
from .models import Json
from .unable import Unable

PYTHON = "STRATAFORM_SPARK_PYTHON"
# The scripts' arguments with an S3 location, and those to which a run writes.
_PLACES = ("--raw_path", "--curated_path", "--quarantine_path")
_WRITTEN = _PLACES[1:]
# Shuffle partitions for a small machine: the cloud's default would be hundreds of empty tasks.
_SHUFFLES = 4
# The maximum length of a run's error message, as in Glue.
_LONGEST = 2000
_ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"})
# The number of lines that a batch of log events can have.
_LINES = 10_000


def python() -> str | None:
    """Return the interpreter that has PySpark, or None."""
    named = os.environ.get(PYTHON)
    return named if named and Path(named).is_file() else None


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return (home is not None and Path(home, "bin/java").is_file()) or shutil.which("java") is not None


def install() -> None:
    plain: Callable[[Json], Any] = glue._start_job_run

    def start(data: Json) -> Any:
        job = glue._jobs.get(data.get("JobName"))
        return plain(data) if job is None or not glue._is_spark_job(job) else _start(data, job)

    glue._start_job_run = start


def _start(data: Json, job: Json) -> Any:
    name = data["JobName"]
    runs = glue._job_runs.setdefault(name, [])
    most = int((job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns") or 1)
    if sum(run["JobRunState"] not in _ENDED for run in runs) >= most:
        message = f"Concurrent runs exceeded for {name}"
        return error_response_json("ConcurrentRunsExceededException", message, 400)
    given = data.get("Arguments") or {}
    now = time.time()
    run = {
        "Id": f"jr_{uuid.uuid4().hex}",
        "Attempt": 0,
        "JobName": name,
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "RUNNING",
        "Arguments": given,
        "PredecessorRuns": [],
        "ExecutionTime": 0,
        "Timeout": int(job.get("Timeout") or 2880),
        "WorkerType": job.get("WorkerType", "G.1X"),
        "NumberOfWorkers": int(job.get("NumberOfWorkers") or 2),
        "GlueVersion": job.get("GlueVersion", "5.0"),
    }
    runs.append(run)
    work = Work(name, job, {**(job.get("DefaultArguments") or {}), **given}, run)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work.run_to_end,), daemon=True).start()
    return json_response({"JobRunId": run["Id"]})


@dataclass
class Work:
    """One run of a job."""

    name: str
    job: Json
    arguments: dict[str, str]
    run: Json
    root: Path = field(default_factory=lambda: Path(tempfile.gettempdir(), "s3").resolve())

    def run_to_end(self) -> None:
        try:
            state, message = self._ran()
        except Unable as error:
            state, message = "FAILED", str(error)
        except Exception as error:
            state, message = "FAILED", f"the local AWS could not run the job: {error!r}"
        now = time.time()
        if message:
            self.run["ErrorMessage"] = message[-_LONGEST:]
        # The state is set last, so that a reader of the state sees everything else.
        self.run.update(CompletedOn=now, LastModifiedOn=now, ExecutionTime=int(now - self.run["StartedOn"]))
        self.run["JobRunState"] = state

    def _ran(self) -> tuple[str, str]:
        found = python()
        if found is None:
            raise Unable("Spark is not installed in the local AWS: `gen run --local` installs it")
        if not _java():
            raise Unable("Spark requires Java 17, but `java` was not found: install it, or set JAVA_HOME")
        own = Path(tempfile.mkdtemp(prefix="job-"))
        try:
            lake = self._iceberg()
            spec = own / "spec.json"
            spec.write_text(json.dumps(self._spec(own, lake)))
            staged = {path for place in _PLACES for path in self._staged(place)}
            try:
                return self._spark(found, own, spec)
            finally:
                self._written(staged)
                if lake is not None:
                    lake.commit()
        finally:
            shutil.rmtree(own, ignore_errors=True)

    def _spark(self, python: str, own: Path, spec: Path) -> tuple[str, str]:
        log = own / "log"
        code = spark.run(python, spec, log, self._key(), self.run["Timeout"] * 60)
        text = log.read_text(errors="replace") if log.exists() else ""
        self._logged(text)
        if code is None:
            return "TIMEOUT", "the job ran longer than its timeout"
        return ("SUCCEEDED", "") if code == 0 else ("FAILED", _cause(text, code))

    def _logged(self, text: str) -> None:
        """Write the output to the job's log group, as Glue does; CloudWatch finds metrics in it."""
        group = self.arguments.get("--custom-logGroup-prefix", "/aws-glue/jobs")
        if secured := self.job.get("SecurityConfiguration"):
            group += f"/{secured}-role/{self.job['Role'].rpartition('/')[2]}"
        group += "/output"
        lines = [line for line in text.splitlines() if line.strip()]
        logs, now = client("logs"), int(time.time() * 1000)
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName=self.run["Id"])
        events = [{"timestamp": now, "message": line} for line in lines[-_LINES:]]
        if events:
            logs.put_log_events(logGroupName=group, logStreamName=self.run["Id"], logEvents=events)

    def _spec(self, own: Path, lake: Lake | None) -> Json:
        script = own / "job.py"
        location = self.job["Command"]["ScriptLocation"]
        script.write_bytes(_body(location))
        arguments = {"--JOB_NAME": self.name, **self.arguments}
        # The key is passed in the environment, because the script would fetch it from AWS.
        arguments.pop("--hash_secret", None)
        for place in _PLACES:
            if place in arguments:
                arguments[place] = f"{self._local(arguments[place])}/"
        if lake is not None:
            arguments["--iceberg_path"] = str(lake.folder)
        shuffles = int(arguments.get("--shuffle_partitions", _SHUFFLES))
        arguments["--shuffle_partitions"] = str(min(shuffles, _SHUFFLES))
        pairs = [word for pair in arguments.items() for word in pair]
        warehouse = None if lake is None else str(lake.warehouse)
        return {"script": str(script), "arguments": pairs, "warehouse": warehouse}

    def _iceberg(self) -> Lake | None:
        """Return the Iceberg table of the job."""
        name = self.arguments.get("--iceberg_table")
        return None if name is None else Lake.of(name, self.root.with_name("iceberg"))

    def _key(self) -> dict[str, str]:
        secret = self.arguments.get("--hash_secret")
        if secret is None:
            return {}
        held = secretsmanager._resolve(secret)[1]
        if held is None:
            raise Unable(f"unknown secret {secret}")
        value = client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
        return {"STRATAFORM_HASH_KEY": value}

    # Objects and files

    def _local(self, url: str) -> Path:
        return self.root / url.removeprefix("s3://").rstrip("/")

    def _staged(self, place: str) -> Iterator[Path]:
        """Yield the objects of a location as files, with their modification times in S3."""
        url = self.arguments.get(place)
        if url is None:
            return
        here = self._local(url)
        # The same paths in every run, because manifests name the inputs by path.
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir(parents=True)
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        for key, held in _objects(bucket, prefix):
            path = Path(os.path.normpath(self.root / bucket / key))
            if key.endswith("/") or not path.is_relative_to(here):
                continue
            data = bytes(held["body"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._renamed(path, data, "s3://", f"file:{self.root}/"))
            modified = datetime.fromisoformat(held["last_modified"]).timestamp()
            os.utime(path, (modified, modified))
            yield path

    def _written(self, staged: set[Path]) -> None:
        """Upload what the job wrote, manifests last, so that everything that they name exists."""
        places = [self._local(self.arguments[place]) for place in _WRITTEN if place in self.arguments]
        made = [path for here in places for path in here.rglob("*") if path.is_file()]
        made = [path for path in made if path not in staged and not path.name.startswith(".")]
        for path in sorted(made, key=lambda path: (path.parent.name == "manifests", path)):
            bucket, _, key = str(path.relative_to(self.root)).partition("/")
            data = path.read_bytes()
            for spelling in (f"file://{self.root}/", f"file:{self.root}/"):
                data = self._renamed(path, data, spelling, "s3://")
            client("s3").put_object(Bucket=bucket, Key=key, Body=data)

    @staticmethod
    def _renamed(path: Path, data: bytes, old: str, new: str) -> bytes:
        """Return JSON with locations renamed in its texts, otherwise unchanged."""
        if path.name.endswith(".json.gz"):
            return gzip.compress(gzip.decompress(data).replace(_quoted(old), _quoted(new)), mtime=0)
        return data.replace(_quoted(old), _quoted(new)) if path.suffix == ".json" else data


def _quoted(text: str) -> bytes:
    return b'"' + text.encode()


def _objects(bucket: str, prefix: str) -> list[tuple[str, Json]]:
    held = s3._buckets.get(bucket)
    if held is None:
        raise Unable(f"unknown bucket {bucket}")
    return [(key, made) for key, made in list(held["objects"].items()) if key.startswith(prefix)]


def _body(url: str) -> bytes:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    found = dict(_objects(bucket, key)).get(key)
    if found is None:
        raise Unable(f"unknown script {url}")
    return bytes(found["body"])


def _cause(log: str, code: int) -> str:
    """Return the line with the error, or the last line of the log."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(?:[a-z_]\w*\.)*\w*(?:Error|Exception|Exit)\b", line)]
    return next(iter(errors[-1:] or lines[-1:]), f"the script exited with code {code} and printed nothing")
