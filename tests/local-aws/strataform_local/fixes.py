"""Fixes where ministack differs from AWS: each states what AWS does, and patches private names of 1.5.33."""

from __future__ import annotations

import functools
import gzip
import json
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

import botocore.serialize
import ministack.services.cloudformation as cloudformation
import ministack.services.cloudformation.changesets as changesets
import ministack.services.cloudformation.handlers as handlers
import ministack.services.cloudformation.helpers as helpers
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.firehose as firehose
import ministack.services.kinesis as kinesis
import ministack.services.s3 as s3
import ministack.services.scheduler as scheduler
import ministack.services.secretsmanager as secretsmanager

from . import lake, models
from .models import Json

Created = tuple[str, Json]
Params = Mapping[str, Any]
Response = tuple[int, Any, Any]
Handler = Callable[[Params], Response]


def install() -> None:
    _change_sets()
    _replacements()
    _buckets()
    _streams()
    _secrets()
    _schedules()
    _tables()
    _delivery()
    _networks()
    _alarms()


def _alarms() -> None:
    """Store alarms on expressions, which ministack refuses; their state never changes."""
    plain: Callable[[str, Json], Json] = provisioners._cw_metric_alarm_record

    def record(name: str, props: Json) -> Json:
        metrics = props.get("Metrics")
        if not metrics:
            return plain(name, props)
        others = {key: value for key, value in props.items() if key != "Metrics"}
        stand_in = {"MetricName": "Expression", "Namespace": "Expressions", "TreatMissingData": "ignore"}
        made = plain(name, {**others, **stand_in})
        return {**made, "Metrics": metrics, "TreatMissingData": props.get("TreatMissingData", "missing")}

    provisioners._cw_metric_alarm_record = record


def _networks() -> None:
    """Return a VPC's CIDR block, like AWS; ministack does not."""
    handlers = _handlers("AWS::EC2::VPC")
    plain: Callable[..., Created] = handlers["create"]

    def create(logical_id: str, props: Json, stack: str) -> Created:
        made, attributes = plain(logical_id, props, stack)
        return made, {**attributes, "CidrBlock": props.get("CidrBlock", "10.0.0.0/16")}

    handlers["create"] = create


def _handlers(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = provisioners._RESOURCE_HANDLERS[kind]
    return found


# Change sets

# The states from which a stack can be updated; in every other state, AWS returns an error.
_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        # An update resumes a failed create or update that was started with rollback disabled.
        "CREATE_FAILED",
        "UPDATE_FAILED",
    }
)


def _not_updatable(stack: Json) -> Response:
    message = f"Stack:{stack['StackId']} is in {stack['StackStatus']} state and can not be updated."
    answer: Response = helpers._error("ValidationError", message)
    return answer


def _live(name: str) -> Json | None:
    stack: Json | None = handlers._resolve_stack(name) if name else None
    return stack if stack and stack.get("StackStatus") != "DELETE_COMPLETE" else None


def _create_change_set(plain: Handler, params: Params) -> Response:
    kind = helpers._p(params, "ChangeSetType", "UPDATE")
    name = helpers._p(params, "StackName")
    stack = _live(name)
    if kind == "UPDATE" and stack is not None and stack["StackStatus"] not in _UPDATABLE:
        # AWS rejects an update of a stack that was rolled back, or that has an operation in progress.
        return _not_updatable(stack)
    waiting = stack is not None and stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    if kind == "CREATE" and stack is not None and not waiting:
        # AWS rejects the creation of an existing stack, even after a rollback: it must be deleted first.
        change_set = helpers._p(params, "ChangeSetName")
        text = f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}]."
        refused: Response = helpers._error("ValidationError", text)
        return refused
    answer = plain(params)
    if answer[0] >= 400:
        if waiting and stack is not None:
            # A change set that AWS rejects does not change the stack in REVIEW_IN_PROGRESS.
            cloudformation._stacks[stack["StackName"]] = stack
        return answer
    return _corrected(answer, params, stack if waiting else None)


def _corrected(answer: Response, params: Params, waiting: Json | None) -> Response:
    status, headers, body = answer
    name, made = helpers._p(params, "StackName"), helpers._p(params, "ChangeSetName")
    _, change_set = changesets._find_change_set(made, _stack_name(name))
    if change_set is None:
        return answer
    # AWS shows **** in place of the value of a NoEcho parameter.
    resolved = change_set["_resolved_params"]
    for parameter in change_set["Parameters"]:
        if resolved.get(parameter["ParameterKey"], {}).get("NoEcho"):
            parameter["ParameterValue"] = "****"
    if waiting is not None and waiting["StackId"] != change_set["StackId"]:
        # A second change set of a stack in REVIEW_IN_PROGRESS belongs to the same stack.
        new = change_set["StackId"]
        cloudformation._stack_events.pop(new, None)
        cloudformation._stacks[waiting["StackName"]] = waiting
        change_set["StackId"] = waiting["StackId"]
        text = body.decode() if isinstance(body, bytes) else body
        text = text.replace(new, waiting["StackId"])
        body = text.encode() if isinstance(body, bytes) else text
    return status, headers, body


