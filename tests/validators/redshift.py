"""Run sqlfluff's Redshift dialect on statements: a JSON list of texts in, its findings out.

A finding is [index of the text, rule, message]; PRS is the rule for what sqlfluff cannot parse. `idle` lists the
excluded rules below that would have found nothing.
"""

import json
import sys

from sqlfluff.core import FluffConfig, Linter

# Style rules, by the start of their codes. All others apply, except for those that sqlfluff disables by default and
# that concern style or other engines (AL07, CV10, CV13, PG01, PG02).
LEFT_OUT = {
    "AL09": "every column of a view has an alias, even if it keeps its name",
    "CP01": "keywords in expressions are lower case, others are not",
    "LT": "statements of loads are one line each, because they are in a state machine",
    "RF05": "names of Kinesis data streams have hyphens",
    "RF06": "every name is quoted, so that a name can be a keyword",
}
# RF01, RF03 and RF07: sqlfluff disables them for Redshift, where a name can refer to a field of a SUPER column, or by
# default. They find ambiguous or wrong references.
ASKED_FOR = ["references.from", "references.consistent", "references.window_alias"]

config = FluffConfig(
    configs={
        "core": {"dialect": "redshift", "templater": "raw"},
        "rules": {rule: {"force_enable": True} for rule in ASKED_FOR},
    }
)
linter = Linter(config=config)
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
found, idle = [], set(LEFT_OUT)
for number, text in enumerate(texts):
    for violation in linter.lint_string(text).violations:
        code = violation.rule_code()
        style = {start for start in LEFT_OUT if code.startswith(start)}
        idle -= style
        if not style:
            found.append([number, code, violation.desc()])
json.dump({"found": found, "idle": sorted(idle)}, sys.stdout)
