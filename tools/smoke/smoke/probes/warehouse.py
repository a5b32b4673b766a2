"""Probes of what the warehouse reads, and of what it refuses.

In: the warehouse after its loads. Out: findings about scans, external schemas, roles of `COPY` and values of
`SUPER`. It refuses to change anything but tables and schemas of its own.
"""

from __future__ import annotations

import time

from ..run import Run
from .probe import LATER, UNSEEN, Probe, judged
from .session import must, rows, scratch, send

# The scans of a statement over a table: whether each was limited to blocks of its sort key.
_SCANS = (
    "SELECT is_rrscan FROM sys_query_detail WHERE step_name = 'scan' AND table_name LIKE '%{table}%' "
    "AND query_id IN (SELECT query_id FROM sys_query_history WHERE query_text LIKE '%{mark}%')"
)
_TIMED = "TIMESTAMP NOT NULL, number INTEGER) SORTKEY (at)"


def _scans(run: Run, table: str, mark: str) -> list[bool]:
    """Whether each scan of a table by the statements with this mark was limited to blocks."""
    found: list[bool] = []
    for _ in range(12):
        batch = must(run, _SCANS.format(table=table.rsplit(".", 1)[-1], mark=mark))
        found = [row[0].strip().lower() in ("t", "true") for row in rows(run, batch.id)]
        if found:
            return found
        time.sleep(run.account.pause)
    return found


def _filled(run: Run, table: str) -> None:
    must(run, f"CREATE TABLE {table} (at {_TIMED}")
    must(run, f"INSERT INTO {table} (at, number) SELECT occurred_at, funnel_step FROM core.event")


