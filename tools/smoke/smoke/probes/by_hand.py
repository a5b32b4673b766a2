"""Probes by hand of operations, retention, sizing and deployments.

In: nothing. Out: `Manual` records. It refuses nothing.
"""

from __future__ import annotations

from .manual import Manual

_ORDERS = (
    "gen new probe --blueprint retail-orders --set owner=probe --set region=$R",
    "# Remove the groups and email addresses from the platform file, or name your own.",
    "gen synth probe",
    "gen deploy probe --env dev --yes",
    "SAMPLE=platforms/probe/sample",
)
_TEMPLATE = '{"Resources": {"One": {"Type": "AWS::%s", %s "Properties": {%s}}}}'


def _stack(verb: str, kind: str, properties: str, more: str = "") -> str:
    """The line that creates or updates the stack `probe` of one resource."""
    template = _TEMPLATE % (kind, more, properties)
    return f"aws cloudformation {verb}-stack --stack-name probe --template-body '{template}'"


def _wait(verb: str) -> str:
    return f"aws cloudformation wait stack-{verb}-complete --stack-name probe"


_DELETE = "aws cloudformation delete-stack --stack-name probe"
_TABLE = (
    '"CatalogId": "\'$A\'", "DatabaseName": "probe", "TableInput": {"Name": "probe", "Description": "%s"}'
)
_STREAM = '"Name": "probe", "StreamModeDetails": {"StreamMode": "%s"}%s'
_ICEBERG = '{"Name": "probe", "Parameters": {"table_type": "ICEBERG", "metadata_location": "s3://none/one"}}'
_LOGS = (
    '{"Resources": {"Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "probe"}}, '
    '"Stream": {"Type": "AWS::Logs::LogStream", "DependsOn": "Group", '
    '"Properties": {"LogGroupName": %s, "LogStreamName": "probe"}}}}'
)
_RULE = (
    '{"Rules": [{"ID": "probe", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}, '
    '"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]}'
)
_USAGE = '{"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Kinesis Firehose"]}}'
_SUM = (
    "--dimensions Name=StreamName,Value=probe --statistics Sum --period 60 --start-time $FROM --end-time $TO"
)
_RAW = "--query 'Stacks[0].Outputs[?OutputKey==`RawBucketName`].OutputValue' --output text"

