"""The platform file of the smoke test: the blueprint `clickstream`, and what the test adds to it.

In: the blueprint's file. Out: the same platform with a dataset of files in an Iceberg table, a
materialized view, one small environment, and without the names of people and groups of the blueprint. It
refuses a blueprint in which it does not find what it changes.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .gen import Failed

# Settings of the blueprint that name people, groups and environments that the account does not have.
_DROPPED = ("[alarms]", "[principals]", "[environment.")

_CAMPAIGN = """
[dataset.campaign]
description  = "Campaigns: one file that people edit and drop again under its name."
source       = "files"
format       = "csv"
role         = "dimension"
table_format = "iceberg"
key          = ["campaign_id"]
delete       = "is_withdrawn"

[dataset.campaign.column]
campaign_id  = "integer not null"
title        = "string(100) not null"
starts_on    = "date"
is_withdrawn = "boolean"

[aggregate.daily_revenue]
description = "Events and revenue per day: a materialized view."
from        = "event"
group_by    = { day = "date_trunc('day', occurred_at)" }
measure     = { events = "count(*)", revenue = "sum(amount)" }
"""

_ADDED = (
    ('starts_on    = "date"\n', 'channel      = "string(20)"\nstarts_on    = "date"\n'),
    ('device      = "string(20)"\n', 'device      = "string(40)"\n'),
    ('country     = "string(2)"\n', 'coupon      = "string(20)"\ncountry     = "string(2)"\n'),
)


@dataclass(frozen=True)
class Place:
    """What the account prescribes."""

    region: str
    group: str | None = None
    identity_region: str | None = None
    secrets_role: str | None = None


def first_version(blueprint: str, place: Place, now: datetime.datetime) -> str:
    """The platform file of the first version."""
    sections = blueprint.split("\n[")
    kept = [one for one in sections if not f"[{one}".startswith(_DROPPED)]
    if len(kept) + len(_DROPPED) > len(sections):
        raise Failed("the blueprint lacks a section that the smoke test replaces")
    return "\n[".join(kept).rstrip() + "\n" + _CAMPAIGN + _environment(place, now) + _principals(place)


def _environment(place: Place, now: datetime.datetime) -> str:
    # No schedule starts a run while the test runs its own.
    hour = (now.hour + 12) % 24
    return f"""
[environment.dev]
region   = "{place.region}"
volume   = "10 MB/day"
schedule = "daily at {hour:02}:00"

[environment.dev.retention]
raw     = "7 days"
curated = "30 days"
"""


def _principals(place: Place) -> str:
    lines = []
    if place.group:
        lines += [f'authors = ["{place.group}"]', f'readers = ["{place.group}"]']
    if place.identity_region:
        lines.append(f'identity_region = "{place.identity_region}"')
    if place.secrets_role:
        lines.append(f'secrets_role = "{place.secrets_role}"')
    return "\n[environment.dev.principals]\n" + "\n".join(lines) + "\n" if lines else ""


def second_version(first: str) -> str:
    """The file with a new column in the middle of each dataset, and a longer string in aggregates."""
    text = first
    for before, after in _ADDED:
        if before not in text:
            raise Failed(f"the platform file lacks `{before.strip()}`")
        text = text.replace(before, after, 1)
    return text
