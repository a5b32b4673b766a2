"""The roles of a warehouse: those of its namespace, which it assumes for COPY and for external schemas.

The messages: AWS re:Post and public logs of COPY, by the exception's error types 135, 136 and 138.
Redshift's developer guide, "Permissions to access other AWS Resources": COPY lists the bucket and gets the
objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import grants, nouns, strict
from .models import Json
from .store import STORE

_ROLE = re.compile(r"\biam_role\s+'([^']+)'", re.I)


class Denied(Exception):
    """Why a warehouse may not use a role."""


def named(sql: str) -> str | None:
    """Return the role that a statement names."""
    found = _ROLE.search(sql)
    return found.group(1) if found else None


def assumed(warehouse: str, arn: str) -> Json:
    """Return a role that the warehouse can assume."""
    held = grants.role(arn)
    if not strict.applies(strict.Rule.ROLES):
        return held or {}
    if arn not in _associated(warehouse):
        raise Denied(f"The requested role {arn} is not associated to cluster")
    if held is None or not any(
        grants.trusts(held, f"{name}.amazonaws.com") for name in ("redshift-serverless", "redshift")
    ):
        raise Denied(f"Not authorized to get credentials of role {arn}")
    return held


def may_copy(warehouse: str, arn: str, bucket: str, keys: Iterator[str]) -> None:
    """Reject a COPY whose role may not read its objects."""
    held = assumed(warehouse, arn)
    if not strict.applies(strict.Rule.ROLES):
        return
    objects = f"arn:aws:s3:::{bucket}"
    if not all(grants.allows(held, "s3:GetObject", f"{objects}/{key}") for key in keys):
        raise Denied("S3ServiceException:Access Denied,Status 403,Error AccessDenied")


def _associated(warehouse: str) -> list[str]:
    for record in STORE.all(nouns.NAMESPACE):
        if record["namespaceArn"] == warehouse:
            return [str(role) for role in record.get("iamRoles") or []]
    for record in STORE.all(nouns.CLUSTER):
        if record["ClusterNamespaceArn"] == warehouse:
            return [str(role["IamRoleArn"]) for role in record.get("IamRoles") or []]
    return []
