"""`python -m smoke --gen target/debug/gen`: the smoke test, which `cargo xtask smoke` calls.

In: the options of the command. Out: a report; exit code 0 if every step passed and no assumption was refuted,
130 if the user interrupted, otherwise 1. It refuses to begin in an account without a confirmation, and to end
without destroying what it made.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import random
import re
import shlex
import shutil
import signal
import string
import sys
import time
from pathlib import Path
from typing import Any

from . import local, probes, records
from .account import ERRORS, Account
from .gen import Failed, Gen, Interrupted
from .leftovers import Ledger, delete_logs, left
from .platform_file import Place
from .report import Report
from .run import Run
from .steps import STEPS, Done, destroy_once, perform, synth

# How long a service may list what it has deleted, in seconds.
_LISTED = 300
NAME = re.compile(r"smoke-[a-z]{6}")
COST = "about 3 USD, and 60 to 90 minutes"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cargo xtask smoke", description=__doc__)
    parser.add_argument("--gen", type=Path, required=True, help="the program gen, with the feature deploy")
    parser.add_argument(
        "--work", type=Path, default=Path("target/smoke"), help="folder of projects and reports"
    )
    parser.add_argument("--profile", help="AWS profile; defaults to AWS_PROFILE")
    parser.add_argument("--region", default="eu-west-1")
    parser.add_argument("--local", action="store_true", help="use a local AWS, started for the run")
    parser.add_argument("--group", help="QuickSight group that gets the dashboard")
    parser.add_argument("--identity-region", help="region of the QuickSight groups")
    parser.add_argument("--yes", action="store_true", help="do not ask before it begins")
    parser.add_argument("--keep", action="store_true", help="destroy nothing at the end")
    parser.add_argument("--destroy", metavar="NAME", help="only destroy what an earlier run left")
    return parser.parse_args()


def _interrupt(_number: int, _frame: Any) -> None:
    raise Interrupted


def show(text: str) -> None:
    print(text, flush=True)


class Smoke:
    """A run: its steps, its probes, and the destruction of what it made."""

    def __init__(self, arguments: argparse.Namespace, account: Account) -> None:
        now = datetime.datetime.now(datetime.UTC)
        letters = "".join(random.choices(string.ascii_lowercase, k=6))
        self.platform: str = arguments.destroy or f"smoke-{letters}"
        self.arguments, self.account = arguments, account
        self.folder: Path = arguments.work.resolve() / self.platform
        gen = Gen(arguments.gen.resolve(), self.folder, dict(os.environ), lambda text: show(f"    {text}"))
        yesterday = now.date() - datetime.timedelta(days=1)
        self.run = Run(account, gen, self.platform, self._place(), now, records.events(yesterday))
        self.ledger = self._ledger()
        self.report = Report(
            self.platform,
            account.region,
            "AWS" if account.is_aws else "local AWS",
            now.isoformat(timespec="seconds"),
            destroy=self._destroy_command(),
        )

    def _place(self) -> Place:
        role = None
        with contextlib.suppress(*ERRORS):
            role = self.account.client("iam").get_role(RoleName=local.SECRETS_ROLE)["Role"]["RoleName"]
        return Place(self.account.region, self.arguments.group, self.arguments.identity_region, role)

    def _ledger(self) -> Ledger:
        """The bucket of versions; a later process knows from a file whether this run made it."""
        ledger, path = Ledger(self.account), self.folder / "bucket.json"
        if path.is_file():
            ledger.was_there = json.loads(path.read_text(encoding="utf-8"))["was_there"]
        path.write_text(json.dumps({"was_there": ledger.was_there}), encoding="utf-8")
        return ledger

    def _destroy_command(self) -> str:
        words = ["cargo", "xtask", "smoke", "--region", self.account.region, "--destroy", self.platform]
        if self.arguments.profile:
            words[3:3] = ["--profile", self.arguments.profile]
        return shlex.join(words)

    def perform(self) -> bool:
        """All steps, then the probes' findings; returns whether the user interrupted."""
        passed: set[str] = set()
        stopped = False
        for step in STEPS:
            if self.arguments.keep and step.name == "destroy":
                break
            if step.name == "destroy":
                self.report.assumptions = probes.look(self.run, passed)
            show(f"{step.name} …")
            done = perform(self.run, step, passed, stopped)
            self._add(done)
            stopped = stopped or done.outcome == "interrupted"
            passed |= {step.name} if done.outcome == "passed" else set()
        if self.arguments.keep:
            self.report.assumptions = probes.look(self.run, passed)
        return stopped

    def _add(self, done: Done) -> None:
        self.report.steps.append(done)
        show(f"  {done.outcome}: {done.evidence}")

    def clean(self) -> bool:
        """Destroy what the run made, and list what is left; returns whether the user interrupted."""
        show("clean up …")
        start = time.monotonic()
        stopped = False
        try:
            outcome, evidence = "passed", self._clean()
        except Failed as failed:
            outcome, evidence = "failed", str(failed)
        except Interrupted:
            outcome, evidence, stopped = "interrupted", "interrupted by the user", True
        except Exception as error:
            outcome, evidence = "failed", f"{type(error).__name__}: {error}"
        with contextlib.suppress(Interrupted):
            self._look_around(outcome)
        if self.report.left and outcome == "passed":
            outcome, evidence = "failed", f"{evidence}; {len(self.report.left)} resources are left"
        self._add(Done("clean up", outcome, time.monotonic() - start, evidence))
        if outcome == "passed":
            shutil.rmtree(self.folder)
        return stopped

    def _look_around(self, outcome: str) -> None:
        """List what is left. On AWS, some services still list for minutes what they have deleted."""
        until = time.monotonic() + (_LISTED if self.account.is_aws and outcome == "passed" else 0)
        while True:
            self.report.left, self.report.unlisted = left(self.account, self.platform)
            if not self.report.left or time.monotonic() >= until:
                return
            time.sleep(self.account.pause)

    def _clean(self) -> str:
        if not self.run.file().exists() and self.arguments.destroy is not None:
            # The folder of the earlier run is gone; a destruction needs the names in the platform file only.
            synth(self.run)
        evidence = self._destroyed() if self.run.file().exists() else "nothing was deployed"
        logs = delete_logs(self.account, self.platform)
        return f"{evidence}; {self.ledger.forget(self.platform)}; {logs} log groups of services"

    def _destroyed(self) -> str:
        """What a failed deployment left may need a second attempt."""
        for attempt in (1, 2, 3):
            try:
                return destroy_once(self.run)
            except Failed as failed:
                if attempt == 3:
                    raise
                show(f"    {failed}")
                time.sleep(self.account.pause)
        raise AssertionError


