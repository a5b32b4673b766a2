"""Analyze the data flow in emitted scripts: into what Spark reads as SQL, and out of the hash key.

Usage: flows.py SCRIPT…  Prints one JSON document: the number of checked places, and every finding.

Both checks allow known cases and reject all others. Spark may read a text as SQL if it is a constant of the script or
composed of constants and positions, but never if a value from a file, an argument or a column name is part of it. The
hash key passes through the few functions that make it a table, and nowhere else.
"""

import ast
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

# Methods, and the argument that Spark reads as SQL; None means all of them.
SQL: dict[str, int | None] = {
    "sql": 0,
    "expr": 0,
    "selectExpr": None,
    "where": 0,
    "filter": 0,
    "having": 0,
    "schema": 0,
    "from_json": 1,
    "from_csv": 1,
    "fromDDL": 0,
    "createDataFrame": 1,
    "agg": None,
    "hint": None,
}
# Methods that accept a column or a text: a column is never read as SQL.
COLUMNS_TOO = {"where", "filter", "having", "agg"}

Function = ast.FunctionDef | ast.Module


class Finding(Exception):
    """Why something is not allowed."""


# ---- What Spark reads as SQL. ----


class Names:
    """The origins of the names in a script."""

    def __init__(self, tree: ast.Module) -> None:
        self.constants: dict[str, ast.expr] = {}
        for statement in tree.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                if statement.value is not None:
                    self.constants[statement.target.id] = statement.value
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                self.constants[statement.targets[0].id] = statement.value
        # Functions that are declared to return a column; mypy enforces this.
        self.columns = {
            one.name
            for one in tree.body
            if isinstance(one, ast.FunctionDef) and one.returns and ast.unparse(one.returns) == "SparkColumn"
        }
        changed = [
            name.id
            for name in ast.walk(tree)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store) and name.id in self.constants
        ]
        # A constant is assigned once, and only from literals.
        self.constants = {
            name: value
            for name, value in self.constants.items()
            if changed.count(name) == 1 and is_literal(value)
        }

    def is_constant(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.constants


def is_literal(node: ast.expr) -> bool:
    """Test for literals, lists of them, and records of them: `Column(name="a", …)`."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.List | ast.Tuple):
        return all(is_literal(one) for one in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[:1].isupper():
        given = [*node.args, *[keyword.value for keyword in node.keywords]]
        return all(is_literal(one) for one in given)
    return False


def bindings(function: Function, name: str) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a name in a function is bound to: it `is` a value, is `of` an iterable, or is `at` a position of one.

    The names of a comprehension are local to it.
    """
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from bound(target, node.value, "is", name)
        elif isinstance(node, ast.AugAssign | ast.NamedExpr):
            yield from bound(node.target, node.value, "is", name)
        elif isinstance(node, ast.For):
            yield from bound(node.target, node.iter, "of", name)
        elif isinstance(node, ast.With):
            for item in node.items:
                if item.optional_vars is not None:
                    yield from bound(item.optional_vars, item.context_expr, "is", name)
    arguments = function.args if isinstance(function, ast.FunctionDef) else None
    if arguments is not None:
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        for one in every:
            if one.arg == name:
                yield "parameter", ast.Name(name)


def bound(target: ast.expr, value: ast.expr, how: str, name: str) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name) and target.id == name:
        yield how, value
    elif isinstance(target, ast.Tuple | ast.List):
        for at, one in enumerate(target.elts):
            if how == "of" and called(value) == "enumerate" and isinstance(value, ast.Call):
                yield from bound(one, value.args[0], "at" if at == 0 else "of", name)
            else:
                yield from bound(one, value, "of" if how == "of" else "part", name)


