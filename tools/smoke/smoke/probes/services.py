"""Probes of logs, metrics, the network, access, dashboards and deployments.

In: the deployed platform. Out: findings about CloudWatch, EC2, IAM, QuickSight and the warehouse's catalog.
It refuses to wait for what takes hours: a metric or log that is not there yet is not observable.
"""

from __future__ import annotations

import re

from ..account import pages
from ..gen import Json
from ..run import Run
from .probe import CONFIRMED, LATER, UNSEEN, Look, Probe, judged, shown


def _written(run: Run, prefix: str) -> list[str]:
    """The log groups of the platform with the prefix that have a stream."""
    logs = run.account.client("logs")
    groups = pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
    names = sorted(str(one["logGroupName"]) for one in groups if run.platform in one["logGroupName"])
    return [name for name in names if logs.describe_log_streams(logGroupName=name, limit=1)["logStreams"]]


def _job_logs(run: Run) -> tuple[str, str]:
    names = _written(run, "/strataform/") + _written(run, "/aws-glue/")
    jobs = [name for name in names if not name.endswith("/network")]
    form = re.compile(rf"/strataform/{run.platform}-dev/jobs/{run.platform}-dev-role/[^/]+/(error|output)")
    ends = {name.rsplit("/", 1)[-1] for name in jobs}
    is_known = ends == {"error", "output"} and all(form.fullmatch(name) for name in jobs)
    return judged(is_known, f"groups with streams: {', '.join(jobs) or 'none'}")


def _warehouse_logs(run: Run) -> tuple[str, str]:
    groups = _written(run, "/aws/redshift/")
    if not groups:
        return UNSEEN, LATER
    form = re.compile(rf"/aws/redshift/{run.platform}-dev/(connectionlog|useractivitylog|userlog)")
    return judged(all(form.fullmatch(name) for name in groups), ", ".join(groups))


def _warm_up(run: Run) -> tuple[str, str]:
    alarms = pages(run.account.client("cloudwatch"), "describe_alarms", "MetricAlarms")
    silent = [one for one in alarms if run.platform in one["AlarmName"] and "Silent" in one["AlarmName"]]
    if not silent:
        return UNSEEN, "no alarm on silence found"
    states = {str(one["StateValue"]) for one in silent}
    return judged("ALARM" not in states, f"{len(silent)} alarms on silence: {', '.join(sorted(states))}")


def _dimensions(namespace: str, metric: str, *expected: str) -> Look:
    """A look at the dimensions of a metric."""

    def look(run: Run) -> tuple[str, str]:
        client = run.account.client("cloudwatch")
        found: list[Json] = list(
            pages(client, "list_metrics", "Metrics", Namespace=namespace, MetricName=metric)
        )
        sets = {", ".join(sorted(one["Name"] for one in item["Dimensions"])) for item in found}
        if not sets:
            return UNSEEN, LATER
        return judged(", ".join(sorted(expected)) in sets, f"dimensions: {'; '.join(sorted(sets))}")

    return look


def _rate(run: Run) -> tuple[str, str]:
    machine = run.machine("event").replace(f"{run.platform}-dev-event", f"{run.platform}-dev--limit")
    client = run.account.client("stepfunctions")
    count = len(client.list_executions(stateMachineArn=machine)["executions"])
    return judged(count >= 1, f"{count} executions of the state machine of the usage limit")


def _lake_formation(run: Run) -> tuple[str, str]:
    settings = run.account.client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    if settings.get("CreateDatabaseDefaultPermissions"):
        return UNSEEN, "new databases of the account are open to IAM"
    return judged(False, "Lake Formation governs new databases, and a job made a table without a grant")


def _vpc(run: Run) -> str:
    client, stack = run.account.client("cloudformation"), f"{run.platform}-dev-aggregation"
    found = client.describe_stack_resource(StackName=stack, LogicalResourceId="NetworkVpc")
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def _of_network(run: Run) -> list[Json]:
    return [{"Name": "vpc-id", "Values": [_vpc(run)]}]


