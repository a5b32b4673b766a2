"""The seeded faults of tests/mutations.rs, by `gen check`, cfn-lint, checkov and cloudformation-validate.

In: the tools of `cargo xtask setup`; the path of `gen` as an argument (target/release/gen). Out: the table of
kinds and checkers on standard output, and between the markers in benches/README.md.

    cargo xtask setup && cargo build --release && python3 benches/mutations.py

The test writes the mutants. Each is one changed file of a shipped assembly, or a changed platform file. A
checker finds a mutant if it reports something that it does not report on the unchanged file. `gen` reads the
assembly as a whole, with a manifest that fits the changed file, so that no mutant is found by its hash. The
others read templates: a fault in SQL, in a script or in a platform file is one that they cannot find.
"""

import collections
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / "target" / "tools"
GEN = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "target" / "release" / "gen"
PAGE = ROOT / "benches" / "README.md"
START, END = "<!-- faults: begin -->\n", "<!-- faults: end -->\n"
# The most files of a process.
BATCH = 60


def output(command, environment=None):
    """What a checker prints, whether it found something or not."""
    variables = os.environ | (environment or {})
    done = subprocess.run(list(map(str, command)), env=variables, capture_output=True, text=True)
    if done.returncode >= 64 or done.returncode < 0 or not done.stdout.strip():
        sys.exit(f"{command[0]}: {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def batches(items):
    items = list(items)
    return [items[at : at + BATCH] for at in range(0, len(items), BATCH)]


def written(folder):
    """The mutants, as the test writes them."""
    command = ["cargo", "test", "--quiet", "--package", "strataform", "--features", "deploy", "--test", "it"]
    test = [*command, "mutations::nearly_every_fault_is_found"]
    variables = os.environ | {"STRATAFORM_MUTANTS": str(folder)}
    subprocess.run(test, cwd=ROOT, check=True, env=variables, stdout=sys.stderr)
    found = []
    for about in sorted(folder.glob("*/mutant.json")):
        mutant = json.loads(about.read_text())
        found.append(mutant | {"file": about.parent / mutant["path"]})
    return found


def complete(mutant, folder):
    """The folder of the assembly or of the platform, with the changed file of a mutant."""
    shutil.copytree(ROOT / mutant["of"], folder)
    changed, own = mutant["file"].read_bytes(), folder / mutant["path"]
    before = hashlib.sha256(own.read_bytes()).hexdigest()
    own.write_bytes(changed)
    if mutant["path"] == "platform.toml":
        return own
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text().replace(before, hashlib.sha256(changed).hexdigest()))
    for file in manifest["files"]:
        if file["path"] == mutant["path"]:
            file["size"] = len(changed)
    text = json.dumps(manifest | {"hash": ""}, separators=(",", ":"), ensure_ascii=False)
    manifest["hash"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(manifest, ensure_ascii=False))
    return folder


def gen(mutants, folder):
    """For each mutant, whether `gen check` reports something. It reports nothing on what is not changed."""
    for of in sorted({one["of"] for one in mutants}):
        whole = ROOT / of / "platform.toml" if of.startswith("blueprints") else ROOT / of
        unchanged = output([GEN, "check", whole, "--format", "json"])
        if json.loads(unchanged)["diagnostics"]:
            sys.exit(f"gen check reports something on {of}, which is not changed: {unchanged[:2000]}")
    caught = []
    for number, mutant in enumerate(mutants):
        place = complete(mutant, folder / f"{number:04}")
        caught.append(bool(json.loads(output([GEN, "check", place, "--format", "json"]))["diagnostics"]))
        shutil.rmtree(folder / f"{number:04}")
    return caught


def cfn_lint(files):
    command = [TOOLS / "venv/bin/cfn-lint", "--format", "json", "--include-checks", "W", "E", "--"]
    found = collections.defaultdict(set)
    for batch in batches(files):
        for one in json.loads(output([*command, *batch])):
            place = json.dumps(one["Location"]["Path"])
            found[one["Filename"]].add((one["Rule"]["Id"], one["Message"], place))
    return found


def validate(files):
    command = ["node", ROOT / "tests/validators/validate.js"]
    found = collections.defaultdict(set)
    for batch in batches(files):
        printed = output([*command, *batch], {"STRATAFORM_NODE_MODULES": str(TOOLS / "node/node_modules")})
        for one in json.loads(printed):
            found[one["file"]].add((one["rule"], one["message"], json.dumps(one["where"])))
    return found


def checkov(files):
    command = [TOOLS / "validators/bin/python", "-m", "checkov.main", "--framework", "cloudformation"]
    command += ["--output", "json", "--compact", "--skip-download", "--quiet"]
    found = collections.defaultdict(set)
    for batch in batches(files):
        report = json.loads(output([*command, *[word for one in batch for word in ("--file", one)]]))
        # Without any finding, it prints the counts alone.
        results = report.get("results", {})
        for one in results.get("failed_checks", []):
            found[str(pathlib.Path(one["file_abs_path"]))].add((one["check_id"], one["resource"]))
        for path in results.get("parsing_errors", []):
            found[str(pathlib.Path(path).resolve())].add(("not parsed", ""))
    return found


def peers(mutants):
    """For each peer and mutant, whether the peer reports more than on the unchanged template."""
    readable = [one for one in mutants if one["path"].endswith("template.json")]
    original = {str(one["file"]): str(ROOT / one["of"] / one["path"]) for one in readable}
    files = sorted(set(original.values())) + sorted(original)
    result = {}
    for name, run in (("cfn-lint", cfn_lint), ("checkov", checkov), ("cloudformation-validate", validate)):
        found = run(files)
        more = {file: bool(found[file] - found[of]) for file, of in original.items()}
        result[name] = [more.get(str(one["file"]), False) for one in mutants]
        print(f"{name}: {sum(result[name])}", file=sys.stderr, flush=True)
    return result


def table(mutants, results):
    names = list(results)
    lines = ["| fault | made | " + " | ".join(names) + " |", "|---|" + "---:|" * (len(names) + 1)]

    def row(title, chosen, share):
        cells = [sum(results[name][at] for at in chosen) for name in names]
        if share:
            cells = [f"{cell} ({100 * cell / len(chosen):.1f} %)" for cell in cells]
        lines.append(f"| {title} | {len(chosen)} | " + " | ".join(map(str, cells)) + " |")

    readable = [at for at, one in enumerate(mutants) if one["path"].endswith("template.json")]
    row("**all**", range(len(mutants)), True)
    row("**in templates, which all of them read**", readable, True)
    kinds = collections.defaultdict(list)
    for at, one in enumerate(mutants):
        kinds[one["kind"]].append(at)
    for kind in sorted(kinds):
        row(kind, kinds[kind], False)
    return len(kinds), lines


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        mutants = written(folder / "mutants")
        results = {"gen check": gen(mutants, folder / "whole")} | peers(mutants)
    kinds, lines = table(mutants, results)
    text = f"{len(mutants)} faults of {kinds} kinds:\n\n" + "\n".join(lines) + "\n"
    print(text)
    page = PAGE.read_text()
    before, rest = page.split(START)
    PAGE.write_text(before + START + text + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
