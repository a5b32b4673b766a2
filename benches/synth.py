"""`gen synth`, troposphere and AWS CDK as whole processes, for several numbers of platforms and datasets.

In: the number of runs (5), as an argument. Out: tables of medians on standard output; ratios are of CPU time. The
programs take turns in each round.

    cargo xtask setup && python3 benches/synth.py

The peers build the platform of benches/peers/platform: storage, streams, jobs, warehouse, dashboard. Strataform also
writes the scripts, the SQL, the state machines and the checks. The peers stop at about 60 datasets per platform (500
resources or 200 outputs per stack), so their 100 and 1,000 datasets are platforms of 25 datasets each.

The floor is the time of `floor` in this package to serialize the values of the same files and write the same bytes.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / "target" / "tools"
PEERS = ROOT / "benches" / "peers" / "platform"
MODULES = TOOLS / "node" / "node_modules"
# Platforms and datasets of each, and the peers' division of the larger ones.
SIZES = [(1, 1), (1, 3), (1, 10), (1, 100), (1, 1000), (10, 3), (50, 3)]
MOST_OF_A_PEER = 25
# The timeout of a program, in seconds.
PATIENCE = 200

PLATFORM = """
[platform]
name = "p{at}"
owner = "bench"
volume = "10 GB/day"

[alarms]
emails = ["bench@example.com"]

[principals]
authors = ["authors"]
readers = ["analysts"]

[environment.dev]
account = "111122223333"
region = "eu-west-1"
"""
DATASET = """
[dataset.{name}]
source = "stream"
key = ["id"]
event_time = "occurred_at"
[dataset.{name}.column]
id = "string(36) not null"
occurred_at = "timestamp not null"
customer_id = "bigint"
kind = "string(20)"
amount = "decimal(18,2)"
currency = "string(3)"
attributes = "json"
"""
VISUALS = """
[[dashboard.overview.visual]]
kind = "kpi"
data = "{name}"
value = "amount"
trend = "occurred_at"
[[dashboard.overview.visual]]
kind = "line"
data = "{name}"
x = "occurred_at"
y = "amount"
color = "currency"
[[dashboard.overview.visual]]
kind = "bar"
data = "{name}"
x = "kind"
y = "customer_id"
"""


def build(*what):
    """Release binaries, in cargo's target folder."""
    command = ["cargo", "build", "--release", "--quiet", *what, "--message-format=json"]
    out = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [path for path in (json.loads(line).get("executable") for line in out.splitlines()) if path][-1]


def platform(at, datasets):
    """A platform file; a dashboard shows its first three datasets, as the peers' dashboards do."""
    names = [f"data{one}" for one in range(datasets)]
    text = PLATFORM.format(at=at) + "".join(DATASET.format(name=name) for name in names)
    text += '\n[dashboard.overview]\ntitle = "Overview"\n'
    return text + "".join(VISUALS.format(name=name) for name in names[:3])


def run(command, folder, environment):
    """CPU seconds, wall seconds and MiB of the largest process, and the output."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("CDK_")} | environment
    watched = ["/usr/bin/env", sys.executable, "-c", WATCH, *map(str, command)]
    try:
        done = subprocess.run(
            watched, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    cpu, wall, peak = json.loads(done.stderr.splitlines()[-1])
    return cpu, wall, peak


# A small separate process starts and measures each program, so that the peak is the program's alone.
WATCH = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write(done.stderr.decode()[-1500:] if done.returncode else "")
sys.stderr.write("\\n" + json.dumps([used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024]))
sys.exit(done.returncode)
"""


def compiled(folder):
    """The CDK app with its modules, and the same app compiled to JavaScript."""
    app = folder / "cdk"
    shutil.copytree(PEERS / "cdk", app)
    (app / "node_modules").symlink_to(MODULES)
    tsc = [str(MODULES / "typescript/bin/tsc"), "--outDir", "js", "--declaration", "false", "--inlineSourceMap", "false", "--inlineSources", "false"]
    subprocess.run(["node", *tsc], cwd=app, check=True)
    return app


def programs(gen, floor, app, folder, platforms, datasets):
    """The name, command and environment of each program, and the command of the floor."""
    ours = folder / f"in-{platforms}-{datasets}"
    ours.mkdir()
    files = []
    for at in range(platforms):
        files.append(ours / f"p{at}.toml")
        files[-1].write_text(platform(at, datasets))
    theirs, each = (platforms, datasets) if datasets <= MOST_OF_A_PEER else (-(-datasets // MOST_OF_A_PEER), MOST_OF_A_PEER)
    out = folder / f"out-{platforms}-{datasets}"
    clean = lambda name: ["sh", "-c", f'rm -rf "$0" && exec "$@"', out / name]
    scale = {"PLATFORMS": str(theirs), "DATASETS": str(each)}
    unchecked = {"CDK_VALIDATION": "false"}
    # The settings that the command would read from cdk.json and cdk.context.json.
    own = {"ASSET_DIR": "../../assets", "CDK_CONTEXT_JSON": (app / "context.json").read_text(), "CDK_OUTDIR": str(out / "node")}
    node = [*clean("node"), "node", app / "js/bin/app.js"]
    synth = ["node", app / "node_modules/aws-cdk/bin/cdk", "synth", "--quiet", "--no-notices", "--output", out / "cdk"]
    table = [
        ("gen synth", [gen, "synth", *files, "--out", out / "gen"], {}),
        ("troposphere", [TOOLS / "venv/bin/python", PEERS / "troposphere_platform.py", theirs, each, out / "troposphere"], {}),
        ("CDK app in JavaScript, no validation", node, scale | unchecked | own),
        ("CDK app in JavaScript", node, scale | own),
        ("cdk synth, no validation", synth, scale | unchecked),
        ("cdk synth", synth, scale),
    ]
    # The slow programs are skipped if they would take minutes.
    return (table if theirs <= 10 else table[:3]), (floor, out / "gen", out / "floor")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    gen = build("--package", "strataform", "--bin", "gen")
    floor = build("--package", "strataform-benches", "--bin", "floor")
    print("| platforms | datasets | program | CPU s | ratio | wall s | peak MiB |")
    print("|---:|---:|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        app = compiled(folder)
        for platforms, datasets in SIZES:
            table, lowest = programs(gen, floor, app, folder, platforms, datasets)
            taken = {}
            for _ in range(rounds):
                for title, command, environment in table:
                    # A program that takes many seconds runs once.
                    if title in taken and (taken[title][0] is None or taken[title][0][0] > 4):
                        continue
                    if title == "gen synth":
                        shutil.rmtree(folder / f"out-{platforms}-{datasets}" / "gen", ignore_errors=True)
                    taken.setdefault(title, []).append(run(command, app, environment))
            base = statistics.median(one[0] for one in taken["gen synth"])
            least = json.loads(subprocess.run(list(map(str, lowest)), check=True, stdout=subprocess.PIPE, text=True).stdout)
            print(f"| {platforms} | {datasets} | floor, {least['bytes']} bytes in {least['files']} files | {least['seconds']:.4f} | {least['seconds'] / base:.2f} | | |")
            for title, rows in taken.items():
                if rows[0] is None:
                    print(f"| {platforms} | {datasets} | {title} | more than {PATIENCE} s | | | |", flush=True)
                    continue
                cpu, wall, peak = [statistics.median(column) for column in zip(*rows)]
                print(f"| {platforms} | {datasets} | {title} | {cpu:.3f} | {cpu / base:.1f} | {wall:.3f} | {peak:.1f} |", flush=True)


if __name__ == "__main__":
    main()