def _agreed(smoke: Smoke) -> bool:
    account = smoke.account
    show(f"account {account.number}, {account.region}, as {account.identity}")
    if not account.is_aws or smoke.arguments.yes:
        return True
    show(f"deploys and destroys the platform {smoke.platform}, twice: {COST}")
    try:
        return input("type `yes` to begin: ").strip() == "yes"
    except (EOFError, Interrupted):
        return False


def _performed(smoke: Smoke) -> bool:
    """Whether the user interrupted; whatever happens, what the run made is destroyed afterwards."""
    try:
        return smoke.perform()
    except Interrupted:
        return True


def _run(arguments: argparse.Namespace) -> int:
    account = Account(arguments.region)
    if arguments.local:
        local.select_a_secret(account)
    smoke = Smoke(arguments, account)
    if arguments.destroy is None and not _agreed(smoke):
        shutil.rmtree(smoke.folder)
        show("nothing was done")
        return 1
    stopped = _performed(smoke) if arguments.destroy is None else False
    if not arguments.keep or arguments.destroy is not None:
        stopped = smoke.clean() or stopped
    for line in smoke.report.lines():
        show(line)
    show(f"report: {smoke.report.write(arguments.work.resolve(), smoke.account.number)}")
    if stopped:
        return 130
    return 0 if smoke.report.is_good() else 1


def main() -> int:
    arguments = _arguments()
    if arguments.destroy is not None and not NAME.fullmatch(arguments.destroy):
        show(f"error: `{arguments.destroy}` is not a name that a smoke test gives")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    if arguments.profile:
        os.environ["AWS_PROFILE"] = arguments.profile
    with contextlib.ExitStack() as ended:
        if arguments.local:
            os.environ.update(ended.enter_context(local.server()))
        try:
            return _run(arguments)
        except (Failed, *ERRORS) as error:
            show(f"error: {error}")
            return 1
        except Interrupted:
            return 130


if __name__ == "__main__":
    sys.exit(main())
