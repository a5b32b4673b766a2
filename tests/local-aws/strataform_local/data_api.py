"""The Redshift Data API: STRATAFORM_WAREHOUSE_BIN names the program that runs a warehouse's statements."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ministack.services.s3 as s3
import ministack.services.secretsmanager as secretsmanager
from ministack.core.responses import get_account_id, get_region

from . import roles, spectrum, strict, usage
from .models import AwsError, Json
from .store import STORE

SERVICE = "redshift-data"
PROGRAM = "STRATAFORM_WAREHOUSE_BIN"
# The number of rows in a page of GetStatementResult.
PAGE = 1000
LARGEST_LINE = 1 << 30
PATIENCE = 10.0


class Failed(Exception):
    """A statement failed, and its index in the batch."""

    def __init__(self, message: str, statement: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.statement = statement


# Warehouses


class Cancelled(Exception):
    """A statement was canceled before it started."""


def _nothing() -> None:
    return None


class Warehouse:
    """The child process of a namespace or cluster, started at the first request."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._over = False

    async def ask(self, request: Json, begin: Callable[[], None] = _nothing) -> Json:
        async with self._turn:
            begin()
            if self._over:
                raise Failed("The warehouse was deleted.")
            process = await self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            try:
                await process.stdin.drain()
                line = await process.stdout.readline()
            except ConnectionError:
                line = b""
            if not line:
                self._process = None
                raise Failed(f"The program in {PROGRAM} has exited.")
            reply: Json = json.loads(line)
            return reply

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        program = os.environ.get(PROGRAM)
        if not program:
            raise Failed(f"Cannot run statements: {PROGRAM} is not set to the program of the warehouse.")
        pipe = asyncio.subprocess.PIPE
        # Our temporary folder is not accessible to others, and PostgreSQL does not run as root.
        env = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
        try:
            process = await asyncio.create_subprocess_exec(
                program, stdin=pipe, stdout=pipe, limit=LARGEST_LINE, start_new_session=True, env=env
            )
        except OSError as error:
            raise Failed(f"Cannot start the program in {PROGRAM}: {error}") from error
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line or not json.loads(line).get("ready"):
            raise Failed(f"The program in {PROGRAM} did not become ready.")
        self._process = process
        return process

    async def end(self) -> None:
        self._over = True
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        for stop in (process.terminate, process.kill):
            try:
                await asyncio.wait_for(process.wait(), PATIENCE)
                return
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    stop()
        await process.wait()


_WAREHOUSES: dict[str, Warehouse] = {}
_TASKS: set[asyncio.Task[None]] = set()


def warehouse_of(arn: str) -> Warehouse | None:
    return _WAREHOUSES.pop(arn, None)


def _later(work: Any) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


def end(warehouse: Warehouse | None) -> None:
    """End a warehouse whose namespace or cluster is deleted."""
    if warehouse is not None:
        _later(warehouse.end())


async def end_all() -> None:
    """End every warehouse; statements that wait for one fail."""
    running = list(_WAREHOUSES.values())
    _WAREHOUSES.clear()
    await asyncio.gather(*(w.end() for w in running))
    if _TASKS:
        await asyncio.wait(list(_TASKS), timeout=PATIENCE)


# Statements


@dataclass
class Statement:
    id: str
    account: tuple[str, str]
    params: Json
    sqls: list[str]
    batch: bool
    arn: str
    status: str = "SUBMITTED"
    error: str = ""
    failed: int = 0
    results: list[Json] = field(default_factory=list)
    made: float = field(default_factory=time.time)
    changed: float = field(default_factory=time.time)
    took: float = 0.0
    number: int = 0
    # The database user, if it is not the administrator.
    user: str | None = None

    def move(self, status: str) -> None:
        self.status = status
        self.changed = time.time()


_STATEMENTS: dict[str, Statement] = {}
_TOKENS: dict[tuple[str, ...], str] = {}

_TEXT = re.compile(
    r"""'(?:[^'\\]|\\.|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | (\$\w*\$).*?\1
    | :: | :([A-Za-z_]\w*)""",
    re.DOTALL | re.VERBOSE,
)


def _bound(sql: str, parameters: list[Json]) -> str:
    """Return the statement with the values of its parameters, which the Data API has as text."""
    values = {p["name"]: p["value"] for p in parameters}
    used = set()

    def value(found: re.Match[str]) -> str:
        name = found.group(2)
        if name is None or name not in values:
            return found.group(0)
        used.add(name)
        return "'" + str(values[name]).replace("\\", "\\\\").replace("'", "''") + "'"

    out = _TEXT.sub(value, sql)
    if unused := sorted(set(values) - used):
        raise AwsError("ValidationException", f"Parameters list contains unused parameters. Unused: {unused}")
    return out