def _block_skipping(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        _filled(run, table)
        mark = f"smoke-{time.time_ns()}"
        period = "(SELECT MIN(at) FROM {0}) AND (SELECT MAX(at) FROM {0})".format("staging.smoke__period")
        must(run, f"SELECT COUNT(*), '{mark}' AS mark FROM {table} WHERE at BETWEEN {period}")
        found = _scans(run, table, mark)
        if not found:
            return UNSEEN, LATER
        return judged(
            all(found), f"{sum(found)} of {len(found)} scans for a period of subqueries skip blocks"
        )

    def with_period(period: str) -> tuple[str, str]:
        must(run, f"CREATE TABLE {period} AS SELECT occurred_at AS at FROM core.event LIMIT 2")
        return scratch(run, "blocks", look)

    return scratch(run, "period", with_period)


def _merge_scan(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        _filled(run, table)
        mark = f"smoke-{time.time_ns()}"
        must(
            run,
            f"MERGE INTO {table} USING staging.smoke__source AS source ON {table}.number = source.number "
            f"AND {table}.at = source.at AND '{mark}' <> '' "
            "WHEN MATCHED THEN UPDATE SET number = source.number "
            "WHEN NOT MATCHED THEN INSERT (at, number) VALUES (source.at, source.number)",
        )
        found = _scans(run, table, mark)
        if not found:
            return UNSEEN, LATER
        return judged(
            not all(found), f"{sum(found)} of {len(found)} scans of the target of a `MERGE` skip blocks"
        )

    def with_source(source: str) -> tuple[str, str]:
        must(run, f"CREATE TABLE {source} (at {_TIMED}")
        # One row: without any, the target might not be scanned.
        must(run, f"INSERT INTO {source} (at, number) SELECT MIN(occurred_at), 1 FROM core.event")
        return scratch(run, "target", look)

    return scratch(run, "source", with_source)


def _projection(run: Run) -> tuple[str, str]:
    batch = send(run, "SELECT COUNT(*) FROM lake.event")
    if not batch.is_finished:
        return UNSEEN, batch.error
    count = rows(run, batch.id)[0][0]
    return judged(count == "0", f"{count} rows of a table with partition projection in schema `lake`")


def _drop_external(run: Run) -> tuple[str, str]:
    database, schema = f"{run.platform.replace('-', '_')}_dev", "smoke__lake"
    role = run.outputs["aggregation.WarehouseCatalogueRole"]
    made = f"CREATE EXTERNAL SCHEMA {schema} FROM DATA CATALOG DATABASE '{database}' IAM_ROLE '{role}'"
    must(run, made)
    must(run, f"DROP SCHEMA {schema}")
    glue = run.account.client("glue")
    tables = len(glue.get_tables(DatabaseName=database)["TableList"])
    return judged(tables > 0, f"the database has {tables} tables after its external schema was dropped")


def _assume_role(run: Run) -> tuple[str, str]:
    """Load a file as the user of the dashboards, who may insert, and may not use the role."""
    user = f"{run.platform.replace('-', '_')}_dev_dashboards"
    role, bucket = run.outputs["aggregation.WarehouseCopyRole"], run.bucket("Curated")

    def look(table: str) -> tuple[str, str]:
        must(run, f"CREATE TABLE {table} (number INTEGER)")
        must(run, f"GRANT USAGE ON SCHEMA staging TO {user}")
        must(run, f"GRANT INSERT ON {table} TO {user}")
        try:
            copy = f"COPY {table} FROM 's3://{bucket}/smoke-probe/' IAM_ROLE '{role}' FORMAT AS PARQUET"
            batch = send(run, f"SET SESSION AUTHORIZATION '{user}'", copy)
        finally:
            send(run, f"REVOKE USAGE ON SCHEMA staging FROM {user}")
        if batch.is_finished:
            return judged(False, "a user without the grant used the role of `COPY`")
        # Another cause would not name the role or the privilege.
        return judged(True, batch.error) if "role" in batch.error.lower() else (UNSEEN, batch.error)

    return scratch(run, "assume_role", look)


def _super_times(run: Run) -> tuple[str, str]:
    parsed = 'JSON_PARSE(\'{"good": "2026-03-01T12:00:00+02:00", "bad": "noon"}\')'
    good = "record.payload.good::TIMESTAMPTZ AT TIME ZONE 'UTC'"
    sql = (
        f"SELECT TO_CHAR({good}, 'YYYY-MM-DD HH24:MI:SS'), "
        "CASE WHEN record.payload.bad::TIMESTAMPTZ IS NULL THEN 'null' ELSE 'a time' END "
        f"FROM (SELECT {parsed} AS payload FROM core.event LIMIT 1) AS record"
    )
    batch = send(run, sql)
    if not batch.is_finished:
        return judged(False, batch.error)
    found = rows(run, batch.id)
    return judged(found == [("2026-03-01 10:00:00", "null")], f"`12:00:00+02:00` and `noon` are {found}")


_SQL = "runs SQL with PostgreSQL"
_SCANNED = "has no record of scans"

PROBES = (
    Probe(
        "block-skipping",
        ("query events",),
        _block_skipping,
        "read the bounds of a period first, and write them as literals, in `sql/load/period.sql.hbs`",
        _SCANNED,
    ),
    Probe(
        "merge-scan",
        ("query events",),
        _merge_scan,
        "none needed: a load could use `MERGE`",
        _SCANNED,
    ),
    Probe(
        "partition-projection",
        ("load the file",),
        _projection,
        "none needed: schema `lake` could have the other tables, too",
        "reads external schemas by itself",
    ),
    Probe(
        "drop-external-schema",
        ("load the file",),
        _drop_external,
        "leave an external schema as it is in `src/deploy/sql.rs`, and let the user replace it",
        "has external schemas of its own",
    ),
    Probe(
        "assume-role-grant",
        ("query events",),
        _assume_role,
        "attach the role of `COPY` by the trust policy to the loader only",
        "checks no grants of roles",
    ),
    Probe(
        "super-timestamps",
        ("query events",),
        _super_times,
        "parse the times of live views with `TO_TIMESTAMP` in `sql/stream.sql.hbs`",
        _SQL,
    ),
)
