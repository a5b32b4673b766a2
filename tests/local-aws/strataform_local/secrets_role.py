"""The role with which QuickSight reads the secrets of data sources.

When a data source is created, the caller's permission on its secret counts. Later, for an import or a
query, QuickSight reads it with the account's role for secrets: QuickSight's user guide, "Using AWS Secrets
Manager secrets instead of database credentials". The role does not exist until an administrator selects a
secret, or makes it.
"""

from __future__ import annotations

import ministack.services.secretsmanager as secretsmanager

from . import grants, strict
from .models import Json

ROLE = "aws-quicksight-secretsmanager-role-v0"
_SERVICE = "quicksight.amazonaws.com"


def refusal(secret: str | None) -> Json | None:
    """Return the error of an import from a data source with a secret, if QuickSight cannot read it."""
    if secret is None or not strict.applies(strict.Rule.SECRETS):
        return None
    found = secretsmanager._resolve(secret)[1]
    held = grants.role(ROLE)
    if held is None or not grants.trusts(held, _SERVICE):
        return {"Type": "IAM_ROLE_NOT_AVAILABLE", "Message": f"QuickSight cannot assume the role {ROLE}."}
    arn = str(found["ARN"]) if found else secret
    if not grants.allows(held, "secretsmanager:GetSecretValue", arn):
        text = f"{held['Arn']} is not authorized to perform: secretsmanager:GetSecretValue on resource: {arn}"
        return {"Type": "PERMISSION_DENIED", "Message": text}
    return None