def _target(params: Json) -> str:
    """Return the ARN of the namespace or cluster that a request is for."""
    from . import nouns

    if secret := params.get("SecretArn"):
        found = secretsmanager._resolve(secret)[1]
        if found is None or found.get("DeletedDate"):
            raise AwsError("ValidationException", f"Secret {secret} is not found.")
    if workgroup := params.get("WorkgroupName"):
        if params.get("ClusterIdentifier"):
            raise AwsError("ValidationException", "Specify ClusterIdentifier or WorkgroupName, not both.")
        for record in STORE.all(nouns.WORKGROUP):
            if workgroup in (record["workgroupName"], record["workgroupArn"]):
                return str(STORE.need(nouns.NAMESPACE, record)["namespaceArn"])
        raise AwsError("ValidationException", f"Redshift endpoint doesn't exist: workgroup {workgroup}.")
    if cluster := params.get("ClusterIdentifier"):
        held = STORE.find(nouns.CLUSTER, {"ClusterIdentifier": cluster})
        if held is None:
            raise AwsError("ValidationException", f"Redshift endpoint doesn't exist: cluster {cluster}.")
        if not (params.get("SecretArn") or params.get("DbUser")):
            raise AwsError("ValidationException", "A cluster requires SecretArn or DbUser.")
        return str(held["ClusterNamespaceArn"])
    raise AwsError("ValidationException", "Specify ClusterIdentifier or WorkgroupName.")


def _user(params: Json, arn: str) -> str | None:
    """Return the user whose secret signs a request in; others are administrators here."""
    from . import nouns

    secret = params.get("SecretArn")
    if not secret or not strict.applies(strict.Rule.USAGE):
        return None
    user = json.loads(secretsmanager.resolve_secret_string(secret) or "{}").get("username")
    owners = [r["adminUsername"] for r in STORE.all(nouns.NAMESPACE) if r["namespaceArn"] == arn]
    owners += [r["MasterUsername"] for r in STORE.all(nouns.CLUSTER) if r["ClusterNamespaceArn"] == arn]
    return None if user in owners else user


def _here() -> tuple[str, str]:
    return get_account_id(), get_region()


def _submit(params: Json, sqls: list[str], batch: bool) -> Json:
    arn = _target(params)
    if not params.get("Database"):
        raise AwsError("ValidationException", "Database is required.")
    token = params.get("ClientToken")
    key = (*_here(), str(token))
    if token and key in _TOKENS:
        return _acknowledged(_STATEMENTS[_TOKENS[key]])
    sqls = [_bound(sql, params.get("Parameters") or []) for sql in sqls]
    made = Statement(str(uuid.uuid4()), _here(), params, sqls, batch, arn, number=len(_STATEMENTS) + 1)
    made.user = _user(params, arn)
    _STATEMENTS[made.id] = made
    if token:
        _TOKENS[key] = made.id
    _later(_run(made))
    return _acknowledged(made)


def _acknowledged(statement: Statement) -> Json:
    known = ("ClusterIdentifier", "WorkgroupName", "Database", "DbUser", "SecretArn", "SessionId")
    shown = {k: statement.params[k] for k in known if k in statement.params}
    return {"Id": statement.id, "CreatedAt": statement.made, **shown}