def _stack_name(name: str) -> str:
    stack = handlers._resolve_stack(name)
    return str(stack["StackName"]) if stack else name


def _execute_change_set(plain: Handler, params: Params) -> Response:
    given = helpers._p(params, "StackName")
    _, change_set = changesets._find_change_set(
        helpers._p(params, "ChangeSetName"), _stack_name(given) if given else ""
    )
    stack = _live(change_set["StackName"]) if change_set else None
    available = change_set is not None and change_set["ExecutionStatus"] == "AVAILABLE"
    status = stack["StackStatus"] if stack is not None and available else ""
    if stack is not None and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        # AWS runs one operation on a stack at a time.
        return _not_updatable(stack)
    return plain(params)


def _update_stack(plain: Handler, params: Params) -> Response:
    stack = _live(helpers._p(params, "StackName"))
    if stack is not None and stack["StackStatus"] not in _UPDATABLE:
        return _not_updatable(stack)
    return plain(params)


def _by_name(plain: Handler, params: Params) -> Response:
    """Accept the ID of a stack instead of its name, like AWS; ministack looks up change sets by name."""
    name = helpers._p(params, "StackName")
    if name.startswith("arn:"):
        params = {**params, "StackName": [_stack_name(name)]}
    return plain(params)


def _wrap(action: str, wrapper: Callable[[Handler, Params], Response]) -> None:
    actions = cloudformation._ACTION_HANDLERS
    actions[action] = functools.partial(wrapper, actions[action])


def _change_sets() -> None:
    _wrap("CreateChangeSet", _create_change_set)
    _wrap("ExecuteChangeSet", _execute_change_set)
    _wrap("UpdateStack", _update_stack)
    for action in ("DescribeChangeSet", "ExecuteChangeSet", "ListChangeSets"):
        _wrap(action, _by_name)


# Replacement

# For types that ministack treats as Conditional: the properties whose change requires replacement in AWS.
_REPLACED: dict[str, tuple[str, ...]] = {
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::S3::BucketPolicy": ("Bucket",),
    "AWS::Kinesis::Stream": ("Name",),
    "AWS::KinesisFirehose::DeliveryStream": (
        *("DeliveryStreamName", "DeliveryStreamType", "KinesisStreamSourceConfiguration"),
        *("MSKSourceConfiguration", "DirectPutSourceConfiguration", "DatabaseSourceConfiguration"),
    ),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::KMS::Key": (),
    "AWS::KMS::Alias": ("AliasName",),
    "AWS::Glue::Table": ("DatabaseName", "CatalogId"),
    "AWS::EC2::VPC": ("CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength"),
    "AWS::EC2::Subnet": (
        *("VpcId", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "OutpostArn", "Ipv6Native"),
        *("Ipv4IpamPoolId", "Ipv4NetmaskLength", "Ipv6IpamPoolId", "Ipv6NetmaskLength"),
    ),
    "AWS::EC2::VPCEndpoint": ("ServiceName", "VpcEndpointType", "VpcId", "ServiceRegion"),
    "AWS::EC2::SecurityGroup": ("GroupDescription", "GroupName", "VpcId"),
    "AWS::EC2::RouteTable": ("VpcId",),
    "AWS::EC2::SubnetRouteTableAssociation": ("SubnetId", "RouteTableId"),
    "AWS::Scheduler::Schedule": ("Name",),
    "AWS::SNS::TopicPolicy": (),
    "AWS::SNS::Subscription": ("Endpoint", "Protocol", "TopicArn"),
    "AWS::SecretsManager::Secret": ("Name",),
    "AWS::CloudWatch::Alarm": ("AlarmName",),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::Events::Rule": ("Name",),
}

# Types whose replacement is rejected if the name stays: "Rename X and update the stack again."
_CUSTOM = {
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Glue::Job": "Name",
    "AWS::Glue::Crawler": "Name",
}


def _replacements() -> None:
    for kind, properties in _REPLACED.items():
        provisioners._REPLACING_PROPERTIES.setdefault(kind, properties)
    for kind, name in _CUSTOM.items():
        provisioners._CUSTOM_NAME_REPLACEMENT.setdefault(kind, {"name": name})


