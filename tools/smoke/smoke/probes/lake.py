"""Probes of the Iceberg table and of the warehouse's objects.

In: the deployed platform, after its runs. Out: findings about the Data Catalog, the job's log and
Redshift. It refuses to read the table with anything but the warehouse.
"""

from __future__ import annotations

import json

from ..account import pages
from ..gen import Json
from ..run import Run
from .probe import CONFIRMED, LATER, UNSEEN, Probe, judged, shown


def _location(run: Run) -> tuple[str, str]:
    database = f"{run.platform.replace('-', '_')}_dev"
    table = run.account.client("glue").get_table(DatabaseName=database, Name="campaign")["Table"]
    place, kind = str(table["StorageDescriptor"]["Location"]), table["Parameters"].get("table_type")
    is_known = place.startswith("s3://") and place.endswith(f"/{database}.db/campaign")
    return judged(kind == "ICEBERG" and is_known, f"{kind}, {place}")


def _maintenance(run: Run) -> tuple[str, str]:
    logs, prefix = run.account.client("logs"), run.dataset("campaign")["job_log_prefix"]
    found = []
    for group in pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix):
        name = group["logGroupName"]
        found += list(
            pages(logs, "filter_log_events", "events", logGroupName=name, filterPattern="MAINTENANCE")
        )
    lines = [str(one["message"]) for one in found if str(one["message"]).startswith("MAINTENANCE ")]
    if not lines:
        return UNSEEN, LATER
    results: list[Json] = [json.loads(line.removeprefix("MAINTENANCE ")) for line in lines]
    causes = [one["cause"] for one in results if one["cause"] is not None]
    return judged(not causes, f"{len(results)} maintenances, {len(causes)} failed {causes[:1] or ''}".strip())


def _metrics(run: Run) -> tuple[str, str]:
    client = run.account.client("cloudwatch")
    found = list(
        pages(client, "list_metrics", "Metrics", Namespace="Strataform", MetricName="maintenance_failed")
    )
    ours = [one for one in found if run.platform in str(one["Dimensions"])]
    return (CONFIRMED, f"dimensions {ours[0]['Dimensions']}") if ours else (UNSEEN, LATER)


def _deletes(run: Run) -> tuple[str, str]:
    counts = [run.gen.rows(f"SELECT COUNT(*) FROM {schema}.campaign")[0][0] for schema in ("lake", "core")]
    return judged(counts[0] == counts[1], f"{counts[0]} rows in schema `lake`, {counts[1]} in `core`")


def _incremental(run: Run) -> tuple[str, str]:
    sql = "SELECT name, state FROM svv_mv_info WHERE name = 'daily_revenue'"
    rows = run.gen.rows(sql)
    return judged(rows and rows[0][1] == "1", f"state of the view of an aggregate: {rows[0][1]}")


def _edition(run: Run) -> tuple[str, str]:
    client = run.account.client("quicksight")
    edition = str(
        client.describe_account_subscription(AwsAccountId=run.account.number)["AccountInfo"]["Edition"]
    )
    if edition.startswith("ENTERPRISE"):
        return UNSEEN, f"the edition is {edition}"
    return judged(False, f"a connection to a VPC was deployed with the edition {edition}")


_ICEBERG = "has the files of an Iceberg table in a folder"
_ALLOWS = "does not check permissions"
_SQL = "runs SQL with PostgreSQL"

PROBES = (
    Probe(
        "iceberg-location",
        ("load the file",),
        _location,
        "allow the role of a job the folder that the Data Catalog names",
        _ICEBERG,
    ),
    Probe(
        "iceberg-permissions",
        ("load the new column",),
        shown("jobs created the table, and changed it twice"),
        "allow the role of a job what CloudTrail shows as denied",
        _ALLOWS,
    ),
    Probe(
        "glue-conf",
        ("load the file",),
        shown("a job had all settings of Spark that Iceberg needs"),
        "pass the settings in the script",
        "starts Spark by itself",
    ),
    Probe(
        "orphan-listing",
        ("load the new column",),
        _maintenance,
        "allow the role of a job to list what the cause names",
        _ALLOWS,
    ),
    Probe(
        "embedded-metrics",
        ("load the new column",),
        _metrics,
        "publish the metrics of jobs with `PutMetricData`",
        "publishes no metrics",
    ),
    Probe(
        "position-deletes",
        ("load the new column",),
        _deletes,
        "set `write.merge.mode` to `copy-on-write`",
        "has no schema `lake`",
    ),
    Probe(
        "grant-on-views",
        ("deploy",),
        shown("the grants were applied in a schema with a materialized view"),
        "name the tables in the grants",
        _SQL,
    ),
    Probe(
        "incremental-refresh",
        ("query events",),
        _incremental,
        "make such an aggregate a table in `src/platform/aggregation`",
        _SQL,
    ),
    Probe(
        "widen-column",
        ("deploy a new column",),
        shown("a string that aggregates group by was lengthened"),
        "add a column and copy the values in `src/deploy/sql.rs`",
        _SQL,
    ),
    Probe(
        "quicksight-edition",
        ("deploy",),
        _edition,
        "correct docs/deploy.md: the Standard edition is enough",
        "accepts what the account may not",
    ),
)
