"""Load versions of keys into PostgreSQL with the statements of a load, in many orders; the table must be the same.

Usage: order.py LOAD PROGRAMS; LOAD is JSON: `columns`, pairs of name and type; `load`, the statements; `core`, `staging`,
`latest` and `loaded`, the tables. The COPY statement is skipped: rows are inserted into the staging table instead.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
from typing import Any

# Redshift's JSON functions, implemented with PostgreSQL's own.
COMPATIBLE = """
create function can_json_parse(t text) returns boolean language sql as 'select t is not null';
create function json_parse(t text) returns jsonb language sql as 'select t::jsonb';
create function getdate() returns timestamp language sql as 'select localtimestamp';
"""
Version = tuple[str, int, int, int, int]


class Server:
    """A PostgreSQL server in its own folder, on a socket."""

    def __init__(self, programs: pathlib.Path) -> None:
        self.programs = programs
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.home, "postgres")

    def call(self, program: str, *arguments: Any, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs."""
        command = [*self.user, str(self.programs / program), *map(str, arguments)]
        return subprocess.run(command, check=False, text=True, cwd="/", **more)

    def __enter__(self) -> "Server":
        """Start the server."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.call("initdb", "-A", "trust", "-N", "-U", "postgres", "-D", self.home / "data", **quiet)
        options = f"-c listen_addresses= -c unix_socket_directories={self.home} -c fsync=off -c timezone=UTC"
        start = ["-D", self.home / "data", "-w", "-o", options, "-l", self.home / "log", "start"]
        started = self.call("pg_ctl", *start, **quiet)
        if started.returncode:
            raise SystemExit("PostgreSQL failed to start")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server, and leave nothing behind."""
        self.call("pg_ctl", "-D", self.home / "data", "-m", "immediate", "stop", stdout=subprocess.DEVNULL)
        shutil.rmtree(self.home, ignore_errors=True)

    def sql(self, text: str) -> list[list[str]]:
        """Run statements, and return the rows that they print."""
        options = ["-h", self.home, "-U", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        done = self.call("psql", *options, input=text, capture_output=True)
        if done.returncode:
            raise SystemExit(done.stderr[:2000])
        return [line.split("|") for line in done.stdout.splitlines()]


def versions(rng: random.Random) -> list[Version]:
    """Return versions of some keys: key, event time, arrival, attempt, hash; most differ only in the last."""
    keys = [f"k{key}" for key in range(25) for _ in range(rng.randint(1, 6))]
    made = [(key, rng.randint(1, 2), rng.randint(1, 2), rng.randint(1, 2)) for key in keys]
    return [(*one, number) for number, one in enumerate(made)]


def insert(plan: dict[str, Any], one: Version) -> str:
    """Return the statement that inserts a version into the staging table."""
    key, time, arrived, attempt, number = one
    known = {
        "id": f"'{key}'",
        "at": f"timestamp '2026-01-0{time} 00:00:00'",
        "note": f"""'{{"n": {number}}}'""",
        "arrived__at": f"timestamp '2026-02-0{arrived} 00:00:00'",
        "row__attempt": str(attempt),
        "row__hash": str(number),
    }
    values = ", ".join(known.get(name, "null") for name, _ in plan["columns"])
    return f"insert into {plan['staging']} values ({values});"


def batches(rng: random.Random, made: list[Version]) -> list[list[Version]]:
    """Split versions into loads, in any order, some of them repeated."""
    made = rng.sample(made, len(made))
    cuts = [0, *sorted(rng.sample(range(1, len(made)), 4)), len(made)]
    loads = [made[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]
    return [*loads, loads[0], rng.sample(made, 10), made]


def main(plan: dict[str, Any], programs: pathlib.Path) -> None:
    """Load in eight orders."""
    rng = random.Random(7)
    made = versions(rng)
    latest: dict[str, Version] = {}
    for one in made:
        if one[0] not in latest or latest[one[0]][1:] < one[1:]:
            latest[one[0]] = one
    wanted = sorted([key, str(one[4]), str(one[4])] for key, one in latest.items())
    lock, emptied, *rest = [statement for statement in plan["load"] if not statement.startswith("COPY ")]
    with Server(programs) as server:
        columns = {
            kind: ", ".join(f'"{name}" {of}' for name, of in plan["columns"]) for kind in ("core", "staging")
        }
        typed = {
            kind: text.replace("SUPER", "jsonb" if kind == "core" else "text")
            for kind, text in columns.items()
        }
        server.sql(
            f"{COMPATIBLE} create schema core; create schema staging; create table {plan['core']} ({typed['core']}); "
            f"create table {plan['staging']} ({typed['staging']}); create table {plan['latest']} ({typed['core']}); "
            f"create table {plan['loaded']} "
            "(run_id text, manifest text, rows bigint, loaded_at timestamp, complete_until timestamp);"
        )
        for _ in range(8):
            server.sql(f"truncate {plan['core']}")
            for load in batches(rng, made):
                rows = " ".join(insert(plan, one) for one in load)
                server.sql(f"begin; {lock}; {emptied}; {rest[0]}; {rows} {'; '.join(rest[1:])}; commit;")
            found = server.sql(f"select id, row__hash, note->>'n' from {plan['core']}")
            if sorted(found) != wanted:
                raise SystemExit(f"found {sorted(found)}\nwanted {wanted}")
            recorded = server.sql(f"select run_id, manifest, rows from {plan['loaded']}")
            if recorded != [["r", "s3://b/r.json", str(len(made))]]:
                raise SystemExit(f"a run is recorded once, by its last load: {recorded}")
    print(f"{len(made)} versions of {len(wanted)} keys")


if __name__ == "__main__":
    main(json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2]))
