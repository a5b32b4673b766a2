"""Statements that probes send to the warehouse as its administrator, two batches at the same time if need be.

In: a run, SQL. Out: what became of a batch, and its rows. It refuses to touch anything but tables of its own
in the schema `staging`, and rows of the platform.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ..gen import Json
from ..run import Run

# The most that a batch may take, in seconds.
_LONGEST = 300
_OPEN = ("SUBMITTED", "PICKED", "STARTED")


@dataclass(frozen=True)
class Batch:
    """What became of a batch: a transaction of one statement or more."""

    id: str
    described: Json

    @property
    def is_finished(self) -> bool:
        return str(self.described["Status"]) == "FINISHED"

    @property
    def end(self) -> float:
        """When it ended, in seconds."""
        return float(self.described["UpdatedAt"].timestamp())

    @property
    def error(self) -> str:
        """Why it failed, in one line."""
        return " ".join(str(self.described.get("Error", self.described["Status"])).split())


def _place(run: Run) -> Json:
    name = run.outputs["aggregation.WarehouseName"]
    namespace = run.account.client("redshift-serverless").get_namespace(namespaceName=name)["namespace"]
    place = {"WorkgroupName": name, "Database": run.outputs["aggregation.WarehouseDatabase"]}
    secret = namespace.get("adminPasswordSecretArn")
    return {**place, "SecretArn": secret} if secret else place


def start(run: Run, *sqls: str) -> str:
    """Send statements as one transaction; returns the id of the batch."""
    client, place = run.account.client("redshift-data"), _place(run)
    if len(sqls) == 1:
        return str(client.execute_statement(Sql=sqls[0], **place)["Id"])
    return str(client.batch_execute_statement(Sqls=list(sqls), **place)["Id"])


def describe(run: Run, id: str) -> Json:
    found: Json = run.account.client("redshift-data").describe_statement(Id=id)
    return found


def is_open(run: Run, id: str) -> bool:
    return describe(run, id)["Status"] in _OPEN


def ended(run: Run, id: str) -> Batch:
    """Wait for the end of a batch."""
    _until(run, lambda: not is_open(run, id))
    return Batch(id, describe(run, id))


def _until(run: Run, look: Callable[[], bool]) -> None:
    """Wait in shorter steps than for a stack: a transaction that others run beside lasts seconds only."""
    until = time.monotonic() + _LONGEST
    while not look():
        if time.monotonic() > until:
            raise TimeoutError(f"a statement has not ended after {_LONGEST} s")
        time.sleep(0.5 if run.account.is_aws else 0.02)


def send(run: Run, *sqls: str) -> Batch:
    """Send statements as one transaction, and wait for its end."""
    return ended(run, start(run, *sqls))


def must(run: Run, *sqls: str) -> Batch:
    """Send what a probe prepares; raises `RuntimeError` if that fails, which shows nothing."""
    batch = send(run, *sqls)
    if not batch.is_finished:
        raise RuntimeError(batch.error)
    return batch


def rows(run: Run, id: str) -> list[tuple[str, ...]]:
    """The rows of a statement, as text; that of a batch is `<id>:<number>`."""
    found = run.account.client("redshift-data").get_statement_result(Id=id)["Records"]
    return [
        tuple("" if cell.get("isNull") else str(next(iter(cell.values()))) for cell in row) for row in found
    ]


def slow(run: Run) -> str:
    """A query that takes seconds: over all triples of events. A number keeps its result out of a cache."""
    names = ("a", "b", "c") if run.account.is_aws else ("a",)
    tables = ", ".join(f"core.event AS {name}" for name in names)
    ids = " || ".join(f"{name}.event_id" for name in names)
    unique = time.time_ns() % 1_000_000 + 1_000
    return f"SELECT COUNT(*) FROM {tables} WHERE LENGTH({ids}) <> {unique}"


@dataclass
class Beside:
    """A batch that lasts, and what happened meanwhile."""

    first: Batch
    # Whether the first one was still running when the second one was sent.
    is_beside: bool
    others: list[Batch] = field(default_factory=list)

    def during(self) -> list[Batch]:
        """The others that ended before the first one."""
        return [one for one in self.others if one.end < self.first.end]

    def after(self) -> list[Batch]:
        """The others that ended after the first one."""
        return [one for one in self.others if one.end >= self.first.end]


def beside(run: Run, first: tuple[str, ...], *second: str) -> Beside:
    """Send a second batch once the last statement of the first one runs, and wait for both."""
    id, number = _lasting(run, first)
    other = start(run, *second)
    is_beside = is_open(run, id) and number
    return Beside(ended(run, id), is_beside, [ended(run, other)])


def watched(run: Run, first: tuple[str, ...], query: str) -> Beside:
    """Send a query again and again while the last statement of a batch runs, and once after it."""
    id, is_running = _lasting(run, first)
    others: list[Batch] = []
    while is_open(run, id) and len(others) < 30:
        others.append(send(run, query))
    return Beside(ended(run, id), is_running, [*others, send(run, query)])


def _lasting(run: Run, sqls: tuple[str, ...]) -> tuple[str, bool]:
    """Start a batch, and wait until its last statement runs; returns whether it does."""
    id = start(run, *sqls)

    def last() -> bool:
        found = describe(run, id)
        parts = found.get("SubStatements") or [{}]
        return found["Status"] not in _OPEN or parts[-1].get("Status") == "STARTED"

    _until(run, last)
    return id, is_open(run, id)


def scratch(run: Run, name: str, look: Callable[[str], tuple[str, str]]) -> tuple[str, str]:
    """Look with a table name of the probe's own, which is dropped afterwards, whatever it is by then."""
    table = f"staging.smoke__{name}"
    send(run, f"DROP TABLE IF EXISTS {table}")
    try:
        return look(table)
    finally:
        send(run, f"DROP TABLE IF EXISTS {table}")
