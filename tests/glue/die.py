"""Run a script up to a point, and kill the driver and Spark there, as with kill -9.

Usage: die.py ROOT SCRIPT POINT ARGUMENT…; a point is `before NAME N` or `after NAME N` for the call of that name with
that number, or `in NAME N MILLISECONDS` for a time after that call began, while tasks may be writing.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrameReader, DataFrameWriter, SparkSession
from stage import Stage, session


def kill() -> None:
    """Kill everything that this process started, and itself."""
    os.killpg(os.getpgid(0), signal.SIGKILL)


def watch(owner: Any, name: str, label: str, point: list[str], seen: dict[str, int]) -> None:
    """Make calls of a method kill the process at the point."""
    original: Callable[..., Any] = getattr(owner, name)

    def called(*arguments: Any, **named: Any) -> Any:
        seen[label] = seen.get(label, 0) + 1
        here = [label, str(seen[label])] == point[1:3]
        if here and point[0] == "before":
            kill()
        if here and point[0] == "in":
            threading.Timer(int(point[3]) / 1000, kill).start()
        result = original(*arguments, **named)
        if here and point[0] == "after":
            kill()
        return result

    setattr(owner, name, called)


def main(root: Path, script: Path, point: list[str], arguments: list[str]) -> None:
    """Run the script; reaching its end is a failure."""
    stage = Stage(root, script)
    module = stage.module()
    seen: dict[str, int] = {}
    session(root)
    for owner, name, label in [
        (module.Storage, "put", "commit"),
        (module.Storage, "files", "list"),
        (DataFrameWriter, "parquet", "write"),
        (DataFrameWriter, "json", "quarantine"),
        (DataFrameReader, "text", "read"),
        (SparkSession, "sql", "sql"),
    ]:
        watch(owner, name, label, point, seen)
    module.main(arguments)
    print(f"the point was not reached; calls: {seen}")
    sys.stdout.flush()
    os._exit(3)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].split(), sys.argv[4:])
