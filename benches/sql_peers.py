"""CPU seconds in which a peer reads a file of Redshift's SQL, its version, and how many statements it understood.

python sql_peers.py sqlglot|sqlfluff FILE
"""

import statistics
import sys
import time


def sqlglot(text):
    import sqlglot as peer
    from sqlglot import exp

    seconds = []
    for _ in range(3):
        start = time.process_time()
        trees = peer.parse(text, read="redshift", error_level=peer.ErrorLevel.RAISE)
        generated = [tree.sql(dialect="redshift") for tree in trees if tree]
        seconds.append(time.process_time() - start)
    assert generated
    # A command is text that it did not read. A semicolon alone is no statement.
    understood = [tree for tree in trees if tree and not isinstance(tree, (exp.Command, exp.Semicolon))]
    return statistics.median(seconds), peer.__version__, len(understood)


def sqlfluff(text):
    import sqlfluff as peer
    from sqlfluff.core import FluffConfig, Linter

    linter = Linter(config=FluffConfig(overrides={"dialect": "redshift", "templater": "raw", "large_file_skip_byte_limit": 0, "max_parse_nodes": 0}))
    start = time.process_time()
    parsed = linter.parse_string(text)
    seconds = time.process_time() - start
    tree = parsed.root_variant().tree
    unread = sum(1 for _ in tree.recursive_crawl("unparsable"))
    statements = sum(1 for _ in tree.recursive_crawl("statement", recurse_into=False))
    assert statements > 100, parsed.violations[:3]
    return seconds, peer.__version__, f"{statements}" + (f",{unread}_sections_unread" if unread else "")


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as file:
        print(*{"sqlglot": sqlglot, "sqlfluff": sqlfluff}[sys.argv[1]](file.read()))
