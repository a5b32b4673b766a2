"""Summarizes the Parquet files that a peer wrote, for comparison with the expectations.

In: pairs of a name and a folder or a manifest. Out: one JSON object on the last line of standard output.
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

# Without the columns that a job adds for its own use.
COLUMNS = [
    "event_id", "occurred_at", "session_id", "visitor_id", "event_type", "page_path", "referrer", "device", "country",
    "amount", "attributes", "is_purchase", "funnel_step", "page_group",
]  # fmt: skip


def describe(spark, place):
    """Return rows, keys, revenue, and a digest of all values that does not depend on the order of rows."""
    reader = spark.read
    if place.endswith(".json"):
        with open(place, encoding="utf-8") as file:
            urls = [entry["url"] for entry in json.load(file)["entries"]]
        rows = reader.parquet(*urls)
    else:
        rows = reader.parquet(place)
    values = F.xxhash64(*[name for name in COLUMNS if name in rows.columns])
    found = rows.agg(
        F.count("*").alias("rows"),
        F.countDistinct("event_id").alias("keys"),
        F.sum("amount").cast("string").alias("revenue"),
        F.sum(values.cast("decimal(38,0)")).cast("string").alias("digest"),
    )
    return found.first().asDict()


def main(arguments):
    spark = SparkSession.builder.appName("check").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    print(json.dumps({name: describe(spark, place) for name, place in pairs}))


if __name__ == "__main__":
    main(sys.argv[1:])
