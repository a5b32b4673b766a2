"""Evaluate emitted rulesets on real Spark, on samples of curated records with known violations.

Usage: rules.py FOLDER, which contains assemblies.

A sample consists of random records. The job's own script decides which of them pass an expectation, so that both
renderings of an expectation, in the script and in the ruleset, are compared record by record. Then each rule is
violated alone, and exactly that rule must fail.
"""

import ast
import datetime
import json
import operator
import random
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import dqdl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType, _parse_datatype_string

CANDIDATES = 4_000
Row = dict[str, Any]


class Expectation(NamedTuple):
    """An expectation in the job's script."""

    name: str
    expression: str
    action: str
    threshold: int


class Dataset(NamedTuple):
    """A ruleset, and what is known about its records."""

    name: str
    rules: list[dqdl.Rule]
    remarks: list[str]
    schema: str
    expectations: dict[str, Expectation]
    # The expectations that can be checked on curated records.
    asked: list[Expectation]


def datasets(folder: Path) -> Iterator[Dataset]:
    """Find the rulesets in a folder; equal ones, from environments of one platform, only once."""
    seen = set()
    for template in sorted(folder.rglob("processing/template*.json")):
        resources = json.loads(template.read_text())["Resources"]
        for name, resource in resources.items():
            if resource["Type"] != "AWS::Glue::DataQualityRuleset":
                continue
            if "TargetTable" in resource["Properties"]:
                raise SystemExit(f"{name} names a table, which no stack owns or whose partitions are projected")
            prefix = name.removesuffix("Rules")
            arguments = resources[f"{prefix}Job"]["Properties"]["DefaultArguments"]
            # The job creates an Iceberg table, so no stack has it.
            if (f"{prefix}Table" in resources) == ("--iceberg_table" in arguments):
                raise SystemExit(f"{prefix}: the curated table should have one owner")
            table = resources.get(f"{prefix}Table")
            dataset = one(template, resource["Properties"]["Ruleset"], arguments["--dataset"], table)
            if repr(dataset) not in seen:
                seen.add(repr(dataset))
                yield dataset


