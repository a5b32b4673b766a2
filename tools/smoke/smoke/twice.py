"""A step: a run that its records fail, and another one that is started at the same time.

In: the platform. Out: two executions, of which one failed, and the other one waited for its turn and was
stopped. It refuses to leave one of them running.
"""

from __future__ import annotations

import contextlib

from botocore.exceptions import ClientError

from . import records
from .account import pages
from .gen import Failed, Json
from .run import Run

# The most that a job may take, in seconds.
_JOB = 1_800


def drop_file(run: Run, content: bytes) -> None:
    """Drop a file of `campaign`, always under the same name."""
    key = f"{run.dataset('campaign')['raw_prefix']}campaigns.csv"
    made = run.account.client("s3").put_object(Bucket=run.bucket("Raw"), Key=key, Body=content)
    run.dropped.append(made["VersionId"])


def history(run: Run, arn: str) -> list[Json]:
    """The events of an execution, oldest first."""
    client = run.account.client("stepfunctions")
    return list(pages(client, "get_execution_history", "events", executionArn=arn, includeExecutionData=True))


def waits(events: list[Json]) -> bool:
    """Whether the execution has waited for its turn."""
    return any(one.get("stateEnteredEventDetails", {}).get("name") == "Turn" for one in events)


def run_twice(run: Run) -> str:
    """Start two runs over a file whose records are all invalid."""
    drop_file(run, records.invalid_file())
    client, machine = run.account.client("stepfunctions"), run.machine("campaign")
    run.twice = [
        client.start_execution(stateMachineArn=machine, input="{}")["executionArn"] for _ in range(2)
    ]
    try:
        run.account.wait("the end of two executions", _JOB, lambda: _all_ended(run))
    finally:
        for arn in run.twice:
            _stop(run, arn)
    others = [arn for arn in run.twice if not waits(history(run, arn))]
    states = [client.describe_execution(executionArn=arn)["status"] for arn in others]
    if not states or set(states) != {"FAILED"}:
        raise Failed(f"expected a run with nothing but invalid records to fail, found {states}")
    return f"{len(others)} failed for their records, {len(run.twice) - len(others)} waited for the other one"


def _all_ended(run: Run) -> bool:
    """Stop what waits for its turn, and return whether nothing runs."""
    client = run.account.client("stepfunctions")
    running = [arn for arn in run.twice if client.describe_execution(executionArn=arn)["status"] == "RUNNING"]
    for arn in running:
        if waits(history(run, arn)):
            _stop(run, arn)
    return not running


def _stop(run: Run, arn: str) -> None:
    """Stop an execution, unless it has ended."""
    client = run.account.client("stepfunctions")
    with contextlib.suppress(ClientError):
        if client.describe_execution(executionArn=arn)["status"] == "RUNNING":
            client.stop_execution(executionArn=arn)