# S3


def _s3_xml(op: str, member: str, value: Json) -> bytes:
    om = models.operation("s3", op)
    params = {"Bucket": "b", member: models.fit(om.input_shape.members[member], value)}
    serializer = botocore.serialize.create_serializer("rest-xml", False)
    body: bytes = serializer.serialize_to_request(params, om)["body"]
    return body


def _encryption(props: Json) -> bytes:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault"),
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in props.get("ServerSideEncryptionConfiguration") or []
    ]
    return _s3_xml("PutBucketEncryption", "ServerSideEncryptionConfiguration", {"Rules": rules})


def _expiry(rule: Json) -> Json:
    known = {
        "ExpirationInDays": "Days",
        "ExpirationDate": "Date",
        "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    }
    return {api: rule[name] for name, api in known.items() if name in rule}


def _filter(rule: Json) -> Json:
    tags = rule.get("TagFilters") or []
    sizes: Json = {k: rule[k] for k in ("ObjectSizeGreaterThan", "ObjectSizeLessThan") if k in rule}
    prefix: Json = {"Prefix": rule["Prefix"]} if "Prefix" in rule else {}
    if len(tags) + len(sizes) + len(prefix) > 1:
        return {"And": {**prefix, **sizes, "Tags": tags}}
    if tags:
        return {"Tag": tags[0]}
    return sizes or prefix or {"Prefix": ""}


def _transition(transition: Json) -> Json:
    known = {"TransitionInDays": "Days", "TransitionDate": "Date", "StorageClass": "StorageClass"}
    return {api: transition[name] for name, api in known.items() if name in transition}


def _older(transition: Json) -> Json:
    known = {
        "TransitionInDays": "NoncurrentDays",
        "StorageClass": "StorageClass",
        "NewerNoncurrentVersions": "NewerNoncurrentVersions",
    }
    return {api: transition[name] for name, api in known.items() if name in transition}


def _lifecycle(props: Json) -> bytes:
    rules = []
    for rule in props.get("Rules") or []:
        new: Json = {"Status": rule["Status"], "Filter": _filter(rule)}
        if "Id" in rule:
            new["ID"] = rule["Id"]
        if expiry := _expiry(rule):
            new["Expiration"] = expiry
        for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
            if name in rule:
                new[name] = rule[name]
        if "NoncurrentVersionExpirationInDays" in rule:
            new["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
        moves = [*rule.get("Transitions", []), *([rule["Transition"]] if "Transition" in rule else [])]
        if moves:
            new["Transitions"] = [_transition(t) for t in moves]
        if "NoncurrentVersionTransitions" in rule:
            new["NoncurrentVersionTransitions"] = [_older(t) for t in rule["NoncurrentVersionTransitions"]]
        rules.append(new)
    return _s3_xml("PutBucketLifecycleConfiguration", "LifecycleConfiguration", {"Rules": rules})


def _ownership(props: Json) -> bytes:
    return _s3_xml("PutBucketOwnershipControls", "OwnershipControls", props)


def _logging(props: Json) -> bytes:
    enabled = {
        "TargetBucket": props.get("DestinationBucketName", ""),
        "TargetPrefix": props.get("LogFilePrefix", ""),
    }
    return _s3_xml("PutBucketLogging", "BucketLoggingStatus", {"LoggingEnabled": enabled})


def _tagging(tags: list[Json]) -> bytes:
    return _s3_xml("PutBucketTagging", "Tagging", {"TagSet": tags or []})


def _no_logging(name: str) -> None:
    s3._bucket_logging_config.pop(name, None)


def _refused_put(plain: Callable[[str, bytes], Response], name: str, body: bytes) -> None:
    """Fail the resource if S3 rejects the request."""
    status, _, message = plain(name, body)
    if status >= 400:
        raise ValueError(message.decode() if isinstance(message, bytes) else str(message))


def _versioned(plain: Callable[..., Created], *args: Any) -> Created:
    """Apply a bucket's versioning also when the template suspends or removes it."""
    name, attributes = plain(*args)
    props = args[1] if len(args) == 3 else args[2]
    status = (props.get("VersioningConfiguration") or {}).get("Status")
    if status:
        s3._bucket_versioning[name] = status
    elif s3._bucket_versioning.get(name) == "Enabled":
        # Versioning cannot be removed, only suspended.
        s3._bucket_versioning[name] = "Suspended"
    return name, attributes


def _delete_bucket(physical_id: str, _props: Json) -> None:
    if physical_id not in s3._buckets:
        return
    status, _, body = s3._delete_bucket(physical_id)
    if status == 409:
        # AWS does not delete a bucket that is not empty; the stack becomes DELETE_FAILED.
        message = "The bucket you tried to delete is not empty"
        raise ValueError(f"{message}: {physical_id} (Service: S3, Status Code: 409, BucketNotEmpty)")
    if status >= 400:
        raise ValueError(body.decode() if isinstance(body, bytes) else str(body))
    s3._delete_bucket_ownership_controls(physical_id)


def _buckets() -> None:
    # ministack drops these properties of a bucket.
    put = functools.partial
    provisioners._S3_BUCKET_CONFIGURATIONS += (
        (
            "BucketEncryption",
            _encryption,
            put(_refused_put, s3._put_bucket_encryption),
            s3._delete_bucket_encryption,
        ),
        (
            "LifecycleConfiguration",
            _lifecycle,
            put(_refused_put, s3._put_bucket_lifecycle),
            s3._delete_bucket_lifecycle,
        ),
        (
            "OwnershipControls",
            _ownership,
            put(_refused_put, s3._put_bucket_ownership_controls),
            s3._delete_bucket_ownership_controls,
        ),
        ("LoggingConfiguration", _logging, put(_refused_put, s3._put_bucket_logging), _no_logging),
        ("Tags", _tagging, put(_refused_put, s3._put_bucket_tagging), s3._delete_bucket_tagging),
    )
    provisioners._STACK_TAG_PROPERTY["AWS::S3::Bucket"] = ("Tags", "list")
    handler = _handlers("AWS::S3::Bucket")
    handler["create"] = put(_versioned, handler["create"])
    handler["update"] = put(_versioned, handler["update"])
    handler["delete"] = _delete_bucket


# Kinesis


def _encrypted(stream: Json, props: Json) -> None:
    wanted = props.get("StreamEncryption")
    if wanted:
        stream["EncryptionType"] = wanted["EncryptionType"]
        stream["KeyId"] = wanted["KeyId"]
    else:
        stream["EncryptionType"] = "NONE"
        stream.pop("KeyId", None)


def _create_stream(plain: Callable[..., Created], logical_id: str, props: Json, stack: str) -> Created:
    name, attributes = plain(logical_id, props, stack)
    _encrypted(kinesis._streams[name], props)
    return name, attributes


def _update_stream(
    plain: Callable[..., Created], physical_id: str, old: Json, new: Json, name: str
) -> Created:
    stream = kinesis._streams.get(physical_id)
    made, attributes = plain(physical_id, old, new, name)
    if stream is None:
        return made, attributes
    _encrypted(stream, new)
    # Without a retention period, AWS resets it to 24 hours.
    stream["RetentionPeriodHours"] = int(new.get("RetentionPeriodHours") or 24)
    mode = (new.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
    stream["StreamModeDetails"] = {"StreamMode": mode}
    count = int(new.get("ShardCount") or 1)
    if mode == "PROVISIONED" and len(stream["shards"]) != count:
        _reshard(stream, count)
    return made, attributes


def _reshard(stream: Json, count: int) -> None:
    """Replace the shards, and distribute the records by their keys."""
    records = [record for shard in stream["shards"].values() for record in shard["records"]]
    stream["shards"] = kinesis._build_shards(count)
    for record in records:
        key = kinesis._partition_key_to_hash(record["PartitionKey"])
        stream["shards"][kinesis._route_to_shard(key, stream)]["records"].append(record)


def _streams() -> None:
    handler = _handlers("AWS::Kinesis::Stream")
    handler["create"] = functools.partial(_create_stream, handler["create"])
    handler["update"] = functools.partial(_update_stream, handler["update"])


# Secrets Manager


def _generated(props: Json) -> str:
    """Generate a secret from all settings of GenerateSecretString: ministack ignores its exclusions."""
    if props.get("SecretString") or not props.get("GenerateSecretString"):
        return str(props.get("SecretString", ""))
    wanted = props["GenerateSecretString"]

    def is_set(name: str) -> bool:
        return str(wanted.get(name, False)).lower() == "true"

    kinds = [
        "" if is_set("ExcludeUppercase") else string.ascii_uppercase,
        "" if is_set("ExcludeLowercase") else string.ascii_lowercase,
        "" if is_set("ExcludeNumbers") else string.digits,
        "" if is_set("ExcludePunctuation") else string.punctuation,
        " " if is_set("IncludeSpace") else "",
    ]
    excluded = wanted.get("ExcludeCharacters", "")
    kinds = ["".join(c for c in kind if c not in excluded) for kind in kinds]
    every = [kind for kind in kinds if kind]
    length = int(wanted.get("PasswordLength") or 32)
    needed = str(wanted.get("RequireEachIncludedType", True)).lower() == "true"
    made = [secrets.choice(kind) for kind in every] if needed else []
    made += [secrets.choice("".join(every)) for _ in range(length - len(made))]
    secrets.SystemRandom().shuffle(made)
    password = "".join(made[:length])
    template = wanted.get("SecretStringTemplate")
    if template is None:
        return password
    return json.dumps({**json.loads(template), wanted["GenerateStringKey"]: password})


def _secret_name(physical_id: str) -> str:
    key = secretsmanager._resolve(physical_id)[0]
    return str(key or physical_id)


def _secrets() -> None:
    provisioners._sm_secret_string = _generated
    handler = _handlers("AWS::SecretsManager::Secret")
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    # In AWS, Ref of a secret returns its ARN.
    def made(logical_id: str, props: Json, stack: str) -> Created:
        _, attributes = create(logical_id, props, stack)
        return attributes["Arn"], attributes

    def changed(physical_id: str, old: Json, new: Json, stack: str, logical_id: str) -> Created:
        _, attributes = update(_secret_name(physical_id), old, new, stack, logical_id)
        return attributes["Arn"], attributes

    def gone(physical_id: str, props: Json) -> None:
        delete(_secret_name(physical_id), props)

    handler.update(create=made, update=changed, delete=gone)


# Scheduler

_SCHEDULE = ("ScheduleExpressionTimezone", "StartDate", "EndDate", "KmsKeyArn")


def _schedules() -> None:
    handler = _handlers("AWS::Scheduler::Schedule")
    create, update = handler["create"], handler["update"]

    # ministack drops the time zone, the dates and the key.
    def keep(name: str, props: Json) -> None:
        record = scheduler._schedules[f"{props.get('GroupName', 'default')}/{name}"]
        for member in _SCHEDULE:
            if member in props:
                record[member] = props[member]
            else:
                record.pop(member, None)
        record.setdefault("ScheduleExpressionTimezone", "UTC")
        record["Description"] = props.get("Description", "")
        record["State"] = props.get("State", "ENABLED")

    def made(logical_id: str, props: Json, stack: str) -> Created:
        name, attributes = create(logical_id, props, stack)
        keep(name, props)
        return name, attributes

    def changed(physical_id: str, old: Json, new: Json, stack: str) -> Created:
        name, attributes = update(physical_id, old, new, stack)
        keep(name, new)
        return name, attributes

    handler.update(create=made, update=changed)


# Glue


def _iceberg(props: Json) -> Json:
    """Add the table parameters that Glue sets for an Iceberg table."""
    if "OpenTableFormatInput" not in props:
        return props
    table = dict(props["TableInput"])
    location = f"{table['StorageDescriptor']['Location'].rstrip('/')}/metadata/00000.metadata.json"
    own = {lake.TYPE: "ICEBERG", lake.LOCATION: location}
    return {**props, "TableInput": {**table, "Parameters": {**own, **(table.get("Parameters") or {})}}}


def _tables() -> None:
    """Create Iceberg tables like CloudFormation. It updates them from the template alone: see `lake`."""
    handler = _handlers("AWS::Glue::Table")
    create = handler["create"]

    def made(logical_id: str, props: Json, stack: str) -> Created:
        result: Created = create(logical_id, _iceberg(props), stack)
        return result

    handler.update(create=made)


# Firehose


def _delimiter(config: Json) -> bytes:
    processing = config.get("ProcessingConfiguration") or {}
    if not processing.get("Enabled"):
        return b""
    for processor in processing.get("Processors") or []:
        if processor.get("Type") == "AppendDelimiterToRecord":
            for parameter in processor.get("Parameters") or []:
                if parameter["ParameterName"] == "Delimiter":
                    return str(parameter["ParameterValue"]).encode().decode("unicode_escape").encode()
            return b"\n"
    return b""


def _deliver(plain: Callable[..., None], stream: Json, dest: Json, record: bytes, keys: Any = None) -> None:
    """Append the delimiter and compress, like Firehose; ministack does neither."""
    config = dest["config"]
    converts = (config.get("DataFormatConversionConfiguration") or {}).get("Enabled")
    zipped = config.get("CompressionFormat") == "GZIP" and not converts
    record += _delimiter(config)
    if zipped:
        record = gzip.compress(record, mtime=0)
        dest = {**dest, "config": {"FileExtension": ".gz", **config}}
    plain(stream, dest, record, keys)


def _delivery() -> None:
    firehose._deliver_to_s3 = functools.partial(_deliver, firehose._deliver_to_s3)