async def _run(statement: Statement) -> None:
    warehouse = _WAREHOUSES.setdefault(statement.arn, Warehouse())
    began = time.monotonic()

    def begin() -> None:
        nonlocal began
        if statement.status == "ABORTED":
            raise Cancelled
        if message := usage.refusal(statement.arn, statement.sqls):
            raise Failed(message)
        # The statement sees the objects as of the time when it starts.
        request["mounts"] = _mounts(statement, folder)
        began = time.monotonic()
        statement.move("STARTED")

    folder = Path(tempfile.mkdtemp(prefix="strataform-mounts-"))
    try:
        request: Json = {
            "database": statement.params["Database"],
            "transaction": statement.batch,
            "statements": statement.sqls,
            "role": statement.user,
        }
        place = spectrum.Place(statement.arn, statement.params["Database"])
        await _stand_in(warehouse, place, statement.sqls, folder)
        reply = await warehouse.ask(request, begin)
        if "error" in reply:
            raise Failed(reply["error"]["message"], int(reply["error"].get("statement") or 0))
        spectrum.ran(place, statement.sqls)
        usage.ran(statement.arn, statement.sqls)
        statement.results = reply["results"]
        statement.took = time.monotonic() - began
        statement.move("FINISHED")
    except Cancelled:
        pass
    except Failed as error:
        message = error.message
        statement.error = message if message.startswith("ERROR:") else f"ERROR: {message}"
        statement.failed = error.statement
        statement.took = time.monotonic() - began
        statement.move("FAILED")
    except Exception as error:
        statement.error = f"ERROR: strataform-local: {error!r}"
        statement.move("FAILED")
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _stand_in(warehouse: Warehouse, place: spectrum.Place, sqls: list[str], folder: Path) -> None:
    """Make the tables that stand in for external tables."""
    try:
        stand = spectrum.stands(place, sqls)
    except (roles.Denied, spectrum.Refused) as error:
        raise Failed(str(error)) from error
    if not stand.sqls:
        return
    mounts: dict[str, str] = {}
    for prefix in stand.prefixes:
        _mount(prefix, folder, mounts)
    request = {"database": place.database, "transaction": True, "statements": stand.sqls, "mounts": mounts}
    reply = await warehouse.ask(request)
    if "error" in reply:
        raise Failed(reply["error"]["message"])


# The input of COPY


def _copied(sql: str) -> Iterator[tuple[str, bool]]:
    """Yield the S3 URLs that a statement's COPY reads from, and whether it reads a manifest."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    for copy in re.finditer(r"\bcopy\b.*?\bfrom\s+'(s3://[^']+)'([^;]*)", bare, re.IGNORECASE | re.DOTALL):
        options = re.sub(r"'[^']*'", "", copy.group(2))
        yield copy.group(1), re.search(r"\bmanifest\b", options, re.IGNORECASE) is not None


def _mounts(statement: Statement, folder: Path) -> dict[str, str]:
    """Map every object that the statements' COPYs name to a file, in a folder that stands for its bucket."""
    mounts: dict[str, str] = {}
    for number, sql in enumerate(statement.sqls):
        for url, manifest in _copied(sql):
            try:
                for one in [url, *(_listed(url) if manifest else ())]:
                    _may_copy(statement.arn, sql, one)
                    _mount(one, folder, mounts)
            except KeyError as error:
                raise Failed(f"S3ServiceException:{error.args[0]},Status 404", number) from error
            except roles.Denied as error:
                raise Failed(str(error), number) from error
    return mounts


def _may_copy(warehouse: str, sql: str, url: str) -> None:
    if role := roles.named(sql):
        bucket, found = _objects(url)
        roles.may_copy(warehouse, role, bucket, (key for key, _ in found))


def _objects(url: str) -> tuple[str, list[tuple[str, Any]]]:
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    held = s3._buckets.get(bucket)
    if held is None:
        raise KeyError(f"The specified bucket does not exist: {bucket}")
    return bucket, [(key, made) for key, made in held["objects"].items() if key.startswith(prefix)]


def _mount(url: str, folder: Path, mounts: dict[str, str]) -> None:
    bucket, found = _objects(url)
    home = folder / bucket
    home.mkdir(exist_ok=True)
    mounts[bucket] = str(home)
    for key, made in found:
        path = (home / key).resolve()
        if key.endswith("/") or not path.is_relative_to(home.resolve()):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(made["body"]))


def _listed(url: str) -> list[str]:
    _, found = _objects(url)
    manifest = next((made for key, made in found if url.endswith(f"/{key}")), None)
    if manifest is None:
        raise KeyError(f"The manifest {url} does not exist")
    entries = json.loads(bytes(manifest["body"])).get("entries", [])
    return [entry["url"] for entry in entries]


# Operations


def _held(params: Json) -> tuple[Statement, int | None]:
    """Return a statement, or one of a batch by its id:number."""
    name, _, number = params["Id"].partition(":")
    found = _STATEMENTS.get(name)
    if found is None or found.account != _here() or (number and int(number) > len(found.sqls)):
        raise AwsError("ResourceNotFoundException", "Query does not exist.")
    return found, int(number) - 1 if number else None


@STORE.special(SERVICE, "ExecuteStatement")
def _execute(params: Json) -> Json:
    return _submit(params, [params["Sql"]], batch=False)


@STORE.special(SERVICE, "BatchExecuteStatement")
def _batch(params: Json) -> Json:
    return _submit(params, list(params["Sqls"]), batch=True)


