"""`gen deploy` and `cdk deploy` as whole processes against one local AWS: from nothing, and with nothing to do.

In: the number of runs (5), as an argument. Out: a table of medians and minimums on standard output, and
what each program deploys. CPU is user and system time of the process and its children; requests are
those that arrive at the endpoint, as the endpoint counts them; ratios are to `gen deploy` of the same size.

    cargo xtask setup && python3 benches/deploy.py

All rounds use the same server, and each deployment from nothing is to an empty account. A warm-up round at
the start is not counted, so that one-time costs of the server or the disk do not matter. The blueprint
`clickstream`, with one dataset, is compared with the CDK app of benches/peers/platform with one; the platform
of benches/synth.py with three datasets is compared with that app with three. The work differs: Strataform has
more resources and applies its SQL in the warehouse; the local AWS's time for that is part of its wall time.

The peer runs at its best: compiled JavaScript, concurrent stacks, no notices, no telemetry; with its
validation, and without. One of its feature flags is off: `restrictDefaultSecurityGroup` is a Lambda
function behind a custom resource, which the local AWS cannot run. Its toolkit stack (`cdk bootstrap`) is
timed separately.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from synth import ROOT, TOOLS, build, compiled, platform

REGION = "eu-west-1"
# The account of the CDK app, and of the platform file of benches/synth.py.
FIXED = "111122223333"
PYTHON = os.environ.get("STRATAFORM_LOCAL_PYTHON", str(TOOLS / "local-aws/bin/python"))
FIRST, AGAIN, ONCE = "from nothing", "nothing to do", "once an account"


@dataclass
class Run:
    """The cost and the output of a command."""

    cpu: float
    wall: float
    requests: int
    output: str


@dataclass
class Program:
    """A deploy command, its folder, and its output for the two kinds of deployment."""

    title: str
    command: list[str]
    folder: pathlib.Path
    templates: str
    # Output that appears once when something was deployed, and how often "nothing to do" appears.
    deployed: str
    idle: tuple[str, int]
    variables: dict[str, str] = field(default_factory=dict)
    bootstrap: list[str] = field(default_factory=list)


class Aws:
    """The local AWS, and its used accounts."""

    def __init__(self, home: pathlib.Path, endpoint: str) -> None:
        self.home, self.endpoint, self.accounts = home, endpoint, 0

    def account(self) -> str:
        """An empty account."""
        self.accounts += 1
        return f"{210000000000 + self.accounts}"

    def requests(self) -> int:
        """The number of requests so far."""
        with urllib.request.urlopen(f"{self.endpoint}/_strataform/health") as answer:
            return int(json.load(answer)["requests"])

    def run(self, command: list[str], folder: pathlib.Path, account: str, more: dict[str, str]) -> Run:
        """Runs a command with only the credentials of an account in its environment."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "CDK_"))}
        variables = ours | {
            "HOME": str(self.home),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DEFAULT_ACCOUNT": account,
            "CDK_DEFAULT_REGION": REGION,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }
        before = self.requests()
        with tempfile.TemporaryFile("w+") as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=variables | more,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            text = output.read()
        if process.returncode:
            sys.exit(f"{command}: {text[-3000:]}")
        return Run(used.ru_utime + used.ru_stime, wall, self.requests() - before, text)


@contextlib.contextmanager
def served(folder: pathlib.Path, warehouse: str) -> Iterator[Aws]:
    """A new local AWS."""
    ready = folder / "ready.json"
    command = [PYTHON, "-m", "strataform_local", "--port", "0", "--until-eof", "--ready-file", str(ready)]
    variables = os.environ | {"STRATAFORM_WAREHOUSE_BIN": warehouse}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=ROOT / "tests/local-aws",
            env=variables,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    try:
        while not ready.exists():
            if server.poll() is not None:
                sys.exit((folder / "server.log").read_text()[-3000:])
            time.sleep(0.05)
        home = folder / "home"
        home.mkdir()
        yield Aws(home, f"http://127.0.0.1:{json.loads(ready.read_text())['port']}")
    finally:
        # The server stops at the end of its standard input.
        server.communicate()


