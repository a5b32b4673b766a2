"""The groups of Redshift's audit logs in CloudWatch.

Redshift uses groups that exist and makes those that do not, whose events never expire: Redshift's
management guide, "Audit logging for Amazon Redshift Serverless". It makes them with the namespace: a public
log of a namespace of 2026-09-20 has events from the minute in which it was created.
"""

from __future__ import annotations

import ministack.services.cloudwatch_logs as logs
from botocore.model import OperationModel

from . import nouns, strict
from .models import Json
from .store import STORE


def install() -> None:
    STORE.after(nouns.SERVERLESS, _exported)


def _exported(om: OperationModel, params: Json) -> None:
    if om.name not in ("CreateNamespace", "UpdateNamespace") or not strict.applies(strict.Rule.AUDIT):
        return
    for log in params.get("logExports") or []:
        group = f"/aws/redshift/{params['namespaceName']}/{log}"
        if group not in logs._log_groups:
            logs._create_log_group({"logGroupName": group})
