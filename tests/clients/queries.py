"""The AWS SDK for pandas and PyAthena query the Data Catalog's tables with Athena."""

from __future__ import annotations

import awswrangler as wr
import pyathena
from pyathena.error import OperationalError

from deployed import SHOP, amount, equal, events, moment

SHOP.use()
outputs = SHOP.outputs()
sent = events()
results = f"s3://{outputs['ArtifactsBucketName']}/athena/"
database = f"{SHOP.name}_dev"
manifests = wr.s3.list_objects(f"s3://{outputs['CuratedBucketName']}/event/manifests/")
(run,) = (path.rpartition("/")[2].removesuffix(".json") for path in manifests)

COLUMNS = f"SELECT event_id, occurred_at, page_path, amount FROM event WHERE run = '{run}' ORDER BY event_id"
table = wr.athena.read_sql_query(COLUMNS, database=database, s3_output=results, ctas_approach=False)
rows = table.to_dict("records")
equal([row["event_id"] for row in rows], [event["event_id"] for event in sent], "IDs")
equal([row["page_path"] for row in rows], [event["page_path"] for event in sent], "texts")
equal([row["occurred_at"].to_pydatetime() for row in rows], [moment(event) for event in sent], "times")
equal([row["amount"] for row in rows], [amount(event) for event in sent], "decimals")

cursor = pyathena.connect(s3_staging_dir=results, region_name=SHOP.region, schema_name=database).cursor()
raw = cursor.execute("SELECT event_id, year FROM event_raw ORDER BY event_id").fetchall()
equal(raw, [(event["event_id"], event["occurred_at"][:4]) for event in sent], "raw records")
try:
    cursor.execute("SELECT COUNT(*) FROM event")
except OperationalError as error:
    assert "CONSTRAINT_VIOLATION" in str(error) and "column run" in str(error), error
else:
    raise AssertionError("a query without a run succeeded")
