"""The floor: the lines, parsed by the declared schema, written as partitioned Parquet. Nothing is checked.

An invalid line becomes a row of nulls, a key may occur twice, no column is hashed or derived, nothing is counted,
nothing is shuffled: each task writes one file per day.

    floor.py RAW OUT
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

SCHEMA = (
    "event_id STRING, occurred_at TIMESTAMP, session_id STRING, visitor_id STRING, event_type STRING, "
    "page_path STRING, referrer STRING, device STRING, country STRING, amount DECIMAL(12,2), "
    "ip_address STRING, attributes STRING"
)

raw, out = sys.argv[1:]
spark = SparkSession.builder.appName("floor").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
lines = spark.read.option("recursiveFileLookup", True).text(raw)
rows = lines.select(F.from_json("value", SCHEMA).alias("record")).select("record.*")
rows = rows.withColumn("event_day", F.date_format("occurred_at", "yyyy-MM-dd"))
rows.write.partitionBy("event_day").parquet(out, compression="snappy")
