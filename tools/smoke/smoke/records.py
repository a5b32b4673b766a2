"""What is sent to the platform, and what the warehouse must then hold, computed without any of `gen`.

In: a day. Out: records as they are sent, rows as the warehouse must return them. It refuses chance: the
same day gives the same records.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Row = tuple[str, ...]

PUT = 1_000
REPEATED = 30
CORRECTED = 10
INVALID = 2
DISTINCT = PUT - REPEATED - CORRECTED - INVALID

_TYPES = ("page_view", "search", "add_to_cart", "checkout", "purchase")
_DEVICES = ("phone", "tablet", None, "Überphone")
_COUNTRIES = ("DE", "CH", "FR", None)


@dataclass(frozen=True)
class Events:
    """The records of `event`, in the order in which they are sent."""

    day: datetime.date
    sent: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> str:
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in self.sent)

    def latest(self) -> list[dict[str, Any]]:
        """The valid records, of each key the one with the latest event time, by key."""
        by_key: dict[str, dict[str, Any]] = {}
        for record in self.sent:
            if record["event_type"] not in _TYPES:
                continue
            known = by_key.get(record["event_id"])
            if known is None or known["occurred_at"] <= record["occurred_at"]:
                by_key[record["event_id"]] = record
        return [by_key[key] for key in sorted(by_key)]


def events(day: datetime.date) -> Events:
    """A thousand records: some sent twice, some corrected later, two of an unknown type."""
    made = [_event(day, number) for number in range(DISTINCT)]
    repeated = [dict(record) for record in made[:REPEATED]]
    corrected = []
    for record in made[REPEATED : REPEATED + CORRECTED]:
        later = datetime.datetime.fromisoformat(record["occurred_at"]) + datetime.timedelta(minutes=1)
        corrected.append({**record, "occurred_at": _time(later), "page_path": "/corrected", "amount": 1.25})
    invalid = [{**_event(day, 90_000 + number), "event_type": "unknown"} for number in range(INVALID)]
    return Events(day, made + repeated + corrected + invalid)


def _event(day: datetime.date, number: int) -> dict[str, Any]:
    start = datetime.datetime.combine(day, datetime.time(8), datetime.UTC)
    kind = _TYPES[number % 5]
    record: dict[str, Any] = {
        "event_id": f"e-{number:05}",
        "occurred_at": _time(start + datetime.timedelta(seconds=37 * number)),
        "session_id": f"s-{number // 7:05}",
        "visitor_id": f"v-{number // 14:05}",
        "event_type": kind,
        "page_path": f"/shop/article-{number % 40}" if number % 9 else "/",
        "ip_address": "192.0.2.1",
        "attributes": {"number": number},
    }
    if (device := _DEVICES[number // 7 % 4]) is not None:
        record["device"] = device
    if (country := _COUNTRIES[number // 7 % 3 if number % 2 else 3]) is not None:
        record["country"] = country
    if kind == "purchase":
        record["amount"] = round(3.05 + number % 500, 2)
    return record


def _time(moment: datetime.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


EVENT_ROWS = (
    "SELECT event_id, TO_CHAR(occurred_at, 'YYYY-MM-DD HH24:MI:SS'), session_id, event_type, page_path, "
    "COALESCE(device, '-'), COALESCE(country, '-'), COALESCE(CAST(amount AS VARCHAR(20)), '-'), "
    "CASE WHEN is_purchase THEN 1 ELSE 0 END, funnel_step, page_group FROM core.event ORDER BY event_id"
)


def event_rows(sent: Events) -> list[Row]:
    """What `EVENT_ROWS` must return."""
    return [_event_row(record) for record in sent.latest()]


def _event_row(record: dict[str, Any]) -> Row:
    path = str(record["page_path"])
    amount = Decimal(str(record["amount"])) if "amount" in record else None
    return (
        record["event_id"],
        record["occurred_at"].replace("T", " ").rstrip("Z"),
        record["session_id"],
        record["event_type"],
        path,
        record.get("device", "-"),
        record.get("country", "-"),
        "-" if amount is None else f"{amount:.2f}",
        "1" if record["event_type"] == "purchase" and amount is not None and amount > 0 else "0",
        str(_TYPES.index(record["event_type"]) + 1),
        path.split("/")[1] or "home",
    )


TRAFFIC_ROWS = (
    "SELECT TO_CHAR(day, 'YYYY-MM-DD'), country, device, visitors, sessions, page_views, purchases, "
    "CAST(COALESCE(revenue, 0) AS DECIMAL(14,2)) FROM report.daily_traffic ORDER BY 1, 2, 3"
)


def traffic_rows(sent: Events) -> list[Row]:
    """What `TRAFFIC_ROWS` must return."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for record in sent.latest():
        day = record["occurred_at"][:10]
        groups[(day, record.get("country", "??"), record.get("device", "unknown"))].append(record)
    rows: list[Row] = []
    for group in sorted(groups, key=lambda one: tuple(part.encode() for part in one)):
        of = groups[group]
        paid = [record for record in of if record["event_type"] == "purchase" and record.get("amount", 0) > 0]
        revenue = sum((Decimal(str(record.get("amount", 0))) for record in of), Decimal(0))
        rows.append(
            (
                *group,
                str(len({record["visitor_id"] for record in of})),
                str(len({record["session_id"] for record in of})),
                str(sum(record["event_type"] == "page_view" for record in of)),
                str(len(paid)),
                f"{revenue:.2f}",
            )
        )
    return rows


