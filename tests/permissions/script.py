"""Record the AWS calls of job scripts: python script.py < [PATH, …] prints the calls of each, as JSON.

The script itself runs, with a client that notes each call instead of sending it. What Spark reads and writes is not here:
it has clients of its own.
"""

import ast
import importlib.util
import json
import sys
import types


class Client:
    """A client of boto3 that answers with nothing and notes what it was asked."""

    def __init__(self, service, calls):
        self.service, self.calls = service, calls

    def noted(self, operation, given):
        self.calls.append([self.service, operation, given])
        return {"SecretString": "key"}

    def get_paginator(self, operation):
        return types.SimpleNamespace(paginate=lambda **given: [self.noted(operation, given)])

    def __getattr__(self, operation):
        return lambda **given: self.noted(operation, given)


def made(text):
    """Return the clients that a script makes: all of them must be among the recorded calls."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    clients = (call for call in calls if ast.unparse(call.func) == "boto3.client")
    return sorted(ast.literal_eval(call.args[0]) for call in clients)


def recorded(path):
    spec = importlib.util.spec_from_file_location("job", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    calls = []
    sys.modules["boto3"] = types.SimpleNamespace(client=lambda service: Client(service, calls))
    storage = module.Storage.__new__(module.Storage)
    storage._s3 = None
    list(storage._s3_versions("s3://BUCKET/PREFIX", 0))
    if hasattr(module, "hash_key"):
        module.hash_key(types.SimpleNamespace(hash_secret="SECRET"))
    with open(path) as script:
        clients = made(script.read())
    assert sorted({call[0] for call in calls}) == clients, f"{path}: {clients}, but {calls}"
    return calls


def main():
    json.dump([recorded(path) for path in json.load(sys.stdin)], sys.stdout)


main()
