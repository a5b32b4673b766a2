"""Names: a resource with a name that is taken is not created, unless a stack imports it.

AWS rejects a resource whose name is taken, such as one that an earlier stack has retained; ministack takes
it over. `ImportExistingResources` adopts it if its type can be imported: CloudFormation's guide, "Import
AWS resources into a CloudFormation stack automatically".
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from typing import Any

import ministack.services.cloudformation.changesets as changesets
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.cloudwatch as cloudwatch
import ministack.services.cloudwatch_logs as logs
import ministack.services.ec2 as ec2
import ministack.services.eventbridge as eventbridge
import ministack.services.firehose as firehose
import ministack.services.glue as glue
import ministack.services.iam as iam
import ministack.services.kinesis as kinesis
import ministack.services.kms as kms
import ministack.services.pipes as pipes
import ministack.services.s3 as s3
import ministack.services.scheduler as scheduler
import ministack.services.secretsmanager as secretsmanager
import ministack.services.sns as sns
import ministack.services.sqs as sqs
import ministack.services.stepfunctions as stepfunctions
from ministack.core.responses import get_account_id, get_region

from . import strict
from .models import Json

Created = tuple[str, Json]
Create = Callable[[str, Json, str], Created]


def install() -> None:
    # The bucket's event then reports this; ministack fails the stack earlier, shown only in DescribeEvents.
    provisioners.s3_bucket_name_conflict = lambda _name: None
    for kind, (name, taken) in _TAKEN.items():
        handler = _handlers(kind)
        handler["create"] = functools.partial(_if_free, handler["create"], kind, name, taken)
    role = _handlers("AWS::IAM::Role")
    role["create"] = functools.partial(_new_name, role["create"])
    _imports()


def _handlers(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = provisioners._RESOURCE_HANDLERS[kind]
    return found


def _rule(name: str) -> bool:
    return any(str(key).rpartition("|")[2] == name for key in eventbridge._rules)


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{rest}"


def _schedule_key(name: str) -> bool:
    return f"default/{name}" in scheduler._schedules


def _group(name: str) -> bool:
    return any(group["GroupName"] == name for group in ec2._security_groups.values())


# The property with the name, and whether the name is taken.
_TAKEN: dict[str, tuple[str, Callable[[str], bool]]] = {
    "AWS::Kinesis::Stream": ("Name", lambda n: n in kinesis._streams),
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName", lambda n: n in firehose._streams),
    "AWS::Logs::LogGroup": ("LogGroupName", lambda n: n in logs._log_groups),
    "AWS::IAM::Role": ("RoleName", lambda n: n in iam._roles),
    "AWS::IAM::ManagedPolicy": (
        "ManagedPolicyName",
        lambda n: f"arn:aws:iam::{get_account_id()}:policy/{n}" in iam._policies,
    ),
    "AWS::Glue::Job": ("Name", lambda n: n in glue._jobs),
    "AWS::Glue::Crawler": ("Name", lambda n: n in glue._crawlers),
    "AWS::Scheduler::Schedule": ("Name", _schedule_key),
    "AWS::StepFunctions::StateMachine": (
        "StateMachineName",
        lambda n: _arn("states", f"stateMachine:{n}") in stepfunctions._state_machines,
    ),
    "AWS::SNS::Topic": ("TopicName", lambda n: _arn("sns", n) in sns._topics),
    "AWS::SQS::Queue": ("QueueName", lambda n: n in sqs._queue_name_to_url),
    "AWS::Pipes::Pipe": ("Name", lambda n: n in pipes._pipes),
    "AWS::Events::Rule": ("Name", _rule),
    "AWS::EC2::SecurityGroup": ("GroupName", _group),
    "AWS::CloudWatch::Alarm": ("AlarmName", lambda n: n in cloudwatch._alarms),
    "AWS::CloudWatch::Dashboard": ("DashboardName", lambda n: n in cloudwatch._dashboards),
    "AWS::SecretsManager::Secret": ("Name", lambda n: n in secretsmanager._secrets),
    "AWS::KMS::Alias": ("AliasName", lambda n: kms._alias_arn(n) in kms._aliases),
    # A bucket has one policy: CloudFormation does not replace one that exists.
    "AWS::S3::BucketPolicy": ("Bucket", lambda n: n in s3._bucket_policies),
}


def _new_name(plain: Create, logical_id: str, props: Json, stack: str) -> Created:
    # AWS draws a new name for each role; in ministack, a role that is created again has its old one.
    if not provisioners._NAME_SEED.get():
        provisioners._NAME_SEED.set(secrets.token_hex(4))
    return plain(logical_id, props, stack)


def _if_free(
    plain: Create,
    kind: str,
    name: str,
    taken: Callable[[str], bool],
    logical_id: str,
    props: Json,
    stack: str,
) -> Created:
    wanted = props.get(name)
    if wanted and taken(wanted) and strict.applies(strict.Rule.NAMES):
        if kind == "AWS::SecretsManager::Secret" and secretsmanager._secrets[wanted].get("DeletedDate"):
            # Secrets Manager's guide, "Delete a secret": the name stays taken until the window has ended.
            message = "You can't create this secret because a secret with this name is already scheduled for "
            message += "deletion."
            raise ValueError(
                f"{message} (Service: SecretsManager, Status Code: 400, InvalidRequestException)"
            )
        raise ValueError(f"Resource of type '{kind}' with identifier '{wanted}' already exists.")
    return plain(logical_id, props, stack)


# Imports of streams and log streams, which ministack lacks


def _imports() -> None:
    _handlers("AWS::Kinesis::Stream")["import"] = _adopt_stream
    changesets._IMPORT_LOOKUPS["AWS::Kinesis::Stream"] = (("Name",), _no_stream)
    _handlers("AWS::Logs::LogStream")["import"] = lambda identifier: (identifier["LogStreamName"], {})
    changesets._IMPORT_LOOKUPS["AWS::Logs::LogStream"] = (("LogGroupName", "LogStreamName"), _no_log_stream)


def _no_stream(name: str) -> str | None:
    return None if name in kinesis._streams else _not_found("AWS::Kinesis::Stream", name)


def _adopt_stream(identifier: Json) -> Created:
    name = identifier["Name"]
    return name, {"Arn": kinesis._streams[name]["StreamARN"]}


def _not_found(kind: str, value: str) -> str:
    text: str = changesets._IMPORT_NOT_FOUND.format(type=kind, value=value)
    return text


def _no_log_stream(group: str, name: str) -> str | None:
    found = name in logs._log_groups.get(group, {}).get("streams", {})
    return None if found else _not_found("AWS::Logs::LogStream", f"{group}|{name}")
