"""Probes of jobs, state machines and loads.

In: the runs of the platform. Out: findings about S3, Glue, Step Functions and Redshift. It refuses to start
a run.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator

from ..account import pages
from ..gen import Json
from ..run import Run
from .probe import UNSEEN, Probe, judged, shown


def _committed(run: Run, dataset: str) -> str:
    """The text of the manifest of the dataset's last run."""
    return str(_manifest(run, dataset)["Body"].read().decode())


def _manifest(run: Run, dataset: str) -> Json:
    key = f"{run.dataset(dataset)['run_prefix']}{run.runs[dataset]['run_id']}.json"
    found: Json = run.account.client("s3").get_object(Bucket=run.bucket("Curated"), Key=key)
    return found


def _results(run: Run, dataset: str, state: str) -> Iterator[str]:
    """The outputs of a state without `Output`, which are what its call returned."""
    client = run.account.client("stepfunctions")
    arn = run.runs[dataset]["execution"]
    for event in pages(
        client, "get_execution_history", "events", executionArn=arn, includeExecutionData=True
    ):
        details = event.get("stateExitedEventDetails", {})
        if details.get("name") == state and "output" in details:
            yield str(details["output"])


def _versions(run: Run) -> tuple[str, str]:
    text, newest = _committed(run, "campaign"), run.dropped[-1]
    older = [version for version in run.dropped[:-1] if version in text]
    is_named = newest in text
    return judged(is_named and not older, f"of {len(run.dropped)} versions, it names the newest: {is_named}")


def _manifest_time(run: Run) -> tuple[str, str]:
    ran = run.runs["event"]
    after = _manifest(run, "event")["LastModified"].timestamp() - ran["begin"]
    return judged(
        -60 < after < ran["end"] - ran["begin"] + 3_600, f"{after:.0f} s after the start of the run"
    )


def _listed(run: Run) -> list[tuple[str, list[Json]]]:
    outputs = [(output, json.loads(output)) for output in _results(run, "event", "List")]
    return [(text, found["Contents"]) for text, found in outputs if found.get("Contents")]


def _list_texts(run: Run) -> tuple[str, str]:
    texts = [str(item["LastModified"]) for _, items in _listed(run) for item in items]
    if not texts:
        return UNSEEN, "the history has no output of `List` with objects"
    form = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
    return judged(all(form.fullmatch(text) for text in texts), f"`{texts[0]}`")


def _list_size(run: Run) -> tuple[str, str]:
    sizes = [len(text.encode()) / len(items) for text, items in _listed(run)]
    if not sizes:
        return UNSEEN, "the history has no output of `List` with objects"
    return judged(max(sizes) * 250 < 256 * 1_024, f"{max(sizes):.0f} bytes for each object of a list")


def _fields(run: Run) -> tuple[str, str]:
    results = [json.loads(output) for output in _results(run, "campaign", "Complete")]
    rows = [row for result in results for row in result.get("Records", [])]
    names = {name for row in rows for cell in row for name in cell}
    if not names:
        return UNSEEN, "the result had no row"
    known = {"StringValue", "stringValue", "IsNull", "isNull"}
    return judged(names <= known, f"the fields are {', '.join(sorted(names))}")


def _newest_first(run: Run) -> tuple[str, str]:
    client = run.account.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=run.machine("campaign"))["executions"]
    times = [one["startDate"].timestamp() for one in listed]
    # Two that were started within a second may be listed in any order, and ended ones by their end.
    is_sorted = all(after > before - 1 for after, before in itertools.pairwise(times))
    return judged(
        is_sorted and len(times) > 1, f"{len(times)} executions, the first of {listed[0]['startDate']}"
    )


def _start_twice(run: Run) -> tuple[str, str]:
    """Start an execution that has ended again, which must start nothing."""
    client, machine = run.account.client("stepfunctions"), run.machine("event")
    known = client.describe_execution(executionArn=run.runs["event"]["execution"])
    before = len(client.list_executions(stateMachineArn=machine)["executions"])
    try:
        client.start_execution(stateMachineArn=machine, name=known["name"], input=known["input"])
        answer = "accepted"
    except client.exceptions.ExecutionAlreadyExists:
        answer = "rejected with ExecutionAlreadyExists"
    after = len(client.list_executions(stateMachineArn=machine)["executions"])
    return judged(before == after, f"a second start, after the end, was {answer}; {after} executions")


