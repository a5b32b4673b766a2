"""What a role may do: its trust policy and its policies, by ministack's evaluator."""

from __future__ import annotations

import json

import ministack.services.iam as iam
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region

from .models import Json


def role(name: str) -> Json | None:
    """Return a role of the account by its ARN or its name, which contains no path."""
    found: Json | None = iam._roles.get(name.rpartition("/")[2])
    if found is None or (name.startswith("arn:") and found["Arn"] != name):
        return None
    return found


def trusts(held: Json, service: str) -> bool:
    """Return whether a role's trust policy lets a service assume it; conditions are left out."""
    document = held["AssumeRolePolicyDocument"]
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        named = principal.get("Service", []) if isinstance(principal, dict) else principal
        allowed = named in (service, "*") or (isinstance(named, list) and service in named)
        if statement.get("Effect") == "Allow" and allowed:
            return True
    return False


def allows(held: Json, action: str, resource: str, **context: str) -> bool:
    """Return whether a role's policies allow an action on a resource; `context` has condition keys."""
    keys = {name.replace("_", ":", 1): value for name, value in context.items()}
    request = iam_evaluator.EvalContext(
        principal_arn=held["Arn"],
        principal_type="AssumedRole",
        principal_account=get_account_id(),
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context=keys,
    )
    policies = iam_evaluator._gather_role_policies(held["RoleName"], get_account_id())
    return bool(iam_evaluator.evaluate(request, policies).decision == "Allow")
