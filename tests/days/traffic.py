"""What the producers of a platform send in two days, and what the warehouse must have afterwards.

Usage: traffic.py iot-telemetry|retail-orders STREAM

Prints JSON: `epoch`, the start in seconds since 1970, `files`, which arrive in the raw bucket (`at` in seconds after it), `counts`, the records of each dataset
and how many of them are invalid, and `expected`, queries with their rows, as text. The expected rows are computed here from the records that were sent, by the rules of docs/processing.md,
without any code of the product.
"""

import base64
import csv
import gzip
import io
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HOUR, DAY = 3600, 86400
SECONDS = 48 * HOUR
Record = dict[str, Any]
# A record, and when its file arrived.
Sent = list[tuple[Record, int]]


class Traffic:
    """The files of two days."""

    def __init__(self, epoch: int, stream: str) -> None:
        self.epoch, self.stream, self.random = epoch, stream, random.Random(16)
        self.files: list[Record] = []
        # How many records of a dataset are sent, and how many of those are invalid.
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def when(self, seconds: float) -> datetime:
        """Return a time after the start."""
        return datetime.fromtimestamp(self.epoch, UTC) + timedelta(seconds=seconds)

    def text(self, seconds: float) -> str:
        """Return a time as producers write it."""
        return f"{self.when(seconds):%Y-%m-%dT%H:%M:%S}Z"

    def file(self, at: int, key: str, data: bytes, records: int, invalid: int = 0, **more: Any) -> None:
        """Put a file into the raw bucket."""
        count = self.counts[key.partition("/")[0]]
        count[0] += records
        count[1] += invalid
        self.files.append({"at": at, "key": key, "base64": base64.b64encode(data).decode(), **more})

    def delivered(self, at: int, dataset: str, records: list[Record | str], invalid: int) -> None:
        """Deliver records of the stream, as Firehose does."""
        lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
        key = f"{dataset}/{self.when(at):year=%Y/month=%m/day=%d/hour=%H}/{self.stream}-1-{at}.gz"
        data = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
        self.file(at, key, data, len(records), invalid, stream=self.stream, incoming=len(records))


def latest(sent: Sent, key: Iterable[str], event_time: str | None) -> list[Record]:
    """Return the valid version of each key: the latest by event time, then by arrival."""
    kept: dict[tuple[Any, ...], tuple[tuple[str, int], Record]] = {}
    for record, at in sent:
        name = tuple(record[column] for column in key)
        version = (record[event_time] if event_time else "", at)
        if name in kept and kept[name][0] == version and kept[name][1] != record:
            raise SystemExit(f"two versions of {name} are equally late, so that the result is open")
        if name not in kept or kept[name][0] < version:
            kept[name] = (version, record)
    return [record for _, record in kept.values()]


