"""Runs `gen` as a user does, in a folder of its own.

In: arguments. Out: the exit code, the JSON events, the text. An interruption is passed on to `gen`, which
then ends after its current request. It refuses to show what `gen` prints, except for the events that a
reader waits for.
"""

from __future__ import annotations

import csv
import io
import json
import shlex
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# How long `gen` may take to end after an interruption, in seconds.
_GRACE = 300


class Failed(Exception):
    """A step found something else than it expected."""


class Interrupted(BaseException):
    """The user interrupts."""


@dataclass
class Output:
    """What a command left."""

    line: str
    code: int
    out: str
    err: str
    events: list[Json] = field(default_factory=list)

    def event(self, name: str) -> Json:
        """The last event of this name; empty without one."""
        found = [event for event in self.events if event.get("event") == name]
        return found[-1] if found else {}

    def fault(self) -> str:
        """Why it failed, in one line."""
        fault = self.event("fault")
        if fault:
            parts = [fault.get("code"), fault.get("summary"), fault.get("cause"), fault.get("help")]
            return " ".join(str(part) for part in parts if part).replace("\n", "; ")
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        return "; ".join(lines[-4:]) or f"exit code {self.code}"


class Gen:
    """The program, for one platform."""

    def __init__(
        self, program: Path, folder: Path, environment: dict[str, str], show: Callable[[str], None]
    ) -> None:
        self.program, self.folder, self.environment, self.show = program, folder, environment, show
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> Output:
        """Run a command to its end.

        Raises `Failed` for an exit code that is not accepted.
        """
        line = shlex.join(("gen", *arguments))
        with (self.folder / "gen.log").open("a+", encoding="utf-8") as log:
            log.write(f"$ {line}\n")
            log.flush()
            start = log.tell()
            child = subprocess.Popen(
                [str(self.program), *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                # An interruption of the terminal reaches it once: through this process.
                process_group=0,
            )
            try:
                out = self._read(child)
                code = child.wait()
            except Interrupted:
                _end(child)
                raise
            log.seek(start)
            output = Output(line, code, out, log.read(), _events(out))
            log.seek(0, io.SEEK_END)
            log.write(out)
        if code not in accept:
            raise Failed(f"`{line}` ended with {code}: {output.fault()}")
        return output

    def _read(self, child: subprocess.Popen[str]) -> str:
        lines = []
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line)
            for event in _events(line):
                if (text := _progress(event)) is not None:
                    self.show(text)
        return "".join(lines)

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        """The rows of a query, as text."""
        output = self.run("query", sql, "--env", "dev", "--format", "csv", "--limit", "100000")
        return [tuple(row) for row in csv.reader(io.StringIO(output.out))][1:]


def _events(text: str) -> list[Json]:
    events = []
    for line in text.splitlines():
        if line.startswith("{"):
            event = json.loads(line)
            if isinstance(event, dict):
                events.append(event)
    return events


def _progress(event: Json) -> str | None:
    match event.get("event"):
        case "done":
            return f"{event['stack']} {event['status']}"
        case "failed":
            return f"{event['stack']} failed: {event['summary']}"
        case "waiting":
            return f"{event['stack']} is still in progress after {event['seconds']} s"
        case "note":
            return str(event["text"]).splitlines()[0]
    return None


def _end(child: subprocess.Popen[str]) -> None:
    """End `gen` in order, and wait for it, also if the user interrupts again."""
    child.send_signal(signal.SIGINT)
    try:
        child.communicate(timeout=_GRACE)
    except (subprocess.TimeoutExpired, Interrupted):
        child.kill()
        child.wait()
