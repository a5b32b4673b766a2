"""A job as in introductions to Glue: let Spark infer the schema, cast, filter, count, keep the latest of each key.

It is correct for nearly all rows, and incorrect where the benchmark says so: an amount that is not a number silently
becomes null, the second of two objects on a line is lost, and rejected records are not stored anywhere.

    tutorial.py RAW OUT
"""

import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import coalesce, col, concat, date_format, lit, row_number, sha2, split, to_json, when
from pyspark.sql.window import Window

raw_path, output_path = sys.argv[1:]
spark = SparkSession.builder.appName("tutorial").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")

# Read the raw data
df = spark.read.option("recursiveFileLookup", "true").json(raw_path)
df.printSchema()
print(f"Records read: {df.count()}")

# Cast the columns
df = df.withColumn("occurred_at", col("occurred_at").cast("timestamp"))
df = df.withColumn("amount", col("amount").cast("decimal(12,2)"))
df = df.withColumn("attributes", to_json(col("attributes")))

# Remove what is not valid
df = df.filter(col("event_id").isNotNull() & col("occurred_at").isNotNull())
df = df.filter(col("session_id").isNotNull() & col("visitor_id").isNotNull())
df = df.filter(col("event_type").isin("page_view", "search", "add_to_cart", "checkout", "purchase"))
df = df.filter(col("amount").isNull() | (col("amount") >= 0))
print(f"Valid records: {df.count()}")

# Keep the latest version of every event
window = Window.partitionBy("event_id").orderBy(col("occurred_at").desc())
df = df.withColumn("rn", row_number().over(window)).filter(col("rn") == 1).drop("rn")
print(f"Unique records: {df.count()}")

# Protect personal data
df = df.withColumn("visitor_id", sha2(concat(lit(os.environ["STRATAFORM_HASH_KEY"]), col("visitor_id")), 256))
df = df.drop("ip_address", "_corrupt_record", "year", "month", "day", "hour")

# Add columns
df = df.withColumn("is_purchase", (col("event_type") == "purchase") & (col("amount") > 0))
df = df.withColumn(
    "funnel_step",
    when(col("event_type") == "page_view", 1)
    .when(col("event_type") == "search", 2)
    .when(col("event_type") == "add_to_cart", 3)
    .when(col("event_type") == "checkout", 4)
    .when(col("event_type") == "purchase", 5),
)
first = split(col("page_path"), "/").getItem(1)
df = df.withColumn("page_group", coalesce(when(first != "", first), lit("home")))
df = df.withColumn("event_day", date_format(col("occurred_at"), "yyyy-MM-dd"))

# Write the data
df.write.mode("overwrite").partitionBy("event_day").parquet(output_path)
print(f"Records written: {spark.read.parquet(output_path).count()}")
