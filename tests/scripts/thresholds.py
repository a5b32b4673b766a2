"""Compare when an emitted script fails a run for its expectations with `docs/platform-file.md`.

Usage: thresholds.py SCRIPT. Spark is imported, but never started.
"""

import importlib.util
import sys
from fractions import Fraction
from typing import Any

ACTIONS, THRESHOLDS, RECORDS = (
    ("quarantine", "warn", "fail"),
    (0, 1, 50, 57, 95, 99, 100),
    (0, 1, 2, 3, 7, 100, 200),
)


def fails(action: str, threshold: int, asked: int, failed: int) -> bool:
    """A run fails if too few records pass, whatever the action; `fail` without a threshold tolerates no failure."""
    if threshold == 0:
        return action == "fail" and failed > 0
    return asked > 0 and Fraction(asked - failed, asked) < Fraction(threshold, 100)


def main(path: str) -> None:
    spec = importlib.util.spec_from_file_location("script", path)
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    nothing = dict.fromkeys(script.Counts._fields, 0)
    seen = {True: 0, False: 0}
    for action in ACTIONS:
        for threshold in THRESHOLDS:
            for asked in RECORDS:
                for failed in range(asked + 1):
                    script.RULES = [
                        script.Rule("calm", "true", "fail", 100),
                        script.Rule("rule", "true", action, threshold),
                    ]
                    counts = script.Counts(
                        **nothing | {"rows_sound": asked, "failed": {"calm": 0, "rule": failed}}
                    )
                    wanted = fails(action, threshold, asked, failed)
                    try:
                        script.enforce_rules(counts)
                        found = False
                    except RuntimeError as error:
                        found = "rule" in str(error)
                    if found != wanted:
                        raise SystemExit(f"{action} {threshold}: {failed} of {asked} should be {wanted}")
                    seen[wanted] += 1
    print(f"{seen[True]} runs fail, {seen[False]} do not")


if __name__ == "__main__":
    main(sys.argv[1])
