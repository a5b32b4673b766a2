"""The steps of the smoke test, each a function that says what it saw, or raises `Failed`.

In: an account, a program `gen`. Out: for each step, its outcome, its duration and its evidence. A step
whose needs are not met is skipped, so that one fault does not hide the findings of the others.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from . import platform_file, records
from .account import pages
from .gen import Failed, Interrupted, Json
from .run import Run
from .twice import drop_file, run_twice

# The most that a step may wait on AWS, in seconds: Firehose buffers for up to 15 minutes.
_DELIVERY = 1_200
_REFRESH = 1_200
# The code of `gen` for an environment that does not exist.
_ABSENT = "GEN1012"
# The outcomes of a check that neither pass nor fail.
_OPEN = ("warned", "unknown")


@dataclass
class Done:
    """The outcome of a step."""

    name: str
    outcome: str
    seconds: float
    evidence: str


def synth(run: Run) -> str:
    run.gen.run(
        *("new", run.platform, "--blueprint", "clickstream"),
        *("--set", "owner=smoke-test", "--set", f"region={run.place.region}"),
    )
    text = platform_file.first_version(run.file().read_text(encoding="utf-8"), run.place, run.start)
    run.file().write_text(text, encoding="utf-8")
    run.gen.run("synth", run.platform)
    return "clickstream with an Iceberg table of dropped files and a materialized view, 10 MB a day"


def doctor(run: Run) -> str:
    """Ask the account before anything is made in it."""
    asked = run.gen.run("doctor", run.platform, "--env", "dev", "--format", "json", accept=(0, 1))
    checks = [event for event in asked.events if event.get("event") == "check"]
    run.checks = {str(one["check"]): one for one in checks}
    failed = [
        f"{one['check']}: {one['found']}; {one['help']}" for one in checks if one["outcome"] == "failed"
    ]
    if failed or asked.code != 0:
        raise Failed("; ".join(failed) or asked.fault())
    counted = {
        word: [one["check"] for one in checks if one["outcome"] == word] for word in ("passed", *_OPEN)
    }
    others = [f"{word}: {', '.join(names)}" for word, names in counted.items() if word in _OPEN and names]
    return "; ".join([f"{len(counted['passed'])} of {len(checks)} checks pass", *others])


def deploy(run: Run) -> str:
    """Deploy the assembly, and deploy it again, which must change nothing."""
    seconds = _succeeded(run, run.dev("deploy", "--yes").event("ended"))
    run.look()
    stacks = [one["name"] for one in run.manifest["stacks"]]
    again = run.dev("deploy", "--yes").event("nothing-to-change")
    if again.get("version") != run.version:
        raise Failed(f"the same deployment changes something after version {run.version}")
    return f"version {run.version}: {len(stacks)} stacks in {seconds:.0f} s; deployed again, nothing changes"


def _succeeded(run: Run, ended: Json) -> float:
    """The seconds of a version, which succeeded and is newer than the last one."""
    if ended.get("result") != "succeeded" or int(ended.get("version", 0)) <= run.version:
        raise Failed(f"expected a version after {run.version} to succeed, found {ended}")
    run.version = int(ended["version"])
    return float(ended["milliseconds"]) / 1_000


def put(run: Run) -> str:
    path = run.gen.folder / "event.ndjson"
    path.write_text(run.events.lines(), encoding="utf-8")
    sent = run.gen.run("put", "event", str(path), "--env", "dev", "--format", "json").event("put")
    if sent.get("records") != records.PUT:
        raise Failed(f"expected {records.PUT} records, sent {sent}")
    arrived = _Arrived(run)
    run.account.wait("all records in the raw bucket", _DELIVERY, lambda: arrived.count() >= records.PUT)
    if arrived.count() != records.PUT:
        raise Failed(f"{records.PUT} records were sent, {arrived.count()} arrived")
    return f"sent {records.PUT} records; {len(arrived.known)} objects in the raw bucket have all of them"


class _Arrived:
    """The records in the raw bucket; each object is read once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.known: dict[str, int] = {}

    def count(self) -> int:
        s3, bucket = self.run.account.client("s3"), self.run.bucket("Raw")
        prefix = self.run.dataset("event")["raw_prefix"]
        keys = [one["Key"] for one in pages(s3, "list_objects_v2", "Contents", Bucket=bucket, Prefix=prefix)]
        new = [key for key in keys if key not in self.known]
        with ThreadPoolExecutor(8) as pool:
            self.known.update(zip(new, pool.map(lambda key: _lines(s3, bucket, key), new), strict=True))
        return sum(self.known.values())


