"""`gen diff` and `cdk diff --template` as whole processes, on the pairs of src/diff/tests/cases.json.

In: the number of runs (3), as an argument. Out: the ratio of CPU and wall time on standard output, and docs/diff-cases.md:
what each says on each pair. Both compare two local templates and send no request.

    cargo xtask setup && cargo build --release && python3 benches/diff.py

`cdk diff` reads the new template from a cloud assembly, which is made here, and the old one with `--template`. It is from
the pinned npm package aws-cdk in target/tools.
"""

import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
GEN = ROOT / "target" / "release" / "gen"
MODULES = ROOT / "target" / "tools" / "node" / "node_modules"
PAGE = ROOT / "docs" / "diff-cases.md"
# The timeout of a program, in seconds.
PATIENCE = 60

# What gen calls the classes of the cases.
OURS = {
    "safe": "safe",
    "interruption": "interrupts",
    "replacement": "replaces",
    "schema_breaking": "breaks-consumers",
    "permission_broadening": "broadens-access",
    "data_loss": "destroys-data",
    "refused": "refused",
}
ORDER = ["safe", "interrupts", "replaces", "needs-backfill", "breaks-consumers", "broadens-access", "refused", "destroys-data"]


def run(command, folder):
    """The output of a program, its exit code, its CPU time and its wall time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout + done.stderr, done.returncode, cpu, wall


def prepare(case, folder):
    """Writes a pair: two templates, and a cloud assembly with the new one."""
    (folder / "out").mkdir(parents=True)
    for name, side in (("before.json", "before"), ("after.json", "after"), ("out/after.template.json", "after")):
        (folder / name).write_text(json.dumps(case[side]))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": "after.template.json"},
    }
    (folder / "out/manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {"Case": stack}}))


def ours(text):
    """The impacts in the output of `gen diff --format json`, the worst first."""
    found = set()

    def look(change):
        found.update(one["impact"] for one in change["verdicts"])
        for one in change.get("consequences", []):
            look(one)

    for part in json.loads(text)["parts"]:
        for change in part["changes"]:
            look(change)
    return sorted(found - {"safe"}, key=ORDER.index, reverse=True) or (["safe"] if json.loads(text)["parts"] else [])


def theirs(text):
    """What `cdk diff` says about resources and access, in its words."""
    found = []
    if "There were no differences" in text:
        return found
    words = [("destroy", r"^\[-\].* destroy$"), ("orphan", r"^\[-\].* orphan$"), ("replace", r" replace$")]
    words += [("may be replaced", r" may be replaced$"), ("IAM changes", r"^IAM (Statement|Policy) Changes")]
    words += [("security group changes", r"^Security Group Changes")]
    found = [word for word, pattern in words if re.search(pattern, text, re.MULTILINE)]
    return found or ["update"]


def is_right(case, said):
    """Whether `cdk diff` tells the class of a pair, as far as it has a word for it."""
    expected = case["expected"]
    word = {
        "none": not said,
        "safe": said == ["update"],
        "replacement": "replace" in said,
        "data_loss": "destroy" in said,
        "permission_broadening": "IAM changes" in said or "security group changes" in said,
    }
    return bool(word.get(expected, False))


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    cases = json.loads((ROOT / "src/diff/tests/cases.json").read_text())
    cdk = str(MODULES / ".bin" / "cdk")
    version = subprocess.run([cdk, "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
    programs = {
        "gen diff": [str(GEN), "diff", "before.json", "after.json", "--no-run", "--format", "json"],
        "cdk diff": [cdk, "diff", "--template", "before.json", "--app", "out", "--no-color", "--no-notices"],
    }
    times = {name: [] for name in programs}
    rows, right = [], {"gen diff": 0, "cdk diff": 0}
    with tempfile.TemporaryDirectory() as place:
        for case in cases:
            folder = pathlib.Path(place) / case["id"]
            prepare(case, folder)
            said = {}
            for _ in range(runs):
                for name, command in programs.items():
                    text, _, cpu, wall = run(command, folder)
                    times[name].append((cpu, wall))
                    said[name] = text
            mine, peer = ours(said["gen diff"]), theirs(said["cdk diff"])
            worst = mine[0] if mine else "none"
            named = case["custom_named"] and worst == "refused"
            right["gen diff"] += worst == OURS.get(case["expected"], "none") or bool(named)
            right["cdk diff"] += is_right(case, peer)
            rows.append((case["id"], case["expected"].replace("_", " "), ", ".join(mine) or "nothing", ", ".join(peer) or "nothing", case["why"]))
    lines = [
        "# What `gen diff` and `cdk diff` say",
        "",
        f"Written by `benches/diff.py`, with `cdk diff --template` of AWS CDK {version}, on the {len(cases)} pairs of",
        "`src/diff/tests/cases.json`. `cdk diff` says which properties change and which resources are replaced or destroyed; it has no",
        "words for interruptions, for consumers that break, or for data that is lost without a replacement, and does not claim to.",
        "A pair counts as right if the worst that is said is what happens.",
        "",
        f"Right: `gen diff` {right['gen diff']} of {len(cases)}, `cdk diff` {right['cdk diff']} of {len(cases)}.",
        "",
        "| pair | what happens | `gen diff` | `cdk diff` | why |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    PAGE.write_text("\n".join(lines) + "\n")
    medians = {name: [statistics.median(one[at] for one in all) for at in (0, 1)] for name, all in times.items()}
    print("| program | CPU ms | wall ms |\n|---|---:|---:|")
    for name, (cpu, wall) in medians.items():
        print(f"| `{name}` | {cpu * 1000:.1f} | {wall * 1000:.1f} |")
    ratios = [medians["cdk diff"][at] / medians["gen diff"][at] for at in (0, 1)]
    print(f"\n`cdk diff` takes {ratios[0]:.0f} times the CPU time and {ratios[1]:.0f} times the wall time; {os.cpu_count()} cores, {runs} runs of {len(cases)} pairs.")
    print(f"right: {right}")


if __name__ == "__main__":
    main()
