"""Athena: ministack runs its queries on DuckDB, over the objects of the tables in the Data Catalog.

ministack reads every folder of a table, and has no partition projection. On AWS, the values of a column with
injected projection come from the query, so a query without them fails; it fails here, too. And ministack
stores results in a folder with the name of the file that it announces, and writes values in Python's
spelling; here, they are where AWS puts them, in Athena's.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import ministack.services.athena as athena
import ministack.services.glue as glue

from .models import Json

# What AWS returns for the workgroup of an account that has never changed it.
_PRIMARY: Json = {
    "EnforceWorkGroupConfiguration": False,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
}


def install() -> None:
    # Without DuckDB, a query must fail: ministack would return rows that it makes up.
    athena.ATHENA_ENGINE = "duckdb"
    run: Callable[..., Awaitable[Any]] = athena._run_duckdb
    seed: Callable[[], None] = athena._ensure_default_workgroup
    start: Callable[[Json], Any] = athena._start_query_execution
    save: Callable[[str], Awaitable[None]] = athena._save_query_results

    async def checked(query: str, database: str | None, catalog: str | None = None) -> Any:
        _require_injected(query, database)
        result = await run(query, database, catalog)
        result["rows"] = [[_spelled(value) for value in row] for row in result["rows"]]
        return result

    def seeded() -> None:
        seed()
        held = athena._workgroups["primary"]["Configuration"]
        held.update({**_PRIMARY, **held})

    def started(data: Json) -> Any:
        place = data.get("ResultConfiguration") or {}
        if place.get("OutputLocation"):
            place["OutputLocation"] = place["OutputLocation"].rstrip("/") + "/"
        return start(data)

    async def saved(query_id: str) -> None:
        place = athena._executions[query_id]["ResultConfiguration"]
        announced = place["OutputLocation"]
        place["OutputLocation"] = announced.removesuffix(f"{query_id}.csv")
        # Nothing in it waits, so no request sees the folder.
        await save(query_id)
        place["OutputLocation"] = announced

    athena._run_duckdb = checked
    athena._start_query_execution = started
    athena._save_query_results = saved
    athena._ensure_default_workgroup = seeded


def _require_injected(query: str, database: str | None) -> None:
    """Fail like Athena if a table of the query has an injected column without a value."""
    for reference in athena._table_references(query):
        table = glue._tables.get(f"{reference.database or database or 'default'}/{reference.table}") or {}
        for column in _injected(table.get("Parameters") or {}):
            if not re.search(rf"""\b{re.escape(column)}"?\s*(=\s*'|IN\s*\(\s*')""", query, re.IGNORECASE):
                raise ValueError(
                    f"CONSTRAINT_VIOLATION: For the injected projected partition column {column}, the WHERE "
                    "clause must contain only static equality conditions, and at least one such condition "
                    "must be present."
                )


def _spelled(value: Any) -> Any:
    """Return a value as Athena writes it: times have milliseconds."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(" ", "milliseconds") if isinstance(value, datetime) else value


def _injected(parameters: Json) -> list[str]:
    if str(parameters.get("projection.enabled")).lower() != "true":
        return []
    found = (re.fullmatch(r"projection\.(.+)\.type", name) for name in parameters)
    return [one[1] for one in found if one and parameters[one[0]] == "injected"]