REVENUE_ROWS = (
    "SELECT TO_CHAR(day, 'YYYY-MM-DD'), events, CAST(revenue AS DECIMAL(14,2)) "
    "FROM mart.daily_revenue ORDER BY 1"
)


def revenue_rows(sent: Events) -> list[Row]:
    """What `REVENUE_ROWS` must return."""
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for record in sent.latest():
        amounts[record["occurred_at"][:10]].append(Decimal(str(record.get("amount", 0))))
    return [(day, str(len(of)), f"{sum(of, Decimal(0)):.2f}") for day, of in sorted(amounts.items())]


def sessions(sent: Events) -> int:
    """The rows of the aggregate `session`."""
    return len({record["session_id"] for record in sent.latest()})


@dataclass(frozen=True)
class Campaign:
    """A row of the file of `campaign`."""

    number: int
    title: str
    starts_on: str
    channel: str = ""
    is_withdrawn: bool = False


FIRST_FILE = [
    Campaign(1, "Spring", "2026-03-01"),
    Campaign(2, "Summer", "2026-06-01"),
    Campaign(9, "Withdrawn before it was read", "2026-01-01"),
]
SECOND_FILE = [
    Campaign(1, "Spring", "2026-03-01"),
    Campaign(2, "Summer, again", "2026-06-15"),
    Campaign(3, 'Autumn "für alle"', "2026-09-01"),
]
THIRD_FILE = [
    Campaign(2, "Summer, at last", "2026-06-20", "email"),
    Campaign(4, "Winter", "2026-12-01", "search"),
    Campaign(1, "Spring", "2026-03-01", is_withdrawn=True),
]


def campaign_file(rows: list[Campaign], channel: bool) -> bytes:
    """The CSV file with these rows; before the second version, without `channel`."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    more = ["channel"] if channel else []
    out.writerow(["campaign_id", "title", *more, "starts_on", "is_withdrawn"])
    for row in rows:
        more = [row.channel] if channel else []
        out.writerow([row.number, row.title, *more, row.starts_on, "true" if row.is_withdrawn else ""])
    return text.getvalue().encode()


def invalid_file() -> bytes:
    """The CSV file with records of which none is valid."""
    lines = ["campaign_id,title,channel,starts_on,is_withdrawn", *(f"none-{row},,,," for row in range(20))]
    return "".join(f"{line}\n" for line in lines).encode()


def campaign_sql(channel: bool) -> str:
    more = "COALESCE(channel, '-'), " if channel else ""
    return (
        f"SELECT campaign_id, title, {more}TO_CHAR(starts_on, 'YYYY-MM-DD') FROM core.campaign "
        "ORDER BY campaign_id"
    )


def campaign_rows(files: list[list[Campaign]], channel: bool) -> list[Row]:
    """What the query must return after these files were read, in this order."""
    by_key = {row.number: row for rows in files for row in rows}
    return [
        (str(row.number), row.title, *([row.channel or "-"] if channel else []), row.starts_on)
        for _, row in sorted(by_key.items())
        if not row.is_withdrawn
    ]
