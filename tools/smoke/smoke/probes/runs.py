"""Probes of a run that its records failed, and of one that was started at the same time.

In: the two executions. Out: findings about the names and causes of errors. It refuses to start a run.
"""

from __future__ import annotations

from ..gen import Json
from ..run import Run
from ..twice import history, waits
from .probe import UNSEEN, Probe, judged

_TAKEN = "Glue.ConcurrentRunsExceededException"
_RECORDS = "the records fail the run: "


def _failures(events: list[Json]) -> list[Json]:
    return [one["taskFailedEventDetails"] for one in events if "taskFailedEventDetails" in one]


def _starts(events: list[Json]) -> int:
    """How often a job was started."""
    scheduled = [one.get("taskScheduledEventDetails", {}) for one in events]
    return sum("startJobRun" in str(one.get("resource")) for one in scheduled)


def _cause(run: Run) -> tuple[str, str]:
    histories = [events for arn in run.twice if not waits(events := history(run, arn))]
    if not histories:
        return UNSEEN, "both executions waited for a turn"
    causes = [str(one.get("cause", "")) for events in histories for one in _failures(events)]
    starts = [_starts(events) for events in histories]
    is_named = causes and all(_RECORDS in cause for cause in causes)
    return judged(is_named and set(starts) == {1}, f"{starts[0]} job run; its cause: {causes[:1]}"[:400])


def _names(run: Run) -> tuple[str, str]:
    histories = [history(run, arn) for arn in run.twice]
    errors = {str(one.get("error")) for events in histories for one in _failures(events)}
    evidence = f"errors of two executions: {', '.join(sorted(errors))}"
    others = errors - {_TAKEN, "States.TaskFailed"}
    if not any(waits(events) for events in histories):
        return judged(False, evidence) if others else (UNSEEN, f"the runs followed each other; {evidence}")
    return judged(_TAKEN in errors, f"{evidence}; of the four names, only this one was seen")


PROBES = (
    Probe(
        "job-error-cause",
        ("run twice",),
        _cause,
        "recognize the message in what Step Functions passes, in `src/platform/processing/flow/job.rs`",
        "passes on the message of a job",
    ),
    Probe(
        "step-functions-errors",
        ("run twice",),
        _names,
        "name the error that the history shows in `src/platform/processing/flow`",
        "has the names that the documentation gives",
    ),
)
