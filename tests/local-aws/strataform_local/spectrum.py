"""External schemas over the Data Catalog: what a warehouse sees in the files of its tables.

A table of the warehouse with the rows of the files stands in for each external table that a statement
names. Redshift Spectrum reads the partitions that are registered in the Data Catalog; partition projection
is usable only when a table is queried through Athena: Athena's user guide, "Partition projection". Tables
of Iceberg cannot be read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ministack.services.glue as glue

from . import lake, roles, strict
from .models import Json

_CREATED = re.compile(
    r"create\s+external\s+schema\s+(if\s+not\s+exists\s+)?\"?(\w+)\"?\s+from\s+data\s+catalog\s+"
    r"database\s+'([^']+)'.*?\biam_role\s+'([^']+)'",
    re.I | re.S,
)
_DROPPED = re.compile(r"drop\s+schema\s+(?:if\s+exists\s+)?\"?(\w+)", re.I)
_NAMED = r"\"?\b{schema}\"?\s*\.\s*\"?(\w+)"


class Refused(Exception):
    """A table cannot be read, and why."""


@dataclass(frozen=True)
class Place:
    """A database of a warehouse."""

    warehouse: str
    database: str


@dataclass(frozen=True)
class Schema:
    """A database of the Data Catalog, and the role that reads it."""

    database: str
    role: str


@dataclass(frozen=True)
class Stand:
    """A table that stands in: the statements that make it, and the prefixes of its files."""

    sqls: list[str]
    prefixes: list[str]


_SCHEMAS: dict[tuple[Place, str], Schema] = {}


def clear() -> None:
    """Forget all schemas."""
    _SCHEMAS.clear()


def ran(place: Place, sqls: list[str]) -> None:
    """Note the external schemas that statements have made."""
    for sql in sqls:
        bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)
        for name in _DROPPED.findall(bare):
            _SCHEMAS.pop((place, name.lower()), None)
        for skips, name, database, role in _CREATED.findall(bare):
            key = (place, name.lower())
            # IF NOT EXISTS leaves the role of a schema that exists as it is.
            if not (skips and key in _SCHEMAS):
                _SCHEMAS[key] = Schema(database, role)


def stands(place: Place, sqls: list[str]) -> Stand:
    """Return the tables that stand in for those that statements name."""
    made, prefixes = [], []
    for (where, name), schema in _SCHEMAS.items():
        if where != place:
            continue
        found = {table.lower() for sql in sqls for table in re.findall(_NAMED.format(schema=name), sql, re.I)}
        for table in sorted(found):
            held = glue._tables.get(f"{schema.database}/{table}")
            if held is not None:
                roles.assumed(place.warehouse, schema.role)
                one = _stand(name, schema, table, held)
                made += one.sqls
                prefixes += one.prefixes
    return Stand(made, prefixes)


def _stand(name: str, schema: Schema, table: str, held: Json) -> Stand:
    if str((held.get("Parameters") or {}).get(lake.TYPE, "")).upper() == "ICEBERG":
        raise Refused(f"strataform-local cannot read the Iceberg table {schema.database}.{table}")
    columns = ", ".join(
        f'"{one["Name"]}" {_type(one["Type"])}' for one in held["StorageDescriptor"].get("Columns") or []
    )
    full = f'"{name}"."{table}"'
    # A table without columns to load would not do: the partitions' columns are left out.
    sqls = [f"DROP TABLE IF EXISTS {full}", f"CREATE TABLE {full} ({columns})"]
    prefixes = _prefixes(schema, table, held)
    for prefix in prefixes:
        sqls.append(f"COPY {full} FROM '{prefix}' IAM_ROLE '{schema.role}' FORMAT AS PARQUET")
    return Stand(sqls, prefixes)


def _prefixes(schema: Schema, table: str, held: Json) -> list[str]:
    """Return the locations of the table's files that Redshift looks in."""
    location = held["StorageDescriptor"]["Location"]
    if not held.get("PartitionKeys"):
        return [location]
    found = glue._partitions.get(f"{schema.database}/{table}", [])
    registered = [one["StorageDescriptor"]["Location"] for one in found]
    projected = str((held.get("Parameters") or {}).get("projection.enabled")).lower() == "true"
    if projected and not strict.applies(strict.Rule.PROJECTION):
        return [location]
    return registered


def _type(kind: str) -> str:
    """Return Redshift's name of a type of the Data Catalog."""
    names = {"string": "VARCHAR(65535)", "double": "DOUBLE PRECISION", "float": "REAL", "int": "INTEGER"}
    return names.get(kind, kind.upper())
