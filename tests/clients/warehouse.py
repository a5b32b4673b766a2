"""The AWS SDK for pandas queries the warehouse with the Data API."""

from __future__ import annotations

from decimal import Decimal

import awswrangler as wr

from deployed import SHOP, amount, equal, events, moment

SHOP.use()
outputs = SHOP.outputs()
sent = events()
warehouse = wr.data_api.redshift.connect(
    workgroup_name=outputs["WarehouseName"], database=outputs["WarehouseDatabase"]
)


def rows(sql: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = wr.data_api.redshift.read_sql_query(sql, con=warehouse).to_dict(
        "records"
    )
    return found


# The Data API returns decimals and times as texts.
read = rows(
    "SELECT event_id, occurred_at, page_path, amount, is_purchase, funnel_step FROM core.event ORDER BY 1"
)
equal([row["event_id"] for row in read], [event["event_id"] for event in sent], "IDs")
equal([row["page_path"] for row in read], [event["page_path"] for event in sent], "texts")
numbers = [None if row["amount"] != row["amount"] else Decimal(str(row["amount"])) for row in read]
equal(numbers, [amount(event) for event in sent], "decimals")
equal(
    [str(row["occurred_at"])[:23].rstrip("0") for row in read],
    [f"{moment(e)}"[:23].rstrip("0") for e in sent],
    "times",
)
equal([row["is_purchase"] for row in read], [event["amount"] is not None for event in sent], "Booleans")
equal([row["funnel_step"] for row in read], [5 if event["amount"] else 1 for event in sent], "integers")

(purchases,) = rows("SELECT * FROM report.daily_traffic WHERE country = 'DE'")
equal(purchases["purchases"], 3, "purchases in the aggregate")
equal(Decimal(str(purchases["revenue"])), 3 * Decimal("1234567890.12"), "revenue in the aggregate")
(named,) = rows("SELECT COUNT(*) AS n FROM core.event WHERE session_id = 'session of boto3'")
equal(named["n"], 3, "rows of a condition")
