"""The emitted Glue script, a tutorial's, a hand-tuned one, and the floor: whole processes on Spark with two cores.

In: sizes in MB (10 100 1000). Out: Markdown tables of medians on standard output. The programs take turns in each
round, and their output is compared with the generator's expectations; a difference stops the benchmark.

    cargo xtask setup && python3 benches/glue.py 10 100 1000

    --rounds N     runs of each program (3)
    --script PATH  another script than generated/clickstream/dev/processing/jobs/event.py
    --only A,B     only these programs
    --data FOLDER  where the data is kept between runs (target/bench-glue)

CPU is user and system time of Spark's JVM and of all other processes of a program; the peak is the resident memory of
the largest of them, the JVM. The machine may be busy: CPU is the reliable figure.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "benches" / "peers" / "glue"
PROCESSING = ROOT / "generated" / "clickstream" / "dev" / "processing"
SCRIPT = PROCESSING / "jobs" / "event.py"
PYTHON = ROOT / "target" / "tools" / "spark" / "bin" / "python"
OPTIONS = "--master local[2] --driver-memory 4g --conf spark.ui.enabled=false --conf spark.log.level=ERROR pyspark-shell"
OURS, FLOOR, START = "emitted", "floor", "start"
# The timeout of a program, in seconds.
PATIENCE = 3600


def programs(raw, out, script):
    """The name, title and arguments of each program."""
    emitted = [script, "--JOB_NAME", "event", "--platform", "clickstream", "--environment", "dev"]
    emitted += ["--dataset", "event", "--raw_path", raw, "--curated_path", out / OURS / "curated"]
    emitted += ["--quarantine_path", out / OURS / "quarantine", "--run_id", "bench", *tuning()]
    reference = [PEERS / "reference.py", raw, out / "reference/curated", out / "reference/quarantine", "bench"]
    return [
        (OURS, "the emitted script", emitted),
        ("reference", "tuned by hand", reference),
        ("tutorial", "as in tutorials", [PEERS / "tutorial.py", raw, out / "tutorial"]),
        (FLOOR, "floor: parse and write", [PEERS / "floor.py", raw, out / FLOOR]),
        ("lines", "read lines only", [PEERS / "lines.py", raw]),
        (START, "start Spark only", [PEERS / "start.py"]),
    ]


def tuning():
    """The emitted job's arguments for the size of its data, besides the paths."""
    template = json.loads((PROCESSING / "template.json").read_text())
    jobs = [one for one in template["Resources"].values() if one["Type"] == "AWS::Glue::Job"]
    given = jobs[0]["Properties"]["DefaultArguments"]
    asked = [name for name in ("--file_bytes", "--shuffle_partitions") if name in given]
    return [word for name in asked for word in (name, given[name])]


# A small separate process runs and measures each program. Python does not wait for the JVM that it has started, so
# this process becomes the parent of orphans (PR_SET_CHILD_SUBREAPER), and waits for each of them.
WATCH = """
import ctypes, json, os, subprocess, sys, time
if ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0):
    sys.exit("this benchmark requires Linux")
start = time.perf_counter()
first = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
status, cpu, peak = 0, 0.0, 0
while True:
    try:
        pid, code, used = os.wait4(-1, 0)
    except ChildProcessError:
        break
    status = code if pid == first.pid else status
    cpu += used.ru_utime + used.ru_stime
    peak = max(peak, used.ru_maxrss)
print("\\n" + json.dumps([cpu, time.perf_counter() - start, peak / 1024]))
sys.stdout.flush()
os._exit(os.waitstatus_to_exitcode(status) & 255)
"""


def run(python, command, folder):
    """CPU seconds, wall seconds and MiB, and the program's output."""
    # Only the environment variables that the benchmark intends.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_", "STRATAFORM_"))}
    variables = kept | {
        "PYSPARK_SUBMIT_ARGS": OPTIONS,
        "PYSPARK_PYTHON": str(python),
        "SPARK_LOCAL_DIRS": str(folder / "spark"),
        "STRATAFORM_HASH_KEY": "a key for benches",
    }
    watched = [sys.executable, "-c", WATCH, str(python), *map(str, command)]
    pipe = subprocess.PIPE
    done = subprocess.run(watched, cwd=folder, env=variables, stdout=pipe, stderr=pipe, text=True, timeout=PATIENCE)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-1500:]}\n{done.stderr[-6000:]}")
    output, measured = done.stdout.rstrip("\n").rsplit("\n", 1)
    return json.loads(measured), output


