"""Parse Glue Data Quality rulesets strictly: everything outside the emitted subset of the language is rejected.

Stricter than the service on purpose. Parsers differ in how they read an escape in a text, so a text with a backslash is
rejected here although the grammar allows it.
"""

import re
from typing import NamedTuple

MOST_BYTES, MOST_RULES = 65_536, 2_000

TOKEN = re.compile(
    r"""(?P<blank>[ \t\n]+)
      | (?P<remark>\#[^\n]*\n)
      | (?P<text>"[^"\\\r\n\t\x00-\x1f\x7f]+")
      | (?P<word>[A-Za-z][A-Za-z0-9]*)
      | (?P<number>[0-9]+)
      | (?P<sign>>=|<=|[=<>\[\],])""",
    re.VERBOSE,
)

# How many texts a rule has, and which comparison operators it accepts; none for a boolean rule.
RULES: dict[str, tuple[range, frozenset[str]]] = {
    "RowCount": (range(1), frozenset({">"})),
    "IsPrimaryKey": (range(1, 100), frozenset()),
    "IsComplete": (range(1, 2), frozenset()),
    "ColumnLength": (range(1, 2), frozenset({"<="})),
    "CustomSql": (range(1, 2), frozenset({"=", ">="})),
}


class Refused(Exception):
    """The text is not a ruleset of the emitted kind."""


class Rule(NamedTuple):
    """A rule: `ColumnLength "name" <= 36`."""

    kind: str
    texts: tuple[str, ...]
    comparison: str | None
    number: int


class Ruleset(NamedTuple):
    """The rules, and the comments between them."""

    rules: list[Rule]
    remarks: list[str]


def tokens(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Split a text into tokens, and collect the comments separately."""
    found, remarks, at = [], [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Refused(f"no token at {text[at : at + 40]!r}")
        kind = str(match.lastgroup)
        if kind == "remark":
            remarks.append(match.group()[1:].strip())
        elif kind != "blank":
            found.append((kind, match.group()))
        at = match.end()
    return found, remarks


class Reader:
    """Parses a list of tokens."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        self.found, self.at = found, 0

    def peek(self) -> tuple[str, str]:
        return self.found[self.at] if self.at < len(self.found) else ("end", "")

    def take(self, *wanted: str) -> str:
        """Take the next token, which must be one of these kinds or signs."""
        kind, text = self.peek()
        if kind not in wanted and text not in wanted:
            raise Refused(f"expected {' or '.join(wanted)}, found {text or 'the end'!r}")
        self.at += 1
        return text

    def rule(self) -> Rule:
        kind = self.take("word")
        if kind not in RULES:
            raise Refused(f"unknown rule {kind!r}")
        count, comparisons = RULES[kind]
        texts: list[str] = []
        while self.peek()[0] == "text":
            texts.append(self.take("text")[1:-1])
        if len(texts) not in count:
            raise Refused(f"{kind} has {len(texts)} texts")
        if not comparisons:
            return Rule(kind, tuple(texts), None, 0)
        return Rule(kind, tuple(texts), self.take(*comparisons), int(self.take("number")))


def parse(text: str) -> Ruleset:
    """Parse a complete ruleset."""
    if len(text.encode()) > MOST_BYTES:
        raise Refused(f"{len(text.encode())} bytes")
    found, remarks = tokens(text)
    reader = Reader(found)
    if reader.take("word") != "Rules":
        raise Refused("a ruleset must start with Rules")
    reader.take("=")
    reader.take("[")
    rules = [reader.rule()]
    while reader.take(",", "]") == ",":
        rules.append(reader.rule())
    reader.take("end")
    if len(rules) > MOST_RULES:
        raise Refused(f"{len(rules)} rules")
    return Ruleset(rules, remarks)


REFUSED = [
    "",
    "Rules = []",
    "rules = [ RowCount > 0 ]",
    "Rules = [ RowCount ]",
    "Rules = [ RowCount > ]",
    "Rules = [ RowCount < 0 ]",
    "Rules = [ RowCount > 0, ]",
    "Rules = [ RowCount > 0 RowCount > 0 ]",
    "Rules = [ RowCount > 0 ",
    "Rules = [ RowCount > 0 ] RowCount",
    "Rules = [ RowCount > 0 # the end is in the remark ]",
    "Rules = [ RowCount > 0, # the comma and the rest, RowCount > 0 ]",
    'Rules = [ IsUnique "a" ]',
    'Rules = [ IsComplete "a" "b" ]',
    'Rules = [ IsComplete "a" = 0 ]',
    "Rules = [ IsComplete a ]",
    "Rules = [ IsPrimaryKey ]",
    'Rules = [ IsComplete "" ]',
    'Rules = [ CustomSql "select 1" ]',
    'Rules = [ CustomSql "select "1"" = 0 ]',
    'Rules = [ CustomSql "select \\"1\\"" = 0 ]',
    'Rules = [ CustomSql "select\n1" = 0 ]',
    'Rules = [ CustomSql "select 1" = 0.5 ]',
    "Rules = [\r\n RowCount > 0 ]",
    'Rules = [ CustomSql "' + "x" * MOST_BYTES + '" = 0 ]',
    "Rules = [ " + ", ".join(["RowCount > 0"] * (MOST_RULES + 1)) + " ]",
]


def check_itself() -> None:
    """Check that invalid rulesets are rejected and valid ones are parsed."""
    for text in REFUSED:
        try:
            parse(text)
        except Refused:
            continue
        raise SystemExit(f"should be rejected: {text[:100]!r}")
    read = parse("Rules = [\n # one\n RowCount > 0,\n CustomSql \"select 'a # b'\" >= 95\n # two\n]")
    wanted = Ruleset(
        [Rule("RowCount", (), ">", 0), Rule("CustomSql", ("select 'a # b'",), ">=", 95)], ["one", "two"]
    )
    if read != wanted:
        raise SystemExit(f"read as {read}")
