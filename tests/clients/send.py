"""Send events with three clients, then order lines: `send.py events`, `send.py lines`, `send.py changes`."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kinesis import Producer

from deployed import ENDPOINT, EVENTS, ORDERS, SHOP, aws

STREAM = f"{SHOP.prefix}-event"


def event(client: str, number: int, at: datetime) -> dict[str, Any]:
    is_purchase = number == 0
    return {
        "event_id": f"{client}-{number}",
        "occurred_at": (at + timedelta(milliseconds=number)).isoformat(timespec="milliseconds"),
        "session_id": f"session of {client}",
        "visitor_id": "visitor-1",
        "event_type": "purchase" if is_purchase else "page_view",
        "page_path": f"/{client}/straße; 'quoted', \\ and 日本",
        "country": "DE" if is_purchase else None,
        # More digits than a double can hold.
        "amount": "1234567890.12" if is_purchase else None,
        "ip_address": "192.0.2.1",
        "attributes": {"number": number, "of": [client]},
    }


def with_boto3(sent: list[dict[str, Any]]) -> None:
    stream = SHOP.client("kinesis")
    for one in sent:
        stream.put_record(StreamName=STREAM, Data=json.dumps(one).encode(), PartitionKey=one["event_id"])


def with_cli(sent: list[dict[str, Any]]) -> None:
    records = [{"Data": json.dumps(one), "PartitionKey": one["event_id"]} for one in sent]
    Path("records.json").write_text(json.dumps(records))
    put = ("kinesis", "put-records", "--stream-name", STREAM, "--records", "file://records.json")
    assert aws(*put)["FailedRecordCount"] == 0


async def with_async_kinesis(sent: list[dict[str, Any]]) -> None:
    async with Producer(stream_name=STREAM, region_name=SHOP.region, endpoint_url=ENDPOINT) as producer:
        for one in sent:
            await producer.put(one)
        await producer.flush()


def send_events() -> None:
    SHOP.use()
    at = datetime.now(UTC).replace(microsecond=0)
    ways = {"boto3": 3, "aws-cli": 4, "async-kinesis": 5}
    made = {client: [event(client, number, at) for number in range(count)] for client, count in ways.items()}
    with_boto3(made["boto3"])
    with_cli(made["aws-cli"])
    asyncio.run(with_async_kinesis(made["async-kinesis"]))
    EVENTS.write_text(json.dumps([one for sent in made.values() for one in sent]))


def line(number: int, **more: object) -> dict[str, Any]:
    return {
        "order_id": 9_007_199_254_740_993,
        "line_number": number,
        "changed_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "ordered_on": "2026-03-10",
        "customer_id": 1,
        "product_id": 1,
        "quantity": 2,
        "unit_price": "9999999999.99",
        "discount": None,
        "status": "placed",
        "currency": "CHF",
        **more,
    }


def send_lines(lines: list[dict[str, Any]]) -> None:
    records = [{"Data": json.dumps(one).encode(), "PartitionKey": "1"} for one in lines]
    put = ORDERS.client("kinesis").put_records(StreamName=f"{ORDERS.prefix}-order-line", Records=records)
    assert put["FailedRecordCount"] == 0


match sys.argv[1]:
    case "events":
        send_events()
    case "lines":
        send_lines([line(1), line(2, discount="0.1500"), line(3)])
    case "changes":
        send_lines([line(1, quantity=5, note='late; "change"'), line(4, store_id=7)])
    case other:
        sys.exit(f"unknown records {other}")
