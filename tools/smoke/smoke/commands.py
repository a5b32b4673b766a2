"""`python -m smoke.commands --gen target/debug/gen`: checks the command lines of the probes by hand.

In: the program `gen`; a Python with the AWS CLI. Out: what is wrong with a line, and exit code 1 if anything
is. The AWS CLI checks operations and parameters against the services' models, and `gen` checks SQL. It
refuses to reach AWS.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awscli.clidriver

from .probes import MANUALS
from .probes.manual import VARIABLES

# What stands in for a variable that a line before has set.
_TIME = "2026-12-01T00:00:00Z"
_SET = {
    "FROM": _TIME,
    "TO": _TIME,
    "ROLE": "arn:aws:iam::000000000000:role/probe",
    "SAMPLE": "platforms/probe/sample",
    "{}": "1",
}
# Files that a line before has written, or that a blueprint has.
_FILES = {
    "records.json": json.dumps([{"Data": "e30=", "PartitionKey": "a"}]),
    "platforms/probe/sample/store.csv": "store_id\n",
    "platforms/probe/sample/product.ndjson": "{}\n",
}
# What stands in for everything else: long enough for the ARN of a role.
_ANY = "probe-00000000-0000-0000"
# Lines with a mistake each, which the checks must find.
_WRONG = (
    "aws glue get-tabel --database-name probe --name probe",
    "aws glue get-table --catalog probe --name probe",
    "aws glue get-table --database-name probe",
    "aws kinesis create-stream --stream-name probe --shard-count one",
    "aws s3api put-object --bucket $(aws s3api list-bucket) --key probe",
    "aws glue get-tables --database-name probe --query 'TableList['",
    'gen query --env dev "SELEC 1"',
    'aws redshift-data execute-statement --workgroup-name p --database d --sql "SELEC 1"',
    'gen query --environment dev "SELECT 1"',
    "gen deploi probe --env dev",
    "grep probe",
)
_VARIABLE = re.compile(r"\$\{?([A-Z]+)\}?")
_ENDS = frozenset({"|", ";", "(", ")", "&", "&&", "||", ">", "<"})
# Programs of a shell that a line may use.
_PLAIN = frozenset({"seq", "xargs", "sed", "sleep", "date", "python3"})


def _filled(text: str) -> str:
    known = _SET | {name: example for name, (_, example) in VARIABLES.items()}
    text = text.replace("{}", known["{}"]) if "xargs" in text else text
    return _VARIABLE.sub(lambda found: known.get(found[1], _ANY), text)


def _calls(line: str) -> Iterator[list[str]]:
    """The commands of a line: those between pipes, and those whose output is an argument."""
    while found := re.search(r"\$\(([^()]*)\)", line):
        yield from _calls(found[1])
        line = line.replace(found[0], _TIME if found[1].startswith("date") else _ANY)
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    is_file = False
    for word in [*lexer, ";"]:
        if word not in _ENDS:
            words.append(word)
            continue
        while words and re.fullmatch(r"[A-Z]+=.*", words[0]):
            words.pop(0)
        if words and words[0] == "xargs":
            yield words[:1]
            words = words[words.index("aws") :]
        if words and not is_file:
            yield words
        words, is_file = [], word in ("<", ">")


class Checks:
    """The checks, with the folder that they run in."""

    def __init__(self, gen: Path, folder: Path) -> None:
        self.gen, self.folder = gen, folder
        self.options: dict[str, str] = {}
        self.driver: Any = awscli.clidriver.create_clidriver()
        self.count = 0

    def faults(self, line: str) -> Iterator[str]:
        if line.startswith("#"):
            return
        for words in _calls(_filled(line)):
            self.count += 1
            match words:
                case ["aws", *rest]:
                    fault = self._aws(rest)
                case ["gen", *rest]:
                    fault = self._gen(rest)
                case ["cargo", "xtask", "smoke", *rest]:
                    fault = "" if rest == ["--keep"] else f"unknown options {rest}"
                case [program, *_]:
                    fault = "" if program in _PLAIN or words == [_ANY] else f"unknown {program}"
                case _:
                    fault = "empty"
            if fault:
                yield f"{shlex.join(words)}: {fault}"

    def _aws(self, words: list[str]) -> str:
        """Let the AWS CLI check a call, and send it to an address where nothing listens."""
        nowhere = ["--endpoint-url", "http://127.0.0.1:9", "--cli-connect-timeout", "1"]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                self.driver.main([*words, *nowhere])
            except SystemExit as ended:
                err.write(f"exit code {ended.code}")
        if "--sql" in words and (fault := self._sql(words[words.index("--sql") + 1])):
            return fault
        said = " ".join(err.getvalue().split())
        return "" if "Could not connect" in said else said[-300:] or "nothing was sent"

    def _gen(self, words: list[str]) -> str:
        """Compare options with the help, and let `gen` check SQL."""
        verb = words[0]
        if verb not in self.options:
            asked = subprocess.run([self.gen, verb, "--help"], capture_output=True, text=True, check=False)
            self.options[verb] = asked.stdout if asked.returncode == 0 else ""
        options = [word for word in words if word.startswith("-")]
        unknown = [one for one in options if not re.search(rf"(^|\s){one}\b", self.options[verb])]
        if unknown:
            return f"`gen {verb}` has no {', '.join(unknown)}"
        return self._sql(max(words[1:], key=len)) if verb == "query" else ""

    def _sql(self, sql: str) -> str:
        """Let `gen` check a statement as Redshift reads it."""
        (self.folder / "probe.sql").write_text(f"{sql};\n", encoding="utf-8")
        checked = subprocess.run(
            [self.gen, "check", "sql", "probe.sql"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if checked.returncode == 0 else " ".join((checked.stdout + checked.stderr).split())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m smoke.commands", description=__doc__)
    parser.add_argument("--gen", type=Path, required=True)
    gen = parser.parse_args().gen.resolve()
    # The CLI needs a region and credentials before it checks anything.
    os.environ.update(
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_ACCESS_KEY_ID="none",
        AWS_SECRET_ACCESS_KEY="none",
        AWS_MAX_ATTEMPTS="1",
    )
    logging.disable()
    faults = []
    with tempfile.TemporaryDirectory(prefix="smoke-") as folder, contextlib.chdir(folder):
        for name, text in _FILES.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        checks = Checks(gen, Path(folder))
        faults += [f"no fault was found in `{line}`" for line in _WRONG if not list(checks.faults(line))]
        checks.count = 0
        for manual in MANUALS:
            faults += [f"{manual.id}: {fault}" for line in manual.commands for fault in checks.faults(line)]
    for fault in faults:
        print(fault)
    print(f"{checks.count} commands of {len(MANUALS)} probes by hand, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