def prepared_app(folder: pathlib.Path) -> pathlib.Path:
    """The CDK app, compiled; it takes its account from the environment, and needs no Lambda function."""
    app: pathlib.Path = compiled(folder)
    start = app / "js/bin/app.js"
    for path, old, new in [
        (start, f"'{FIXED}'", "process.env.CDK_DEFAULT_ACCOUNT"),
        (app / "cdk.json", 'restrictDefaultSecurityGroup": true', 'restrictDefaultSecurityGroup": false'),
    ]:
        text = path.read_text()
        if old not in text:
            sys.exit(f"{path.name}: {old} is missing")
        path.write_text(text.replace(old, new))
    return app


def ours(gen: str, folder: pathlib.Path, name: str, title: str) -> Program:
    """`gen deploy` of a platform, which is already synthesized."""
    subprocess.run([gen, "synth", name], cwd=folder, check=True, capture_output=True)
    templates = f"generated/{name}/dev/*/template*.json"
    command = [gen, "deploy", name, "--env", "dev", "--yes"]
    return Program(title, command, folder, templates, "version 1 succeeded", ("nothing to change", 1))


def theirs(app: pathlib.Path, datasets: int, validated: bool) -> Program:
    """`cdk deploy` of a separate app, with or without the validation of its templates."""
    folder = app.with_name(f"cdk-{datasets}-{validated}")
    shutil.copytree(app, folder, symlinks=True)
    cdk = ["node", "node_modules/aws-cdk/bin/cdk", "--no-notices"]
    deploy = [*cdk, "--app", "node js/bin/app.js", "deploy", "--all", "--require-approval", "never"]
    scale = {"PLATFORMS": "1", "DATASETS": str(datasets), "ASSET_DIR": "../../assets"}
    return Program(
        f"cdk deploy, {datasets} dataset{'s'[: datasets - 1]}{'' if validated else ', no validation'}",
        [*deploy, "--concurrency", "5"],
        folder,
        "cdk.out/*.template.json",
        "P1-Storage\n",
        ("(no changes)", 5),
        scale if validated else scale | {"CDK_VALIDATION": "false"},
        # Outside of the app, so that it is not synthesized.
        [cdk[0], str(folder / cdk[1]), cdk[2], "bootstrap"],
    )


def deploy(aws: Aws, program: Program) -> list[tuple[str, Run]]:
    """Deploys twice to an empty account, after the bootstrap."""
    account, runs = aws.account(), []
    if program.bootstrap:
        zones = {
            f"availability-zones:account={account}:region={REGION}": [f"{REGION}{zone}" for zone in "abc"]
        }
        (program.folder / "cdk.context.json").write_text(json.dumps(zones))
        shutil.rmtree(program.folder / "cdk.out", ignore_errors=True)
        bootstrap = [*program.bootstrap, f"aws://{account}/{REGION}"]
        runs.append((ONCE, aws.run(bootstrap, aws.home, account, {})))
    for what in (FIRST, AGAIN):
        run = aws.run(program.command, program.folder, account, program.variables)
        idle, times = program.idle
        if run.output.count(idle) != (0 if what == FIRST else times):
            sys.exit(f"{program.title}, {what}: {run.output[-3000:]}")
        if what == FIRST and program.deployed not in run.output:
            sys.exit(f"{program.title} did not deploy: {run.output[-3000:]}")
        runs.append((what, run))
    return runs


def sizes(program: Program) -> str:
    """The number of stacks and resources."""
    found = [json.loads(path.read_text()) for path in sorted(program.folder.glob(program.templates))]
    counts = [len(one["Resources"]) for one in found]
    return f"{len(counts)} stacks, {sum(counts)} resources"