def called(node: ast.expr) -> str:
    """Return the last name of the called function."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


class Sql:
    """Decides whether Spark may read an expression as SQL."""

    def __init__(self, names: Names, function: Function) -> None:
        self.names, self.function = names, function
        self.parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}

    def origins(self, name: ast.Name) -> list[tuple[str, ast.expr]]:
        """Return what a name is bound to at its place."""
        node: ast.AST = name
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
                found = [
                    one for part in node.generators for one in bound(part.target, part.iter, "of", name.id)
                ]
                if found:
                    return found
        return list(bindings(self.function, name.id))

    def check(self, node: ast.expr, columns_too: bool) -> None:
        if not (self.is_given(node) or self.is_positional(node) or (columns_too and self.is_column(node))):
            raise Finding(f"`{ast.unparse(node)[:80]}` is read as SQL")

    def is_given(self, node: ast.expr) -> bool:
        """Test for a literal, a constant, or a part of one: `column.value` of `for column in COLUMNS`."""
        if isinstance(node, ast.Constant) or self.names.is_constant(node):
            return True
        if isinstance(node, ast.Attribute):
            return self.is_given(node.value) and not isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Starred):
            return self.is_given(node.value)
        if isinstance(node, ast.Call) and called(node) == "fromDDL":
            return all(self.is_given(one) for one in node.args)
        if isinstance(node, ast.List | ast.Tuple):
            return all(self.is_given(one) for one in node.elts)
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self.is_given(node.elt)
        if isinstance(node, ast.Name):
            found = self.origins(node)
            return bool(found) and all(
                how in ("is", "of", "part") and self.is_given(one) for how, one in found
            )
        return False

    def is_positional(self, node: ast.expr) -> bool:
        """Test for text composed of literals and positions, `f"_{at}"`, or a list of such texts, or those joined."""
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.JoinedStr):
            return all(
                isinstance(one, ast.Constant)
                or (isinstance(one, ast.FormattedValue) and self.is_positional(one.value))
                for one in node.values
            )
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self.is_positional(node.elt)
        if isinstance(node, ast.List | ast.Tuple):
            return all(self.is_positional(one) for one in node.elts)
        if isinstance(node, ast.Starred):
            return self.is_positional(node.value)
        if called(node) == "join" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return isinstance(node.func.value, ast.Constant) and self.is_positional(node.args[0])
        if called(node) == "range":
            return True
        if isinstance(node, ast.Name):
            found = self.origins(node)
            return bool(found) and all(
                how == "at" or (how in ("is", "of") and self.is_positional(one)) for how, one in found
            )
        return False

    def is_column(self, node: ast.expr) -> bool:
        """Test for a column made by Spark functions; texts in it that are read as SQL are checked separately."""
        if isinstance(node, ast.Starred):
            return self.is_column(node.value)
        if isinstance(node, ast.List | ast.Tuple):
            return all(self.is_column(one) for one in node.elts)
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self.is_column(node.elt)
        if isinstance(node, ast.UnaryOp):
            return self.is_column(node.operand)
        if isinstance(node, ast.BinOp):
            return self.is_column(node.left) or self.is_column(node.right)
        if isinstance(node, ast.Compare):
            return self.is_column(node.left) or any(self.is_column(one) for one in node.comparators)
        if isinstance(node, ast.Subscript):
            return self.is_column(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in self.names.columns
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            root = node.func.value
            return (isinstance(root, ast.Name) and root.id == "F") or self.is_column(root)
        if isinstance(node, ast.Name):
            found = self.origins(node)
            return bool(found) and all(how in ("is", "of") and self.is_column(one) for how, one in found)
        return False


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def check_sql(tree: ast.Module) -> Iterator[str | None]:
    """Check each call that reads SQL; yield a finding, or None."""
    names = Names(tree)
    seen = set()
    every: list[Function] = [*functions(tree), tree]
    for function in every:
        sql = Sql(names, function)
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or call in seen:
                continue
            # A method passed as a value, `map(F.expr, …)`, would read SQL unchecked.
            for argument in [*call.args, *[one.value for one in call.keywords]]:
                if (
                    isinstance(argument, ast.Attribute)
                    and argument.attr in SQL
                    and not sql.is_given(argument)
                ):
                    yield f"line {call.lineno}: `{ast.unparse(argument)}` is passed as a value"
            name = called(call)
            if name not in SQL or not isinstance(call.func, ast.Attribute):
                continue
            seen.add(call)
            at = SQL[name]
            texts = call.args if at is None else call.args[at : at + 1]
            texts = texts + [
                one.value for one in call.keywords if one.arg in ("sqlQuery", "schema", "condition")
            ]
            try:
                for text in texts:
                    sql.check(text, name in COLUMNS_TOO)
                yield None
            except Finding as finding:
                yield f"line {call.lineno}: {finding}"


# ---- Out of the hash key. ----

# What may be done with the key: read it, cut it to length, hash it, and make it a table of one row, which no Spark
# plan shows.
KEY_CALLS = {"encode", "get", "sha256", "digest", "ljust", "bytes", "bytearray", "zip", "len"}
KEY_CALLS |= {"add", "create", "createDataFrame"}
# Methods that store their argument in their object.
KEY_KEEPERS = {"add", "append", "extend", "insert", "put", "setdefault", "update"}
# The calls at which the key may end: a table.
KEY_ENDS = {"createDataFrame"}
KEY_SOURCES = {"get_secret_value", "get_secret_binary", "batch_get_secret_value"}
KEY_VARIABLE = "STRATAFORM_HASH_KEY"


class Key:
    """Follows the hash key through the functions of a script."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions = {one.name: one for one in functions(tree)}
        # Functions that return the key, and names that hold it: in a function, or attributes of any object.
        self.giving: set[str] = set()
        self.holding: dict[str, set[str]] = {name: set() for name in self.functions}
        self.sources = 0

    def is_source(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call):
            if called(node) in KEY_SOURCES or called(node) in self.giving:
                return True
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            return KEY_VARIABLE in texts
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return node.slice.value == KEY_VARIABLE
        return False

    def holds(self, function: str, node: ast.AST) -> bool:
        """Test whether the key is anywhere in an expression."""
        if isinstance(node, ast.Call) and called(node) in KEY_ENDS:
            return False
        if isinstance(node, ast.Call) and called(node) == "len":
            return False
        if isinstance(node, ast.Name) and node.id in self.holding[function]:
            return True
        if self.is_source(node):
            return True
        return any(self.holds(function, one) for one in ast.iter_child_nodes(node))

    def spread(self) -> None:
        """Follow assignments, loops, returns and arguments until nothing new holds the key."""
        before = -1
        while before != (before := len(self.giving) + sum(map(len, self.holding.values()))):
            for name, function in self.functions.items():
                for node in ast.walk(function):
                    self.spread_in(name, node)

    def spread_in(self, function: str, node: ast.AST) -> None:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is not None and self.holds(function, node.value):
                self.hold(function, targets)
        elif isinstance(node, ast.For | ast.comprehension) and self.holds(function, node.iter):
            self.hold(function, [node.target])
        elif isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            if self.holds(function, node.value):
                self.giving.add(function)
        elif isinstance(node, ast.Call) and called(node) in KEY_KEEPERS:
            if isinstance(node.func, ast.Attribute) and any(self.holds(function, one) for one in node.args):
                self.hold(function, [node.func.value])
        elif isinstance(node, ast.Call) and called(node) in self.functions:
            of = self.functions[called(node)].args
            for argument, parameter in zip(node.args, [*of.posonlyargs, *of.args], strict=False):
                if self.holds(function, argument):
                    self.holding[called(node)].add(parameter.arg)
            for keyword in node.keywords:
                if keyword.arg is not None and self.holds(function, keyword.value):
                    self.holding[called(node)].add(keyword.arg)

    def is_outside(self, function: str) -> Callable[[ast.AST], bool]:
        """Test whether a target is in an object that the function has not created itself."""
        made = {
            one.id
            for node in ast.walk(self.functions[function])
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            for one in (target.elts if isinstance(target, ast.Tuple) else [target])
            if isinstance(one, ast.Name)
        }
        return lambda node: isinstance(node, ast.Subscript) and getattr(node.value, "id", "") not in made

    def hold(self, function: str, targets: list[ast.expr]) -> None:
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    self.holding[function].add(name.id)

    def check(self) -> Iterator[str | None]:
        """Check every use of the key."""
        self.spread()
        for name, function in self.functions.items():
            for node in ast.walk(function):
                if self.is_source(node):
                    yield None
                fault = self.fault(name, node)
                if fault is not None:
                    yield f"line {getattr(node, 'lineno', 0)}: the key {fault}"
        for node in self.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield from (
                    f"line {node.lineno}: the key is read outside a function"
                    for one in ast.walk(node)
                    if self.is_source(one)
                )

    def fault(self, function: str, node: ast.AST) -> str | None:
        def holds(one: ast.AST) -> bool:
            return self.holds(function, one)

        if isinstance(node, ast.Call):
            given = [*node.args, *[one.value for one in node.keywords]]
            own = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            if any(holds(one) for one in [*given, *own]):
                known = called(node) in KEY_CALLS or called(node) in self.functions
                if not known:
                    return f"goes into `{ast.unparse(node.func)}`"
        if isinstance(node, ast.JoinedStr) and holds(node):
            return "goes into a text"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add) and holds(node):
            return "goes into a text"
        if isinstance(node, ast.Raise | ast.Assert):
            raised = node.exc if isinstance(node, ast.Raise) else node.msg
            if raised is not None and holds(raised):
                return "goes into an exception"
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and holds(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            every = [one for target in targets for one in ast.walk(target)]
            if any(isinstance(one, ast.Attribute) for one in every) or any(
                map(self.is_outside(function), every)
            ):
                return "is kept in an object"
        if isinstance(node, ast.Global | ast.Nonlocal) and set(node.names) & self.holding[function]:
            return "is kept outside the function"
        return None


# ---- Both checks must find errors. ----

WRONG_SQL = [
    'def f(spark, x): return spark.sql(f"select {x}")',
    'def f(spark, x): return spark.sql("select " + x)',
    'def f(spark, x): return spark.sql("select %s" % x)',
    'def f(spark, x): return spark.sql("select {}".format(x))',
    'def f(spark, xs): return spark.sql(", ".join(xs))',
    "def f(spark, x): return spark.sql(x)",
    "def f(spark, x): return spark.sql(sqlQuery=x)",
    'def f(spark, x):\n    text = "a"\n    text = x\n    return spark.sql(text)',
    'def f(rows, x): return rows.where(f"a = {x}")',
    'def f(rows, x):\n    text = "a = "\n    text += x\n    return rows.filter(text)',
    "def f(rows, header): return rows.selectExpr(*[name for name in header])",
    'def f(rows, header): return [F.expr(f"`{name}`") for name in header]',
    'def f(spark, header): return spark.read.schema(", ".join(f"{name} STRING" for name in header))',
    'def f(header): return F.from_json("_text", header[0])',
    "def f(spark, rows, s): return spark.createDataFrame(rows, s)",
    "A = []\ndef f(rows): A.append(1)\nA = [input()]\ndef g(rows): return [F.expr(a) for a in A]",
    "def f(xs): return list(map(F.expr, xs))",
    'def f(spark, xs):\n    x = "a"\n    return [spark.sql(x) for x in xs]',
    'def f(spark, n, xs):\n    names = [f"_{at}" for at in xs]\n    return spark.read.schema(", ".join(names))',
    "import os\nA = os.environ['A']\ndef f(spark): return spark.sql(A)",
]
RIGHT_SQL = [
    'def f(spark): return spark.sql("select 1")',
    'A: str = "select 1"\ndef f(spark): return spark.sql(A)',
    'A: list[R] = [R(sql="a")]\ndef f(): return [F.expr(r.sql) for r in A]',
    'A = [("a", "b")]\ndef f(): return [F.expr(e).alias(n) for n, e in A]',
    'def f(spark, n):\n    names = [f"_{at}" for at in range(n)]\n'
    '    return spark.read.schema(", ".join(f"{one} STRING" for one in [*names, "_c"]))',
    'def f(rows, x): return rows.where(F.col("a") > F.lit(f"{x}"))',
    'def f(rows, x):\n    late = F.col("a") + x\n    return rows.where(~late)',
]
READ = 'def key(job): return boto3.client("s").get_secret_value(SecretId=job.s)["SecretString"].encode()\n'
WRONG_KEY = [
    READ + "def f(job): print(key(job))",
    READ + "def f(job):\n    a = key(job)\n    b = (a, 1)\n    print(b[0])",
    READ + 'def f(job): raise ValueError(f"no {key(job)}")',
    READ + "def f(job): raise ValueError(key(job))",
    READ + "def f(job): logging.info(key(job))",
    READ + 'def f(job): return "%s" % key(job)',
    READ + 'def f(job): return "{}".format(key(job))',
    READ + "def f(job): return F.lit(key(job))",
    READ + "def f(job): return repr(key(job))",
    READ + "def f(job): assert job, key(job)",
    READ + "def g(x): print(x)\ndef f(job): g(key(job))",
    READ + "def g(job): return key(job)\ndef f(job):\n    for one in g(job): print(one)",
    READ + "def f(self, job): self.key = key(job)",
    READ + "def f(job, out): out.write(key(job))",
    READ + "A = {}\ndef f(job): A['key'] = key(job)",
    READ + "def f(job):\n    a = []\n    a.append(key(job))",
    READ + "def f(job):\n    a = rows()\n    a.add(key(job))\n    print(a)",
    'def f():\n    a = os.environ.get("STRATAFORM_HASH_KEY")\n    print(a)',
    'def f(): print(os.environ["STRATAFORM_HASH_KEY"])',
    'A = os.environ["STRATAFORM_HASH_KEY"]',
]
RIGHT_KEY = [
    READ + "def f(spark, job):\n    a = hashlib.sha256(key(job)).digest()\n"
    '    return spark.createDataFrame([(bytearray(a),)], "a BINARY")\ndef g(spark, job): print(f(spark, job))',
    READ + "def f(spark, job):\n    a = rows()\n    a[0], b = key(job), 1\n    c = rows()\n    c.add(a)\n"
    '    return DataFrame(spark.createDataFrame(c, T.fromDDL("a BINARY")), spark)',
    READ + 'def f(job):\n    if not key(job): raise SystemExit("no key")\n    print(job)',
]


def findings(text: str) -> tuple[int, list[str], int, list[str]]:
    """Count the checked places of each kind in a script, and collect the findings."""
    tree = ast.parse(text)
    sql, key = list(check_sql(tree)), list(Key(tree).check())
    return len(sql), [one for one in sql if one], key.count(None), [one for one in key if one]


def check_itself() -> None:
    """Check that errors are found, and nothing else."""
    for examples, right, which in (
        (WRONG_SQL, False, 1),
        (RIGHT_SQL, True, 1),
        (WRONG_KEY, False, 3),
        (RIGHT_KEY, True, 3),
    ):
        for text in examples:
            if (findings(text)[which] == []) != right:
                raise SystemExit(
                    f"{'right' if right else 'wrong'}, but classified otherwise:\n{text}\n{findings(text)}"
                )


def main(paths: list[str]) -> None:
    check_itself()
    all_sql, all_key, found = 0, 0, []
    for path in paths:
        sql, wrong_sql, key, wrong_key = findings(Path(path).read_text(encoding="utf-8"))
        all_sql, all_key = all_sql + sql, all_key + key
        found += [f"{path}: {one}" for one in wrong_sql + wrong_key]
    print(json.dumps({"sql": all_sql, "key": all_key, "findings": found}))


if __name__ == "__main__":
    main(sys.argv[1:])
