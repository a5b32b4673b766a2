"""Probes of what is deployed: buckets, a stream, a stack.

In: the deployed platform. Out: findings about S3, Kinesis and CloudFormation. It refuses to change anything:
it asks for a change of shards that must be refused, and for a change set, which it deletes.
"""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime

from botocore.exceptions import ClientError

from ..run import Run
from .probe import CONFIRMED, LATER, UNSEEN, Probe, judged

_EXPIRY = re.compile(r'expiry-date="([^"]+)", rule-id="([^"]+)"')
# What CloudFormation says of a change set without changes.
_EMPTY = ("didn't contain changes", "No updates are to be performed")
_DAY = datetime.timedelta(days=1)


def _access_logs(run: Run) -> tuple[str, str]:
    stack = run.account.client("cloudformation").describe_stack_resource(
        StackName=f"{run.platform}-dev-storage", LogicalResourceId="AccessLogsBucket"
    )
    bucket = str(stack["StackResourceDetail"]["PhysicalResourceId"])
    found = run.account.client("s3").list_objects_v2(Bucket=bucket, MaxKeys=1).get("Contents", [])
    return (CONFIRMED, f"the bucket has {found[0]['Key']}") if found else (UNSEEN, LATER)


def _expiry(run: Run) -> tuple[str, str]:
    """Compare the day on which an object expires with the rule of its bucket."""
    s3, bucket = run.account.client("s3"), run.bucket("Raw")
    key = s3.list_objects_v2(Bucket=bucket, MaxKeys=1)["Contents"][0]["Key"]
    head = s3.head_object(Bucket=bucket, Key=key)
    announced = _EXPIRY.search(str(head.get("Expiration", "")))
    if not announced:
        return UNSEEN, "S3 announces no expiry of an object"
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    days = next(int(one["Expiration"]["Days"]) for one in rules if one["ID"] == announced[2])
    exact = head["LastModified"] + days * _DAY
    midnight = exact.replace(hour=0, minute=0, second=0, microsecond=0)
    expected = midnight if midnight == exact else midnight + _DAY
    expiry = parsedate_to_datetime(announced[1])
    return judged(
        expiry == expected, f"an object of {head['LastModified']} expires after {days} days: {expiry}"
    )


def _shards(run: Run) -> tuple[str, str]:
    # What must be refused is not asked for again.
    client, stream = run.account.client("kinesis", attempts=1), run.dataset("event")["stream"]

    def summary() -> dict[str, object]:
        found: dict[str, object] = client.describe_stream_summary(StreamName=stream)[
            "StreamDescriptionSummary"
        ]
        return found

    shards = int(str(summary()["OpenShardCount"]))
    try:
        client.update_shard_count(
            StreamName=stream, TargetShardCount=3 * shards, ScalingType="UNIFORM_SCALING"
        )
    except ClientError as error:
        is_limit = "double" in str(error).lower()
        return judged(True, str(error)) if is_limit else (UNSEEN, str(error))
    run.account.wait("the stream", 600, lambda: summary()["StreamStatus"] == "ACTIVE")
    return judged(False, f"a stream of {shards} shards got {summary()['OpenShardCount']} at once")


def _empty(run: Run) -> tuple[str, str]:
    client, name = run.account.client("cloudformation"), f"{run.platform}-dev-storage"
    known = client.describe_stacks(StackName=name)["Stacks"][0].get("Parameters", [])
    same = [{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in known]
    ids = {"StackName": name, "ChangeSetName": "smoke-empty"}
    client.create_change_set(
        **ids,
        ChangeSetType="UPDATE",
        UsePreviousTemplate=True,
        Parameters=same,
        Capabilities=["CAPABILITY_IAM"],
    )

    def made() -> dict[str, str] | None:
        found: dict[str, str] = client.describe_change_set(**ids)
        return found if found["Status"] in ("FAILED", "CREATE_COMPLETE") else None

    found = run.account.wait("the change set", 300, made)
    client.delete_change_set(**ids)
    reason = str(found.get("StatusReason", ""))
    is_known = found["Status"] == "FAILED" and any(text in reason for text in _EMPTY)
    return judged(is_known, f"{found['Status']}: {reason}")


PROBES = (
    Probe(
        "access-log-delivery",
        ("put",),
        _access_logs,
        "correct the encryption of the bucket of access logs in `src/platform/storage/bucket.rs`",
        "delivers no access logs",
    ),
    Probe(
        "expiry-midnight",
        ("put",),
        _expiry,
        "change the days of lifecycle rules in `src/platform/storage/bucket.rs`",
        "has a clock of its own",
    ),
    Probe(
        "shard-doubling",
        ("deploy",),
        _shards,
        "correct the number of steps in docs/sizing.md",
        "refuses what AWS documents",
    ),
    Probe(
        "empty-change-set",
        ("deploy",),
        _empty,
        "add the message to `is_empty` in `src/deploy/stack.rs`",
        "has one of the two messages",
    ),
)
