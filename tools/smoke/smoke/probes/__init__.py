"""The probes: what docs/assumptions.md rests on AWS for, looked at in the account during the smoke test.

In: a run before its destruction, and the steps that passed. Out: for each assumption, whether it is
confirmed, refuted or not observable here, with the evidence and what to do if it is refuted. It refuses to
change anything but rows of the platform. On the local AWS, probes of AWS alone run, too, but do not count.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..run import Run
from . import lake, loads, services
from .probe import UNSEEN, Found, Probe

PROBES: tuple[Probe, ...] = (*loads.PROBES, *lake.PROBES, *services.PROBES)


def look(run: Run, passed: set[str], page: Path) -> list[Found]:
    """What the probes find, and the assumptions of the page that have none."""
    found = [_found(probe, run, passed) for probe in PROBES]
    known = {probe.id for probe in PROBES}
    others = [id for id in _ids(page) if id not in known]
    return found + [Found(id, UNSEEN, "no probe here: see docs/assumptions.md", "") for id in others]


def _ids(page: Path) -> list[str]:
    """The ids in the first column of the tables."""
    if not page.is_file():
        return []
    return re.findall(r"^\| `([a-z0-9-]+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)


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