def grouped(
    rows: Iterable[Record], key: Callable[[Record], tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[Record]]:
    """Group rows."""
    groups: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def shown(value: Any) -> str:
    """Return a value as the queries show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return str(value)


def expect(sql: str, rows: Iterable[Iterable[Any]]) -> Record:
    """Return a query and its rows, sorted as text."""
    return {"sql": sql, "rows": sorted([shown(value) for value in row] for row in rows)}


# IoT telemetry


def measurements(traffic: Traffic) -> Sent:
    """Send measurements every 15 minutes: in time, late, corrected, twice, in the future and broken."""
    rng, sent = traffic.random, Sent()
    pool: list[Record] = []
    for at in range(780, SECONDS, 900):
        batch: list[Record | str] = []
        many = 240 if at == 780 + 40 * 900 else 24
        for number in range(many):
            late = rng.choice([0] * 9 + [3 * HOUR, 2 * DAY, 6 * DAY])
            faulty = rng.random() < 0.1
            batch.append(
                {
                    "device_id": f"m-{rng.randrange(12):04}",
                    "sensor": rng.choice(["power", "heat"]),
                    "measured_at": traffic.text(at - late - 3 * number),
                    "value": None if faulty else rng.randrange(-50, 400) / 4,
                    "unit": rng.choice(["C", "F", "kW", None]),
                    "quality": 3 if faulty else rng.choice([0, None]),
                    "location": {"line": number, "text": 'a "quoted" word'},
                }
            )
        good = [one for one in batch if isinstance(one, dict)]
        # A correction has the time of what it corrects, and arrives later.
        for old in rng.sample(pool, min(2, len(pool))):
            good.append({**old, "value": rng.randrange(0, 400) / 4, "quality": 0})
        batch = [*good]
        # The same record again, in the same file.
        batch.append(good[0])
        sent += [(one, at) for one in good]
        pool = good[:6]
        invalid = 0
        if at == 780 + 40 * 900:
            invalid = 19
            # More than five percent, which rings an alarm, and less than ten, which fails the run.
            batch += [{**one, "measured_at": traffic.text(at + 400 * DAY)} for one in good[:19]]
        elif at % 4500 == 780:
            invalid = 1
            batch.append('{"device_id": "m-0001", "sensor": "po')
        traffic.delivered(at, "measurement", batch, invalid)
    return sent


def devices(traffic: Traffic) -> Sent:
    """Drop files of devices: one at first, two thousand at once, corrections, and one whose event is lost."""
    rng, sent = traffic.random, Sent()

    def dropped(at: int, name: str, records: list[Record], **more: Any) -> None:
        data = "".join(f"{json.dumps(one)}\n" for one in records).encode()
        traffic.file(at, f"device/{name}", data, len(records), **more)
        sent.extend((one, at) for one in records)

    def device(number: int) -> Record:
        return {
            "device_id": f"m-{number:04}",
            "model": rng.choice(["lathe-7", "oven-x", "éclair 2", None]),
            "site": rng.choice(["hamburg", "lyon", "gdańsk"]),
            "country": rng.choice(["DE", "FR", "PL"]),
            "rated_power": rng.randrange(1, 80) / 2,
        }

    dropped(300, "first.ndjson", [device(number) for number in range(8)])
    for number in range(2000):
        dropped(20 * HOUR + number * 120 // 2000, f"burst/{number:04}.ndjson", [device(10 + number)])
    # The same name again, with other contents.
    dropped(27 * HOUR, "first.ndjson", [device(number) for number in range(4)])
    dropped(27 * HOUR + 600, "unnoticed.ndjson", [device(8)], event=False)
    dropped(40 * HOUR, "more.ndjson", [device(number) for number in range(5, 30)])
    return sent


def celsius(row: Record) -> float | None:
    """Return the temperature in one unit."""
    if row["value"] is None:
        return None
    return {"F": (row["value"] - 32) / 1.8, "C": row["value"]}.get(row["unit"])


def iot(traffic: Traffic) -> list[Record]:
    """Return what the warehouse must have."""
    rows = latest(measurements(traffic), ["device_id", "sensor", "measured_at"], "measured_at")
    known = {row["device_id"]: row for row in latest(devices(traffic), ["device_id"], None)}

    def is_good(row: Record) -> bool:
        return (row["quality"] or 0) == 0

    def rounded(value: float | None) -> str | None:
        return None if value is None else f"{value:.2f}"

    expected = [
        expect(
            'SELECT device_id, sensor, TO_CHAR(measured_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\'), '
            "CAST(value AS DECIMAL(12,2)), unit, quality, CAST(is_good AS INTEGER), CAST(celsius AS DECIMAL(12,2)) "
            "FROM core.measurement",
            (
                [row["device_id"], row["sensor"], row["measured_at"], rounded(row["value"]), row["unit"]]
                + [row["quality"], is_good(row), rounded(celsius(row))]
                for row in rows
            ),
        ),
        expect(
            "SELECT device_id, model, site, country, CAST(rated_power AS DECIMAL(12,2)) FROM core.device",
            (
                [row["device_id"], row["model"], row["site"], row["country"], rounded(row["rated_power"])]
                for row in known.values()
            ),
        ),
    ]

    def of(row: Record, column: str) -> str:
        return known.get(row["device_id"], {}).get(column) or "unknown"

    hours = grouped(
        filter(is_good, rows), lambda row: (row["measured_at"][:13], of(row, "site"), row["sensor"])
    )
    totals = []
    for (hour, site, sensor), group in hours.items():
        values = [row["value"] for row in group if row["value"] is not None]
        machines = len({row["device_id"] for row in group})
        numbers = [rounded(min(values)), rounded(sum(values)), rounded(max(values))] if values else [None] * 3
        totals.append([hour, site, sensor, len(group), *numbers, len(values), machines])
    expected.append(
        expect(
            "SELECT TO_CHAR(hour, 'YYYY-MM-DD\"T\"HH24'), site, sensor, measurements, "
            "CAST(lowest AS DECIMAL(12,2)), CAST(total AS DECIMAL(12,2)), CAST(highest AS DECIMAL(12,2)), readings, "
            "devices FROM mart.hourly",
            totals,
        )
    )
    days = grouped(rows, lambda row: (row["measured_at"][:10], of(row, "model")))
    expected.append(
        expect(
            "SELECT TO_CHAR(day, 'YYYY-MM-DD'), model, measurements, faults, devices FROM mart.health",
            (
                [
                    *key,
                    len(group),
                    sum(not is_good(row) for row in group),
                    len({row["device_id"] for row in group}),
                ]
                for key, group in days.items()
            ),
        )
    )
    return expected


# Retail orders


def order_lines(traffic: Traffic) -> Sent:
    """Send orders every 30 minutes, and changes of earlier ones, some of them late or in the wrong order."""
    rng, sent = traffic.random, Sent()
    placed: list[Record] = []
    number = 700_000
    for at in range(1500, SECONDS, 1800):
        batch: list[Record] = []
        many = 40 if at == 1500 + 20 * 1800 else 6
        for _ in range(many):
            number += 1
            ago = rng.choice([0] * 6 + [2 * DAY, 10 * DAY])
            store = rng.choice([None, 1, 2, 3])
            for line in range(1, rng.randrange(2, 5)):
                batch.append(
                    {
                        "order_id": number,
                        "line_number": line,
                        "changed_at": traffic.text(at - ago - 600),
                        "ordered_on": traffic.text(at - ago - 600)[:10],
                        "customer_id": rng.randrange(1, 40),
                        "product_id": rng.randrange(1, 2300),
                        "store_id": store,
                        "quantity": rng.randrange(1, 6),
                        "unit_price": str(Decimal(rng.randrange(100, 30_000)) / 100),
                        "discount": rng.choice([None, "0.15", "0.3333"]),
                        "status": "placed",
                        "currency": rng.choice(["EUR", "GBP", "CHF"]),
                        "note": rng.choice([None, 'customer\'s wish; "see mail"', "à la carte"]),
                    }
                )
        new = list(batch)
        for old in rng.sample(placed, min(5, len(placed))):
            status = rng.choice(["paid", "shipped", "returned", "cancelled"])
            # Some changes are older than what they would change, so they change nothing.
            changed = at - rng.choice([60, 60, 60, 9 * DAY]) - rng.randrange(50)
            batch.append({**old, "status": status, "changed_at": traffic.text(changed)})
        sent += [(one, at) for one in batch]
        placed = (placed + new)[-60:]
        records: list[Record | str] = [*batch, batch[0]]
        is_ahead = at == 1500 + 20 * 1800
        if is_ahead:
            records += [{**one, "changed_at": traffic.text(at + 30 * DAY)} for one in new[:4]]
        traffic.delivered(at, "order_line", records, 4 * is_ahead)
    return sent


def dropped_csv(rows: list[Record], delimiter: str) -> bytes:
    """Write a CSV file with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def customers(traffic: Traffic) -> Sent:
    """Drop the customers each night, in a file of the same name."""
    rng, sent = traffic.random, Sent()
    for night in range(2):
        at = night * DAY + HOUR
        rows: list[Record] = [
            {
                "customer_id": number,
                "updated_at": traffic.text(at - rng.randrange(60, DAY)),
                "name": f"Kowalska; Björn {number}",
                "email": f"c{number}@example.com",
                "country": rng.choice(["DE", "FR", "PL", ""]),
                "segment": rng.choice(["private", "business"]),
                "joined_on": "2026-03-04",
            }
            for number in range(1, 36)
        ]
        traffic.file(at, "customer/customer.csv", dropped_csv(rows, ";"), len(rows))
        sent += [(one, at) for one in rows]
    return sent


def products(traffic: Traffic) -> Sent:
    """Drop two thousand files of products at once, and corrections."""
    rng, sent = traffic.random, Sent()

    def dropped(at: int, name: str, records: list[Record], **more: Any) -> None:
        data = "".join(f"{json.dumps(one)}\n" for one in records).encode()
        traffic.file(at, f"product/{name}", data, len(records), **more)
        sent.extend((one, at) for one in records)

    def product(number: int) -> Record:
        return {
            "product_id": number,
            "name": f"Café Noir {number}",
            "category": rng.choice(["shoes", "hats", None]),
            "brand": rng.choice(["Alta", "Café Noir"]),
            "list_price": str(Decimal(rng.randrange(100, 30_000)) / 100),
        }

    for number in range(1, 2001):
        dropped(20 * HOUR + number * 240 // 2001, f"{number:04}.ndjson", [product(number)])
    dropped(27 * HOUR, "0001.ndjson", [product(1), product(2002)])
    dropped(27 * HOUR + 1800, "unnoticed.ndjson", [product(2001)], event=False)
    dropped(40 * HOUR, "last.ndjson", [product(2), product(2003)])
    return sent


def stores(traffic: Traffic) -> Sent:
    """Drop the stores, which somebody edits by hand: the same name each time."""
    sent = Sent()
    for at, cities in (
        (900, ["Berlin", "Köln"]),
        (12 * HOUR, ["Berlin", "Köln", "Łódź"]),
        (25 * HOUR, ["Bonn"]),
    ):
        rows = [
            {
                "store_id": number,
                "name": f"{city}, centre",
                "city": city,
                "country": "DE",
                "opened_on": "2026-03-02",
            }
            for number, city in enumerate(cities, start=1)
        ]
        traffic.file(at, "store/store.csv", dropped_csv(rows, ","), len(rows))
        sent += [(one, at) for one in rows]
    return sent


def net_amount(row: Record) -> Decimal:
    """Return the amount that the customer pays for the line."""
    full = row["quantity"] * Decimal(row["unit_price"]) * (1 - Decimal(row["discount"] or 0))
    return full.quantize(Decimal("0.01"), ROUND_HALF_UP)


def retail(traffic: Traffic) -> list[Record]:
    """Return what the warehouse must have."""
    lines = latest(order_lines(traffic), ["order_id", "line_number"], "changed_at")
    people = {row["customer_id"]: row for row in latest(customers(traffic), ["customer_id"], "updated_at")}
    goods = {row["product_id"]: row for row in latest(products(traffic), ["product_id"], None)}
    shops = {row["store_id"]: row for row in latest(stores(traffic), ["store_id"], None)}

    def is_cancelled(row: Record) -> bool:
        return row["status"] == "cancelled"

    def channel(row: Record) -> str:
        return "web" if row["store_id"] is None else "store"

    expected = [
        expect(
            'SELECT order_id, line_number, TO_CHAR(changed_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\'), ordered_on, customer_id, '
            "product_id, store_id, quantity, unit_price, discount, status, currency, note, net_amount, "
            "CAST(is_cancelled AS INTEGER), channel FROM core.order_line",
            (
                [row[name] for name in ("order_id", "line_number", "changed_at", "ordered_on", "customer_id")]
                + [row["product_id"], row["store_id"], row["quantity"], f"{Decimal(row['unit_price']):.2f}"]
                + [None if row["discount"] is None else f"{Decimal(row['discount']):.4f}", row["status"]]
                + [row["currency"], row["note"], net_amount(row), is_cancelled(row), channel(row)]
                for row in lines
            ),
        ),
        expect(
            'SELECT customer_id, name, country, segment, TO_CHAR(updated_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') '
            "FROM core.customer",
            (
                [row["customer_id"], "***", row["country"], row["segment"], row["updated_at"]]
                for row in people.values()
            ),
        ),
        expect(
            "SELECT product_id, name, category, brand, list_price FROM core.product",
            (
                [
                    row["product_id"],
                    row["name"],
                    row["category"],
                    row["brand"],
                    f"{Decimal(row['list_price']):.2f}",
                ]
                for row in goods.values()
            ),
        ),
        expect(
            "SELECT store_id, name, city FROM core.store",
            ([k, v["name"], v["city"]] for k, v in shops.items()),
        ),
    ]
    sold = [row for row in lines if not is_cancelled(row)]
    daily = grouped(
        sold,
        lambda row: (
            row["ordered_on"],
            people.get(row["customer_id"], {}).get("country") or "??",
            goods.get(row["product_id"], {}).get("category") or "other",
            channel(row),
        ),
    )
    expected.append(
        expect(
            "SELECT day, country, category, channel, orders, units, revenue, customers FROM mart.daily_sales",
            (
                [*key, len({row["order_id"] for row in group}), sum(row["quantity"] for row in group)]
                + [sum(map(net_amount, group)), len({row["customer_id"] for row in group})]
                for key, group in daily.items()
            ),
        )
    )
    orders = grouped(sold, lambda row: (row["order_id"],))
    expected.append(
        expect(
            'SELECT order_id, day, channel, lines, units, revenue FROM mart."order"',
            (
                [*key, min(row["ordered_on"] for row in group), max(map(channel, group)), len(group)]
                + [sum(row["quantity"] for row in group), sum(map(net_amount, group))]
                for key, group in orders.items()
            ),
        )
    )
    months = grouped(
        (row for row in sold if row["store_id"] is not None),
        lambda row: (row["ordered_on"][:7], shops.get(row["store_id"], {}).get("name")),
    )
    expected.append(
        expect(
            "SELECT TO_CHAR(month, 'YYYY-MM'), store, lines, revenue, returns FROM mart.store_month",
            (
                [
                    *key,
                    len(group),
                    sum(map(net_amount, group)),
                    sum(row["status"] == "returned" for row in group),
                ]
                for key, group in months.items()
            ),
        )
    )
    return expected


def main(blueprint: str, stream: str) -> None:
    """Print what is sent and what is expected."""
    # A midnight, at least two days ago: the clock of PostgreSQL is not turned, and nothing may be in its future.
    epoch = (int(datetime.now(UTC).timestamp()) // DAY - 2) * DAY
    traffic = Traffic(epoch, stream)
    expected = {"iot-telemetry": iot, "retail-orders": retail}[blueprint](traffic)
    found = {
        "epoch": epoch,
        "files": traffic.files,
        "seconds": SECONDS,
        "counts": traffic.counts,
        "expected": expected,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
