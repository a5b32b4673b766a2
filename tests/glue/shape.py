"""Print two lines about a script: the structure of its statements, and its constants in order.

Two scripts with the same structure differ only in data. The script is parsed and compiled, never run.
"""

import ast
import json
import sys
from pathlib import Path


def main(path: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    compile(text, path, "exec")
    tree = ast.parse(text)
    constants = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            constants.append(node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value)
            node.value = None
    print(ast.dump(tree))
    print(json.dumps(constants, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
