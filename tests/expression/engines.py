"""Evaluate the renderings of expressions on Spark and on PostgreSQL.

In: a JSON file with a list of cases {spark, redshift, type, place}, and the folder of PostgreSQL's programs.
Out: JSON on standard output, with both engines' values in a normal form, and their types, for each case.
"""

import datetime as dt
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal

os.environ["TZ"] = "UTC"

COLUMNS = [
    ("i", "int", "integer"), ("b", "bigint", "bigint"), ("d", "decimal(12,2)", "decimal(12,2)"),
    ("e", "decimal(18,6)", "decimal(18,6)"), ("w", "decimal(38,2)", "decimal(38,2)"),
    ("x", "double", "double precision"), ("s", "string", "varchar(400)"), ("u", "string", "varchar(400)"),
    ("f", "boolean", "boolean"), ("g", "boolean", "boolean"), ("day", "date", "date"),
    ("at", "timestamp", "timestamp"), ("til", "timestamp", "timestamp"),
]
D, T = dt.date, dt.datetime
ROWS = [
    (7, 2, Decimal("2.50"), Decimal("0.000001"), Decimal("19.99"), 2.5, "Straße École", "a.b.c", True, False,
     D(2024, 2, 29), T(2024, 2, 29, 23, 59, 59, 999999), T(2024, 3, 1, 0, 0, 1)),
    (-7, 3, Decimal("-2.50"), Decimal("-1.500000"), Decimal("-0.01"), -2.5, "  it's 50%_ok \\ n^o ", "", False, True,
     D(2023, 1, 1), T(2023, 1, 1, 10, 59, 30), T(2022, 12, 31, 11, 1, 0)),
    (0, 0, Decimal("0.00"), Decimal("0.000000"), Decimal("0.00"), 0.0, "", "x1y22z333", True, True,
     D(1969, 12, 31), T(1969, 12, 31, 23, 30, 0, 500000), T(1970, 1, 1, 0, 15, 0)),
    (2147483646, 9007199254740993, Decimal("9999999999.99"), Decimal("999999999999.999999"),
     Decimal("123456789012345678901234567890.12"), 1e15, "ΟΔΟΣ İ 日本 😀 ñÑ", "aaab\tc\nd", None, True,
     D(2026, 12, 31), T(2026, 12, 31, 12, 0, 0), T(2027, 1, 1, 12, 0, 0)),
    (None, None, None, None, None, None, None, None, None, None, None, None, None),
    (3, -5, Decimal("0.05"), Decimal("2.345000"), Decimal("3.45"), 0.1, "abc", "ABC-12", False, None,
     D(2020, 1, 31), T(2020, 1, 31, 1, 2, 3), T(2020, 1, 31, 1, 2, 2, 900000)),
    (100, 1, Decimal("12.34"), Decimal("-0.500000"), Decimal("1.00"), -0.75, "A'B\\C", "a,b", True, None,
     D(2021, 3, 31), T(2021, 3, 31, 0, 0, 0), T(2021, 10, 31, 5, 0, 0)),
]


def normal(value, kind):
    if value is None:
        return None
    if kind == "boolean":
        return value if isinstance(value, bool) else {"t": True, "f": False}[value]
    if kind == "double":
        return float(value)
    if kind.startswith("decimal"):
        text = format(Decimal(value).normalize(), "f")
        return "0" if text in ("-0", "0") else text
    if kind in ("integer", "bigint"):
        return int(value)
    if kind == "timestamp":
        return value.isoformat(" ") if isinstance(value, T) else T.fromisoformat(value).isoformat(" ")
    return str(value)


