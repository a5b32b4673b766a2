"""Compare when an emitted script fails a run for its expectations with `docs/platform-file.md`.

Usage: thresholds.py SCRIPT. Spark is imported, but never started.
"""

import importlib.util
import sys
from fractions import Fraction
from typing import Any

ACTIONS, THRESHOLDS, RECORDS, BROKEN = (
    ("quarantine", "warn", "fail"),
    (0, 1, 50, 57, 95, 99, 100),
    (0, 1, 2, 3, 7, 100, 200),
    (0, 1, 60),
)


def fails(action: str, threshold: int, asked: int, failed: int, broken: int) -> bool:
    """A run fails if too few of all incoming records pass; `fail` without a threshold tolerates no failure."""
    if threshold == 0:
        return action == "fail" and failed > 0
    whole = asked + broken
    return whole > 0 and Fraction(asked - failed, whole) < Fraction(threshold, 100)


def is_excessive(most: int, rejected: int, whole: int) -> bool:
    """Ten rejected records and more are compared with the limit, fewer with at least half of all."""
    limit = Fraction(most, 100)
    if rejected < 10 and limit < Fraction(1, 2):
        limit = Fraction(1, 2)
    return whole > 0 and Fraction(rejected, whole) > limit


def enforce(script: Any, counts: dict[str, Any], unread: int = 0) -> None:
    """Enforce the rules of a script, of a dataset with dumps or without."""
    dumped = [script.NO_DUMP] if script.DUMPS else []
    script.enforce_rules(script.Counts(**counts), unread, *dumped)


def shares(script: Any, nothing: dict[str, Any]) -> int:
    """Compare when a run fails for the share of its rejected records, and return the number of cases."""
    script.RULES, cases = [], 0
    for most in (0, 1, 10, 49, 50, 51, 99, 100):
        script.MAX_REJECTED = most
        for whole in (0, 1, 2, 3, 9, 10, 19, 20, 21, 100, 101, 200):
            for rejected in range(whole + 1):
                reasons = {"a": rejected} if rejected else {}
                counts = {"rows_in": whole, "rows_quarantined": rejected, "reasons": reasons, "failed": {}}
                wanted = is_excessive(most, rejected, whole)
                try:
                    enforce(script, nothing | counts)
                    found = False
                except RuntimeError as error:
                    found = f"{rejected} of {whole} records were rejected" in str(error)
                if found != wanted:
                    raise SystemExit(f"{most}: {rejected} of {whole} should be {wanted}")
                cases += 1
        for unread in (0, 1, 9, 10, 200):
            try:
                enforce(script, nothing | {"reasons": {}, "failed": {}}, unread)
                found = False
            except RuntimeError as error:
                found = f"no file can be read ({unread} are damaged)" in str(error)
            if found != (unread > 0 and most < 100):
                raise SystemExit(f"{most}: {unread} unreadable files")
            cases += 1
    return cases


def main(path: str) -> None:
    spec = importlib.util.spec_from_file_location("script", path)
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    nothing = dict.fromkeys(script.Counts._fields, 0)
    seen = {True: 0, False: 0}
    cases = [(a, t, r, b) for a in ACTIONS for t in THRESHOLDS for r in RECORDS for b in BROKEN]
    for action, threshold, asked, broken in cases:
        script.RULES = [script.Rule("calm", "true", "fail", 0), script.Rule("rule", "true", action, threshold)]
        for failed in range(asked + 1):
            given = {"rows_in": asked + broken, "rows_sound": asked, "failed": {"calm": 0, "rule": failed}}
            wanted = fails(action, threshold, asked, failed, broken)
            try:
                enforce(script, nothing | given)
                found = False
            except RuntimeError as error:
                found = "'rule'" in str(error)
            if found != wanted:
                raise SystemExit(f"{action} {threshold}: {failed} of {asked} + {broken} should be {wanted}")
            seen[wanted] += 1
    print(f"{seen[True]} runs fail, {seen[False]} do not; {shares(script, nothing)} shares")


if __name__ == "__main__":
    main(sys.argv[1])
