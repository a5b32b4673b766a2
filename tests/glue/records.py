"""The records for tests of complete runs, and the expected table, computed here without Spark."""

import datetime
import hashlib
import hmac
import json
import os
import time
from decimal import Decimal
from typing import Any

from stage import KEY, Row, Stage

Record = dict[str, Any]
HOUR = "year=2026/month=03/day=01/hour={:02}"
# When the files arrived: a fixed, recent time for all scenarios, so that they have the same rows.
ARRIVED = int(time.time()) - 6 * 3600


def at(day: int, hour: int) -> str:
    """Return a time in March 2026."""
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


def orders(first: int, count: int, day: int) -> list[Record]:
    """Return records with distinct keys."""
    return [
        {"id": str(n), "at": at(day, n % 24), "amount": n, "email": f"{n}@example.com", "note": {"n": n}}
        for n in range(first, first + count)
    ]


# Two hours: the second has later, earlier and equal versions of records in the first, and invalid records.
EARLY = orders(0, 40, 1)
LATE: list[Record | str] = [
    *orders(40, 40, 2),
    *({**one, "at": at(3, 0), "amount": 200} for one in orders(0, 10, 1)),
    *({**one, "at": "2026-02-01T00:00:00Z", "amount": 300} for one in orders(10, 10, 1)),
    *orders(20, 5, 1),
    *orders(70, 5, 2),
    "no record",
    {"id": "negative", "at": at(1, 1), "amount": -1},
    {"at": at(1, 1)},
]
REFUSED = 3


def deliver(stage: Stage, hour: int, name: str, records: list[Record | str]) -> None:
    """Write a file of an hour, which arrived in that hour."""
    path = f"{HOUR.format(hour)}/{name}"
    stage.write(path, records)
    arrived = ARRIVED + hour * 3600 + len(name)
    os.utime(stage.root / "raw" / path, (arrived, arrived))


def expected(*hours: list[Record | str]) -> list[Row]:
    """Return the table of the records: the latest version of each key, by event time, then by arrival."""
    latest: dict[str, tuple[datetime.datetime, int, Record]] = {}
    for number, records in enumerate(hours):
        for one in records:
            if isinstance(one, str) or "id" not in one or (one.get("amount") or 0) < 0:
                continue
            version = (datetime.datetime.fromisoformat(one["at"]).replace(tzinfo=None), number, one)
            if one["id"] not in latest or latest[one["id"]][:2] <= version[:2]:
                latest[one["id"]] = version
    rows = []
    for moment, _, one in latest.values():
        email = hmac.new(KEY.encode(), one["email"].encode(), hashlib.sha256).hexdigest()
        amount = Decimal(one["amount"]).quantize(Decimal("0.01"))
        rows.append((one["id"], moment, amount, email, json.dumps(one["note"]), amount > 100))
    return sorted(rows)


def values(rows: list[Row]) -> list[Row]:
    """Remove the columns that only order versions, and normalize JSON documents."""
    width = 6
    plain = [row[:width] for row in rows]
    return [(*row[:4], json.dumps(json.loads(row[4])), row[5]) for row in plain]
