"""An independent engine for the tests of aggregates: DuckDB writes the files, and computes the expected results.

    python duck.py make PLATFORM.TOML SCHEMA.JSON ROWS FOLDER
    python duck.py compare PLATFORM.TOML SCHEMA.JSON FOLDER WAREHOUSE

The results come from the expressions as written in the platform file. From the output of `gen`, only the names,
types and order of the columns in SCHEMA.JSON are used.

Each dataset's files are in batches: FOLDER/<dataset>/<batch>.parquet. A key can be in several batches, and several
times in one, with the same or another event time; a later batch has older events, too.
"""

import json
import pathlib
import re
import sys
import tomllib

import duckdb

# The values of columns that aggregates compare with literals.
WORDS = {
    "event_type": ["page_view", "search", "add_to_cart", "checkout", "purchase", "refund"],
    "status": ["placed", "paid", "shipped", "returned", "cancelled"],
    "unit": ["C", "F", "bar"],
    "currency": ["EUR", "GBP"],
    "page_path": ["/", "/shop/a|b", "/hilfe/größe", "", "shop", "/a\tb/c", "/O'Neil/\\n"],
    "country": ["DE", "FR", "ÖÄ", "I'", "\t|"],
}
AWKWARD = ["plain", "ü\"quoted\"", "it's", "tab\there", "line\nbreak", "back\\slash", "\\N", "a|b,c;d", "", "🙂", "NULL"]

# One row in REPEAT has the key of another row; one value in MISSING is missing.
REPEAT, MISSING = 5, 9


def number(salt):
    """A number that depends only on the row and a salt."""
    return f"CAST(hash(row, '{salt}') >> 8 AS BIGINT)"


def choice(salt, words):
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"([{listed}])[1 + {number(salt)} % {len(words)}]"


def value(column, variety):
    """A DuckDB expression for the values of a column: few distinct ones, so that groups have many rows."""
    name, kind = column["name"], column["type"]
    if column["masked"]:
        return "'***'"
    if column["hashed"]:
        return f"sha256(CAST({number(name)} % 997 AS VARCHAR))"
    if name in WORDS:
        return choice(name, WORDS[name])
    if kind == "string":
        words = choice(name, AWKWARD)
        return f"left({words} || ' ' || ({number(name + '#')} % {variety}), {column['length']})"
    if kind == "json":
        return f"'{{\"a\": ' || ({number(name)} % 9) || ', \"ü\": [\"\\\"\", null]}}'"
    if kind == "boolean":
        return f"{number(name)} % 2 = 0"
    if kind in ("int", "bigint"):
        return f"CAST({number(name)} % {variety} AS {kind})"
    if kind.startswith("decimal"):
        # Small numbers, including negative ones, with all decimal places.
        return f"CAST(((CAST({number(name)} % 100003 AS BIGINT) - 5000) / 10000.0) AS {kind})"
    if kind == "double":
        # Eighths, whose sums are exact in any order.
        return f"(CAST({number(name)} % 40001 AS DOUBLE) - 20000) / 8"
    if kind == "date":
        return f"DATE '2026-02-20' + CAST({number(name)} % 20 AS INTEGER)"
    assert kind == "timestamp", kind
    return f"TIMESTAMP '2026-02-25 22:00:00.123456' + INTERVAL (CAST({number(name)} % 700000 AS BIGINT)) SECOND"


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def files(folder, dataset):
    return sorted((pathlib.Path(folder) / dataset).glob("*.parquet"))


