"""The report: on the terminal, and as Markdown and JSON without the account's number.

In: the outcomes of steps and probes, and what is left. Out: text. It refuses to decide anything but whether
all is well.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .leftovers import Left
from .probes import MANUALS
from .probes.manual import VARIABLES, Manual
from .probes.probe import Found
from .steps import Done


@dataclass
class Report:
    """What a run found."""

    platform: str
    region: str
    place: str
    started: str
    steps: list[Done] = field(default_factory=list)
    assumptions: list[Found] = field(default_factory=list)
    by_hand: list[Manual] = field(default_factory=lambda: list(MANUALS))
    left: list[Left] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    # The command that destroys what is left.
    destroy: str = ""

    def is_good(self) -> bool:
        """Whether every step passed and no assumption was refuted."""
        passed = bool(self.steps) and all(step.outcome == "passed" for step in self.steps)
        return passed and not self.left and all(one.outcome != "refuted" for one in self.assumptions)

    def summary(self) -> str:
        passed = sum(step.outcome == "passed" for step in self.steps)
        outcomes = [one.outcome for one in self.assumptions]
        counts = ", ".join(
            f"{outcomes.count(kind)} {kind}" for kind in ("confirmed", "refuted", "not observable")
        )
        return (
            f"{passed} of {len(self.steps)} steps passed; assumptions: {counts}, {len(self.by_hand)} by hand"
        )

    def lines(self) -> list[str]:
        """The report for a terminal."""
        lines = [""]
        width = max([len(one.name) for one in self.steps] + [len(one.id) for one in self.assumptions] + [1])
        for step in self.steps:
            lines.append(f"{step.name:<{width}}  {step.outcome:<14}  {step.seconds:>6.1f} s  {step.evidence}")
        lines.append("")
        for one in self.assumptions:
            lines.append(f"{one.id:<{width}}  {one.outcome:<14}  {one.evidence}")
            if one.outcome == "refuted":
                lines.append(f"{'':<{width}}  {'':<14}  do: {one.remedy}")
        lines += ["", "by hand, with the commands of the report:"]
        lines += [f"{one.id:<{width}}  {one.why}" for one in self.by_hand]
        lines += ["", self.summary(), *self._left()]
        return lines

    def _left(self) -> list[str]:
        lines = [f"could not be listed, look yourself: {text}" for text in self.unlisted]
        lines += [f"left in the account: {one.kind} {one.name}\n  {one.command}" for one in self.left]
        if any((step.name, step.outcome) == ("clean up", "passed") for step in self.steps):
            return lines
        return [*lines, "to destroy the platform, run:", f"  {self.destroy}"]

    def write(self, folder: Path, account: str) -> Path:
        """Write both files; returns the Markdown one."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.platform}.md"
        for file, text in ((path, self._markdown()), (path.with_suffix(".json"), self._json())):
            file.write_text(text.replace(account, "<account>"), encoding="utf-8")
        return path

    def _json(self) -> str:
        return json.dumps({"good": self.is_good(), **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    def _markdown(self) -> str:
        lines = [
            f"# Smoke test of {self.platform}",
            "",
            f"{self.place}, {self.region}, {self.started}. {self.summary()}.",
            "",
            "| step | outcome | seconds | evidence |",
            "|---|---|---:|---|",
            *(f"| {s.name} | {s.outcome} | {s.seconds:.1f} | {_cell(s.evidence)} |" for s in self.steps),
            "",
            "| assumption | outcome | evidence | if refuted |",
            "|---|---|---|---|",
            *(
                f"| {a.id} | {a.outcome} | {_cell(a.evidence)} | {_cell(a.remedy)} |"
                for a in self.assumptions
            ),
            "",
            *self._left(),
            *self._by_hand(),
        ]
        return "\n".join(lines).rstrip() + "\n"

    def _by_hand(self) -> list[str]:
        """The section of what the test cannot look at."""
        database = self.platform.replace("-", "_")
        values = {"P": self.platform, "D": database, "R": self.region, "A": "<account>"}
        meanings = "; ".join(f"`${name}` is {meaning}" for name, (meaning, _) in VARIABLES.items())
        lines = [
            "",
            "## By hand",
            "",
            f"What this test does not look at. In the commands, {meanings}. Destroy what you "
            "deploy with `gen destroy`, or with the command that this test prints.",
            "",
            "```sh",
            " ".join(f"{name}={value}" for name, value in values.items()),
            "```",
        ]
        for one in self.by_hand:
            lines += [
                "",
                f"### {one.id}",
                "",
                f"Not in the test: {one.why}.",
                "",
                "```sh",
                *one.commands,
                "```",
            ]
            lines += ["", f"It holds if you see: {one.holds}."]
        return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
