"""S3's lifecycle rules, which run when a path of this server lets days pass for an account.

S3 knows the age of an object and nothing of what refers to it. It rounds the end of an object's days up to
the next midnight (UTC); an object that expires in a versioned bucket becomes noncurrent, and its noncurrent
days count from then on: S3's user guide, "Expiring objects" and "Lifecycle configuration elements".
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from datetime import datetime

import ministack.services.s3 as s3

from . import clock, strict
from .models import Json

_DAY = 86_400


def pass_days(days: int) -> None:
    """Run the rules of the account's buckets at each of the next midnights."""
    if not strict.applies(strict.Rule.LIFECYCLE):
        return
    turned = clock.turned()
    began = time.time() if turned is None else turned
    try:
        for day in range(1, days + 1):
            # The next midnight, and the days after it.
            midnight = (math.floor(began / _DAY) + day) * _DAY
            # A delete marker has the time of the rule.
            clock.turn(midnight)
            for bucket, rules in list(s3._bucket_lifecycle.items()):
                for rule in rules if isinstance(rules, list) else []:
                    if rule.get("Status") == "Enabled":
                        _apply(bucket, rule, midnight)
    finally:
        clock.turn(turned)


def _apply(bucket: str, rule: Json, now: float) -> None:
    matches = _filter(rule.get("Filter") or {})
    held = s3._buckets[bucket]["objects"]
    if days := (rule.get("Expiration") or {}).get("Days"):
        for key, made in list(held.items()):
            if matches(key, int(made.get("size", 0))) and _ends(made["last_modified"], days) <= now:
                s3._delete_object(bucket, key)
    if days := (rule.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays"):
        for (name, key), versions in list(s3._object_versions.items()):
            if name != bucket or not matches(key, 0):
                continue
            for old, new in list(itertools.pairwise(versions)):
                if _ends(new["last_modified"], days) <= now:
                    s3._delete_object(bucket, key, query_params={"versionId": [old["version_id"]]})


def _ends(modified: str, days: int) -> float:
    """Return the midnight at which the days after a time end."""
    return math.ceil((datetime.fromisoformat(modified).timestamp() + days * _DAY) / _DAY) * _DAY


def _filter(given: Json) -> Callable[[str, int], bool]:
    """Return whether a rule applies to an object; rules with tags apply to none."""
    wanted = {**given, **(given.get("And") or {})}
    prefix = str(wanted.get("Prefix") or "")
    tagged = bool(wanted.get("Tag") or wanted.get("Tags"))
    more, less = int(wanted.get("ObjectSizeGreaterThan") or -1), wanted.get("ObjectSizeLessThan")

    def matches(key: str, size: int) -> bool:
        return key.startswith(prefix) and not tagged and size > more and (less is None or size < int(less))

    return matches
