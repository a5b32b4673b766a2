"""Lints template files with cfn-lint's resource schema rules; prints one JSON line per file.

Each line: {"file": name, "findings": [[rule id, [path, steps], message], ...]}. cfn-lint has a rule for
read-only properties, E3040, that its API does not run; its condition (the path is in the schema's
readOnlyProperties) is applied here to cfn-lint's own schemas.
"""

import json
import sys
from pathlib import Path

from cfnlint.api import ManualArgs, lint
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER as manager

RULES = (
    "E3002 E3003 E3006 E3008 E3012 E3014 E3017 E3018 E3020 E3021 E3030 E3031 E3032 E3033 E3034 E3037 E3040 E3058 E3065"
).split()


def read_only(value, steps, pattern, forbidden):
    if pattern and "/properties/" + "/".join(pattern) in forbidden:
        yield ["E3040", steps, "Read only properties are not allowed"]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        place = "*" if isinstance(value, list) else key
        yield from read_only(below, [*steps, str(key)], [*pattern, place], forbidden)


def all_read_only(text):
    for name, resource in json.loads(text)["Resources"].items():
        try:
            schema = manager.get_resource_schema("us-east-1", resource["Type"]).schema
        except Exception:  # The region does not have the type: reported as E3006.
            continue
        forbidden = set(schema.get("readOnlyProperties", []))
        yield from read_only(resource["Properties"], ["Resources", name, "Properties"], [], forbidden)


def main() -> None:
    for name in sys.argv[1:]:
        text = Path(name).read_text(encoding="utf-8")
        matches = lint(text, config=ManualArgs(regions=["us-east-1"]))
        findings = [
            [match.rule.id, [str(step) for step in getattr(match, "path", None) or []], match.message]
            for match in matches
            if match.rule.id in RULES
        ]
        findings.extend(all_read_only(text))
        print(json.dumps({"file": name, "findings": findings}), flush=True)


main()
