"""Resource types that ministack lacks although it has the service, and settings without a name."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import ministack.services.budgets as budgets
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.ec2 as ec2
import ministack.services.glue as glue
from ministack.core.responses import get_account_id, get_region

from . import nouns
from .models import AwsError, Json
from .stacks import Created, call, wrong

Create = Callable[[str, Json, str], Created]
Update = Callable[[str, Json, Json, str], Created]
Delete = Callable[[str, Json], None]


def _register(
    kind: str, create: Create, delete: Delete, update: Update | None, fixed: tuple[str, ...], tags: str = ""
) -> None:
    handlers: Json = {"create": create, "delete": delete}
    if update is not None:
        handlers["update"] = update
    provisioners._RESOURCE_HANDLERS[kind] = handlers
    provisioners._REPLACING_PROPERTIES[kind] = fixed
    if tags:
        provisioners._STACK_TAG_PROPERTY[kind] = ("Tags", tags)


def _asked(answer: tuple[int, Any, Any]) -> None:
    status, _, body = answer
    if status >= 400:
        error = json.loads(body)
        raise ValueError(str(error.get("message") or error.get("Message") or error))


# Glue


def _security_create(logical_id: str, props: Json, stack: str) -> Created:
    name = props.get("Name") or provisioners._physical_name(stack, logical_id, max_len=255)
    _asked(glue._create_security_configuration({**props, "Name": name}))
    return name, {}


def _security_update(physical_id: str, _old: Json, new: Json, _stack: str) -> Created:
    # Glue cannot update one; CloudFormation deletes it and creates it again with its name.
    glue._delete_security_configuration({"Name": physical_id})
    _asked(glue._create_security_configuration({**new, "Name": physical_id}))
    return physical_id, {}


def _security_delete(physical_id: str, _props: Json) -> None:
    glue._delete_security_configuration({"Name": physical_id})


def _workflow_create(logical_id: str, props: Json, stack: str) -> Created:
    name = props.get("Name") or provisioners._physical_name(stack, logical_id, max_len=255)
    _asked(glue._create_workflow({**props, "Name": name}))
    return name, {}


def _workflow_update(physical_id: str, _old: Json, new: Json, _stack: str) -> Created:
    empty = {"Description": "", "DefaultRunProperties": {}, "MaxConcurrentRuns": 0}
    _asked(glue._update_workflow({**empty, **new, "Name": physical_id}))
    glue._tags[f"arn:aws:glue:{get_region()}:{get_account_id()}:workflow/{physical_id}"] = dict(
        new.get("Tags") or {}
    )
    return physical_id, {}


def _workflow_delete(physical_id: str, _props: Json) -> None:
    glue._delete_workflow({"Name": physical_id})


# EC2


def _flow_log_create(_logical_id: str, props: Json, _stack: str) -> Created:
    name = "fl-" + secrets.token_hex(9)[:17]
    ec2._ensure_defaults_initialized()
    if props.get("ResourceType") == "VPC" and props["ResourceId"] not in ec2._vpcs:
        raise ValueError(f"The vpc ID '{props['ResourceId']}' does not exist (InvalidVpcID.NotFound)")
    ec2._flow_logs[name] = {
        "FlowLogId": name,
        "ResourceId": props["ResourceId"],
        "ResourceType": props["ResourceType"],
        "TrafficType": props.get("TrafficType", "ALL"),
        "LogDestinationType": props.get("LogDestinationType", "cloud-watch-logs"),
        "LogDestination": props.get("LogDestination") or props.get("LogGroupName", ""),
        "FlowLogStatus": "ACTIVE",
        "CreationTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    ec2._tags[name] = list(props.get("Tags") or [])
    return name, {"Id": name}


def _flow_log_update(physical_id: str, _old: Json, new: Json, _stack: str) -> Created:
    ec2._tags[physical_id] = list(new.get("Tags") or [])
    return physical_id, {"Id": physical_id}


def _flow_log_delete(physical_id: str, _props: Json) -> None:
    ec2._flow_logs.pop(physical_id, None)
    ec2._tags.pop(physical_id, None)


def _rules(props: Json) -> tuple[list[Json], list[Json]]:
    group = ec2._security_groups.get(props.get("GroupId"))
    if group is None:
        raise ValueError(
            f"The security group '{props.get('GroupId')}' does not exist (InvalidGroup.NotFound)"
        )
    return group.setdefault("IpPermissions", []), provisioners._ec2_sg_permissions([props])


def _ingress_create(_logical_id: str, props: Json, _stack: str) -> Created:
    ec2._ensure_defaults_initialized()
    held, new = _rules(props)
    bare = [ec2._strip_descriptions(rule) for rule in held]
    if ec2._strip_descriptions(new[0]) in bare:
        raise ValueError("The specified rule already exists (InvalidPermission.Duplicate)")
    held += new
    return "sgr-" + secrets.token_hex(9)[:17], {}


def _ingress_update(physical_id: str, old: Json, new: Json, _stack: str) -> Created:
    held, wanted = _rules(new)
    gone = _rules(old)[1]
    held[:] = [rule for rule in held if rule not in gone] + wanted
    return physical_id, {}


def _ingress_delete(_physical_id: str, props: Json) -> None:
    if ec2._security_groups.get(props.get("GroupId")) is None:
        return
    held, gone = _rules(props)
    held[:] = [rule for rule in held if rule not in gone]


# Budgets


def _budget(props: Json, name: str) -> Json:
    budget = json.loads(json.dumps(props["Budget"]))
    budget.setdefault("BudgetName", name)
    if "BudgetLimit" in budget:
        budget["BudgetLimit"]["Amount"] = str(budget["BudgetLimit"]["Amount"])
    found: Json = budget
    return found


def _budget_create(logical_id: str, props: Json, stack: str) -> Created:
    budget = _budget(props, provisioners._physical_name(stack, logical_id, max_len=100))
    _asked(budgets._create_budget({**props, "Budget": budget, "AccountId": get_account_id()}))
    return budget["BudgetName"], {"Id": budget["BudgetName"]}


def _budget_update(physical_id: str, old: Json, new: Json, stack: str) -> Created:
    budget = _budget(new, physical_id)
    if budget["BudgetName"] != physical_id:
        return _budget_create(budget["BudgetName"], new, stack)
    _asked(budgets._update_budget({"AccountId": get_account_id(), "NewBudget": budget}))
    return physical_id, {"Id": physical_id}


def _budget_delete(physical_id: str, _props: Json) -> None:
    budgets._delete_budget({"AccountId": get_account_id(), "BudgetName": physical_id})


# Lake Formation


def _lake(op: str, params: Json) -> None:
    try:
        call(nouns.LAKE, op, params)
    except AwsError as error:
        raise wrong(error) from error


def _settings_put(props: Json) -> None:
    members = ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions", "Parameters")
    settings = {k: props[k] for k in members if k in props}
    settings["DataLakeAdmins"] = props.get("Admins") or []
    settings["TrustedResourceOwners"] = props.get("TrustedResourceOwners") or []
    _lake("PutDataLakeSettings", {"DataLakeSettings": settings})


def _settings_create(logical_id: str, props: Json, stack: str) -> Created:
    _settings_put(props)
    return f"{stack}-{logical_id}", {}


def _settings_update(physical_id: str, _old: Json, new: Json, _stack: str) -> Created:
    _settings_put(new)
    return physical_id, {}


def _settings_delete(_physical_id: str, _props: Json) -> None:
    _settings_put({})


def _grant(props: Json) -> Json:
    return {k: v for k, v in props.items() if k != "Catalog"} | {"CatalogId": props["Catalog"]}


def _grant_create(_logical_id: str, props: Json, _stack: str) -> Created:
    _lake("GrantPermissions", _grant(props))
    principal = json.dumps(props["Principal"], sort_keys=True)
    resource = json.dumps(props["Resource"], sort_keys=True)
    return f"{principal}|{resource}", {"PrincipalIdentifier": principal, "ResourceIdentifier": resource}


def _grant_delete(_physical_id: str, props: Json) -> None:
    _lake("RevokePermissions", _grant(props))


def install() -> None:
    _register(
        "AWS::Glue::SecurityConfiguration", _security_create, _security_delete, _security_update, ("Name",)
    )
    _register(
        "AWS::Glue::Workflow", _workflow_create, _workflow_delete, _workflow_update, ("Name",), tags="map"
    )
    flow = (
        *("DeliverCrossAccountRole", "DeliverLogsPermissionArn", "LogGroupName", "LogDestination"),
        *("ResourceId", "TrafficType", "LogDestinationType", "ResourceType", "LogFormat"),
        *("MaxAggregationInterval", "DestinationOptions"),
    )
    _register("AWS::EC2::FlowLog", _flow_log_create, _flow_log_delete, _flow_log_update, flow, tags="list")
    rule = (
        *("GroupName", "IpProtocol", "SourceSecurityGroupId", "SourcePrefixListId", "ToPort", "CidrIp"),
        *("SourceSecurityGroupName", "SourceSecurityGroupOwnerId", "FromPort", "GroupId", "CidrIpv6"),
    )
    _register("AWS::EC2::SecurityGroupIngress", _ingress_create, _ingress_delete, _ingress_update, rule)
    _register(
        "AWS::Budgets::Budget",
        _budget_create,
        _budget_delete,
        _budget_update,
        ("NotificationsWithSubscribers",),
    )
    _register(
        "AWS::LakeFormation::DataLakeSettings", _settings_create, _settings_delete, _settings_update, ()
    )
    grant = ("Catalog", "Principal", "Resource", "Permissions", "PermissionsWithGrantOption")
    _register("AWS::LakeFormation::PrincipalPermissions", _grant_create, _grant_delete, None, grant)
