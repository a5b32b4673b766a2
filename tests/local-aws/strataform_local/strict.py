"""The rules of AWS that this server enforces, each of which a test can turn off for its account.

A test shows that it is the rule that rejects a template: with the rule off, the template passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from ministack.core.responses import get_account_id


class Rule(StrEnum):
    """A rule, by the name that a test turns it off with."""

    # Principals of QuickSight assets exist, in the account's identity region.
    PRINCIPALS = "quicksight-principals"
    # An API of users and groups is called in the identity region, in a subscribed account.
    IDENTITY = "quicksight-identity"


_OFF: dict[str, frozenset[Rule]] = {}


def applies(rule: Rule) -> bool:
    """Return whether a rule applies to the account of the request."""
    return rule not in _OFF.get(get_account_id(), ())


def turn_off(account: str, rules: Iterable[str]) -> None:
    """Turn rules off for an account, and all others on."""
    _OFF[account] = frozenset(Rule(rule) for rule in rules)


def clear() -> None:
    """Turn all rules on for all accounts."""
    _OFF.clear()
