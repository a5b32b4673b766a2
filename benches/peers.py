"""Builds and writes the same 500 resources with Strataform, troposphere and aws-cdk-lib, as whole processes.

In: the number of runs (7), as an argument. Out: a table of medians on standard output. The programs take turns in
each round. It refuses to print if the templates are not equal as JSON values, logical IDs included.

    cargo xtask setup && python3 benches/peers.py
"""

import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / "target" / "tools"
PEERS = ROOT / "benches" / "peers"
HEAD = [
    "program", "CPU ms", "ratio", "wall ms", "ratio", "peak MiB", "ratio", "in process ms", "ratio",
]


def ours():
    """The release binary, in cargo's target folder."""
    command = ["cargo", "build", "--release", "--quiet", "--package", "strataform-benches", "--bin", "five_hundred"]
    out = subprocess.run(
        [*command, "--message-format=json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    found = [message.get("executable") for message in map(json.loads, out.splitlines())]
    return [path for path in found if path][-1]


def programs():
    """The name, command, additional environment and template path of each program."""
    node = {"NODE_PATH": str(TOOLS / "node" / "node_modules")}
    cdk = ["node", str(PEERS / "cdk_500.js")]
    python = [str(TOOLS / "venv" / "bin" / "python"), str(PEERS / "troposphere_500.py")]
    return [
        ("Strataform", [ours()], {}, "."),
        ("troposphere", python, {}, "."),
        ("aws-cdk-lib, validation off", cdk, node | {"CDK_VALIDATION": "false"}, "Stack.template.json"),
        ("aws-cdk-lib", cdk, node, "Stack.template.json"),
    ]


def run(command, environment, out):
    """CPU, wall and in-process milliseconds, and peak MiB."""
    variables = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"} | environment
    spent, start = children(), time.perf_counter()
    process = subprocess.run([*command, str(out)], env=variables, check=True, stdout=subprocess.PIPE, text=True)
    wall, cpu = time.perf_counter() - start, children() - spent
    nanoseconds, peak = process.stdout.split()
    return cpu * 1e3, wall * 1e3, int(peak) / 1024, int(nanoseconds) / 1e6


def children():
    """CPU seconds, user and system, of all child processes so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def check(templates):
    """Stops if two templates differ, and prints how."""
    (_, expected), *others = templates.items()
    for name, template in others:
        if template == expected:
            continue
        ids = template["Resources"].keys() | expected["Resources"].keys()
        apart = sorted(one for one in ids if template["Resources"].get(one) != expected["Resources"].get(one))
        sys.exit(f"{name}: {len(apart)} resources differ, the first is {apart[:1]}")


def row(name, measured, base):
    cells = [name]
    for ours, theirs in zip(base, measured):
        cells += [f"{theirs:.1f}", f"{theirs / ours:.1f}"]
    return f"| {' | '.join(cells)} |"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    all_programs = programs()
    runs = {name: [] for name, *_ in all_programs}
    templates = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name, command, environment, inside in all_programs:
                out = pathlib.Path(folder) / name
                runs[name].append(run(command, environment, out))
                templates[name] = json.loads((out / inside).read_text())
    check(templates)
    medians = {name: [statistics.median(column) for column in zip(*all_runs)] for name, all_runs in runs.items()}
    count = len(templates["Strataform"]["Resources"])
    print(f"{count} resources, the same JSON value from each; medians of {rounds} runs.")
    print(f"{os.cpu_count()} CPUs, Python {platform.python_version()}\n")
    print(f"| {' | '.join(HEAD)} |\n|---|{'---:|' * (len(HEAD) - 1)}")
    for name, measured in medians.items():
        print(row(name, measured, medians["Strataform"]))


if __name__ == "__main__":
    main()