def _rows(result: Json | None) -> Json:
    if result is None:
        return {"HasResultSet": False, "ResultRows": -1, "ResultSize": -1}
    has = bool(result.get("columns"))
    rows = len(result["rows"]) if has else int(result.get("count") or 0)
    size = len(json.dumps(result.get("rows") or [])) if has else 0
    return {"HasResultSet": has, "ResultRows": rows, "ResultSize": size}


def _part(statement: Statement, number: int) -> Json:
    status, error = statement.status, ""
    if status == "FAILED" and number < statement.failed:
        # The statements before a failed one are rolled back with it.
        status = "ABORTED"
    elif status == "FAILED" and number > statement.failed:
        status = "ABORTED"
    elif status == "FAILED":
        error = statement.error
    result = statement.results[number] if number < len(statement.results) else None
    out = {
        "Id": f"{statement.id}:{number + 1}",
        "Status": status,
        "QueryString": statement.sqls[number],
        "CreatedAt": statement.made,
        "UpdatedAt": statement.changed,
        "Duration": int(statement.took * 1e9 / max(1, len(statement.sqls))),
        "RedshiftQueryId": statement.number * 100 + number + 1,
        **_rows(result),
    }
    out.pop("ResultSize") if result is None else None
    return {**out, "Error": error} if error else out


@STORE.special(SERVICE, "DescribeStatement")
def _describe(params: Json) -> Json:
    statement, number = _held(params)
    if number is not None:
        return {**_part(statement, number), **_acknowledged(statement), "Id": params["Id"]}
    last = statement.results[-1] if statement.results else None
    out = {
        **_acknowledged(statement),
        "Status": statement.status,
        "UpdatedAt": statement.changed,
        "Duration": int(statement.took * 1e9),
        "RedshiftPid": 1_000_000 + statement.number,
        "RedshiftQueryId": statement.number * 100,
        "QueryString": statement.params.get("Sql") or ";".join(statement.sqls),
        **_rows(last),
    }
    if parameters := statement.params.get("Parameters"):
        out["QueryParameters"] = parameters
    if statement.error:
        out["Error"] = statement.error
    if statement.batch:
        out["SubStatements"] = [_part(statement, n) for n in range(len(statement.sqls))]
    return out


def _whole(text: str) -> Json:
    return {"longValue": int(text)}


def _fraction(text: str) -> Json:
    return {"doubleValue": float(text)}


def _boolean(text: str) -> Json:
    return {"booleanValue": text in ("t", "true", "1")}


def _text(text: str) -> Json:
    return {"stringValue": text}


_FIELDS: dict[str, Callable[[str], Json]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), _whole),
    **dict.fromkeys(("float4", "float8"), _fraction),
    "bool": _boolean,
}


def _field(kind: str, text: str | None) -> Json:
    if text is None:
        return {"isNull": True}
    return _FIELDS.get(kind, _text)(text)


@STORE.special(SERVICE, "GetStatementResult")
def _result(params: Json) -> Json:
    statement, number = _held(params)
    if statement.status != "FINISHED":
        raise AwsError("ResourceNotFoundException", f"Query is {statement.status}, it has no result.")
    result = statement.results[-1 if number is None else number]
    if not result.get("columns"):
        message = "Query does not have result. Please check query status with DescribeStatement."
        raise AwsError("ResourceNotFoundException", message)
    start = int(params.get("NextToken") or 0)
    rows = result["rows"][start : start + PAGE]
    kinds = [c["type"] for c in result["columns"]]
    out = {
        "ColumnMetadata": [
            {
                "name": c["name"],
                "label": c["name"],
                "typeName": c["type"],
                "nullable": 1,
                "length": 0,
                "precision": 0,
                "scale": 0,
                "isSigned": c["type"] in ("int2", "int4", "int8", "float4", "float8", "numeric"),
                "isCurrency": False,
                "isCaseSensitive": c["type"] in ("text", "varchar", "bpchar"),
                "schemaName": "",
                "tableName": "",
            }
            for c in result["columns"]
        ],
        "Records": [[_field(k, v) for k, v in zip(kinds, row, strict=True)] for row in rows],
        "TotalNumRows": len(result["rows"]),
    }
    if start + PAGE < len(result["rows"]):
        out["NextToken"] = str(start + PAGE)
    return out


@STORE.special(SERVICE, "CancelStatement")
def _cancel(params: Json) -> Json:
    statement, _ = _held(params)
    if statement.status in ("FINISHED", "FAILED", "ABORTED"):
        text = f"Could not cancel a query that is already in {statement.status} state with ID: {statement.id}"
        raise AwsError("ValidationException", text)
    if statement.status != "SUBMITTED":
        return {"Status": False}
    statement.move("ABORTED")
    return {"Status": True}


