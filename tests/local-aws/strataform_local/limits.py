"""Limits of IAM and Kinesis that ministack does not have."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.iam as iam
import ministack.services.kinesis as kinesis
from ministack.core.responses import error_response_json, get_account_id, json_response

from . import strict
from .models import Json
from .strict import Rule

# IAM's user guide, "IAM and AWS STS quotas". The messages are in many public issues with real accounts.
_POLICIES = 10
_CHARACTERS = 6144
# Kinesis's developer guide, "Quotas and limits".
_RECORDS = 1000
_BYTES = 1 << 20
_ON_DEMAND = 4

# The records and bytes that each shard has got in the second in which an account's clock stands still.
_SECONDS: dict[str, dict[str, list[int]]] = {}


def stop_second(account: str, stopped: bool) -> None:
    """Let all that an account sends from now on arrive in one second, or end that second."""
    _SECONDS.pop(account, None)
    if stopped:
        _SECONDS[account] = defaultdict(lambda: [0, 0])


def clear() -> None:
    """End all seconds."""
    _SECONDS.clear()


def install() -> None:
    _policies()
    _throughput()
    _shards()


def _policies() -> None:
    attach: Callable[[Json, str], None] = iam.attach_managed_policy
    store: Callable[..., Json] = iam.store_policy

    def attached(entity: Json, policy: str) -> None:
        held = entity.get("AttachedPolicies") or []
        if policy not in held and len(held) >= _POLICIES and strict.applies(Rule.QUOTAS):
            raise ValueError(f"Cannot exceed quota for PoliciesPerRole: {_POLICIES} (LimitExceeded)")
        attach(entity, policy)

    def stored(arn: str, name: str, path: str, document: Any, **more: Any) -> Json:
        text = document if isinstance(document, str) else json.dumps(document)
        size = sum(not letter.isspace() for letter in text)
        if size > _CHARACTERS and strict.applies(Rule.QUOTAS):
            raise ValueError(f"Cannot exceed quota for PolicySize: {_CHARACTERS} (LimitExceeded)")
        return store(arn, name, path, document, **more)

    iam.attach_managed_policy = attached
    iam.store_policy = stored
    for action in ("AttachRolePolicy", "CreatePolicy"):
        iam._IAM_HANDLERS[action] = _exceeded(iam._IAM_HANDLERS[action])


def _exceeded(plain: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def run(params: Any) -> Any:
        try:
            return plain(params)
        except ValueError as error:
            message = str(error).removesuffix(" (LimitExceeded)")
            return iam._error(409, "LimitExceeded", message, ns="iam")

    return run


def _throughput() -> None:
    """Throttle shards in a second that stands still; a machine's own speed says nothing about AWS's."""
    plain: Callable[[Json], Any] = kinesis._put_records

    def put(data: Json) -> Any:
        second = _SECONDS.get(get_account_id())
        _, stream = kinesis._resolve_stream(data)
        if second is None or not stream or not strict.applies(Rule.THROUGHPUT):
            return plain(data)
        taken, refused = [], {}
        for at, record in enumerate(data.get("Records") or []):
            if _fits(second, stream, record):
                taken.append(record)
            else:
                refused[at] = record
        status, headers, body = plain({**data, "Records": taken}) if taken else json_response({"Records": []})
        if status >= 400:
            return status, headers, body
        answer = json.loads(body)
        for at, record in refused.items():
            shard = kinesis._route_to_shard(kinesis._partition_key_to_hash(record["PartitionKey"]), stream)
            text = f"Rate exceeded for shard {shard} in stream {stream['StreamName']} under account"
            fault = {
                "ErrorCode": "ProvisionedThroughputExceededException",
                "ErrorMessage": f"{text} {get_account_id()}.",
            }
            answer["Records"].insert(at, fault)
        return json_response({**answer, "FailedRecordCount": len(refused)})

    kinesis._put_records = put


def _fits(second: dict[str, list[int]], stream: Json, record: Json) -> bool:
    """Return whether the record's shard has room for it, and take the room."""
    size = len(base64.b64decode(record.get("Data", ""))) + len(record["PartitionKey"].encode())
    if (stream.get("StreamModeDetails") or {}).get("StreamMode") == "ON_DEMAND":
        # "Choose the data stream capacity mode": a new on-demand stream takes 4 MiB and 4,000 records a
        # second.
        key, factor = str(stream["StreamARN"]), _ON_DEMAND
    else:
        shard = kinesis._route_to_shard(kinesis._partition_key_to_hash(record["PartitionKey"]), stream)
        key, factor = f"{stream['StreamARN']}/{shard}", 1
    records, size_before = second[key]
    if records + 1 > _RECORDS * factor or size_before + size > _BYTES * factor:
        return False
    second[key] = [records + 1, size_before + size]
    return True


def _shards() -> None:
    """Reject a number of shards above the double or below the half: API reference, UpdateShardCount.

    The messages: kinesalite, whose tests ran against AWS.
    """
    plain: Callable[[Json], Any] = kinesis._update_shard_count
    handler = provisioners._RESOURCE_HANDLERS["AWS::Kinesis::Stream"]
    update: Callable[..., Any] = handler["update"]

    def counted(data: Json) -> Any:
        _, stream = kinesis._resolve_stream(data)
        target = data.get("TargetShardCount")
        refusal = _refusal(len(stream["shards"]), int(target)) if stream and target else None
        return error_response_json("LimitExceededException", refusal, 400) if refusal else plain(data)

    def updated(physical_id: str, old: Json, new: Json, name: str) -> Any:
        stream = kinesis._streams.get(physical_id)
        mode = (new.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
        before = ((stream or {}).get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
        if stream is not None and mode == before == "PROVISIONED":
            refusal = _refusal(len(stream["shards"]), int(new.get("ShardCount") or 1))
            if refusal:
                raise ValueError(f"{refusal} (Service: Kinesis, Status Code: 400, LimitExceededException)")
        return update(physical_id, old, new, name)

    kinesis._update_shard_count = counted
    handler["update"] = updated


def _refusal(shards: int, target: int) -> str | None:
    if not strict.applies(Rule.RESHARDING):
        return None
    counts = f"Current open shard count: {shards}, Target shard count: {target}"
    if target > 2 * shards:
        return f"UpdateShardCount cannot scale up over double your current open shard count. {counts}"
    if 2 * target < shards:
        return f"UpdateShardCount cannot scale down below half your current open shard count. {counts}"
    return None