def spark_results(cases):
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[2]").appName("expressions")
    for key, value in {
        "spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1", "spark.sql.codegen.wholeStage": "false",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }.items():
        session = session.config(key, value)
    spark = session.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    schema = "row int, " + ", ".join(f"`{name}` {kind}" for name, kind, _ in COLUMNS)
    rows = [(at, *row) for at, row in enumerate(ROWS)]
    frame = spark.createDataFrame(rows, schema).coalesce(1)
    frame.createOrReplaceTempView("t")
    results = {}

    def run(numbers, place):
        listed = ", ".join(f"{cases[n]['spark']} as c{n}" for n in numbers)
        where = {"row": "from t order by row", "group": "from t", "empty": "from t where false"}[place]
        try:
            found = spark.sql(f"select {listed} {where}")
            lines = found.collect()
            for at, n in enumerate(numbers):
                values = [normal(line[at], cases[n]["type"]) for line in lines]
                results[n] = {"type": found.schema[at].dataType.simpleString(), "values": values}
        except Exception as error:
            if len(numbers) == 1:
                results[numbers[0]] = {"error": str(error).strip().splitlines()[0]}
                return
            middle = len(numbers) // 2
            run(numbers[:middle], place)
            run(numbers[middle:], place)

    for place in ("row", "group", "empty"):
        numbers = [n for n, case in enumerate(cases) if case["place"] == place]
        for start in range(0, len(numbers), 50):
            run(numbers[start:start + 50], place)
    spark.stop()
    return [results[n] for n in range(len(cases))]


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return repr(value) if isinstance(value, float) else str(value)
    return "E'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def postgres_script(cases):
    compat = pathlib.Path(__file__).with_name("compat.sql").read_text()
    columns = ", ".join(f'"{name}" {kind}' for name, _, kind in COLUMNS)
    lines = [compat, f"create table t (row int, {columns});"]
    for at, row in enumerate(ROWS):
        lines.append(f"insert into t values ({at}, {', '.join(literal(value) for value in row)});")
    lines.append("set search_path = redshift, pg_catalog, public;")
    lines.append("set escape_string_warning = off; set standard_conforming_strings = off;")
    for n, case in enumerate(cases):
        text = re.sub(r"\b(dateadd|datediff)\((\w+),", r"\1('\2',", case["redshift"])
        where = {"row": "from t order by row", "group": "from t", "empty": "from t where false"}[case["place"]]
        lines.append(f"\\echo -n '\x1d'{n}'\x1e'\nselect pg_typeof({text}), {text} {where};")
    return "\n".join(lines)


def postgres_results(cases, programs):
    home = pathlib.Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(home, "postgres")
    data = home / "data"

    def call(*command, **more):
        return subprocess.run([*as_user, *map(str, command)], check=True, capture_output=True, cwd="/", **more)

    try:
        call(programs / "initdb", "-A", "trust", "-N", "-U", "postgres", "--no-locale", "-E", "UTF8", "-D", data)
        options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off -c timezone=UTC"
        subprocess.run([*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l",
                        str(home / "log"), "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        psql = subprocess.run(
            [*as_user, str(programs / "psql"), "-h", str(home), "-U", "postgres", "-qAtX", "-F", "\x1f", "-R", "\x1e",
             "-P", "null=\x1a"],
            input=postgres_script(cases), capture_output=True, text=True, cwd="/",
            env={**os.environ, "PGCLIENTENCODING": "UTF8"})
        call(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    errors = psql.stderr
    results = []
    parts = {}
    for part in psql.stdout.split("\x1d")[1:]:
        number, _, body = part.partition("\x1e")
        parts[int(number)] = body
    for n, case in enumerate(cases):
        body = parts.get(n, "").removesuffix("\n")
        records = [record.partition("\x1f") for record in body.split("\x1e")] if body else []
        if not records:
            results.append({"error": "no output; psql's errors: " + errors[-2000:]})
            continue
        values = [normal(None if value == "\x1a" else value, case["type"]) for _, _, value in records]
        results.append({"type": records[0][0], "values": values})
    return results


def main():
    cases = json.loads(pathlib.Path(sys.argv[1]).read_text())
    programs = pathlib.Path(sys.argv[2])
    redshift = postgres_results(cases, programs)
    spark = spark_results(cases)
    json.dump([{"spark": a, "redshift": b} for a, b in zip(spark, redshift)], sys.stdout)


if __name__ == "__main__":
    main()
