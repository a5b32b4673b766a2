"""A clock that a test can turn, so that a simulation of days takes minutes.

The times of objects in S3 follow it, and the time that jobs see if they share one Spark.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import ministack.services.s3 as s3

# Seconds since 1970, or None for the time of the machine.
_TURNED: list[float] = []


def install() -> None:
    s3.now_iso = _iso


def turn(seconds: float | None) -> None:
    """Stop the clock at a time, or let it go with the machine's again."""
    _TURNED[:] = [] if seconds is None else [seconds]


def turned() -> float | None:
    """Return the time that the clock shows, if it was turned."""
    return _TURNED[0] if _TURNED else None


def _iso() -> str:
    at = datetime.fromtimestamp(_TURNED[0] if _TURNED else time.time(), UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