def in_sql(output: str) -> float:
    """Seconds from the last line before the first SQL file to the last file, by `gen`'s timestamps."""
    steps = [(float(at), what) for at, what in re.findall(r"^ +([\d.]+)s  (\w+) ", output, re.MULTILINE)]
    first = next(at for at, (_, what) in enumerate(steps) if what == "sql")
    return max(at for at, what in steps if what == "sql") - steps[first - 1][0]


def row(what: str, title: str, runs: list[Run], base: list[Run]) -> str:
    """A line of the table; ratios are of medians, to those of `gen deploy` of the same size."""

    def cells(of: list[float], to: list[float]) -> str:
        ratio = f"{statistics.median(of) / statistics.median(to):.1f}" if to else ""
        return f"{statistics.median(of):.3f} | {min(of):.3f} | {ratio}"

    cpu = cells([run.cpu for run in runs], [run.cpu for run in base])
    wall = cells([run.wall for run in runs], [run.wall for run in base])
    requests = statistics.median(run.requests for run in runs)
    return f"| {what} | {title} | {cpu} | {wall} | {requests:.0f} |"


def summary(program: Program, runs: list[Run]) -> str:
    """What a program deploys, and its other work."""
    if program.bootstrap:
        return f"{program.title}: {sizes(program)}"
    files = len(re.findall(r"^ +[\d.]+s  sql .*\.sql: ", runs[0].output, re.MULTILINE))
    uploads = re.findall(r"uploaded (\d+) files? \((\d+) kB\)", runs[0].output)
    many, size = (sum(int(pair[at]) for pair in uploads) for at in (0, 1))
    spent = statistics.median(in_sql(run.output) for run in runs)
    sql = f"{files} SQL files applied in {spent:.1f} s of its wall time"
    return f"{program.title}: {sizes(program)}; {many} files ({size} kB) uploaded; {sql}"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    gen = build("--package", "strataform", "--features", "deploy", "--bin", "gen")
    warehouse = build("--package", "strataform-warehouse", "--bin", "strataform-warehouse")
    with tempfile.TemporaryDirectory() as name, served(pathlib.Path(name), warehouse) as aws:
        folder = pathlib.Path(name)
        app = prepared_app(folder)
        blueprint, plain = folder / "blueprint", folder / "plain"
        blueprint.mkdir()
        plain.mkdir()
        new = [gen, "new", "clickstream", "--blueprint", "clickstream"]
        subprocess.run(new, cwd=blueprint, check=True, capture_output=True)
        (plain / "platform.toml").write_text(platform(0, 3).replace(f'account = "{FIXED}"\n', ""))
        sides = [
            [
                ours(gen, blueprint, "clickstream", "gen deploy, clickstream"),
                *(theirs(app, 1, validated) for validated in (False, True)),
            ],
            [
                ours(gen, plain, "p0", "gen deploy, 3 datasets"),
                *(theirs(app, 3, validated) for validated in (False, True)),
            ],
        ]
        taken: dict[tuple[str, str], list[Run]] = {}
        load = os.getloadavg()[0]
        for at in range(rounds + 1):
            for program in (program for side in sides for program in side):
                for what, run in deploy(aws, program):
                    if at:
                        taken.setdefault((what, "" if what == ONCE else program.title), []).append(run)
        print("| what | program | CPU s | best | ratio | wall s | best | ratio | requests |")
        print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
        for side in sides:
            for what in (FIRST, AGAIN):
                base = taken[what, side[0].title]
                for program in side:
                    print(row(what, program.title, taken[what, program.title], base))
        print(row(ONCE, "cdk bootstrap", taken[ONCE, ""], []), end="\n\n")
        for program in (program for side in sides for program in side[:2]):
            print(summary(program, taken[FIRST, program.title]))
    after, processors = os.getloadavg()[0], os.cpu_count()
    print(f"\n{rounds} rounds after a warm-up; load {load:.1f} before, {after:.1f} after, {processors} CPUs")


if __name__ == "__main__":
    main()
