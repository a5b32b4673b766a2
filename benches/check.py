"""`gen check` beside `gen synth`, cfn-lint, cloudformation-validate, checkov and cfn-guard: whole processes.

In: the number of runs (5) as an argument. Out: a table of medians on standard output, and between the markers
in benches/README.md. Ratios are to `gen check` of the same subject; the programs take turns in each round.

    cargo xtask setup && python3 benches/check.py

The subjects: the platform file of benches/synth.py with three datasets, 50 of them, their assemblies, and a
template of 500 resources that troposphere writes. `gen check` of an assembly includes the policies of
`guard/`; cfn-guard evaluates the same rules. A program that takes more than ten seconds runs once.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import synth

ROOT = synth.ROOT
TOOLS = synth.TOOLS
PAGE = ROOT / "benches" / "README.md"
START, END = "<!-- check: begin -->\n", "<!-- check: end -->\n"
GUARD = TOOLS / "guard/node_modules/@cdklabs/cdk-validator-cfnguard/bin/ubuntu"
# The timeout of a program, in seconds, and when it runs once.
PATIENCE, ONCE = 600, 10


def run(command, folder):
    """CPU seconds, wall seconds and MiB of the largest process; findings are no failure."""
    watched = [sys.executable, "-c", synth.WATCH, *map(str, command)]
    variables = os.environ | {"STRATAFORM_NODE_MODULES": str(TOOLS / "node/node_modules")}
    try:
        done = subprocess.run(
            watched, cwd=folder, env=variables, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return None
    if not 0 <= done.returncode < 64:
        sys.exit(f"{command}: {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stderr.splitlines()[-1])


def peers(templates):
    """The checkers of others, over templates."""
    named = [word for one in templates for word in ("--file", one)]
    checkov = [TOOLS / "validators/bin/python", "-m", "checkov.main", "--framework", "cloudformation"]
    quiet = ["--output", "json", "--compact", "--skip-download", "--quiet"]
    lint = [TOOLS / "venv/bin/cfn-lint", "--format", "json", "--include-checks", "W", "E", "--"]
    guard = GUARD / ("aarch64" if os.uname().machine == "aarch64" else "x86_64") / "cfn-guard"
    validate = [guard, "validate", "--structured", "--output-format", "json", "--show-summary", "none"]
    return [
        ("cfn-lint", [*lint, *templates]),
        ("cloudformation-validate", ["node", ROOT / "tests/validators/validate.js", *templates]),
        ("checkov", [*checkov, *quiet, *named]),
        ("cfn-guard, the rules of `guard/`", [*validate, "--rules", ROOT / "guard", "--data", *templates]),
    ]


def renamed(folder):
    """The rules of `guard/` under other names, as those of a team: a name can be used once."""
    folder.mkdir()
    for rule in sorted((ROOT / "guard").glob("*.guard")):
        (folder / rule.name).write_text(re.sub(rf"\b{rule.stem}\b", f"team_{rule.stem}", rule.read_text()))
    return folder


def subjects(gen, folder):
    """Each subject, and the programs that read it; the first is `gen check`."""
    files = []
    for at in range(50):
        files.append(folder / f"p{at}.toml")
        files[-1].write_text(synth.platform(at, 3))
    out = folder / "out"
    subprocess.run([gen, "synth", *files, "--out", out], cwd=folder, check=True, capture_output=True)
    assemblies = [out / f"p{at}" / "dev" for at in range(50)]
    templates = [sorted(one.glob("*/template.json")) for one in assemblies]
    foreign = folder / "foreign.json"
    python = [TOOLS / "venv/bin/python", ROOT / "benches/peers/troposphere_500.py", foreign]
    subprocess.run(python, check=True, capture_output=True)
    check = [gen, "check", "--format", "json"]
    for title, some in (("1 platform file", files[:1]), ("50 platform files", files)):
        new = folder / "new"
        anew = ["sh", "-c", 'rm -rf "$0" && exec "$@"', new, gen, "synth", *some, "--out", new]
        yield title, [("gen check", [*check, *some]), ("gen synth", anew)]
    yield "1 assembly, 5 templates", [("gen check", [*check, assemblies[0]]), *peers(templates[0])]
    yield "a template of 500 resources", [("gen check", [*check, foreign]), *peers([foreign])[:3]]
    rules = renamed(folder / "rules")
    policies = [("gen check --rules", [*check, "--rules", rules, foreign]), *peers([foreign])[3:]]
    yield "the same with policies", policies
    every = [one for some in templates for one in some]
    yield "50 assemblies, 250 templates", [("gen check", [*check, *assemblies]), *peers(every)]


def measured(programs, folder, rounds):
    """The runs of each program."""
    taken = {title: [] for title, _ in programs}
    for _ in range(rounds):
        for title, command in programs:
            own = taken[title]
            if not own or (own[0] and own[0][1] <= ONCE):
                own.append(run(command, folder))
    return taken


def rows(subject, taken):
    medians = {
        title: [statistics.median(column) for column in zip(*runs, strict=True)] if runs[0] else None
        for title, runs in taken.items()
    }
    base = next(iter(medians.values()))
    for title, values in medians.items():
        if values is None:
            yield f"| {subject} | {title} | more than {PATIENCE} s | | | | |"
            continue
        cpu, wall, peak = values
        cells = [f"{cpu:.3f}", f"{cpu / base[0]:.1f}", f"{wall:.3f}", f"{wall / base[1]:.1f}", f"{peak:.0f}"]
        yield f"| {subject} | {title} | " + " | ".join(cells) + " |"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    gen = synth.build("--package", "strataform", "--bin", "gen")
    lines = ["| subject | program | CPU s | ratio | wall s | ratio | peak MiB |"]
    lines.append("|---|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        print("\n".join(lines))
        for subject, programs in subjects(gen, folder):
            for line in rows(subject, measured(programs, folder, rounds)):
                lines.append(line)
                print(line, flush=True)
    page = PAGE.read_text()
    before, rest = page.split(START)
    PAGE.write_text(before + START + "\n".join(lines) + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
