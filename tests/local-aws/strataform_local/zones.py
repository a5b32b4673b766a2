"""The network of an account: its zones in a region, blocks of addresses, and subnets for a warehouse."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import ministack.services.cloudformation as cloudformation
import ministack.services.cloudformation.engine as engine
import ministack.services.ec2 as ec2
from botocore.model import OperationModel
from ministack.core.responses import get_region

from . import nouns, strict
from .models import AwsError, Json
from .store import STORE

# Regions in which an account sees more or fewer than three zones: AWS's page "Regions and Availability
# Zones". us-west-1 has two for an account: aws-solutions/workload-discovery-on-aws#234.
_ZONES = {"us-east-1": 6, "us-west-2": 4, "ap-northeast-2": 4, "us-west-1": 2}
# The free addresses that a workgroup needs in each of three subnets, by its greatest base capacity:
# Redshift's management guide, "Considerations when using Amazon Redshift Serverless".
_FREE = ((8, 9), (32, 13), (64, 21), (128, 37), (256, 69), (512, 133), (1 << 30, 261))
# The addresses that AWS keeps in each subnet: VPC user guide, "Subnet CIDR blocks".
_RESERVED = 5
# What a list of blocks has without the rule.
_PLENTY = 16


def names(region: str) -> list[str]:
    """Return the zones of a region."""
    number = _ZONES.get(region, 3)
    if not strict.applies(strict.Rule.ZONES):
        number = max(number, 3)
    return [f"{region}{letter}" for letter in "abcdef"[:number]]


def install() -> None:
    _functions()
    STORE.before(nouns.SERVERLESS, _addresses)


def _functions() -> None:
    """Return the zones of the region from Fn::GetAZs; ministack has three everywhere."""
    resolve: Callable[..., Any] = engine._resolve_refs
    blocks: Callable[[str, int, int], list[str]] = engine._cidr_blocks

    def resolved(value: Any, *more: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"Fn::GetAZs"}:
            region = str(resolved(value["Fn::GetAZs"], *more) or get_region())
            return names(region) if region == get_region() else []
        return resolve(value, *more)

    def cut(block: str, count: int, bits: int) -> list[str]:
        # Fn::Select of a block that Fn::Cidr does not return fails: CloudFormation's guide, "Fn::Select".
        found = blocks(block, count, bits)
        if not strict.applies(strict.Rule.BLOCKS):
            first, prefix = ipaddress.ip_network(block)[0], 32 - bits
            more = range(len(found), max(count, _PLENTY))
            return found + [f"{first + (number << bits)}/{prefix}" for number in more]
        return found

    engine._cidr_blocks = cut
    for module in (engine, *vars(cloudformation).values()):
        if getattr(module, "_resolve_refs", None) is resolve:
            module._resolve_refs = resolved


def _addresses(om: OperationModel, params: Json) -> None:
    """Reject a workgroup without enough addresses in three zones.

    The message, and that it is the same for zones: cdk-preflight's probe of CreateWorkgroup in us-east-1 of
    2026-09-15.
    """
    routed = params.get("enhancedVpcRouting")
    if om.name != "CreateWorkgroup" or not routed or not strict.applies(strict.Rule.ADDRESSES):
        return
    base = int(params.get("baseCapacity") or 128)
    need = next(free for most, free in _FREE if base <= most)
    subnets = [ec2._subnets.get(one) or {} for one in params.get("subnetIds") or []]
    zones = {one.get("AvailabilityZone") for one in subnets if _free(one) >= need}
    if len(zones) < 3:
        raise AwsError(
            "ValidationException",
            "There aren't enough free IP addresses in subnets to allow this operation. Make sure that there "
            f"are at least {need} free IP addresses in 3 subnets. Each subnet should be in a different "
            "Availability Zone.",
        )


def _free(subnet: Json) -> int:
    block = subnet.get("CidrBlock")
    return int(ipaddress.ip_network(block).num_addresses) - _RESERVED if block else 0
