"""A job written and tuned by hand for this dataset.

It does the same work as the emitted script: every line is in exactly one of curated, quarantine and duplicates, and
counted; the visitor is hashed with the same keyed hash; the latest record of each key is kept; a manifest commits.

    reference.py RAW CURATED QUARANTINE RUN_ID
"""

import hashlib
import json
import os
import sys
import time
import uuid

from pyspark.sql import Observation, SparkSession, Window
from pyspark.sql import functions as F

# Name, Spark type, whether it is required.
COLUMNS = [
    ("event_id", "string", True),
    ("occurred_at", "timestamp", True),
    ("session_id", "string", True),
    ("visitor_id", "string", True),
    ("event_type", "string", True),
    ("page_path", "string", False),
    ("referrer", "string", False),
    ("device", "string", False),
    ("country", "string", False),
    ("amount", "decimal(12,2)", False),
    ("ip_address", "string", False),
    ("attributes", "string", False),
]
LIMITS = {"event_id": 36, "session_id": 36, "visitor_id": 64, "event_type": 20, "page_path": 500, "referrer": 500}
LIMITS |= {"device": 20, "country": 2, "ip_address": 45}
STEPS = ["page_view", "search", "add_to_cart", "checkout", "purchase"]


class Store:
    """Files through Hadoop."""

    def __init__(self, spark):
        self.jvm, self.configuration = spark._jvm, spark._jsc.hadoopConfiguration()

    def open(self, path):
        place = self.jvm.org.apache.hadoop.fs.Path(path)
        return place, place.getFileSystem(self.configuration)

    def files(self, path):
        place, system = self.open(path)
        if not system.exists(place):
            return []
        cursor, found = system.listFiles(place, True), []
        while cursor.hasNext():
            status = cursor.next()
            if not status.getPath().getName().startswith(("_", ".")):
                found.append((status.getPath().toString(), status.getLen()))
        return sorted(found)

    def put(self, path, text):
        place, system = self.open(path)
        staging = self.open(f"{path}.{uuid.uuid4().hex}")[0]
        stream = system.create(staging, True)
        stream.write(bytearray(text.encode()))
        stream.close()
        if not system.rename(staging, place):
            raise OSError(path)


def parse(lines):
    """Return typed columns and the first fault."""
    schema = ", ".join(f"{name} STRING" for name, _, _ in COLUMNS) + ", _corrupt STRING"
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_corrupt"}
    record = F.from_json("value", schema, options).alias("r")
    rows = lines.where(F.length(F.trim("value")) > 0).select("value", "_file", record)
    typed = {
        name: F.col(f"r.{name}") if kind == "string" else F.expr(f"try_cast(r.{name} AS {kind})")
        for name, kind, _ in COLUMNS
    }
    faults = [
        F.when(F.col("r").isNull() | F.col("r._corrupt").isNotNull(), F.lit("invalid json")),
        F.when(F.col("value").rlike(r"\}\s*\{"), F.lit("more than one object")),
    ]
    for name, kind, required in COLUMNS:
        given = F.col(f"r.{name}")
        if required:
            faults.append(F.when(given.isNull(), F.lit(f"{name}: missing")))
        if kind != "string":
            faults.append(F.when(given.isNotNull() & typed[name].isNull(), F.lit(f"{name}: not {kind}")))
        if name in LIMITS:
            faults.append(F.when(F.length(given) > LIMITS[name], F.lit(f"{name}: too long")))
    faults.append(F.when(~F.col("r.event_type").isin(STEPS), F.lit("expectation: known_type")))
    faults.append(F.when(typed["amount"] < 0, F.lit("expectation: positive_amount")))
    return rows.select("value", "_file", *[typed[name].alias(name) for name in typed], F.coalesce(*faults).alias("_fault"))


def latest(rows):
    window = Window.partitionBy("event_id").orderBy(F.col("occurred_at").desc(), F.col("_file").desc())
    return rows.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").drop("_rank", "_file")


def derive(rows):
    """Return the curated columns, with the HMAC-SHA-256 of the visitor."""
    key = os.environ["STRATAFORM_HASH_KEY"].encode()
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (F.lit(bytearray(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    digest = F.sha2(F.concat(inner, F.col("visitor_id").cast("binary")), 256)
    hashed = F.sha2(F.concat(outer, F.unhex(digest)), 256)
    step = " ".join(f"when '{name}' then {at}" for at, name in enumerate(STEPS, 1))
    return rows.select(
        "event_id", "occurred_at", "session_id", hashed.alias("visitor_id"), "event_type", "page_path", "referrer",
        "device", "country", "amount", "attributes",
        F.expr("event_type = 'purchase' and amount > 0").alias("is_purchase"),
        F.expr(f"case event_type {step} end").alias("funnel_step"),
        F.expr("coalesce(nullif(split_part(page_path, '/', 2), ''), 'home')").alias("page_group"),
        F.date_format("occurred_at", "yyyy-MM-dd").alias("event_day"),
    )  # fmt: skip


def main(raw, curated, quarantine, run_id):
    began = time.monotonic()
    spark = SparkSession.builder.appName("reference").getOrCreate()
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.files.ignoreCorruptFiles": "false",
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": "128m",
        # For this size of data; the default of 200 opens as many files per task.
        "spark.sql.shuffle.partitions": "16",
    }
    for name, value in settings.items():
        spark.conf.set(name, value)
    store = Store(spark)
    inputs = store.files(raw)
    lines = spark.read.text([path for path, size in inputs if size]).select(
        "value", F.col("_metadata.file_path").alias("_file")
    )
    rows = parse(lines)
    read, written, refused = Observation(), Observation(), Observation()
    seen = rows.observe(read, F.count(F.lit(1)).alias("n"), F.count("_fault").alias("bad"))
    good = derive(latest(seen.where("_fault IS NULL").drop("value", "_fault"))).observe(written, F.count(F.lit(1)).alias("n"))
    data = f"{curated}/data/run={run_id}"
    good.write.mode("overwrite").partitionBy("event_day").parquet(data, compression="snappy")
    bad = rows.where("_fault IS NOT NULL").select("_fault", "_file", "value").observe(refused, F.count(F.lit(1)).alias("n"))
    bad.coalesce(1).write.mode("overwrite").json(f"{quarantine}/run={run_id}/rows", compression="gzip")
    metrics = {"rows_in": read.get["n"], "rows_out": written.get["n"], "rows_quarantined": refused.get["n"]}
    metrics["rows_duplicate"] = metrics["rows_in"] - read.get["bad"] - metrics["rows_out"]
    outputs = store.files(data)
    stored = spark.read.parquet(*[path for path, _ in outputs]).count()
    if read.get["bad"] != refused.get["n"] or stored != metrics["rows_out"] or metrics["rows_duplicate"] < 0:
        raise RuntimeError(f"rows do not reconcile: {metrics}, {stored} stored")
    metrics["seconds"] = round(time.monotonic() - began, 1)
    entries = [{"url": path, "mandatory": True, "meta": {"content_length": size}} for path, size in outputs]
    own = {"run_id": run_id, "inputs": [path for path, _ in inputs], "metrics": metrics}
    store.put(f"{curated}/manifests/{run_id}.json", json.dumps({"entries": entries, "strataform": own}))
    print("METRICS " + json.dumps(metrics))


if __name__ == "__main__":
    main(*sys.argv[1:])