def _lines(s3: Any, bucket: str, key: str) -> int:
    data = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    return len([line for line in text.splitlines() if line.strip()])


def drop(run: Run) -> str:
    """Drop a file, and another one under its name before the first was read."""
    for rows in (records.FIRST_FILE, records.SECOND_FILE):
        drop_file(run, records.campaign_file(rows, channel=False))
    return (
        f"two versions of one object: {len(records.FIRST_FILE)} rows, then {len(records.SECOND_FILE)} others"
    )


def load_events(run: Run) -> str:
    ran = _load(run, "event")
    expected = {
        "rows_in": records.PUT,
        "rows_out": records.DISTINCT,
        "rows_duplicate": records.REPEATED + records.CORRECTED,
        "rows_quarantined": records.INVALID,
    }
    found = {name: ran["metrics"].get(name) for name in expected}
    if found != expected:
        raise Failed(f"expected {expected}, found {found}")
    return ", ".join(f"{name} {count}" for name, count in found.items())


def load_campaigns(run: Run) -> str:
    ran = _load(run, "campaign")
    found = ran["metrics"].get("rows_out")
    if found != len(records.SECOND_FILE):
        raise Failed(f"expected {len(records.SECOND_FILE)} rows of the second file only, found {found}")
    return f"rows_out {found}: the rows of the file's second version"


def _load(run: Run, dataset: str) -> Json:
    begin = time.time()
    ran = run.gen.run("run", dataset, "--env", "dev", "--format", "json")
    result = ran.event("ran")
    if result.get("state") != "SUCCEEDED" or not result.get("metrics"):
        raise Failed(f"the run committed nothing: {result}")
    found = re.search(r"\((arn:[^)]+)\)", " ".join(str(one.get("text")) for one in ran.events))
    arn = found[1] if found else ""
    run.runs[dataset] = {**result, "execution": arn, "begin": begin, "end": time.time()}
    return result


def query_events(run: Run) -> str:
    _same("core.event", run.gen.rows(records.EVENT_ROWS), records.event_rows(run.events))
    found = run.gen.rows(records.TRAFFIC_ROWS)
    _same("report.daily_traffic", sorted(found), sorted(records.traffic_rows(run.events)))
    _same("mart.daily_revenue", run.gen.rows(records.REVENUE_ROWS), records.revenue_rows(run.events))
    return f"{records.DISTINCT} rows of core.event and {len(found)} of report.daily_traffic are as computed"


def query_campaigns(run: Run) -> str:
    expected = records.campaign_rows([records.SECOND_FILE], channel=False)
    _same("core.campaign", run.gen.rows(records.campaign_sql(channel=False)), expected)
    return f"{len(expected)} rows of core.campaign, none of them from the version that was overwritten"


def _same(what: str, found: list[records.Row], expected: list[records.Row]) -> None:
    if found == expected:
        return
    missing = [row for row in expected if row not in found][:2]
    surplus = [row for row in found if row not in expected][:2]
    raise Failed(
        f"{what} has {len(found)} rows, expected {len(expected)}; missing {missing}, not expected {surplus}"
    )


def refresh(run: Run) -> str:
    """Import a data set of the dashboard into SPICE, and follow the import to its end."""
    quicksight, number = run.account.client("quicksight"), run.account.number
    run.data_set = f"{run.platform}-dev-session"
    ids = {"AwsAccountId": number, "DataSetId": run.data_set, "IngestionId": f"smoke-{int(time.time())}"}
    quicksight.create_ingestion(**ids, IngestionType="FULL_REFRESH")

    def ended() -> Json | None:
        one: Json = quicksight.describe_ingestion(**ids)["Ingestion"]
        run.ingestion = one
        return one if one["IngestionStatus"] in ("COMPLETED", "FAILED", "CANCELLED") else None

    one = run.account.wait("the import", _REFRESH, ended)
    if one["IngestionStatus"] != "COMPLETED":
        raise Failed(f"the import is {one['IngestionStatus']}: {one.get('ErrorInfo')}")
    rows, expected = one["RowInfo"]["RowsIngested"], records.sessions(run.events)
    if not run.account.is_aws:
        return "the import is COMPLETED; the local AWS imports no rows"
    if rows != expected:
        raise Failed(f"expected {expected} rows in SPICE, found {rows}")
    return f"the import is COMPLETED with {rows} rows"


