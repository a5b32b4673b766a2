"""The process with Spark: one for each job, or one for all jobs, which start faster."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from pathlib import Path

from . import clock

# With this variable, all jobs run in one Spark, one after the other.
SHARED = "STRATAFORM_SPARK_SHARED"
_PROGRAM = Path(__file__).with_name("spark_job.py")
_RUNNING: set[subprocess.Popen[bytes]] = set()


def end_all() -> None:
    """End every running job."""
    for process in list(_RUNNING):
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run(python: str, spec: Path, log: Path, secrets: dict[str, str], seconds: float) -> int | None:
    """Run a job to its end; return its exit code, or None if it takes longer."""
    if os.environ.get(SHARED):
        return _SHARED.run(python, spec, log, secrets, seconds)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, "-B", str(_PROGRAM), str(spec)],
            cwd=spec.parent,
            env=_environment() | secrets,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _RUNNING.add(process)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        process.wait()
        return None
    finally:
        _RUNNING.discard(process)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "SPARK_LOCAL_IP": "127.0.0.1", "TZ": "UTC"}


class Shared:
    """A Spark that outlives its jobs."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._turn = threading.Lock()

    def run(self, python: str, spec: Path, log: Path, secrets: dict[str, str], seconds: float) -> int | None:
        with self._turn:
            process = self._started(python)
            assert process.stdin is not None
            asked = {"spec": str(spec), "log": str(log), "environment": secrets, "now": clock.turned()}
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            try:
                line = self._answers.get(timeout=seconds)
            except queue.Empty:
                self._end(process)
                return None
            if not line:
                self._end(process)
                return process.returncode or 1
            return int(json.loads(line))

    def _started(self, python: str) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        self._answers = queue.Queue()
        process = subprocess.Popen(
            [python, "-B", str(_PROGRAM)],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _RUNNING.add(process)
        threading.Thread(target=_read, args=(process, self._answers), daemon=True).start()
        self._process = process
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        _kill(process)
        process.wait()
        _RUNNING.discard(process)
        self._process = None


def _read(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    # The process has ended.
    answers.put(b"")


_SHARED = Shared()