def columns(script: ast.Module, table: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Read the names and types of the curated columns, from the table or from the script that creates it."""
    if table is None:
        return [(column["name"], column["kind"]) for column in script_list(script, "ICEBERG_COLUMNS")]
    declared = table["Properties"]["TableInput"]["StorageDescriptor"]["Columns"]
    return [(column["Name"], column["Type"]) for column in declared]


def one(template: Path, ruleset: str, name: str, table: dict[str, Any] | None) -> Dataset:
    """Collect what is known about a dataset."""
    parsed = dqdl.parse(ruleset)
    script = ast.parse((template.parent / "jobs" / f"{name}.py").read_text())
    expectations = {rule["name"]: Expectation(**rule) for rule in script_list(script, "RULES")}
    check_columns(name, script, parsed.rules)
    orders = {"arrived__at", "row__hash"}
    kept = [(column, kind) for column, kind in columns(script, table) if column not in orders]
    schema = ", ".join(f"`{column}` {kind}" for column, kind in kept)
    asked = []
    for remark in parsed.remarks:
        named, _, text = remark.partition(":")
        if text.startswith(" failing records"):
            asked.append(expectations[named])
        elif not text.startswith(" checked by the job only"):
            raise SystemExit(f"{name}: unexpected comment {remark!r}")
    if len(parsed.remarks) != len(expectations) or len({r.partition(":")[0] for r in parsed.remarks}) != len(
        expectations
    ):
        raise SystemExit(f"{name}: {parsed.remarks} should name each of {sorted(expectations)} once")
    return Dataset(name, parsed.rules, parsed.remarks, schema, expectations, asked)


def script_list(script: ast.Module, name: str) -> Iterator[dict[str, Any]]:
    """Read a constant of a job's script that is a list of records."""
    for statement in script.body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
            assert isinstance(statement.value, ast.List)
            for call in statement.value.elts:
                assert isinstance(call, ast.Call)
                yield {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}


def check_columns(name: str, script: ast.Module, rules: list[dqdl.Rule]) -> None:
    """Check that the ruleset covers the script's column checks: missing and too long values."""
    for column in script_list(script, "COLUMNS"):
        of = {rule.kind: rule.number for rule in rules if rule.texts == (column["name"],)}
        kept = column["protection"] != "drop"
        if ("IsComplete" in of) != (kept and column["required"]):
            raise SystemExit(
                f"{name}: IsComplete of {column['name']}, which is required: {column['required']}"
            )
        # The lengths of a hexadecimal hash and of the mask.
        wanted = {"hash": 64, "mask": 8}.get(column["protection"])
        longest = re.search(r"\bchar_length\(`\w+`\) > (\d+)", column["limit"] or "")
        if column["protection"] is None and longest:
            wanted = int(longest[1])
        if of.get("ColumnLength") != wanted:
            raise SystemExit(f"{name}: ColumnLength of {column['name']} is not {wanted}")


# ---- Records. ----


def literals(expressions: list[str]) -> tuple[list[str], list[int]]:
    """Find the texts and numbers that expectations compare with."""
    texts, numbers = [], []
    for sql in expressions:
        for match in re.finditer(r"'((?:[^'\\]|\\.)*)'", sql):
            text = re.sub(
                r"\\(.)", lambda one: {"n": "\n", "r": "\r", "t": "\t"}.get(one[1], one[1]), match[1]
            )
            texts += [text, text.replace("%", "").replace("\\", ""), f"x1.{text[-1:]}", f"{text}\\{text}"]
        bare = re.sub(r"'(?:[^'\\]|\\.)*'", "''", sql)
        numbers += [int(one) for one in re.findall(r"(?<![\w.])\d{1,9}(?![\w.])", bare)]
    return texts, numbers


def value(kind: str, chance: random.Random, texts: list[str], numbers: list[int]) -> Any:
    """Choose a value of a type, often one that an expectation mentions."""
    if kind == "string":
        return chance.choice([*texts, *texts, "", "a", "é\\\"'#", 'x12."', "a@b", "{{", "it's"])
    if kind == "boolean":
        return chance.random() < 0.8
    number = chance.choice([*numbers, 0, 1, 12, 500]) + chance.choice([-1, 0, 0, 1])
    if kind == "double":
        return float(number)
    if kind.startswith("decimal"):
        precision, scale = (int(part) for part in kind[8:-1].split(","))
        return Decimal(min(number, 10 ** (precision - scale) - 1))
    if kind in ("int", "bigint"):
        return number
    day = datetime.date(2026, 3, 1) + datetime.timedelta(days=chance.choice([-4_000, -1, 0, 1, 4_000]))
    if kind == "date":
        return day
    hour = datetime.time(chance.choice([0, 5, 22, 23]), chance.randrange(60), 7)
    return datetime.datetime.combine(day, hour)


def candidates(dataset: Dataset, schema: StructType, lengths: dict[str, int], must: set[str]) -> list[Row]:
    """Generate records with valid types, lengths and required values."""
    chance = random.Random(dataset.name)
    texts, numbers = literals([one.expression for one in dataset.asked])
    rows = []
    for at in range(CANDIDATES):
        row = {}
        for field in schema.fields:
            kind = field.dataType.simpleString()
            given = value(kind, chance, texts, numbers)
            if kind == "string":
                given = given[: lengths.get(field.name, 10_000)]
            row[field.name] = None if field.name not in must and chance.random() < 0.2 else given
        # A key that no expectation mentions gets a distinct number.
        for name in key_of(dataset):
            if not any(f"`{name}`" in one.expression for one in dataset.asked):
                kind = schema[name].dataType.simpleString()
                if kind in ("int", "bigint", "string"):
                    row[name] = f"{at:x}" if kind == "string" else at
        rows.append(row)
    return rows


def key_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of the key."""
    return next(rule.texts for rule in dataset.rules if rule.kind == "IsPrimaryKey")


class World:
    """A dataset with records in Spark."""

    def __init__(self, spark: SparkSession, dataset: Dataset) -> None:
        self.spark, self.dataset = spark, dataset
        parsed = _parse_datatype_string(dataset.schema)
        assert isinstance(parsed, StructType)
        self.schema = parsed
        self.lengths = {rule.texts[0]: rule.number for rule in dataset.rules if rule.kind == "ColumnLength"}
        self.must = {rule.texts[0] for rule in dataset.rules if rule.kind == "IsComplete"} | set(
            key_of(dataset)
        )

    def frame(self, rows: list[Row]) -> DataFrame:
        # As JSON: a data frame from Python rows would start Python for each query.
        data = json.dumps(rows, default=str)
        query = f"select inline(from_json(:data, 'array<struct<{self.dataset.schema}>>'))"
        return self.spark.sql(query, args={"data": data})

    def passes(self, rows: list[Row]) -> list[list[bool]]:
        """Evaluate the script's own expressions: which expectations each record passes."""
        if not self.dataset.asked:
            return [[] for _ in rows]
        columns = [f"coalesce({one.expression}, true)" for one in self.dataset.asked]
        return [list(row) for row in self.frame(rows).selectExpr(*columns).collect()]

    def expected(self, rows: list[Row]) -> set[dqdl.Rule]:
        """Return the rules that fail, according to plain Python and the script's expressions."""
        failing = set()
        passes = self.passes(rows)
        asked = iter(range(len(self.dataset.asked)))
        for rule in self.dataset.rules:
            if rule.kind == "CustomSql":
                at = next(asked)
                passed, wanted = sum(one[at] for one in passes), self.dataset.asked[at]
                tolerant = wanted.action != "quarantine" and wanted.threshold
                if tolerant:
                    failed = 100 * passed < wanted.threshold * len(rows)
                else:
                    failed = passed < len(rows)
            elif rule.kind == "RowCount":
                failed = not rows
            elif rule.kind == "IsPrimaryKey":
                keys = [tuple(row[name] for name in rule.texts) for row in rows]
                failed = len(set(keys)) < len(keys) or any(None in key for key in keys)
            elif rule.kind == "IsComplete":
                failed = any(row[rule.texts[0]] is None for row in rows)
            else:
                failed = any(len(row[rule.texts[0]] or "") > rule.number for row in rows)
            if failed:
                failing.add(rule)
        return failing

    def measured(self, rows: list[Row]) -> dict[dqdl.Rule, Any]:
        """Measure what the rules need as the service does: with SQL over `primary`."""
        self.frame(rows).createOrReplaceTempView("primary")
        custom = [rule for rule in self.dataset.rules if rule.kind == "CustomSql"]
        # One query for all rules that read every record.
        simple = [rule for rule in self.dataset.rules if rule not in custom]
        query = f"select {', '.join(measure(rule) for rule in simple)} from primary"
        found = list(self.spark.sql(query).collect()[0])
        if custom:
            found += self.spark.sql(f"select {', '.join(f'({rule.texts[0]})' for rule in custom)}").collect()[
                0
            ]
        return dict(zip(simple + custom, found, strict=True))

    def failing(self, rows: list[Row]) -> set[dqdl.Rule]:
        """Return the rules that fail."""
        return {rule for rule, given in self.measured(rows).items() if not holds(rule, given)}

    def compare(self, rows: list[Row]) -> None:
        """Count the records that fail each expectation, according to the ruleset and to the script, and compare."""
        passes = self.passes(rows)
        custom = [(rule, given) for rule, given in self.measured(rows).items() if rule.kind == "CustomSql"]
        for at, (rule, given) in enumerate(custom):
            passed = sum(one[at] for one in passes)
            wanted = len(rows) - passed if rule.comparison == "=" else 100 * passed / len(rows)
            if given != wanted:
                raise SystemExit(f"{self.dataset.name}: {given} is measured, not {wanted}, by {rule}")


def measure(rule: dqdl.Rule) -> str:
    """Return the measure of a rule, as an aggregate over the records."""
    columns = [f"`{name}`" for name in rule.texts]
    if rule.kind == "RowCount":
        return "count(*)"
    if rule.kind == "IsPrimaryKey":
        none = " or ".join(f"{column} is null" for column in columns)
        return f"count(*) - count(distinct struct({', '.join(columns)})) + count_if({none})"
    if rule.kind == "IsComplete":
        return f"count_if({columns[0]} is null)"
    return f"coalesce(max(char_length({columns[0]})), 0)"


def holds(rule: dqdl.Rule, given: Any) -> bool:
    """Compare a measurement with the rule."""
    compare: dict[str | None, Callable[[Any, Any], Any]] = {
        "=": operator.eq,
        ">": operator.gt,
        ">=": operator.ge,
        "<=": operator.le,
        None: operator.eq,
    }
    return bool(compare[rule.comparison](given, rule.number))


# ---- Cases. ----


def distinct(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    """Return the first record of each key."""
    return list({tuple(row[name] for name in key): row for row in reversed(rows)}.values())


def cases(world: World) -> Iterator[tuple[str, list[Row], dqdl.Rule | None]]:
    """Yield samples, and the only rule that fails; None if all pass."""
    dataset, key = world.dataset, key_of(world.dataset)
    rows = candidates(dataset, world.schema, world.lengths, world.must)
    world.compare(rows)
    rows = distinct(rows, key)
    passes = world.passes(rows)
    good = [row for row, passed in zip(rows, passes, strict=True) if all(passed)]
    if len(good) < 3:
        raise SystemExit(f"{dataset.name}: only {len(good)} of {len(rows)} generated records pass")
    yield "good", good[:200], None
    yield "empty", [], next(rule for rule in dataset.rules if rule.kind == "RowCount")
    customs = iter(range(len(dataset.asked)))
    for rule in dataset.rules:
        if rule.kind == "CustomSql":
            at = next(customs)
            bad = [
                row
                for row, passed in zip(rows, passes, strict=True)
                if not passed[at] and all(passed[:at] + passed[at + 1 :])
            ]
            yield from broken_expectation(dataset.asked[at], rule, good, bad)
        elif rule.kind == "IsPrimaryKey":
            yield "a duplicate key", [*good[:5], good[0]], rule
        elif rule.kind == "IsComplete" and rule.texts[0] not in key:
            yield "a value is missing", [*good[1:5], {**good[0], rule.texts[0]: None}], rule
        elif rule.kind == "ColumnLength":
            row = of_length(world, good, rule.texts[0], rule.number + 1)
            if row is not None:
                yield f"{rule.texts[0]} is too long", [row, *good[1:5]], rule
    for name, length in world.lengths.items():
        row = of_length(world, good, name, length)
        # One after the other in one record, as far as its expectations allow.
        good = [row, *good[1:]] if row is not None else good
    yield "the longest values", good[:5], None


def broken_expectation(
    asked: Expectation, rule: dqdl.Rule, good: list[Row], bad: list[Row]
) -> Iterator[tuple[str, list[Row], dqdl.Rule | None]]:
    """Yield a record that fails, or one more failure than the threshold allows; and exactly as many as it allows."""
    if not bad:
        raise SystemExit(f"no generated record fails {asked.name} alone: {asked.expression}")
    tolerant = asked.action != "quarantine" and asked.threshold
    if not tolerant:
        yield f"{asked.name} fails", [*good[:20], bad[0]], rule
        return
    # The fewest records with exactly that share: 19 of 20 for 95.
    whole = next(n for n in range(1, 101) if n * asked.threshold % 100 == 0)
    most = whole * asked.threshold // 100
    if len(good) < most or len(bad) < whole - most + 1:
        raise SystemExit(f"{asked.name}: {len(good)} good and {len(bad)} bad records are too few")
    yield f"{asked.name} as threshold", good[:most] + bad[: whole - most], None
    yield f"{asked.name} below threshold", good[: most - 1] + bad[: whole - most + 1], rule


def of_length(world: World, good: list[Row], name: str, letters: int) -> Row | None:
    """Return a record with a value of that many two-byte letters, if the expectations allow it."""
    for start in ("", str(good[0][name] or "")):
        row = {**good[0], name: (start + "é" * letters)[:letters]}
        if all(world.passes([row])[0]) and row not in good:
            return row
    LEFT_OUT.append(f"{world.dataset.name}.{name} with {letters} letters")
    return None


# Lengths that an expectation does not allow.
LEFT_OUT: list[str] = []


def check(spark: SparkSession, dataset: Dataset) -> int:
    """Run all cases of a dataset, and return their number."""
    world, broken, count = World(spark, dataset), set(), 0
    good: Row = {}
    for what, rows, alone in cases(world):
        good = good or rows[0]
        wanted = {alone} if alone else set()
        for known in (world.expected(rows), world.failing(rows)):
            if known != wanted:
                raise SystemExit(f"{dataset.name}, {what}: {known} fail, not {wanted}\n{rows[:3]}")
        if alone is None or alone.kind == "CustomSql":
            # The ruleset evaluator may have a session that returns null where this one fails.
            spark.conf.set("spark.sql.ansi.enabled", "false")
            if world.failing(rows) != wanted:
                raise SystemExit(f"{dataset.name}, {what}: another result without ANSI")
            spark.conf.set("spark.sql.ansi.enabled", "true")
        broken |= wanted
        count += 1
    key = {name for name in key_of(dataset)}
    possible = {rule for rule in dataset.rules if not (rule.kind == "IsComplete" and rule.texts[0] in key)}
    for rule in possible - broken:
        if not any(f"{dataset.name}.{name} " in left for left in LEFT_OUT for name in rule.texts):
            raise SystemExit(f"{dataset.name}: nothing violates {rule}")
    # A missing key column violates two rules.
    for name in key:
        both = {rule for rule in dataset.rules if name in rule.texts and rule.kind.startswith("Is")}
        found = world.failing([{**good, name: None}])
        if found != both or len(both) != 2:
            raise SystemExit(f"{dataset.name}: a key without {name} fails {found}")
    return count


SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Thousands of queries over a few rows: compiling them takes longer than running them.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}


def main(folder: Path) -> None:
    dqdl.check_itself()
    session = SparkSession.builder.master("local[1]")
    for name, setting in SETTINGS.items():
        session = session.config(name, setting)
    spark = session.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    report = {}
    for dataset in datasets(folder):
        report[dataset.name] = [len(dataset.rules), check(spark, dataset)]
    print(json.dumps({"datasets": report, "left_out": LEFT_OUT}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
