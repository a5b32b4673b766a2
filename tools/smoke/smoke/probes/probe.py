"""A probe, and what it finds.

In: a function of a run. Out: a probe with the id of its assumption. It refuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..run import Run

CONFIRMED, REFUTED, UNSEEN = "confirmed", "refuted", "not observable"

# The evidence that a log or a metric has not arrived.
LATER = "not there yet: run with --keep, look in an hour, then destroy"

Look = Callable[[Run], tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """What a probe found."""

    id: str
    outcome: str
    evidence: str
    remedy: str
    # What it found on the local AWS, if that does not count.
    rehearsed: str = ""


@dataclass(frozen=True)
class Probe:
    """An assumption of docs/assumptions.md, and how to look at it."""

    id: str
    # The steps that must have passed.
    needs: tuple[str, ...]
    look: Look
    # What to do if it is refuted.
    remedy: str
    # Why the local AWS shows nothing about it; empty if it does.
    only_aws: str = ""


def judged(holds: object, evidence: str) -> tuple[str, str]:
    """Confirmed or refuted, with the evidence."""
    return (CONFIRMED if holds else REFUTED), evidence


def shown(evidence: str) -> Look:
    """A look at nothing but the step itself, which fails without the assumption."""
    return lambda _run: (CONFIRMED, evidence)