def _endpoints(run: Run) -> tuple[str, str]:
    found = run.account.client("ec2").describe_vpc_endpoints(Filters=_of_network(run))["VpcEndpoints"]
    services = {str(one["ServiceName"]).rsplit(".", 1)[-1]: str(one["VpcEndpointType"]) for one in found}
    names = ", ".join(f"{name} ({kind})" for name, kind in sorted(services.items()))
    is_enough = services.get("s3") == "Gateway" and set(services) <= {"s3", *_OF_ICEBERG}
    return judged(is_enough, f"`COPY` read files; endpoints: {names}")


def _addresses(run: Run) -> tuple[str, str]:
    found = run.account.client("ec2").describe_subnets(Filters=_of_network(run))["Subnets"]
    free = min(int(one["AvailableIpAddressCount"]) for one in found)
    zones = {one["AvailabilityZone"] for one in found}
    blocks = ", ".join(sorted(str(one["CidrBlock"]) for one in found))
    return judged(len(zones) >= 3, f"{len(zones)} zones, {blocks}; at least {free} addresses are free")


def _capacity(run: Run) -> tuple[str, str]:
    client = run.account.client("redshift-serverless")
    found = client.get_workgroup(workgroupName=f"{run.platform}-dev")["workgroup"]
    return CONFIRMED, f"the region accepted a base of {found['baseCapacity']} RPUs"


def _zones(run: Run) -> tuple[str, str]:
    found = run.account.client("ec2", "us-west-1").describe_availability_zones()["AvailabilityZones"]
    return judged(len(found) == 2, ", ".join(str(one["ZoneName"]) for one in found))


def _reader(run: Run) -> tuple[str, str]:
    name = f"{run.platform.replace('-', '_')}_dev_reader"
    sql = (
        "SELECT COUNT(*) FROM svv_relation_privileges WHERE namespace_name IN ('core', 'mart') "
        f"AND identity_name = '{name}' AND privilege_type = 'SELECT'"
    )
    count = run.gen.rows(sql)[0][0]
    return judged(
        count == "0", f"the import read a view; its reader can select from {count} tables below views"
    )


def _secrets_role(run: Run) -> tuple[str, str]:
    role = run.place.secrets_role
    if role is None:
        return UNSEEN, "the account has no such role: QuickSight has not been given a secret yet"
    iam = run.account.client("iam")
    path = iam.get_role(RoleName=role)["Role"]["Path"]
    attached = pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role)
    count = sum(run.platform in one["PolicyName"] for one in attached)
    return judged(path == "/service-role/" and count == 1, f"path {path}; {count} policies of the platform")


def _identity_region(run: Run) -> tuple[str, str]:
    if run.place.group is None:
        return UNSEEN, "no group was named with --group"
    return (
        CONFIRMED,
        f"a dashboard was deployed for a group in {run.place.identity_region or 'the same region'}",
    )


def _definitions(run: Run) -> tuple[str, str]:
    client = run.account.client("quicksight")
    ids = {"AwsAccountId": run.account.number, "DashboardId": f"{run.platform}-dev-overview"}
    version = client.describe_dashboard(**ids)["Dashboard"]["Version"]
    faults = len(version.get("Errors") or [])
    return judged(
        version["Status"].endswith("_SUCCESSFUL") and not faults, f"{version['Status']}, {faults} errors"
    )


def _nothing_missing(run: Run) -> tuple[str, str]:
    status = run.dev("status", accept=(0, 1))
    said = status.fault() if status.code else "it names nothing as missing"
    return judged(status.code == 0, f"`gen status`: {said}")


def _explain(run: Run) -> tuple[str, str]:
    before = run.gen.rows("SELECT COUNT(*) FROM core.campaign")
    run.gen.rows("EXPLAIN DELETE FROM core.campaign")
    after = run.gen.rows("SELECT COUNT(*) FROM core.campaign")
    return judged(before == after, f"{after[0][0]} rows after `EXPLAIN DELETE`")


_SERVERLESS = "AWS/Redshift-Serverless"
_NAME_THEM = "name the dimensions of the metric in the alarm"
_NO_METRICS = "publishes no metrics"
_NETWORK = "has no network"
# Endpoints that an Iceberg table needs, and COPY does not.
_OF_ICEBERG = ("glue",)
_SPICE = "imports nothing into SPICE"
_CATALOG = "answers from PostgreSQL's catalog"
_QUERIES = "change the queries in `src/deploy/catalog.rs`"

