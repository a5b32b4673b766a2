"""Probes of what the account has: types, quotas, roles, prices, and how services answer.

In: the checks of `gen doctor` before the deployment, and the deployed platform. Out: findings about
CloudFormation, Service Quotas, IAM, Glue, QuickSight and the price list. It refuses to change anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from botocore.exceptions import ClientError

from ..account import pages
from ..gen import Json
from ..run import Run
from .probe import CONFIRMED, UNSEEN, Probe, judged, shown

_COSTS = Path(__file__).resolve().parents[4] / "docs/costs.md"
_PRICE = re.compile(r"^\| ([^|]+) \| \$([0-9.]+) per (?:([0-9,]+) )?[^|]+\|", re.MULTILINE)
# The services of the price list, by the first word of what is billed.
_BILLED = {
    "Kinesis": "AmazonKinesis",
    "Firehose": "AmazonKinesisFirehose",
    "S3": "AmazonS3",
    "Glue": "AWSGlue",
    "Redshift": "AmazonRedshift",
    "Interface": "AmazonVPC",
    "KMS": "awskms",
}
_NAMED = re.compile(r"identity region is ([a-z0-9-]+)")


def _services(run: Run) -> tuple[str, str]:
    check = run.checks["services"]
    return judged(check["outcome"] == "passed", f"{check['found']}; the stacks that have them were deployed")


def _quotas(run: Run) -> tuple[str, str]:
    checks = {name: run.checks[name] for name in ("networks", "workers", "warehouse")}
    unknown = {name: str(one["found"]) for name, one in checks.items() if one["outcome"] == "unknown"}
    evidence = "; ".join(f"{name}: {one['found']}" for name, one in checks.items())
    if any("lists no quota" not in found for found in unknown.values()):
        return UNSEEN, evidence
    return judged(not unknown, evidence)


def _types(run: Run) -> tuple[str, str]:
    """Compare what CloudFormation lists with the types that it has deployed."""
    client, deployed = run.account.client("cloudformation"), set()
    for stack in run.manifest["stacks"]:
        name = f"{run.platform}-dev-{stack['name']}"
        resources = pages(client, "list_stack_resources", "StackResourceSummaries", StackName=name)
        deployed |= {str(one["ResourceType"]) for one in resources}
    known: set[str] = set()
    fixed: set[str] = set()
    for prefix in sorted({kind.rsplit("::", 1)[0] + "::" for kind in deployed}):
        known |= _listed(run, prefix)
        fixed |= _listed(run, prefix, ProvisioningType="IMMUTABLE")
    absent = sorted(deployed - known - fixed)
    both = sorted(known & fixed)
    evidence = (
        f"{len(known)} types, and {len(fixed)} that cannot be updated; not listed: {absent}; in both: {both}"
    )
    return judged(known and not absent and not both, evidence)


def _listed(run: Run, prefix: str, **more: str) -> set[str]:
    filters = {"Category": "AWS_TYPES", "TypeNamePrefix": prefix}
    client = run.account.client("cloudformation")
    found = pages(
        client, "list_types", "TypeSummaries", Type="RESOURCE", Visibility="PUBLIC", Filters=filters, **more
    )
    return {str(one["TypeName"]) for one in found if str(one["TypeName"]).startswith(prefix)}


def _ran_with(run: Run) -> tuple[str, str]:
    glue, pairs = run.account.client("glue"), []
    for one in run.manifest["datasets"]:
        job = glue.get_job(JobName=one["job"])["Job"]["GlueVersion"]
        pairs += [(job, ran.get("GlueVersion")) for ran in glue.get_job_runs(JobName=one["job"])["JobRuns"]]
    return judged(
        pairs and all(job == ran for job, ran in pairs), f"jobs and their runs: {sorted(set(pairs), key=str)}"
    )


def _linked_role(run: Run) -> tuple[str, str]:
    client = run.account.client("iam")
    try:
        made = client.get_role(RoleName="AWSServiceRoleForRedshift")["Role"]["CreateDate"]
    except client.exceptions.NoSuchEntityException:
        return judged(False, "a workgroup was made without the role")
    if made < run.start:
        return UNSEEN, f"the role is from {made:%Y-%m-%d}: an earlier workgroup made it"
    return CONFIRMED, f"the deployment made the role at {made:%H:%M:%S}"


def _groups(run: Run, region: str) -> str:
    """The message with which QuickSight refuses to list groups in a region; empty if it lists them."""
    client = run.account.client("quicksight", region)
    try:
        client.list_groups(AwsAccountId=run.account.number, Namespace="default", MaxResults=1)
    except ClientError as error:
        return str(error.response["Error"].get("Message", error))
    return ""


def _identity_message(run: Run) -> tuple[str, str]:
    regions = sorted({run.account.region, "us-east-1", "eu-west-1"})
    refused = {region: message for region in regions if (message := _groups(run, region))}
    evidence = "; ".join(refused.values()) or f"QuickSight lists groups in {', '.join(regions)}"
    named = [_NAMED.search(message) for message in refused.values()]
    homes = {name[1] for name in named if name}
    if None in named and (len(refused) == len(regions) or "not authorized" in evidence.lower()):
        # It is refused for another reason, such as missing permissions.
        return UNSEEN, evidence
    if None in named or len(homes) != 1:
        return judged(False, evidence)
    home = homes.pop()
    return judged(
        not _groups(run, home), f"in {', '.join(refused)}, QuickSight names {home}, which lists groups"
    )


def _prices(run: Run) -> tuple[str, str]:
    text = _COSTS.read_text(encoding="utf-8").split("<!-- prices -->")[1].split("<!-- end -->")[0]
    stated = [
        (name, float(price) / float((units or "1").replace(",", "")))
        for name, price, units in _PRICE.findall(text)
    ]
    lists: dict[str, set[float]] = {}
    absent = []
    for name, price in stated:
        service = _BILLED[re.split(r"[ ,]", name)[0]]
        listed = lists.setdefault(service, set()) or lists[service]
        if not listed:
            listed.update(_listed_prices(run, service))
        if not any(abs(price - one) < price / 1_000 for one in listed):
            absent.append(f"{name} {price:g}")
    if not all(lists.values()):
        return UNSEEN, f"the price list has nothing of {[name for name, one in lists.items() if not one]}"
    return judged(
        not absent, f"{len(stated) - len(absent)} of {len(stated)} are in the price list; not {absent}"
    )


def _listed_prices(run: Run, service: str) -> Iterator[float]:
    """Every price of a service in us-east-1."""
    client = run.account.client("pricing", "us-east-1", attempts=2)
    place: Json = {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "us-east-1"}
    for text in pages(client, "get_products", "PriceList", ServiceCode=service, Filters=[place]):
        for term in json.loads(text)["terms"].get("OnDemand", {}).values():
            for dimension in term["priceDimensions"].values():
                yield float(dimension["pricePerUnit"].get("USD", 0))


_ITS_OWN = "answers what a test sets"

PROBES = (
    Probe(
        "region-services",
        ("deploy",),
        _services,
        "choose another region, and remove this one from `src/spec/region.rs`",
        "has the types of the schemas",
    ),
    Probe(
        "quota-names",
        ("doctor",),
        _quotas,
        "change the names of quotas in `src/doctor/checks`",
        _ITS_OWN,
    ),
    Probe(
        "registry-types",
        ("deploy",),
        _types,
        "change the filters of `ListTypes` in `crates/sdk`",
        "has the types of the schemas",
    ),
    Probe(
        "glue-version-by-job",
        ("load events",),
        _ran_with,
        "let `gen doctor` say that it cannot know, in `src/doctor/checks/glue.rs`",
        "runs every version as one",
    ),
    Probe(
        "linked-role",
        ("deploy",),
        _linked_role,
        "remove the role from `src/doctor/checks/linked_roles.rs`",
        "makes no roles by itself",
    ),
    Probe(
        "identity-region-message",
        ("synth",),
        _identity_message,
        "read the new message in `crates/sdk/src/quicksight.rs`",
        _ITS_OWN,
    ),
    Probe(
        "list-prices",
        ("synth",),
        _prices,
        "correct `src/platform/sizing/price.rs`",
        "has no price list",
    ),
    Probe(
        "hadoop-writes",
        ("load the new column",),
        shown("jobs wrote their files without `s3:ListBucketMultipartUploads`; none of them was stopped"),
        "allow the role of a job to list the uploads of its buckets",
        "does not check permissions",
    ),
)
