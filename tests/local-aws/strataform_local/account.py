"""What an account and a region have besides resources: quotas, zones, types of resources.

The defaults are those of a new account, as far as AWS documents them. `settle`, which a path of this server
calls, sets others.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import ministack.app as app
import ministack.core.iam_evaluator as iam_evaluator
import ministack.services.cloudformation.handlers as cloudformation
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.ec2 as ec2
import ministack.services.iam as iam
import ministack.services.kinesis as kinesis
from ministack.core.responses import get_account_id, get_region, set_request_account_id

from . import zones
from .models import Json
from .store import STORE

QUOTAS = "service-quotas"
KINESIS = "kinesis"

# Quotas by service and name: the code and the default. The codes of VPC and Glue are those that public tables
# of `aws service-quotas list-service-quotas` have.
_LISTED: dict[str, dict[str, tuple[str, float]]] = {
    "vpc": {"VPCs per Region": ("L-F678F1CE", 5.0)},
    "glue": {"Max task DPUs per account": ("L-08F3B322", 1000.0)},
    "redshift-serverless": {"Number of workgroups": ("L-00000001", 25.0)},
}
# Limits that a service states itself: Kinesis (`DescribeLimits`), CloudFormation (`DescribeAccountLimits`).
_STATED = {"kinesis/shards": 500.0, "kinesis/on-demand": 50.0, "cloudformation/stacks": 2000.0}


@dataclass
class Account:
    """What an account has."""

    # By `service/name`; what is not here has its default.
    quotas: dict[str, float] = field(default_factory=dict)
    # Availability Zones by region; what is not here has those of AWS.
    zones: dict[str, int] = field(default_factory=dict)
    # The beginnings of the types of resources that the region lacks.
    absent: tuple[str, ...] = ()


_ACCOUNTS: dict[str, Account] = {}


def _account() -> Account:
    return _ACCOUNTS.setdefault(get_account_id(), Account())


def settle(name: str, settings: Json) -> None:
    """Set what an account has: `quotas`, `zones`, `absent_types`."""
    held = _ACCOUNTS.setdefault(name, Account())
    held.quotas |= settings.get("quotas") or {}
    held.zones |= settings.get("zones") or {}
    if "absent_types" in settings:
        held.absent = tuple(settings["absent_types"])


def clear() -> None:
    """Forget every account."""
    _ACCOUNTS.clear()


def _stated(name: str) -> int:
    return int(_account().quotas.get(name, _STATED[name]))


@STORE.special(QUOTAS, "ListServiceQuotas", "ListAWSDefaultServiceQuotas")
def _quotas(params: Json) -> Json:
    service = params["ServiceCode"]
    held = _account().quotas
    return {
        "Quotas": [
            {
                "ServiceCode": service,
                "QuotaName": name,
                "QuotaCode": code,
                "Value": held.get(f"{service}/{name}", default),
                "Adjustable": True,
            }
            for name, (code, default) in _LISTED.get(service, {}).items()
        ]
    }


@STORE.special(KINESIS, "DescribeLimits")
def _limits(_params: Json) -> Json:
    on_demand = [s for s in kinesis._streams.values() if _mode(s) == "ON_DEMAND"]
    provisioned = [s for s in kinesis._streams.values() if _mode(s) != "ON_DEMAND"]
    return {
        "ShardLimit": _stated("kinesis/shards"),
        "OpenShardCount": sum(len(s["shards"]) for s in provisioned),
        "OnDemandStreamCount": len(on_demand),
        "OnDemandStreamCountLimit": _stated("kinesis/on-demand"),
    }


def _mode(stream: Json) -> str:
    return str((stream.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED"))


def _account_limits(_params: Json) -> Any:
    limit = f"<member><Name>StackLimit</Name><Value>{_stated('cloudformation/stacks')}</Value></member>"
    body = (
        f"<DescribeAccountLimitsResult><AccountLimits>{limit}</AccountLimits></DescribeAccountLimitsResult>"
    )
    return cloudformation._xml(200, "DescribeAccountLimitsResponse", body)


def _zones(params: Json) -> Any:
    status, headers, body = _ALL_ZONES(params)
    names = zones.names(get_region())
    number = _account().zones.get(get_region(), len(names))
    text = body.decode() if isinstance(body, bytes) else body
    items = re.findall(r"<item>.*?</item>", text, re.DOTALL)
    # Zones have the members of the first one, with names and IDs of their own.
    wanted = [
        items[0].replace(f"{get_region()}a", name).replace("az1", f"az{at}")
        for at, name in enumerate(names, 1)
    ]
    start, end = text.index(items[0]), text.rindex("</item>") + len("</item>")
    return status, headers, (text[:start] + "".join(wanted[:number]) + text[end:]).encode()


def _subnets(params: Json) -> Any:
    """Count the free addresses; AWS keeps five: VPC user guide, "Subnet CIDR blocks"."""
    for subnet in ec2._subnets.values():
        subnet["AvailableIpAddressCount"] = ipaddress.ip_network(subnet["CidrBlock"]).num_addresses - 5
    return _ALL_SUBNETS(params)


def _summary(params: Json) -> Any:
    status, headers, body = _WHOLE_SUMMARY(params)
    text = body.decode() if isinstance(body, bytes) else body
    for name, value in _account().quotas.items():
        service, _, key = name.partition("/")
        if service == "iam":
            text = re.sub(
                f"<key>{key}</key><value>[0-9]+</value>", f"<key>{key}</key><value>{int(value)}</value>", text
            )
    return status, headers, text.encode()


def _simulate(params: Json) -> Any:
    """Simulate with the condition keys of the request; ministack knows none."""
    context: dict[str, str] = {}
    while name := _parameter(params, f"ContextEntries.member.{len(context) + 1}.ContextKeyName"):
        value = f"ContextEntries.member.{len(context) + 1}.ContextKeyValues.member.1"
        context[name.lower()] = _parameter(params, value)
    _CONTEXT.set(context)
    return _PLAIN_SIMULATION(params)


def _with_context(ctx: iam_evaluator.EvalContext, policies: Any, *limits: Any) -> iam_evaluator.EvalResult:
    context = dict(_CONTEXT.get())
    ctx.region = context.pop("aws:requestedregion", ctx.region)
    ctx.service_context |= context
    return _EVALUATE(ctx, policies, *limits)


_CONTEXT: ContextVar[dict[str, str]] = ContextVar("context", default={})  # noqa: B039

# Types without a handler for updates, as cfn-lint's copies of the registry schemas have them.
_IMMUTABLE = (
    *("AWS::EC2::SubnetRouteTableAssociation", "AWS::Glue::SecurityConfiguration"),
    "AWS::Logs::LogStream",
)


def _types(params: Json) -> Any:
    """List the types that stacks can have here, by the beginning of their names.

    CloudFormation's API reference, `ListTypes`: without `ProvisioningType`, it lists FULLY_MUTABLE ones only.
    """
    begin = _parameter(params, "Filters.TypeNamePrefix")
    kind = _parameter(params, "ProvisioningType") or "FULLY_MUTABLE"
    known = [name for name in sorted(provisioners._RESOURCE_HANDLERS) if name.startswith(begin)]
    of_kind = {"IMMUTABLE": _IMMUTABLE, "FULLY_MUTABLE": {*known} - {*_IMMUTABLE}}.get(kind, ())
    found = [name for name in known if name in of_kind and not name.startswith(_account().absent)]
    items = "".join(f"<member><Type>RESOURCE</Type><TypeName>{name}</TypeName></member>" for name in found)
    result = f"<ListTypesResult><TypeSummaries>{items}</TypeSummaries></ListTypesResult>"
    return cloudformation._xml(200, "ListTypesResponse", result)


def _parameter(params: Json, name: str) -> str:
    value = params.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _set_account(key: str) -> None:
    """Set the account of a request also if its key belongs to a user; ministack does so only with AUTH."""
    set_request_account_id(app._request_account_scope(key))


Handler = Callable[[Json], Any]
_EVALUATE = iam_evaluator.evaluate
_PLAIN_SIMULATION: Handler = iam._simulate_principal_policy
_ALL_SUBNETS: Handler = ec2._describe_subnets
_ALL_ZONES: Handler = ec2._describe_availability_zones
_WHOLE_SUMMARY: Handler = iam._get_account_summary


def install() -> None:
    app.set_request_account_id = _set_account
    for table in _tables(ec2, "DescribeAvailabilityZones"):
        table["DescribeAvailabilityZones"] = _zones
        table["DescribeSubnets"] = _subnets
    iam._IAM_HANDLERS["GetAccountSummary"] = _summary
    iam._IAM_HANDLERS["SimulatePrincipalPolicy"] = _simulate
    iam_evaluator.evaluate = _with_context
    cloudformation._ACTION_HANDLERS["DescribeAccountLimits"] = _account_limits
    cloudformation._ACTION_HANDLERS["ListTypes"] = _types


def _tables(module: Any, action: str) -> list[dict[str, Handler]]:
    """Return the tables of a module that have an action: their names differ between versions."""
    return [v for v in vars(module).values() if isinstance(v, dict) and action in v]
