"""Iceberg tables in the Data Catalog.

On AWS, Iceberg's catalog for Glue makes a table an Iceberg table with two parameters: `table_type`, and
`metadata_location`, the current metadata. A commit is an UpdateTable with both. Here, a job's tables are
folders of the server, and the same two parameters point to them. `UpdateTable` replaces a table as a whole,
as on AWS: without the parameters in its input, the table is no Iceberg table any more.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ministack.services.glue as glue

from . import strict
from .calls import client
from .models import Json
from .unable import Unable

TYPE = "table_type"
LOCATION = "metadata_location"
# A table without what an update can leave out.
_EMPTY: Json = {
    "Description": "",
    "Owner": "",
    "StorageDescriptor": {},
    "PartitionKeys": [],
    "Parameters": {},
}


def install() -> None:
    plain: Callable[[Json], Any] = glue._update_table

    def update(data: Json) -> Any:
        """Replace the table, like Glue; ministack keeps what the input does not contain."""
        if not strict.applies(strict.Rule.TABLES):
            return plain(data)
        # Assumes `iceberg-table-update`.
        return plain({**data, "TableInput": {**_EMPTY, **(data.get("TableInput") or {})}})

    glue._update_table = update


@dataclass(frozen=True)
class Lake:
    """The Iceberg table of a job, whether or not it exists yet."""

    database: str
    table: str
    # The folder that the job's catalog has its databases in.
    warehouse: Path

    @staticmethod
    def of(name: str, root: Path) -> Lake:
        """Find a table by its name, or choose a folder for a new one."""
        _, database, table = name.split(".")
        if database not in glue._databases:
            raise Unable(f"the Data Catalog has no database {database}")
        found = glue._tables.get(f"{database}/{table}")
        if found is None:
            made = Lake(database, table, root / uuid.uuid4().hex)
            # The database exists in Glue; in the job's catalog, it is this folder.
            made.folder.parent.mkdir(parents=True)
            return made
        parameters = found.get("Parameters") or {}
        if str(parameters.get(TYPE)).upper() != "ICEBERG" or LOCATION not in parameters:
            raise Unable(f"Input Glue table is not an iceberg table: {name} (type={parameters.get(TYPE)})")
        # <warehouse>/<database>/<table>/metadata/v3.metadata.json
        return Lake(database, table, Path(parameters[LOCATION].removeprefix("file:")).parents[3])

    @property
    def folder(self) -> Path:
        """Return the folder of the table."""
        return self.warehouse / self.database / self.table

    def commit(self) -> None:
        """Store the table's current metadata in the Data Catalog, like a job on AWS at each commit."""
        hint = self.folder / "metadata/version-hint.text"
        if not hint.is_file():
            return
        current = hint.with_name(f"v{hint.read_text().strip()}.metadata.json")
        data = {"DatabaseName": self.database, "TableInput": self._described(current)}
        if f"{self.database}/{self.table}" in glue._tables:
            client("glue").update_table(**data)
        else:
            client("glue").create_table(**data)

    def _described(self, current: Path) -> Json:
        metadata = json.loads(current.read_text())
        schema = next(one for one in metadata["schemas"] if one["schema-id"] == metadata["current-schema-id"])
        columns = [
            {"Name": field["name"], "Type": _hive(field["type"]), "Comment": field.get("doc", "")}
            for field in schema["fields"]
        ]
        return {
            "Name": self.table,
            "Description": metadata.get("properties", {}).get("comment", ""),
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {"Location": str(self.folder), "Columns": columns},
            "Parameters": {TYPE: "ICEBERG", LOCATION: f"file:{current}"},
        }


def _hive(kind: str) -> str:
    """Return Hive's name of a type."""
    return "bigint" if kind == "long" else kind.replace(" ", "")
