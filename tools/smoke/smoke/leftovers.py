"""What of the platform is in the account, and the deletion of what `gen destroy` keeps: logs and versions.

In: the name of the platform. Out: each resource with that name, and the command that deletes it. It
refuses to delete anything that does not have the name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from .account import ERRORS, Account, pages
from .gen import Json


@dataclass(frozen=True)
class Kind:
    """A kind of resource: how it is listed, and how one is deleted."""

    title: str
    service: str
    operation: str
    items: str
    name: str
    command: str
    parameters: Json = field(default_factory=dict)
    # The states in which an item counts as deleted.
    gone: tuple[str, ...] = ()
    state: str = ""


_QS = "--aws-account-id <account>"
KINDS = (
    Kind("stack", "cloudformation", "list_stacks", "StackSummaries", "StackName",
         "aws cloudformation delete-stack --stack-name {}", gone=("DELETE_COMPLETE",), state="StackStatus"),
    Kind("bucket", "s3", "list_buckets", "Buckets", "Name", "aws s3 rb --force s3://{}"),
    Kind("stream", "kinesis", "list_streams", "StreamNames", "",
         "aws kinesis delete-stream --stream-name {}"),
    Kind("delivery stream", "firehose", "list_delivery_streams", "DeliveryStreamNames", "",
         "aws firehose delete-delivery-stream --delivery-stream-name {}"),
    Kind("log group", "logs", "describe_log_groups", "logGroups", "logGroupName",
         "aws logs delete-log-group --log-group-name {}"),
    Kind("role", "iam", "list_roles", "Roles", "RoleName", "aws iam delete-role --role-name {}"),
    Kind("policy", "iam", "list_policies", "Policies", "Arn", "aws iam delete-policy --policy-arn {}",
         parameters={"Scope": "Local"}),
    Kind("secret", "secretsmanager", "list_secrets", "SecretList", "Name",
         "aws secretsmanager delete-secret --secret-id {}"),
    Kind("key alias", "kms", "list_aliases", "Aliases", "AliasName", "aws kms delete-alias --alias-name {}"),
    Kind("topic", "sns", "list_topics", "Topics", "TopicArn", "aws sns delete-topic --topic-arn {}"),
    Kind("queue", "sqs", "list_queues", "QueueUrls", "", "aws sqs delete-queue --queue-url {}"),
    Kind("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName",
         "aws cloudwatch delete-alarms --alarm-names {}"),
    Kind("Data Catalog database", "glue", "get_databases", "DatabaseList", "Name",
         "aws glue delete-database --name {}"),
    Kind("job", "glue", "get_jobs", "Jobs", "Name", "aws glue delete-job --job-name {}"),
    Kind("state machine", "stepfunctions", "list_state_machines", "stateMachines", "stateMachineArn",
         "aws stepfunctions delete-state-machine --state-machine-arn {}"),
    Kind("schedule", "scheduler", "list_schedules", "Schedules", "Name",
         "aws scheduler delete-schedule --name {}"),
    Kind("rule", "events", "list_rules", "Rules", "Name", "aws events delete-rule --name {}"),
    Kind("workgroup", "redshift-serverless", "list_workgroups", "workgroups", "workgroupName",
         "aws redshift-serverless delete-workgroup --workgroup-name {}"),
    Kind("namespace", "redshift-serverless", "list_namespaces", "namespaces", "namespaceName",
         "aws redshift-serverless delete-namespace --namespace-name {}"),
    Kind("dashboard", "quicksight", "list_dashboards", "DashboardSummaryList", "DashboardId",
         f"aws quicksight delete-dashboard {_QS} --dashboard-id {{}}"),
    Kind("data set", "quicksight", "list_data_sets", "DataSetSummaries", "DataSetId",
         f"aws quicksight delete-data-set {_QS} --data-set-id {{}}"),
    Kind("data source", "quicksight", "list_data_sources", "DataSources", "DataSourceId",
         f"aws quicksight delete-data-source {_QS} --data-source-id {{}}"),
    Kind("theme", "quicksight", "list_themes", "ThemeSummaryList", "ThemeId",
         f"aws quicksight delete-theme {_QS} --theme-id {{}}"),
    Kind("folder", "quicksight", "list_folders", "FolderSummaryList", "FolderId",
         f"aws quicksight delete-folder {_QS} --folder-id {{}}"),
    Kind("VPC connection", "quicksight", "list_vpc_connections", "VPCConnectionSummaries", "VPCConnectionId",
         f"aws quicksight delete-vpc-connection {_QS} --vpc-connection-id {{}}",
         gone=("DELETED", "DELETION_IN_PROGRESS"), state="Status"),
)  # fmt: skip


@dataclass(frozen=True)
class Left:
    """A resource that is still in the account."""

    kind: str
    name: str
    command: str


def left(account: Account, platform: str) -> tuple[list[Left], list[str]]:
    """What has the platform's name, and which kinds could not be listed, with the cause."""
    found, unlisted = [], []
    for kind in KINDS:
        try:
            found += [
                Left(kind.title, name, kind.command.format(name)) for name in _names(account, platform, kind)
            ]
        except ERRORS as error:
            unlisted.append(f"{kind.title}: {error}")
    return found, unlisted


def _names(account: Account, platform: str, kind: Kind) -> Iterator[str]:
    parameters = dict(kind.parameters)
    if kind.service == "quicksight":
        parameters["AwsAccountId"] = account.number
    for item in pages(account.client(kind.service), kind.operation, kind.items, **parameters):
        if kind.state and item.get(kind.state) in kind.gone:
            continue
        name = str(item[kind.name] if kind.name else item)
        if _is_ours(name, platform):
            yield name


def _is_ours(name: str, platform: str) -> bool:
    return platform in name or platform.replace("-", "_") in name


def delete_logs(account: Account, platform: str) -> int:
    """Delete the log groups that services made again after the stacks had deleted them."""
    logs, count = account.client("logs"), 0
    for group in list(pages(logs, "describe_log_groups", "logGroups")):
        if _is_ours(str(group["logGroupName"]), platform):
            with contextlib.suppress(*ERRORS):
                logs.delete_log_group(logGroupName=group["logGroupName"])
                count += 1
    return count


class Ledger:
    """The bucket of versions, which all platforms of an account and region share."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.bucket = f"strataform-{account.number}-{account.region}"
        self.was_there = self._exists()

    def _exists(self) -> bool:
        return any(one["Name"] == self.bucket for one in self.account.client("s3").list_buckets()["Buckets"])

    def forget(self, platform: str) -> str:
        """Delete the platform's versions, and the bucket if this run made it and nothing else is in it."""
        if not self._exists():
            return "no bucket of versions"
        s3 = self.account.client("s3")
        versions = list(self._versions())
        prefixes = {str(one["Key"]).split("/")[0] for one in versions}
        is_ours = not self.was_there and prefixes <= {"objects", platform}
        doomed = [one for one in versions if is_ours or str(one["Key"]).startswith(f"{platform}/")]
        for one in doomed:
            s3.delete_object(Bucket=self.bucket, Key=one["Key"], VersionId=one["VersionId"])
        if is_ours:
            s3.delete_bucket(Bucket=self.bucket)
            return f"deleted the bucket of versions, which this run made, with {len(doomed)} objects"
        return f"deleted {len(doomed)} objects of this platform from the bucket of versions"

    def _versions(self) -> Iterator[Json]:
        s3 = self.account.client("s3")
        for key in ("Versions", "DeleteMarkers"):
            yield from pages(s3, "list_object_versions", key, Bucket=self.bucket)