PROBES = (
    Probe(
        "job-log-groups",
        ("load events",),
        _job_logs,
        "declare the groups that the job writes to in `src/platform/processing/job.rs`",
        "has log groups of its own for jobs",
    ),
    Probe(
        "redshift-log-groups",
        ("query events",),
        _warehouse_logs,
        "declare the groups that the warehouse writes to in `src/platform/aggregation/warehouse.rs`",
        "has no audit logs",
    ),
    Probe(
        "alarm-warm-up",
        ("deploy",),
        _warm_up,
        "remove the warm-up period in `src/platform/alarms/silence.rs`",
        "does not evaluate these alarms",
    ),
    Probe(
        "usage-limit-metric",
        ("query events",),
        _dimensions(_SERVERLESS, "UsageLimitConsumed", "UsageLimitId", "UsageType", "Workgroup"),
        _NAME_THEM,
        _NO_METRICS,
    ),
    Probe(
        "failed-queries-metric",
        ("query events",),
        _dimensions(_SERVERLESS, "QueriesFailed", "QueryType", "Workgroup"),
        _NAME_THEM,
        _NO_METRICS,
    ),
    Probe(
        "ingestion-error-metric",
        ("query events",),
        _dimensions("AWS/QuickSight", "IngestionErrorCount", "DatasetId"),
        _NAME_THEM,
        _NO_METRICS,
    ),
    Probe(
        "rate-schedule-start",
        ("query events",),
        _rate,
        "set the usage limit with the deployment, not by schedule",
        "starts no schedule",
    ),
    Probe(
        "lake-formation-database",
        ("load the file",),
        _lake_formation,
        "correct docs/operations.md: no grant is needed",
        "does not check permissions",
    ),
    Probe(
        "copy-without-endpoint",
        ("query events",),
        _endpoints,
        "add interface endpoints to the network",
        _NETWORK,
    ),
    Probe("warehouse-addresses", ("deploy",), _addresses, "raise the smallest block of addresses", _NETWORK),
    Probe("rpu-range", ("deploy",), _capacity, "raise the smallest base capacity", "accepts any capacity"),
    Probe("us-west-1-zones", ("synth",), _zones, "change the zones of the region", "has zones of its own"),
    Probe(
        "password-digest",
        ("refresh a data set",),
        shown("QuickSight signed in to the warehouse, and imported a data set"),
        "set the password as plain text; docs/assumptions.md has the statement",
        _SPICE,
    ),
    Probe(
        "late-binding-usage",
        ("refresh a data set",),
        _reader,
        "grant the reader `SELECT` on what its views read",
        _SPICE,
    ),
    Probe(
        "secrets-role",
        ("deploy",),
        _secrets_role,
        "set `secrets_role` to the role that *Manage QuickSight* names",
        "has the role that a test makes",
    ),
    Probe(
        "identity-region",
        ("deploy",),
        _identity_region,
        "set `identity_region` to the region that `aws quicksight list-groups` names",
        "accepts what the account may not",
    ),
    Probe(
        "strict-definitions",
        ("deploy",),
        _definitions,
        "run `gen check dashboard` on the definition that QuickSight returns",
        "draws nothing",
    ),
    Probe("view-catalog", ("deploy",), _nothing_missing, _QUERIES, _CATALOG),
    Probe("external-schema-catalog", ("deploy",), _nothing_missing, _QUERIES, _CATALOG),
    Probe("admin-catalog", ("deploy",), _nothing_missing, _QUERIES, _CATALOG),
    Probe(
        "transaction-statements",
        ("deploy",),
        shown("every SQL file was applied, those in transactions, too"),
        "change `effects` in `crates/redshift`",
        "runs SQL with PostgreSQL",
    ),
    Probe(
        "explain-only",
        ("query the file",),
        _explain,
        "make `gen query` refuse `EXPLAIN` without `--write`",
        "runs SQL with PostgreSQL",
    ),
)
