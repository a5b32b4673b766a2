"""Probes of transactions of the warehouse, and of two of them at the same time.

In: the warehouse after its loads. Out: findings about locks, snapshots and what others see. On AWS, a query
over all triples of events makes a transaction last. It refuses to judge if both did not run at the same time.
"""

from __future__ import annotations

from ..run import Run
from .probe import UNSEEN, Probe, judged
from .session import Beside, beside, must, rows, scratch, send, slow, watched

_NOT_BESIDE = "the first transaction ended before the second one began"


def _ledger(table: str) -> str:
    return f"CREATE TABLE {table} (run_id VARCHAR(20) NOT NULL)"


def _locked(run: Run, table: str) -> tuple[Beside, str]:
    """Two transactions that lock a table: what the second one counts of the first one's rows."""
    must(run, _ledger(table))
    lock, add = f"LOCK TABLE {table}", f"INSERT INTO {table} (run_id) VALUES ('first')"
    both = beside(run, (lock, add, slow(run)), lock, f"SELECT COUNT(*) FROM {table}")
    second = both.others[0]
    return both, rows(run, f"{second.id}:2")[0][0] if second.is_finished else second.error


def _lock(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        both, count = _locked(run, table)
        if not both.is_beside:
            return UNSEEN, _NOT_BESIDE
        return judged(
            both.after() and count == "1", f"the second waited for the lock, and counted {count} of 1 rows"
        )

    return scratch(run, "lock", look)


def _batch_lock(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        both, count = _locked(run, table)
        add = f"INSERT INTO {table} (run_id) VALUES ('second')"
        failed = send(run, add, f"SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END FROM {table}")
        left = run.gen.rows(f"SELECT COUNT(*) FROM {table}")[0][0]
        is_undone = not failed.is_finished and left == "1"
        divided = f"a batch that divides by zero: {failed.error}; {left} of 1 rows are left"
        if not both.is_beside:
            return (UNSEEN, f"{_NOT_BESIDE}; {divided}") if is_undone else judged(False, divided)
        return judged(
            both.after() and count == "1" and is_undone, f"the second counted {count} of 1 rows; {divided}"
        )

    return scratch(run, "batch_lock", look)


def _table_swap(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        must(run, f"CREATE TABLE {table} AS SELECT 1 AS version")
        swap = (f"DROP TABLE {table}", f"CREATE TABLE {table} AS SELECT 2 AS version", slow(run))
        return _swapped(run, watched(run, swap, f"SELECT version FROM {table}"), {"1"})

    return scratch(run, "table_swap", look)


def _view_swap(run: Run) -> tuple[str, str]:
    view = "staging.smoke__view_swap"

    def made(version: int) -> str:
        query = f"SELECT {version} AS version FROM core.event LIMIT 1"
        return f"CREATE VIEW {view} AS {query} WITH NO SCHEMA BINDING"

    send(run, f"DROP VIEW IF EXISTS {view}")
    try:
        must(run, made(1))
        swap = (f"DROP VIEW {view}", made(2), slow(run))
        return _swapped(run, watched(run, swap, f"SELECT version FROM {view}"), set())
    finally:
        send(run, f"DROP VIEW IF EXISTS {view}")


def _swapped(run: Run, both: Beside, expected: set[str]) -> tuple[str, str]:
    """What a query saw while the first transaction replaced what it reads; nothing, if it waited."""
    if not both.first.is_finished:
        return judged(False, f"the transaction failed: {both.first.error}")
    failed = [one.error for one in both.others if not one.is_finished]
    if failed:
        return judged(False, f"{len(failed)} of {len(both.others)} queries failed meanwhile: {failed[0]}")
    seen = {rows(run, one.id)[0][0] for one in both.during()}
    last = rows(run, both.others[-1].id)[0][0]
    versions = ", ".join(sorted(seen)) or "nothing"
    evidence = f"{len(both.during())} queries meanwhile saw {versions}; one after it, {last}"
    if not both.is_beside:
        return (UNSEEN, f"{_NOT_BESIDE}; {evidence}") if last == "2" else judged(False, evidence)
    return judged(seen <= {"1"} and seen >= expected and last == "2", evidence)


def _rename(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        keys = "DISTSTYLE KEY DISTKEY (at) SORTKEY (at)"
        must(run, f"CREATE TABLE {table} (at TIMESTAMP NOT NULL, number INTEGER, PRIMARY KEY (at)) {keys}")
        must(run, f"INSERT INTO {table} (at, number) VALUES ('2026-03-01 12:00:00', 7)")
        renamed = send(
            run,
            f"ALTER TABLE {table} RENAME COLUMN at TO moment",
            f"SELECT TO_CHAR(moment, 'YYYY-MM-DD HH24:MI:SS'), number FROM {table}",
        )
        if not renamed.is_finished:
            return judged(False, renamed.error)
        found = rows(run, f"{renamed.id}:2")
        return judged(
            found == [("2026-03-01 12:00:00", "7")], f"a key that was renamed in a transaction: {found}"
        )

    return scratch(run, "rename", look)


def _rewrite(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        schema, name = table.split(".", 1)
        must(run, f"CREATE TABLE {table} (number INTEGER, PRIMARY KEY (number))")
        must(run, f"INSERT INTO {table} (number) VALUES (7)")
        copied = send(
            run,
            f"LOCK TABLE {table}",
            f"CREATE TABLE {schema}.{name}__next (number BIGINT NOT NULL, PRIMARY KEY (number))",
            f"INSERT INTO {schema}.{name}__next (number) SELECT CAST(number AS BIGINT) FROM {table}",
            f"ALTER TABLE {table} RENAME TO {name}__before",
            f"ALTER TABLE {schema}.{name}__next RENAME TO {name}",
            f"SELECT number FROM {table}",
        )
        must(run, f"DROP TABLE IF EXISTS {schema}.{name}__before")
        if not copied.is_finished:
            return judged(False, copied.error)
        found = rows(run, f"{copied.id}:6")
        return judged(found == [("7",)], f"a table that was copied in a transaction: {found}")

    return scratch(run, "rewrite", look)


def _storage(run: Run) -> tuple[str, str]:
    def look(table: str) -> tuple[str, str]:
        must(run, f"CREATE TABLE {table} (at TIMESTAMP, number INTEGER) DISTSTYLE AUTO SORTKEY AUTO")
        must(run, f"INSERT INTO {table} (at, number) VALUES ('2026-03-01 12:00:00', 7)")
        errors: list[str] = []
        changes = ("ALTER DISTKEY number", "ALTER SORTKEY (at)", "ALTER SORTKEY AUTO", "ALTER DISTSTYLE ALL")
        for change in changes:
            first, again = (send(run, f"ALTER TABLE {table} {change}") for _ in range(2))
            if not first.is_finished:
                errors.append(f"{change}: {first.error}")
            if not again.is_finished and "already" not in again.error.lower():
                errors.append(f"{change}, again: {again.error}")
        return judged(not errors, "; ".join(errors) or "keys were changed, and given a second time")

    return scratch(run, "storage", look)


def _refresh(run: Run) -> tuple[str, str]:
    """Note a group that no event has, as a load does, while a refresh of the aggregate runs."""
    group = "INSERT INTO staging.session__touched (session_id) VALUES ('smoke-probe')"
    both = beside(
        run, (group, slow(run)), "CALL mart.refresh__session()", "SELECT COUNT(*) FROM mart.session"
    )
    again = send(run, "CALL mart.refresh__session()")
    failed = [one.error for one in (both.first, *both.others, again) if not one.is_finished]
    left = run.gen.rows("SELECT COUNT(*) FROM staging.session__touched")[0][0]
    evidence = f"{len(failed)} of 3 transactions failed {failed[:1] or ''}; {left} groups wait for a refresh"
    if not both.is_beside:
        return (
            (UNSEEN, f"{_NOT_BESIDE}; {evidence}") if not failed and left == "0" else judged(False, evidence)
        )
    return judged(not failed and left == "0", evidence)


_ONE = "runs one batch at a time"
_SQL = "runs SQL with PostgreSQL"

PROBES = (
    Probe(
        "lock-privilege",
        ("query events", "load the new column"),
        _lock,
        "let the state machine run one load of a dataset at a time in `src/platform/processing/flow`",
        _ONE,
    ),
    Probe(
        "batch-lock",
        ("query events",),
        _batch_lock,
        "find and end the statements of a killed run in `src/deploy/warehouse.rs`",
        _ONE,
    ),
    Probe(
        "table-swap",
        ("query events",),
        _table_swap,
        "document in docs/deploy.md that queries wait or fail while an aggregate with a join changes",
        _ONE,
    ),
    Probe(
        "view-swap",
        ("query events",),
        _view_swap,
        "use `CREATE OR REPLACE VIEW` where the columns allow it, in `src/deploy/views.rs`",
        _ONE,
    ),
    Probe(
        "rename-column",
        ("query events",),
        _rename,
        "add a column and copy the values in `src/deploy/identity.rs`",
        _SQL,
    ),
    Probe(
        "rewrite-swap",
        ("query events",),
        _rewrite,
        "create and fill the new table before the transaction, in `src/migration/rewrite.rs`",
        _SQL,
    ),
    Probe(
        "alter-storage",
        ("query events",),
        _storage,
        "read the keys of the table first, in `src/deploy/warehouse.rs`",
        _SQL,
    ),
    Probe(
        "refresh-during-load",
        ("query events",),
        _refresh,
        "let a load lock the table of the groups that it touches in `sql/groups.sql.hbs`",
        _ONE,
    ),
)
