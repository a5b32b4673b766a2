"""What sqlfluff's Redshift dialect finds in statements: a JSON list of texts in, one of their findings out.

A finding is [number of the text, rule, what it says]; PRS is the rule of what sqlfluff cannot parse.
"""

import json
import sys

from sqlfluff.core import FluffConfig, Linter

# Rules of style; all others hold.
LEFT_OUT = {
    "AL09": "every column of a view says its name, those that keep theirs as well",
    "CP01": "words within expressions are small, those around them are not",
    "layout": "statements of loads are one line each, for they stand in a state machine",
    "RF05": "a Kinesis stream's name has hyphens",
    "RF06": "every name is quoted, so that no name is a word of the language",
    "ST06": "columns stand in the order of the platform file",
}

config = FluffConfig(
    overrides={
        "dialect": "redshift",
        "templater": "raw",
        "exclude_rules": ",".join(LEFT_OUT),
        "max_line_length": 0,
    }
)
linter = Linter(config=config)
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
found = []
for number, text in enumerate(texts):
    for violation in linter.lint_string(text).violations:
        found.append([number, violation.rule_code(), violation.desc()])
json.dump(found, sys.stdout)
