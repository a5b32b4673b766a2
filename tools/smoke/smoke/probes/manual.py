"""What a probe by hand is: an assumption that the smoke test cannot look at, and the commands that do.

In: nothing. Out: the probes by hand of the other modules, and the variables that their commands use. It
refuses to run them: they need hours, money, a platform of another kind, or eyes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Manual:
    """An assumption of docs/assumptions.md, and how somebody with an account looks at it."""

    id: str
    # Why the smoke test does not do it.
    why: str
    # Lines for a shell, with the variables of `VARIABLES`; one that begins with `#` is for the reader.
    commands: tuple[str, ...]
    # What they show if the assumption holds.
    holds: str


# What the commands expect, and what a check of their syntax puts in place of it.
VARIABLES = {
    "P": ("the name of the platform", "smoke-abcdef"),
    "D": ("its name in databases, with `_` in place of `-`", "smoke_abcdef"),
    "R": ("the Region", "eu-west-1"),
    "A": ("the number of the account", "000000000000"),
}
