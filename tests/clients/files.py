"""The AWS SDK for pandas and s3fs read the curated files; the types are those of the Data Catalog."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import awswrangler as wr
import pyarrow.parquet as pq
import s3fs

from deployed import SHOP, amount, equal, events, moment

SHOP.use()
bucket = SHOP.outputs()["CuratedBucketName"]
location = f"s3://{bucket}/event/data/"
sent = events()

rows = wr.s3.read_parquet(location, dataset=True).sort_values("event_id").to_dict("records")
equal([row["event_id"] for row in rows], [event["event_id"] for event in sent], "IDs")
equal([row["amount"] for row in rows], [amount(event) for event in sent], "decimals")
times = [row["occurred_at"].to_pydatetime() for row in rows]
equal(times, [moment(event) for event in sent], "times")
equal([row["page_path"] for row in rows], [event["page_path"] for event in sent], "texts")
equal([json.loads(row["attributes"]) for row in rows], [event["attributes"] for event in sent], "JSON")
equal(
    [row["is_purchase"] for row in rows], [event["amount"] is not None for event in sent], "derived Booleans"
)
assert "ip_address" not in rows[0], "a dropped column is in the files"
plain = hashlib.sha256(b"visitor-1").hexdigest()
hashes = {row["visitor_id"] for row in rows}
assert len(hashes) == 1 and not hashes & {"visitor-1", plain}, f"hashed without the key: {hashes}"
(run,) = {row["run"] for row in rows}
equal({row["event_day"] for row in rows}, {event["occurred_at"][:10] for event in sent}, "partitions")

# The table in the Data Catalog has the names and types of the files.
catalog = wr.catalog.get_table_types(f"{SHOP.name}_dev", "event")
columns, partitions = wr.s3.read_parquet_metadata(location, dataset=True)
equal(catalog, {**columns, **partitions}, "the types of the table and those of its files")
equal(catalog["amount"], "decimal(12,2)", "a decimal of the catalog")
equal(wr.catalog.get_table_location(f"{SHOP.name}_dev", "event"), location, "the location of the table")
read = wr.s3.read_parquet_table(database=f"{SHOP.name}_dev", table="event")
equal(sorted(read["event_id"]), [event["event_id"] for event in sent], "rows by the table")
tables = {table["Name"] for table in wr.catalog.get_tables(database=f"{SHOP.name}_dev")}
equal(tables, {"event", "event_raw", "event_quarantine"}, "tables")

# s3fs: list, read a part of an object, write, and delete.
files = s3fs.S3FileSystem()
(path,) = files.glob(f"{bucket}/event/data/run={run}/**/*.parquet")
with files.open(path) as opened:
    schema = pq.read_schema(opened)
equal(str(schema.field("amount").type), "decimal128(12, 2)", "the decimal of the file")
(manifest,) = files.ls(f"{bucket}/event/manifests/")
entries = json.loads(files.cat(manifest))["entries"]
equal([entry["url"] for entry in entries], [f"s3://{path}"], "the files that the manifest lists")
equal(entries[0]["meta"]["content_length"], files.info(path)["size"], "the size in the manifest")
assert files.modified(path) <= datetime.now(UTC)
files.pipe(f"{bucket}/notes/a b+ü.txt", b"x" * 100)
equal(files.cat(f"{bucket}/notes/a b+ü.txt", start=98), b"xx", "a range of an object")
files.rm(f"{bucket}/notes", recursive=True)
assert not files.exists(f"{bucket}/notes/a b+ü.txt")