def _manifest_keys(run: Run) -> tuple[str, str]:
    keys = sorted(json.loads(_committed(run, "event")))
    return judged("entries" in keys and len(keys) > 1, f"a manifest with {', '.join(keys)} was loaded")


def _json_text(run: Run) -> tuple[str, str]:
    filled = run.gen.rows("SELECT COUNT(*) FROM core.event WHERE attributes IS NOT NULL")[0][0]
    objects = run.gen.rows("SELECT COUNT(*) FROM core.event WHERE attributes.number IS NOT NULL")[0][0]
    return judged(filled == objects, f"{filled} values of a `json` column, {objects} of them objects")


def _glue_version(run: Run) -> tuple[str, str]:
    found = run.account.client("glue").get_job(JobName=run.dataset("event")["job"])["Job"]["GlueVersion"]
    return judged(found == "5.1", f"a job ran with Glue {found}")


_DATA = "loads files with PostgreSQL"
_FOLDERS = "runs jobs over folders in place of buckets"
_ALLOWS = "does not check permissions"

PROBES = (
    Probe(
        "object-versions",
        ("load the new column",),
        _versions,
        "compare `glue-scripts/inputs.py.hbs` with the versions that the manifest names",
        _FOLDERS,
    ),
    Probe("manifest-time", ("load events",), _manifest_time, "list manifests of more than an hour before"),
    Probe("last-modified-text", ("load events",), _list_texts, "change the comparison of texts after `List`"),
    Probe("state-output-size", ("load events",), _list_size, "list fewer objects at a time"),
    Probe("data-api-field", ("load the new column",), _fields, "read the other name in the state `Complete`"),
    Probe(
        "newest-execution-first",
        ("load the new column",),
        _newest_first,
        "none needed: a run waits longer than it needs to",
    ),
    Probe(
        "execution-name",
        ("load events",),
        _start_twice,
        "catch the other error where a state machine starts the next run",
    ),
    Probe(
        "copy-manifest-keys",
        ("query events",),
        _manifest_keys,
        "write the other keys of a manifest to an object of its own",
        _DATA,
    ),
    Probe(
        "copy-column-list",
        ("load the new column",),
        shown("rows with a new column in the middle were loaded as computed"),
        "write the columns of files in the order of the table",
        _DATA,
    ),
    Probe(
        "copy-boolean",
        ("load the new column",),
        shown("a file with a deletion, and with null for the other rows, was loaded"),
        "write `row__deleted` as a number",
        _DATA,
    ),
    Probe("copy-json-text", ("query events",), _json_text, "change how a load converts JSON columns", _DATA),
    Probe(
        "parquet-timestamps",
        ("query events",),
        shown("every event time is as computed"),
        "set `spark.sql.parquet.outputTimestampType` in jobs",
        _DATA,
    ),
    Probe(
        "nested-procedures",
        ("query events",),
        shown("a load refreshed aggregates with a distinct count, by procedures, as computed"),
        "move the statements of the refresh out of procedures",
        "runs procedures with PostgreSQL",
    ),
    Probe("glue-version-regions", ("load events",), _glue_version, "choose another region", _FOLDERS),
    Probe(
        "folder-requests",
        ("load events",),
        shown("a first run on empty buckets succeeded"),
        "allow the role of a job what CloudTrail shows as denied",
        _ALLOWS,
    ),
    Probe(
        "script-without-list",
        ("load events",),
        shown("a job ran with `s3:GetObject` on its script only"),
        "allow the role of a job to list the bucket of artifacts",
        _ALLOWS,
    ),
    Probe(
        "firehose-reads",
        ("put",),
        shown("all records of the stream arrived in the raw bucket"),
        "grant the role of the delivery stream what CloudTrail shows as denied",
        _ALLOWS,
    ),
    Probe(
        "copy-permissions",
        ("query events",),
        shown("`COPY` read the files with `s3:ListBucket` and `s3:GetObject` only"),
        "grant the role of `COPY` what CloudTrail shows as denied",
        _ALLOWS,
    ),
    Probe(
        "source-account",
        ("load events",),
        shown("Firehose, Glue, Step Functions and Redshift assumed roles that require it"),
        "remove the condition from the trust policy of the service that CloudTrail shows as denied",
        _ALLOWS,
    ),
)
