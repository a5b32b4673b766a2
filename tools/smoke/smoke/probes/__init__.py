"""The probes: what docs/assumptions.md rests on AWS for, looked at in the account during the smoke test.

In: a run before its destruction, and the steps that passed. Out: for each assumption, whether it is
confirmed, refuted or not observable here, with the evidence and what to do if it is refuted; those that the
test cannot look at, with the commands that do. It refuses to change anything but rows and tables of the
platform. On the local AWS, probes of AWS alone run, too, but do not count.
"""

from __future__ import annotations

from ..run import Run
from . import account, by_hand, by_hand_data, concurrent, deployed, lake, loads, runs, services, warehouse
from .manual import Manual
from .probe import UNSEEN, Found, Probe

PROBES: tuple[Probe, ...] = (
    *loads.PROBES,
    *lake.PROBES,
    *services.PROBES,
    *account.PROBES,
    *deployed.PROBES,
    *runs.PROBES,
    *concurrent.PROBES,
    *warehouse.PROBES,
)
MANUALS: tuple[Manual, ...] = (*by_hand.MANUALS, *by_hand_data.MANUALS)


def look(run: Run, passed: set[str]) -> list[Found]:
    """What the probes find."""
    return [_found(probe, run, passed) for probe in PROBES]


def _found(probe: Probe, run: Run, passed: set[str]) -> Found:
    lacking = [step for step in probe.needs if step not in passed]
    if lacking:
        return Found(probe.id, UNSEEN, f"requires {', '.join(lacking)}", probe.remedy)
    try:
        outcome, evidence = probe.look(run)
    except Exception as error:
        # A probe that fails says nothing about its assumption, and does not end the test.
        outcome, evidence = UNSEEN, f"the probe failed: {type(error).__name__}: {error}"
    if probe.only_aws and not run.account.is_aws:
        local = f"{outcome}: {evidence}"
        return Found(probe.id, UNSEEN, f"the local AWS {probe.only_aws}", probe.remedy, local)
    return Found(probe.id, outcome, evidence, probe.remedy)