@STORE.special(SERVICE, "ListStatements")
def _statements(params: Json) -> Json:
    wanted, name = params.get("Status"), params.get("StatementName")
    found = [s for s in reversed(_STATEMENTS.values()) if s.account == _here()]
    if wanted and wanted != "ALL":
        found = [s for s in found if s.status == wanted]
    if name:
        found = [s for s in found if str(s.params.get("StatementName", "")).startswith(name)]
    start, size = int(params.get("NextToken") or 0), int(params.get("MaxResults") or 100)
    shown = []
    for s in found[start : start + size]:
        one: Json = {"Id": s.id, "Status": s.status, "CreatedAt": s.made, "UpdatedAt": s.changed}
        one["QueryStrings" if s.batch else "QueryString"] = s.sqls if s.batch else s.sqls[0]
        one["IsBatchStatement"] = s.batch
        for key in ("StatementName", "SecretArn"):
            if key in s.params:
                one[key] = s.params[key]
        shown.append(one)
    out: Json = {"Statements": shown}
    if start + size < len(found):
        out["NextToken"] = str(start + size)
    return out


# The contents of a database, read with a statement; these operations wait for it


async def _asked(params: Json, sql: str) -> list[list[str | None]]:
    arn = _target(params)
    database = params.get("ConnectedDatabase") or params["Database"]
    request = {"database": database, "transaction": False, "statements": [sql], "role": None, "mounts": {}}
    try:
        reply = await _WAREHOUSES.setdefault(arn, Warehouse()).ask(request)
    except Failed as error:
        raise AwsError("DatabaseConnectionException", error.message, 500) from error
    if "error" in reply:
        raise AwsError("ValidationException", f"ERROR: {reply['error']['message']}")
    rows: list[list[str | None]] = reply["results"][-1]["rows"]
    return rows


def _like(column: str, pattern: str | None) -> str:
    if not pattern:
        return "true"
    return f"{column} like '{pattern.replace(chr(39), chr(39) * 2)}'"


def _paged(params: Json, member: str, found: list[Any]) -> Json:
    start, size = int(params.get("NextToken") or 0), int(params.get("MaxResults") or 1000)
    out: Json = {member: found[start : start + size]}
    if start + size < len(found):
        out["NextToken"] = str(start + size)
    return out


async def _list_tables(params: Json) -> Json:
    where = f"{_like('table_schema', params.get('SchemaPattern'))} and "
    where += _like("table_name", params.get("TablePattern"))
    sql = f"select table_schema, table_name, table_type from information_schema.tables where {where}"
    words = {"BASE TABLE": "TABLE"}
    rows = sorted(await _asked(params, sql), key=str)
    found = [{"schema": s, "name": n, "type": words.get(str(t), str(t))} for s, n, t in rows]
    return _paged(params, "Tables", found)


async def _list_schemas(params: Json) -> Json:
    where = _like("nspname", params.get("SchemaPattern"))
    rows = await _asked(params, f"select nspname from pg_catalog.pg_namespace where {where}")
    return _paged(params, "Schemas", sorted(str(r[0]) for r in rows))


async def _list_databases(params: Json) -> Json:
    rows = await _asked(params, "select datname from pg_catalog.pg_database where not datistemplate")
    return _paged(params, "Databases", sorted(str(r[0]) for r in rows))


async def _describe_table(params: Json) -> Json:
    table = str(params.get("Table") or "").replace("'", "''")
    schema = str(params.get("Schema") or "public").replace("'", "''")
    sql = (
        "select column_name, data_type, is_nullable, column_default, character_maximum_length "
        f"from information_schema.columns where table_schema = '{schema}' and table_name = '{table}' "
        "order by ordinal_position"
    )
    columns = [
        {
            "name": name,
            "typeName": kind,
            "nullable": int(nullable == "YES"),
            "columnDefault": default,
            "length": int(length or 0),
            "schemaName": schema,
            "tableName": table,
        }
        for name, kind, nullable, default, length in await _asked(params, sql)
    ]
    return {**_paged(params, "ColumnList", columns), "TableName": table}


# Operations that wait for the warehouse before they respond.
WAITING = {
    "ListTables": _list_tables,
    "ListSchemas": _list_schemas,
    "ListDatabases": _list_databases,
    "DescribeTable": _describe_table,
}


def forget() -> None:
    """Forget every statement, and end every warehouse."""
    _STATEMENTS.clear()
    _TOKENS.clear()
    spectrum.clear()
    usage.clear()
    for arn in list(_WAREHOUSES):
        end(warehouse_of(arn))
