"""Lints templates with cfn-lint: `python lint.py FOLDER` checks every .json file in the folder.

Prints one line for each finding of any severity, sorted, and exits with 1 if there are any. It checks for a single
region, so that nothing depends on the environment.
"""

import sys
from pathlib import Path

from cfnlint.api import lint
from cfnlint.config import ManualArgs

# Not every type exists in every region; this one has all types that the templates here use.
REGION = "us-east-1"
# An excluded rule needs its reason here. There are none so far.
LEFT_OUT: list[str] = []


def findings(path):
    config = ManualArgs(regions=[REGION], ignore_checks=LEFT_OUT)
    for match in lint(path.read_text(encoding="utf-8"), config=config):
        place = "/".join(str(step) for step in getattr(match, "path", None) or [])
        yield f"{path.name}: {match.rule.id} {place}: {match.message}"


def main(folder):
    lines = sorted(line for path in sorted(Path(folder).glob("*.json")) for line in findings(path))
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
