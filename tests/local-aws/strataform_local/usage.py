"""The usage of Redshift Serverless, and its limits.

A path of this server lets hours pass for an account. A view of a stream that refreshes itself keeps its
workgroup at its base capacity, because auto refresh counts as any user's query: Redshift's developer guide,
"Streaming ingestion". When a limit that deactivates is reached, queries fail until the period ends or the
limit is raised; the workgroup is still available, and the leader node answers what needs no compute nodes:
Redshift's management guide, "Setting usage limits", and a public log of a breach of 2026-09-20 with this
message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ministack.core.responses import get_account_id

from . import nouns, strict
from .models import Json
from .store import STORE

MESSAGE = "Query reached usage limit"
_PERIODS = {"daily": 24, "weekly": 24 * 7, "monthly": 24 * 30}
_STREAMS = re.compile(r"create\s+materialized\s+view\s.*?\bauto\s+refresh\s+yes\b.*?\bkinesis\b", re.I | re.S)
_NAMED = re.compile(r"\b(?:from|join)\s+\"?(\w+)\"?(?:\s*\.\s*\"?(\w+))?", re.I)
_QUERY = re.compile(r"^\s*(?:select|show|with)\b", re.I)


@dataclass
class Meter:
    """What the workgroups of an account have used, by the hour."""

    hours: int = 0
    # The RPU hours of each hour, by the ARN of the workgroup.
    used: dict[str, list[float]] = field(default_factory=dict)


_METERS: dict[str, Meter] = {}
# The namespaces with a view of a stream that refreshes itself.
_STREAMING: set[str] = set()


def clear() -> None:
    """Forget all usage."""
    _METERS.clear()
    _STREAMING.clear()


def ran(namespace: str, sqls: list[str]) -> None:
    """Note the views that statements have made."""
    bare = (re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S) for sql in sqls)
    if any(_STREAMS.search(sql) for sql in bare):
        _STREAMING.add(namespace)


def pass_hours(hours: int) -> None:
    """Let hours pass in which nobody queries."""
    meter = _METERS.setdefault(get_account_id(), Meter())
    for _ in range(hours):
        for workgroup in STORE.all(nouns.WORKGROUP):
            used = meter.used.setdefault(workgroup["workgroupArn"], [])
            used += [0.0] * (meter.hours - len(used))
            streams = STORE.need(nouns.NAMESPACE, workgroup)["namespaceArn"] in _STREAMING
            busy = streams and not _reached(meter, workgroup)
            used.append(float(workgroup["baseCapacity"]) if busy else 0.0)
        meter.hours += 1


def refusal(namespace: str, sqls: list[str]) -> str | None:
    """Return the message with which the workgroup of a namespace refuses statements now."""
    meter = _METERS.get(get_account_id())
    if meter is None or not strict.applies(strict.Rule.LIMIT) or all(_is_answered(sql) for sql in sqls):
        return None
    for workgroup in STORE.all(nouns.WORKGROUP):
        if STORE.need(nouns.NAMESPACE, workgroup)["namespaceArn"] == namespace and _reached(meter, workgroup):
            return MESSAGE
    return None


def _reached(meter: Meter, workgroup: Json) -> bool:
    used = meter.used.get(workgroup["workgroupArn"], [])
    for limit in STORE.all(nouns.LIMIT):
        ours = limit["resourceArn"] == workgroup["workgroupArn"]
        if ours and limit["usageType"] == "serverless-compute" and limit["breachAction"] == "deactivate":
            length = _PERIODS[limit["period"]]
            begun = meter.hours // length * length
            if sum(used[begun:]) >= float(limit["amount"]):
                return True
    return False


def _is_answered(sql: str) -> bool:
    """Return whether the leader node answers a statement: a query that reads at most catalog tables."""
    names = (table or schema for schema, table in _NAMED.findall(sql))
    return _QUERY.match(sql) is not None and all(re.match(r"(?:pg_|svv_)", name, re.I) for name in names)
