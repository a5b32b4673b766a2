"""async-kinesis reads the stream, and the AWS SDK for pandas what Firehose delivered to S3."""

from __future__ import annotations

import asyncio
from operator import itemgetter
from typing import Any

import awswrangler as wr
from kinesis import Consumer

from deployed import ENDPOINT, SHOP, equal, events


async def consumed(count: int) -> list[dict[str, Any]]:
    start = {"iterator_type": "TRIM_HORIZON", "sleep_time_no_records": 0.1}
    found: list[dict[str, Any]] = []
    stream = f"{SHOP.prefix}-event"
    async with Consumer(
        stream_name=stream, region_name=SHOP.region, endpoint_url=ENDPOINT, **start
    ) as reader:
        while len(found) < count:
            async for record in reader:
                found.append(record)
                if len(found) == count:
                    break
    return found


SHOP.use()
sent = events()
read = asyncio.run(asyncio.wait_for(consumed(len(sent)), 60))
equal(sorted(read, key=itemgetter("event_id")), sent, "the records of the stream")

location = f"s3://{SHOP.outputs()['RawBucketName']}/event/"
texts = {"dtype": False, "convert_dates": False}
delivered = wr.s3.read_json(location, lines=True, compression="gzip", path_suffix=".gz", **texts)
for name in ("event_id", "occurred_at", "page_path", "amount", "attributes"):
    found = delivered.sort_values("event_id")[name].tolist()
    equal([None if one != one else one for one in found], [event[name] for event in sent], f"raw {name}")
