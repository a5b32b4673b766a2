"""Cloud Custodian lists the resources of each service, and finds none that its rules forbid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deployed import SHOP, command, equal

# The number of resources of the platform; None means those of the account, at least one.
RESOURCES: dict[str, int | None] = {
    "alarm": 17,
    "cfn": 5,
    "firehose": 1,
    "glue-database": 1,
    "glue-job": 1,
    "glue-security-configuration": 1,
    "glue-table": 3,
    "iam-policy": None,
    "iam-role": None,
    "kinesis": 1,
    "kms-key": None,
    "log-group": None,
    "quicksight-dashboard": 1,
    "quicksight-datasource": 1,
    "s3": None,
    "secrets-manager": 3,
    "security-group": None,
    "sns": 1,
    "step-machine": 3,
    "vpc": None,
}
# What a rule of a security team forbids: no resource of the account has it.
FORBIDDEN: dict[str, tuple[str, list[Any]]] = {
    "no-encryption": ("s3", [{"type": "bucket-encryption", "state": False}]),
    "not-blocked": ("s3", [{"type": "check-public-block", "BlockPublicAcls": False}]),
    "public-bucket": ("s3", ["global-grants"]),
    "shared-bucket": ("s3", ["cross-account"]),
    "shared-topic": ("sns", ["cross-account"]),
    "shared-key": ("kms-key", ["cross-account"]),
    "shared-secret": ("secrets-manager", ["cross-account"]),
    "shared-role": ("iam-role", ["cross-account"]),
    "plain-secret": ("secrets-manager", [{"KmsKeyId": "absent"}]),
    "plain-stream": ("kinesis", [{"EncryptionType": "NONE"}]),
    "plain-topic": ("sns", [{"KmsMasterKeyId": "absent"}]),
    "logs-forever": ("log-group", [{"retentionInDays": "absent"}]),
    "all-allowed": ("iam-policy", ["has-allow-all"]),
    "inline-policy": ("iam-role", [{"type": "has-inline-policy", "value": True}]),
    "open-group": ("security-group", [{"type": "ingress", "Cidr": {"value": "0.0.0.0/0"}}]),
}

SHOP.use()
policies: list[dict[str, Any]] = [{"name": f"list-{kind}", "resource": f"aws.{kind}"} for kind in RESOURCES]
policies += [
    {"name": name, "resource": f"aws.{kind}", "filters": filters}
    for name, (kind, filters) in FORBIDDEN.items()
]
rules, out = Path("custodian.json"), Path("custodian")
rules.write_text(json.dumps({"policies": policies}))
command("custodian", "run", "--cache-period", "0", "--region", SHOP.region, "-s", str(out), str(rules))


def found(name: str) -> list[Any]:
    resources: list[Any] = json.loads((out / name / "resources.json").read_text())
    return resources


for kind, count in RESOURCES.items():
    number = len(found(f"list-{kind}"))
    assert number > 0, f"no {kind}"
    if count is not None:
        equal(number, count, f"the number of {kind}")
for name in FORBIDDEN:
    equal(found(name), [], f"what {name} forbids")