def second_version(run: Run) -> str:
    text = platform_file.second_version(run.file().read_text(encoding="utf-8"))
    run.file().write_text(text, encoding="utf-8")
    run.gen.run("synth", run.platform)
    evidence = deploy(run)
    filled = run.gen.rows("SELECT COUNT(*), COUNT(coupon) FROM core.event")
    _same("core.event", filled, [(str(records.DISTINCT), "0")])
    return f"{evidence}; the rows that were there have no value in the new column"


def new_column(run: Run) -> str:
    """Drop the file again under its name, now with the new column, and load it."""
    drop_file(run, records.campaign_file(records.THIRD_FILE, channel=True))
    _load(run, "campaign")
    expected = records.campaign_rows([records.SECOND_FILE, records.THIRD_FILE], channel=True)
    _same("core.campaign", run.gen.rows(records.campaign_sql(channel=True)), expected)
    return f"the file that was read before is read again; {len(expected)} rows with the new column"


def rollback(run: Run) -> str:
    _succeeded(run, run.dev("rollback", "--yes").event("ended"))
    _same("core.event", run.gen.rows("SELECT COUNT(*) FROM core.event"), [(str(records.DISTINCT),)])
    return f"version {run.version} has the assembly of the first one, and every row"


def destroy(run: Run) -> str:
    destroyed = destroy_once(run)
    status = run.dev("status")
    if status.event("status").get("stacks"):
        raise Failed("`gen status` still finds stacks")
    return destroyed


def destroy_once(run: Run) -> str:
    """Destroy the environment; what holds data is named, because the run made it."""
    tried = run.dev("destroy", "--yes", accept=(0, 1, 3))
    if tried.event("fault").get("code") == _ABSENT:
        return "nothing is deployed"
    if tried.code == 1:
        raise Failed(f"`{tried.line}` ended with 1: {tried.fault()}")
    if tried.code == 3:
        stacks = tried.event("destruction").get("stacks", [])
        options = [one["option"] for stack in stacks for one in stack["holds"] if one.get("option")]
        words = [word for option in options for word in str(option).split()]
        tried = run.dev("destroy", "--yes", *words)
    ended = tried.event("ended")
    if not ended:
        return "nothing is deployed"
    _succeeded(run, ended)
    return f"version {run.version} destroyed the environment"


def deploy_again(run: Run) -> str:
    evidence = deploy(run)
    _same("core.event", run.gen.rows("SELECT COUNT(*) FROM core.event"), [("0",)])
    return f"{evidence}; no name of the destroyed environment is in the way"


@dataclass(frozen=True)
class Step:
    name: str
    act: Callable[[Run], str]
    needs: tuple[str, ...] = ()


STEPS = (
    Step("synth", synth),
    Step("doctor", doctor, ("synth",)),
    Step("deploy", deploy, ("doctor",)),
    Step("put", put, ("deploy",)),
    Step("drop a file twice", drop, ("deploy",)),
    Step("load events", load_events, ("put",)),
    Step("load the file", load_campaigns, ("drop a file twice",)),
    Step("query events", query_events, ("load events",)),
    Step("query the file", query_campaigns, ("load the file",)),
    Step("refresh a data set", refresh, ("deploy",)),
    Step("deploy a new column", second_version, ("load events",)),
    Step("load the new column", new_column, ("deploy a new column", "query the file")),
    Step("run twice", run_twice, ("load the new column",)),
    Step("roll back", rollback, ("deploy a new column",)),
    Step("destroy", destroy, ("deploy",)),
    Step("deploy again", deploy_again, ("destroy",)),
)


def perform(run: Run, step: Step, passed: set[str], stopped: bool) -> Done:
    """Carry out a step, unless what it needs is missing or the user has interrupted."""
    lacking = [name for name in step.needs if name not in passed]
    if stopped or lacking:
        cause = "interrupted" if stopped else "requires " + ", ".join(lacking)
        return Done(step.name, "skipped", 0.0, cause)
    start = time.monotonic()
    try:
        outcome, evidence = "passed", step.act(run)
    except Failed as failed:
        outcome, evidence = "failed", str(failed)
    except Interrupted:
        outcome, evidence = "interrupted", "interrupted by the user"
    except Exception as error:
        # Whatever it is, the other steps and the destruction follow.
        outcome, evidence = "failed", f"{type(error).__name__}: {error}"
    return Done(step.name, outcome, time.monotonic() - start, evidence)
