"""`gen deploy` beside `cdk deploy`, as whole processes, against the same local AWS: from nothing, and with nothing to do.

In: how often each is run (5), as an argument. Out: a table of medians on standard output: CPU seconds of the process
and all that it starts, wall seconds, requests that arrived at the endpoint; ratios are of CPU time.

    cargo xtask setup && python3 benches/deploy.py

Both deploy the platform of benches/synth.py with three datasets. Ours also has jobs' state machines, tables of quarantine
and more alarms, applies its SQL in the warehouse (a PostgreSQL of the local AWS does that work, and its time is not ours),
and keeps the assembly and the version; the peer's app has no SQL. The peer needs its toolkit stack first (`cdk bootstrap`),
which is measured apart. It is given its best: compiled JavaScript, no validation, stacks side by side. One of its flags is
turned off: with `restrictDefaultSecurityGroup` a custom resource in a Lambda function would have to run, which the local AWS
cannot. Each round has a new server.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from synth import ROOT, TOOLS, WATCH, build, compiled, platform

ACCOUNT, REGION = "111122223333", "eu-west-1"
PYTHON = TOOLS / "local-aws/bin/python"


class Server:
    """A local AWS of its own."""

    def __init__(self, folder, warehouse):
        ready = folder / "ready.json"
        ready.unlink(missing_ok=True)
        command = [PYTHON, "-m", "strataform_local", "--port", "0", "--until-eof", "--ready-file", ready]
        variables = os.environ | {"STRATAFORM_WAREHOUSE_BIN": str(warehouse)}
        self.process = subprocess.Popen(
            command, cwd=ROOT / "tests/local-aws", env=variables, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        while not ready.exists():
            time.sleep(0.05)
        self.endpoint = f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"

    def requests(self):
        with urllib.request.urlopen(f"{self.endpoint}/_strataform/health") as answer:
            return json.load(answer)["requests"]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measured(server, command, folder, more):
    """CPU seconds, wall seconds and requests of a command."""
    own = {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
    }
    before = server.requests()
    watched = ["/usr/bin/env", sys.executable, "-c", WATCH, *map(str, command)]
    done = subprocess.run(
        watched, cwd=folder, env=os.environ | own | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-3000:]}")
    cpu, wall, _ = json.loads(done.stderr.splitlines()[-1])
    return cpu, wall, server.requests() - before


def counted(folder, pattern):
    """Templates and resources below a folder."""
    found = [json.loads(path.read_text()) for path in sorted(folder.glob(pattern))]
    return len(found), sum(len(one["Resources"]) for one in found)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    gen = build("--package", "strataform", "--features", "deploy", "--bin", "gen")
    warehouse = build("--package", "strataform-warehouse", "--bin", "strataform-warehouse")
    taken = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        app = compiled(folder)
        ours = folder / "ours"
        ours.mkdir()
        (ours / "platform.toml").write_text(platform(0, 3))
        subprocess.run([gen, "synth"], cwd=ours, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cdk = ["node", app / "node_modules/aws-cdk/bin/cdk", "--no-notices", "--app", "node js/bin/app.js"]
        scale = {"PLATFORMS": "1", "DATASETS": "3", "CDK_VALIDATION": "false", "ASSET_DIR": "../../assets"}
        for settings in ("cdk.json", "context.json"):
            text = (app / settings).read_text()
            (app / settings).write_text(text.replace('restrictDefaultSecurityGroup": true', 'restrictDefaultSecurityGroup": false'))
        theirs = [*cdk, "deploy", "--all", "--require-approval", "never", "--concurrency", "5"]
        bootstrap = ["node", app / "node_modules/aws-cdk/bin/cdk", "--no-notices", "bootstrap", f"aws://{ACCOUNT}/{REGION}"]
        deploy = [gen, "deploy", "--env", "dev", "--yes"]
        for _ in range(rounds):
            for title, first, command, place, more in [
                ("gen deploy", None, deploy, ours, {}),
                ("cdk deploy", bootstrap, theirs, app, scale),
            ]:
                server = Server(folder, warehouse)
                if first:
                    taken.setdefault(("once", "cdk bootstrap"), []).append(measured(server, first, folder, more))
                for what in ("from nothing", "nothing to do"):
                    taken.setdefault((what, title), []).append(measured(server, command, place, more))
                server.end()
        sizes = {"gen deploy": counted(ours, "generated/*/*/*/template*.json")}
        sizes["cdk deploy"] = counted(app / "cdk.out", "*.template.json")
    print("| what | program | CPU s | ratio | wall s | ratio | requests |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for what in ("from nothing", "nothing to do", "once"):
        base = [statistics.median(column) for column in zip(*taken.get((what, "gen deploy"), [(1, 1, 1)]))]
        for (which, title), rows in taken.items():
            if which == what:
                cpu, wall, requests = [statistics.median(column) for column in zip(*rows)]
                ratios = (f"{cpu / base[0]:.1f}", f"{wall / base[1]:.1f}") if what != "once" else ("", "")
                print(f"| {what} | {title} | {cpu:.2f} | {ratios[0]} | {wall:.2f} | {ratios[1]} | {requests:.0f} |")
    for title, (stacks, resources) in sizes.items():
        print(f"\n{title}: {stacks} stacks, {resources} resources", end="")
    load = os.getloadavg()[0]
    print(f"\n\n{rounds} rounds; load {load:.1f} at the end")


main()