MANUALS = (
    Manual(
        "crawler-log-group",
        "the platform of the smoke test has no dataset whose columns a crawler finds",
        (
            *_ORDERS,
            "aws s3api put-object --bucket $(aws cloudformation describe-stacks "
            f"--stack-name probe-dev-storage {_RAW}) --key store/store.csv --body $SAMPLE/store.csv",
            "aws glue start-crawler --name probe-dev-store",
            "aws logs describe-log-groups --log-group-name-prefix /aws-glue/crawlers-role "
            "--query 'logGroups[].[logGroupName,retentionInDays,storedBytes]'",
        ),
        "one group, `/aws-glue/crawlers-role/<role>-<security configuration>`, with a retention",
    ),
    Manual(
        "arrival-rule",
        "no dataset of the smoke test starts on arrival, because such runs would be in the way of its steps",
        (
            *_ORDERS,
            f"RAW=$(aws cloudformation describe-stacks --stack-name probe-dev-storage {_RAW})",
            "seq 100 | xargs -P 10 -I{} aws s3api put-object --bucket $RAW --key product/{}.ndjson "
            "--body $SAMPLE/product.ndjson",
            "sleep 480",
            "aws stepfunctions list-executions "
            "--state-machine-arn arn:aws:states:${R}:${A}:stateMachine:probe-dev-product",
        ),
        "one execution, which started about six minutes after the first file",
    ),
    Manual(
        "pipe-input",
        "as `arrival-rule`, whose execution it looks at",
        (
            "# The commands of `arrival-rule`, then:",
            "aws stepfunctions describe-execution --query input --execution-arn "
            "$(aws stepfunctions list-executions --query 'executions[0].executionArn' --output text "
            "--state-machine-arn arn:aws:states:${R}:${A}:stateMachine:probe-dev-product)",
        ),
        "the input is `[{}]`",
    ),
    Manual(
        "firehose-rounding",
        "it needs a day, and a million records, before the bill shows it",
        (
            "cargo xtask smoke --keep",
            'seq 1000000 | sed \'s/.*/{"event_id": "e-&", "occurred_at": "2026-12-01T12:00:00Z", '
            '"session_id": "s", "visitor_id": "v", "event_type": "search"}/\' > million.ndjson',
            "gen put event million.ndjson -p $P --env dev",
            "# On the next day but one, with the day on which the records were sent:",
            "aws ce get-cost-and-usage --time-period Start=2026-12-01,End=2026-12-02 --granularity DAILY "
            f"--metrics UsageQuantity --group-by Type=DIMENSION,Key=USAGE_TYPE --filter '{_USAGE}'",
        ),
        "about 5 GB, not 0.1 GB",
    ),
    Manual(
        "on-demand-stream",
        "it needs thousands of records a second, and a stream on demand, which the smoke test does not have",
        (
            "aws kinesis create-stream --stream-name probe --stream-mode-details StreamMode=ON_DEMAND",
            "aws kinesis wait stream-exists --stream-name probe",
            'python3 -c \'import json; print(json.dumps([{"Data": "e30=", "PartitionKey": str(n)} '
            "for n in range(500)]))' > records.json",
            "FROM=$(date -u +%FT%TZ)",
            "seq 200 | xargs -P 40 -I{} aws kinesis put-records --stream-name probe "
            "--records file://records.json --query FailedRecordCount",
            "sleep 180",
            "TO=$(date -u +%FT%TZ)",
            "aws cloudwatch get-metric-statistics --namespace AWS/Kinesis --metric-name IncomingRecords "
            f"{_SUM}",
            "aws cloudwatch get-metric-statistics --namespace AWS/Kinesis "
            f"--metric-name WriteProvisionedThroughputExceeded {_SUM}",
            "aws kinesis delete-stream --stream-name probe",
        ),
        "calls report failed records as soon as more than 4,000 a second are sent, and none below that",
    ),
    Manual(
        "stream-mode-change",
        "a stream may change its mode only twice a day, and the smoke test's stream stays provisioned",
        (
            _stack("create", "Kinesis::Stream", _STREAM % ("ON_DEMAND", "")),
            _wait("create"),
            "aws kinesis put-record --stream-name probe --partition-key a --data e30=",
            _stack("update", "Kinesis::Stream", _STREAM % ("PROVISIONED", ', "ShardCount": 4')),
            _wait("update"),
            "# With the shard that `put-record` named:",
            "aws kinesis get-records --shard-iterator $(aws kinesis get-shard-iterator --stream-name probe "
            "--shard-id shardId-000000000000 --shard-iterator-type TRIM_HORIZON --query ShardIterator "
            "--output text)",
            _DELETE,
        ),
        "the update ends with `UPDATE_COMPLETE`, and the record is there",
    ),
    Manual(
        "auto-refresh-cost",
        "it needs a day and a streaming view, and costs about 36 USD",
        (
            "gen new probe --blueprint iot-telemetry --set owner=probe --set region=$R",
            "gen synth probe",
            "gen deploy probe --env dev --yes",
            "# A day later, without a query in between:",
            'gen query "SELECT SUM(charged_seconds) FROM sys_serverless_usage '
            'WHERE start_time > DATEADD(day, -1, GETDATE())" -p probe --env dev',
        ),
        "about 86,400 seconds for each RPU of the base capacity",
    ),
    Manual(
        "iceberg-table-update",
        "the output does not depend on it, as no stack has an Iceberg table",
        (
            "aws glue create-database --database-input Name=probe",
            _stack("create", "Glue::Table", _TABLE % "one"),
            _wait("create"),
            f"aws glue update-table --database-name probe --table-input '{_ICEBERG}'",
            _stack("update", "Glue::Table", _TABLE % "two"),
            _wait("update"),
            "aws glue get-table --database-name probe --name probe --query Table.Parameters",
            _DELETE,
            "aws glue delete-database --name probe",
        ),
        "the parameters are gone",
    ),
    Manual(
        "noncurrent-days",
        "S3 deletes after days",
        (
            "aws s3api create-bucket --bucket probe-$A --create-bucket-configuration LocationConstraint=$R",
            "aws s3api put-bucket-versioning --bucket probe-$A --versioning-configuration Status=Enabled",
            "aws s3api put-bucket-lifecycle-configuration --bucket probe-$A "
            f"--lifecycle-configuration '{_RULE}'",
            "aws s3api put-object --bucket probe-$A --key probe",
            "# Each day, for a week:",
            "aws s3api list-object-versions --bucket probe-$A",
        ),
        "after two midnights, a delete marker, and a version that is not current; two days later, neither",
    ),
    Manual(
        "dead-letter-source",
        "EventBridge tries for an hour before it gives up an event",
        (
            *_ORDERS,
            f"RAW=$(aws cloudformation describe-stacks --stack-name probe-dev-storage {_RAW})",
            "START=$(aws cloudformation describe-stack-resource --stack-name probe-dev-processing "
            "--logical-resource-id ProductStartQueue --query StackResourceDetail.PhysicalResourceId "
            "--output text)",
            "LOST=$(aws cloudformation describe-stack-resource --stack-name probe-dev-processing "
            "--logical-resource-id LostStarts --query StackResourceDetail.PhysicalResourceId --output text)",
            "aws sqs set-queue-attributes --queue-url $START --attributes Policy=",
            "aws s3api put-object --bucket $RAW --key product/one.ndjson --body $SAMPLE/product.ndjson",
            "sleep 4000",
            "aws sqs receive-message --queue-url $LOST --message-attribute-names All",
        ),
        "a message with the ARN of the rule and the cause",
    ),
    Manual(
        "import-existing",
        "it needs a protected environment, which the smoke test would not be able to delete",
        (
            _stack("create", "Kinesis::Stream", _STREAM % ("ON_DEMAND", ""), '"DeletionPolicy": "Retain",'),
            _wait("create"),
            _DELETE,
            _wait("delete"),
            "aws cloudformation create-change-set --stack-name probe --change-set-name probe "
            "--change-set-type CREATE --import-existing-resources --template-body '"
            + _TEMPLATE % ("Kinesis::Stream", '"DeletionPolicy": "Retain",', _STREAM % ("ON_DEMAND", ""))
            + "'",
            "aws cloudformation describe-change-set --stack-name probe --change-set-name probe "
            "--query '[Status, StatusReason, Changes[].ResourceChange.Action]'",
            "# The same with `Delete` in place of `Retain`, then:",
            "aws cloudformation delete-change-set --stack-name probe --change-set-name probe",
            "aws kinesis delete-stream --stream-name probe",
        ),
        "`Import` with `Retain`; with `Delete`, the change set fails",
    ),
    Manual(
        "log-group-name",
        "only an update from an earlier version of `gen` has this change",
        (
            "aws cloudformation create-stack --stack-name probe --template-body '"
            + _LOGS % '{"Ref": "Group"}'
            + "'",
            _wait("create"),
            "aws cloudformation create-change-set --stack-name probe --change-set-name probe "
            "--template-body '" + _LOGS % '"probe"' + "'",
            "aws cloudformation describe-change-set --stack-name probe --change-set-name probe "
            "--query '[StatusReason, Changes[].ResourceChange.[LogicalResourceId, Replacement]]'",
            "aws cloudformation execute-change-set --stack-name probe --change-set-name probe",
            "aws cloudformation describe-stack-events --stack-name probe "
            "--query 'StackEvents[].[LogicalResourceId, ResourceStatus]'",
            _DELETE,
        ),
        "the change set replaces nothing, or the events have no deletion of the log stream",
    ),
)