class Platform:
    def __init__(self, platform, schema):
        with open(platform, "rb") as file:
            self.file = tomllib.load(file)
        with open(schema, encoding="utf-8") as file:
            self.schema = {one["name"]: one for one in json.load(file)}

    def make(self, rows, folder):
        db = duckdb.connect()
        for name, dataset in self.schema.items():
            count = rows if dataset["fact"] else 300
            self.dataset(db, dataset, count)
            target = pathlib.Path(folder) / name
            target.mkdir(parents=True)
            columns = ", ".join(quoted(column["name"]) for column in dataset["columns"])
            order = "row__attempt, row__hash"
            for batch in range(3):
                db.execute(
                    f"COPY (SELECT {columns}, arrived__at, {order} FROM made WHERE batch = {batch} ORDER BY row)"
                    f" TO '{target / str(batch)}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 30000)"
                )
            kept, keys = db.execute(
                f"SELECT count(*), count(DISTINCT ({', '.join(map(quoted, dataset['key']))})) FROM made"
            ).fetchone()
            assert kept == count and keys < kept, (name, kept, keys)

    def dataset(self, db, dataset, count):
        derived = self.file["dataset"][dataset["name"]].get("derive", {})
        joined = {pair[0]: pair[1] for join in dataset["joins"] for pair in join["on"]}
        own, computed = [], []
        for column in dataset["columns"]:
            name = column["name"]
            if name in derived:
                text = derived[name] if isinstance(derived[name], str) else derived[name]["sql"]
                target = column["type"] if column["type"] not in ("string", "json") else "VARCHAR"
                computed.append(f"CAST(({text}) AS {target}) AS {quoted(name)}")
                continue
            is_key = name in dataset["key"]
            # A repeated row has the key of the previous row.
            row = f"(row - CASE WHEN row % {REPEAT} = 0 THEN 1 ELSE 0 END)"
            if is_key and column["type"] in ("int", "bigint"):
                made = f"CAST({row} % 260 + 1 AS {column['type']})" if count == 300 else f"CAST({row} AS {column['type']})"
            elif is_key and column["type"] == "string":
                made = f"'{name} ' || ({row}{' % 260' if count == 300 else ''})"
            elif is_key:
                made = value(column, 40).replace("row,", f"{row},")
            elif name == dataset["event_time"]:
                # Half of the repeated keys have the same event time.
                same = f"(row - CASE WHEN row % {REPEAT} = 0 AND {number('same')} % 2 = 0 THEN 1 ELSE 0 END)"
                made = value(column, 40).replace("row,", f"{same},")
            else:
                made = value(column, 40)
            if name in joined:
                kind = column["type"]
                made = f"{number(name)} % 330"
                made = f"'{joined[name]} ' || ({made})" if kind == "string" else f"CAST({made} AS {kind})"
                if is_key:
                    made = made.replace("row,", f"{row},")
            if column["nullable"]:
                made = f"CASE WHEN {number(name + '?')} % {MISSING} = 0 THEN NULL ELSE {made} END"
            own.append(f"{made} AS {quoted(name)}")
        db.execute(
            f"""
            CREATE OR REPLACE TABLE made AS
            WITH records AS (
                SELECT row, {", ".join(own)},
                    -- A record can come in an earlier or a later file than the other records of its key, regardless of
                    -- its event time; some arrive at the same time.
                    CAST({number('batch')} % 10 // 4 AS INTEGER) AS batch,
                    TIMESTAMP '2026-03-10 00:00:00' + INTERVAL (CAST({number('arrived')} % 50 AS BIGINT)) SECOND AS arrived__at,
                    CAST(1 + {number('attempt')} % 2 AS INTEGER) AS row__attempt,
                    CAST(hash(row, 'hash') AS HUGEINT) - 9223372036854775808 AS wide
                FROM (SELECT unnest(range(1, {count} + 1)) AS row)
            )
            SELECT *, {"".join(text + ", " for text in computed)} CAST(wide AS BIGINT) AS row__hash
            FROM records
            """
        )

    def latest(self, db, folder):
        """One row per key: the latest by event time, then by arrival."""
        for name, dataset in self.schema.items():
            order = [quoted(one) for one in [dataset["event_time"]] if one]
            order += ["arrived__at", "row__attempt", "row__hash"]
            paths = [str(path) for path in files(folder, name)]
            db.execute(
                f"""
                CREATE TABLE {quoted(name)} AS
                SELECT * FROM read_parquet({paths})
                QUALIFY row_number() OVER (
                    PARTITION BY {", ".join(map(quoted, dataset["key"]))}
                    ORDER BY {", ".join(one + " DESC" for one in order)}
                ) = 1
                """
            )

    def aggregate(self, name):
        one = self.file["aggregate"][name]
        dataset = self.schema[one["from"]]
        text = f"FROM {quoted(one['from'])} AS own"
        for join in dataset["joins"]:
            on = " AND ".join(f"own.{quoted(left)} = {quoted(join['alias'])}.{quoted(right)}" for left, right in join["on"])
            text += f" LEFT JOIN {quoted(join['dimension'])} AS {quoted(join['alias'])} ON {on}"
        own = [column["name"] for column in dataset["columns"]]
        if "where" in one:
            text += f" WHERE {self.sole(one['where'], own)}"
        dimensions = [(key, self.sole(value, own)) for key, value in one["group_by"].items()]
        measures = [(key, self.sole(value, own)) for key, value in one["measure"].items()]
        listed = ", ".join(f"({value}) AS {quoted(key)}" for key, value in dimensions + measures)
        grouped = ", ".join(str(at + 1) for at in range(len(dimensions)))
        return f"SELECT {listed} {text} GROUP BY {grouped}"

    @staticmethod
    def sole(text, own):
        """Qualify the columns of the fact, which have no alias in the platform file, unlike those of dimensions."""
        def named(match):
            word = match.group(0)
            return f"own.{word}" if word in own else word

        # Words that are neither in a text nor after a dot.
        parts = re.split(r"('(?:[^']|'')*')", text)
        return "".join(part if at % 2 else re.sub(r"(?<![.\w])[a-z_][a-z0-9_]*\b(?!\s*[(.])", named, part) for at, part in enumerate(parts))

    def compare(self, folder, warehouse):
        db = duckdb.connect()
        self.latest(db, folder)
        checks = [("core." + name, f"SELECT * FROM {quoted(name)}") for name in self.schema]
        checks += [("mart." + name, self.aggregate(name)) for name in self.file.get("aggregate", {})]
        for name, query in checks:
            with open(pathlib.Path(warehouse) / f"{name}.json", encoding="utf-8") as file:
                found = json.load(file, parse_float=str)
            wanted = db.execute(query)
            names = [column[0] for column in wanted.description]
            types = [str(column[1]) for column in wanted.description]
            rows = [dict(zip(names, row)) for row in wanted.fetchall()]
            left = sorted(self.line(name, row, names, types, True) for row in rows)
            right = sorted(self.line(name, row, names, types, False) for row in found)
            assert rows, f"{name} has no rows, so there is nothing to compare"
            for index, (one, other) in enumerate(zip(left, right)):
                assert one == other, f"{name}, row {index}:\n  DuckDB    {one}\n  warehouse {other}"
            assert len(left) == len(right), f"{name}: {len(left)} rows, but {len(right)} in the warehouse"
            print(f"ok: {name}: {len(rows)} rows, {len(names)} columns")

    def line(self, relation, row, names, types, is_duck):
        assert set(names) <= set(row), (relation, names, list(row))
        return "\x1f".join(self.cell(row[name], kind, is_duck, name, relation) for name, kind in zip(names, types))

    def cell(self, value, kind, is_duck, name, relation):
        if value is None:
            return "\\N"
        if kind in ("DOUBLE", "FLOAT"):
            # The shortest text of the same number, so that every bit counts.
            return repr(float(value))
        if kind.startswith("DECIMAL"):
            # A warehouse can have more trailing zeros, and no other difference.
            text = f"{value:f}" if is_duck else str(value)
            return text.rstrip("0").rstrip(".") if "." in text else text
        if kind in ("BIGINT", "INTEGER", "HUGEINT", "UBIGINT"):
            return str(value)
        if kind == "BOOLEAN":
            return "true" if value in (True, "true", "t") else "false"
        if kind.startswith(("TIMESTAMP", "DATE")):
            text = str(value).replace("T", " ")
            text = text if " " in text else text + " 00:00:00"
            return text.rstrip("0").rstrip(".") if "." in text else text
        dataset = self.schema.get(relation.removeprefix("core."))
        columns = {column["name"]: column for column in dataset["columns"]} if dataset else {}
        if columns.get(name, {}).get("type") == "json":
            return json.dumps(json.loads(value) if is_duck else value, sort_keys=True)
        return str(value)


if __name__ == "__main__":
    verb, platform, schema, *rest = sys.argv[1:]
    if verb == "make":
        Platform(platform, schema).make(int(rest[0]), rest[1])
    else:
        Platform(platform, schema).compare(*rest)
