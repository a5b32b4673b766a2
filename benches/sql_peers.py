"""A peer's version, the CPU seconds in which it parses Redshift SQL, and how many statements it understands, of that
text and of another one.

python sql_peers.py sqlglot|sqlfluff TIMED OTHER
"""

import statistics
import sys
import time


def sqlglot(timed, other):
    import sqlglot as peer
    from sqlglot import exp

    def parse(text):
        return [tree for tree in peer.parse(text, read="redshift", error_level=peer.ErrorLevel.RAISE) if tree]

    def understood(trees):
        # A command is text that it did not parse. A semicolon alone is not a statement.
        opaque = (exp.Command, exp.Semicolon)
        return sum(not isinstance(tree, opaque) and not tree.find(exp.Command) for tree in trees)

    seconds = []
    for _ in range(3):
        start = time.process_time()
        trees = parse(timed)
        generated = [tree.sql(dialect="redshift") for tree in trees]
        seconds.append(time.process_time() - start)
    assert all(generated)
    return peer.__version__, statistics.median(seconds), understood(trees), understood(parse(other))


def sqlfluff(timed, other):
    import sqlfluff as peer
    from sqlfluff.core import FluffConfig, Linter

    # The default limits would make it skip a large text.
    unlimited = {"large_file_skip_byte_limit": 0, "max_parse_nodes": 0}
    linter = Linter(config=FluffConfig(overrides={"dialect": "redshift", "templater": "raw", **unlimited}))

    def understood(parsed):
        statements = parsed.root_variant().tree.recursive_crawl("statement", recurse_into=False)
        return sum(next(statement.recursive_crawl("unparsable"), None) is None for statement in statements)

    start = time.process_time()
    parsed = linter.parse_string(timed)
    seconds = time.process_time() - start
    return peer.__version__, seconds, understood(parsed), understood(linter.parse_string(other))


if __name__ == "__main__":
    texts = []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    print(*{"sqlglot": sqlglot, "sqlfluff": sqlfluff}[sys.argv[1]](*texts))
