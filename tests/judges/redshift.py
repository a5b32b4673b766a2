"""What sqlfluff's Redshift dialect finds in statements: a JSON list of texts in, its findings out.

A finding is [number of the text, rule, what it says]; PRS is the rule of what sqlfluff cannot parse. Beside them stand
the rules below that are left out and would have found nothing.
"""

import json
import sys

from sqlfluff.core import FluffConfig, Linter

# Rules of style, by how their codes begin; all others hold, but for those that sqlfluff leaves off unless asked and
# that speak of style or of other engines (AL07, CV10, CV13, PG01, PG02).
LEFT_OUT = {
    "AL09": "every column of a view says its name, those that keep theirs as well",
    "CP01": "words within expressions are small, those around them are not",
    "LT": "statements of loads are one line each, for they stand in a state machine",
    "RF05": "a Kinesis stream's name has hyphens",
    "RF06": "every name is quoted, so that no name is a word of the language",
    "ST06": "columns stand in the order of the platform file",
}
# RF01, RF03 and RF07: sqlfluff leaves them off for Redshift, where a name may lead into a SUPER column, or off at all.
# They find names that mean something else than they say.
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
