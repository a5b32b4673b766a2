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
    # QuickSight reads the secret of a data source with its own role.
    SECRETS = "quicksight-secrets"
    # A data set is imported at most 32 times in 24 hours.
    REFRESHES = "quicksight-refreshes"
    # A data set with rules for row-level security is marked as one.
    ROWS = "quicksight-rows"
    # A warehouse assumes a role of its own for COPY and external schemas.
    ROLES = "warehouse-roles"
    # A reader of a late-binding view needs USAGE of the schemas that it reads.
    USAGE = "warehouse-usage"
    # A warehouse whose usage limit is reached runs no statement.
    LIMIT = "warehouse-limit"
    # An external schema sees registered partitions only.
    PROJECTION = "warehouse-projection"
    # Redshift makes the groups of its audit logs, which never expire.
    AUDIT = "warehouse-audit"
    # A workgroup with enhanced VPC routing needs three zones with free addresses.
    ADDRESSES = "warehouse-addresses"
    # A region has the zones that an account sees there.
    ZONES = "zones"
    # Fn::Cidr returns as many blocks as are asked for.
    BLOCKS = "blocks"
    # CloudFormation updates a table of the Data Catalog from the template alone.
    TABLES = "tables"
    # Lifecycle rules delete objects.
    LIFECYCLE = "lifecycle"
    # A resource with a name that is taken is not created.
    NAMES = "names"
    # A shard takes 1,000 records or 1 MiB a second.
    THROUGHPUT = "throughput"
    # Shards are at most doubled or halved at once.
    RESHARDING = "resharding"
    # Quotas of IAM: policies of a role, size of a policy.
    QUOTAS = "quotas"


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