def prepare(data, megabytes):
    """The data of a size, generated once, and its expectations."""
    folder = data / str(megabytes)
    if not (folder / "truth.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run([sys.executable, PEERS / "clickstream.py", folder, str(megabytes)], check=True, stdout=subprocess.DEVNULL)
    return folder / "raw", json.loads((folder / "truth.json").read_text())


def check(python, folder, names, truth):
    """Stop if the output of a program is wrong."""
    manifests = {name: f"{folder}/{name}/curated/manifests/bench.json" for name in (OURS, "reference")}
    places = {name: manifests.get(name, f"{folder}/{name}") for name in (OURS, "reference", "tutorial") if name in names}
    if not places:
        return
    _, output = run(python, [PEERS / "check.py", *[word for pair in places.items() for word in pair]], folder)
    found = json.loads(output.strip().splitlines()[-1])
    for name in places:
        faults = truth["faults"]
        # The tutorial's script keeps values that it could not cast, and the first of two objects.
        more = faults.get("amount", 0) + faults.get("two objects", 0) if name == "tutorial" else 0
        expect(name, "rows", found[name]["rows"], truth["rows"] + more)
        expect(name, "keys", found[name]["keys"], truth["rows"] + more)
        if name != "tutorial":
            expect(name, "revenue", found[name]["revenue"], truth["revenue"])
            check_counts(name, json.loads(pathlib.Path(manifests[name]).read_text()), truth)
    if len(manifests.keys() & found.keys()) == len(manifests):
        expect(OURS, "digest of all values", found[OURS]["digest"], found["reference"]["digest"])


def check_counts(name, manifest, truth):
    """Compare the figures that a job reports."""
    metrics = manifest["strataform"]["metrics"]
    for ours, theirs in (("in", "lines"), ("out", "rows"), ("quarantined", "quarantined"), ("duplicate", "duplicates")):
        expect(name, f"rows_{ours}", metrics[f"rows_{ours}"], truth[theirs])


def expect(name, what, found, expected):
    if found != expected:
        sys.exit(f"{name}: {what} is {found}, expected {expected}")


def measure(python, raw, folder, arguments):
    """Run every program in every round; return medians by name."""
    taken = {}
    for _ in range(arguments.rounds):
        for name, _, command in programs(raw, folder, arguments.script):
            if arguments.only and name not in arguments.only:
                continue
            shutil.rmtree(folder / name, ignore_errors=True)
            measured, _ = run(python, command, folder)
            taken.setdefault(name, []).append(measured)
            print(f"{name}: {measured}", file=sys.stderr, flush=True)
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in taken.items()}


def table(found, titles):
    """Print the Markdown table of a size."""
    start = found.get(START, [0, 0, 0])[0]
    lines = [
        "| program | CPU s | to ours | to floor | CPU s less start | to ours | to floor | wall s | to ours | to floor | peak MiB | to ours | to floor |",
        "|---|" + "---:|" * 12,
    ]
    for name, (cpu, wall, peak) in found.items():
        cells = [titles[name]]
        for at, value in ((0, cpu), (None, cpu - start), (1, wall), (2, peak)):
            cells.append(f"{value:.0f}" if at == 2 else f"{value:.1f}")
            for base in (OURS, FLOOR):
                below = found.get(base)
                other = 0 if below is None else below[0] - start if at is None else below[at]
                cells.append(f"{value / other:.2f}" if other > 0 and not (at is None and name == START) else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megabytes", nargs="*", type=int, default=[10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--script", type=pathlib.Path, default=SCRIPT)
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "target" / "bench-glue")
    found = parser.parse_args()
    found.script = found.script.resolve()
    return found


def main():
    arguments = parse_arguments()
    # CI sets the Python with Spark; the setup installs it at one path.
    python = pathlib.Path(os.environ.get("STRATAFORM_SPARK_PYTHON", PYTHON))
    titles = {name: title for name, title, _ in programs(pathlib.Path(), pathlib.Path(), SCRIPT)}
    print(f"Medians of {arguments.rounds} runs; {os.cpu_count()} CPUs, Python {platform.python_version()}.")
    for megabytes in arguments.megabytes:
        raw, truth = prepare(arguments.data, megabytes)
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            found = measure(python, raw, folder, arguments)
            check(python, folder, found, truth)
        print(f"\n{truth['bytes'] / 1e6:.0f} MB in {truth['files']} files, {truth['lines']} lines: {truth['rows']} kept, "
              f"{truth['quarantined']} refused, {truth['duplicates']} duplicates.\n")
        print(table(found, titles), flush=True)


if __name__ == "__main__":
    main()
