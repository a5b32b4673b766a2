"""A run of the smoke test: what its steps share, and what the probes look at.

In: an account, a program `gen`, the name of the platform. Out: names and outputs of what is deployed. It
refuses nothing.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path

from . import records
from .account import Account
from .gen import Gen, Json, Output
from .platform_file import Place


@dataclass
class Run:
    """What the steps share, and what the probes look at."""

    account: Account
    gen: Gen
    platform: str
    place: Place
    start: datetime.datetime
    events: records.Events
    # The newest version that succeeded.
    version: int = 0
    # The outputs of the deployed stacks.
    outputs: dict[str, str] = field(default_factory=dict)
    manifest: Json = field(default_factory=dict)
    # The last run of each dataset: its execution, the event `ran`, its manifest in S3.
    runs: dict[str, Json] = field(default_factory=dict)
    # The versions of the dropped file, oldest first.
    dropped: list[str] = field(default_factory=list)
    # The checks of `gen doctor`, by name.
    checks: dict[str, Json] = field(default_factory=dict)
    # Two executions that were started at the same time.
    twice: list[str] = field(default_factory=list)
    data_set: str = ""
    ingestion: Json = field(default_factory=dict)

    def dev(self, verb: str, *more: str, accept: tuple[int, ...] = (0,)) -> Output:
        """A command for the environment, with its events."""
        return self.gen.run(verb, self.platform, "--env", "dev", *more, "--format", "json", accept=accept)

    def file(self) -> Path:
        return self.gen.folder / "platforms" / self.platform / "platform.toml"

    def look(self) -> None:
        """Read again what is deployed."""
        self.outputs = self.account.outputs(self.platform)
        path = self.gen.folder / "generated" / self.platform / "dev/manifest.json"
        self.manifest = json.loads(path.read_text(encoding="utf-8"))

    def dataset(self, name: str) -> Json:
        return next(one for one in self.manifest["datasets"] if one["name"] == name)

    def bucket(self, which: str) -> str:
        return self.outputs[f"storage.{which}BucketName"]

    def machine(self, dataset: str) -> str:
        region, account = self.account.region, self.account.number
        partition = self.account.identity.split(":")[1]
        name = self.dataset(dataset)["state_machine"]
        return f"arn:{partition}:states:{region}:{account}:stateMachine:{name}"
