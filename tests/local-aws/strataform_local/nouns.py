"""The nouns of the services that ministack does not have."""

from __future__ import annotations

import functools
import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import ministack.services.ec2 as ec2
import ministack.services.glue as glue
import ministack.services.secretsmanager as secretsmanager
from ministack.core.responses import get_account_id, get_region

from . import clock, data_api, secrets_role, strict
from .models import AwsError, Json
from .store import STORE, Noun

QUICKSIGHT = "quicksight"
SERVERLESS = "redshift-serverless"
REDSHIFT = "redshift"
LAKE = "lakeformation"
GLUE = "glue"


def invalid(code: str, message: str) -> AwsError:
    return AwsError(code, message)


# QuickSight

_SUCCEEDED = "CREATION_SUCCESSFUL"
# The imports of a data set in 24 hours: QuickSight's API reference, CreateIngestion, Enterprise edition.
_IMPORTS = 32


def _strings(value: Any, member: str) -> Iterator[str]:
    """Yield every text under a member with this name, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == member and isinstance(inner, str):
                yield inner
            else:
                yield from _strings(inner, member)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, member)


def _needs(*arn_members: str) -> Callable[[Json], None]:
    """Reject a reference to a QuickSight resource that does not exist, like QuickSight."""

    def check(record: Json) -> None:
        for member in arn_members:
            for arn in _strings(record, member):
                if not arn.startswith("arn:aws:quicksight::aws:"):
                    STORE.by_arn(QUICKSIGHT, arn)

    return check


def _status(record: Json) -> None:
    record["CreationStatus"] = record["Status"] = _SUCCEEDED


def _updated(record: Json) -> None:
    record["UpdateStatus"] = record["Status"] = "UPDATE_SUCCESSFUL"


def _data_source(record: Json) -> None:
    _needs("VpcConnectionArn")(record)
    secret = (record.get("Credentials") or {}).get("SecretArn")
    if secret:
        if secretsmanager._resolve(secret)[1] is None:
            raise invalid("InvalidParameterValueException", f"The secret {secret} does not exist.")
        record["SecretArn"] = secret


def _data_source_made(record: Json) -> None:
    _data_source(record)
    _status(record)


def _data_source_changed(record: Json) -> None:
    _data_source(record)
    _updated(record)


def _columns(record: Json) -> list[Json]:
    """Return the columns of a data set whose tables are not joined or renamed further."""
    out: list[Json] = []
    for table in (record.get("PhysicalTableMap") or {}).values():
        for kind in table.values():
            columns = kind.get("InputColumns") or kind.get("Columns") or []
            out += [{k: c[k] for k in ("Name", "Type", "SubType") if k in c} for c in columns]
    for table in (record.get("LogicalTableMap") or {}).values():
        for step in table.get("DataTransforms") or []:
            for column in (step.get("CreateColumnsOperation") or {}).get("Columns", []):
                out.append({"Name": column["ColumnName"], "Type": "STRING"})
            cast = step.get("CastColumnTypeOperation")
            rename = step.get("RenameColumnOperation")
            for column in out:
                if cast and column["Name"] == cast["ColumnName"]:
                    column["Type"] = cast["NewColumnType"]
                if rename and column["Name"] == rename["ColumnName"]:
                    column["Name"] = rename["NewColumnName"]
    return out


def _row_rules(record: Json) -> None:
    """Reject rules from a data set that is not marked as one of rules: terraform-provider-aws#43103.

    A data set that exists cannot be marked: it must be created again.
    """
    rules = record.get("RowLevelPermissionDataSet") or {}
    if "Arn" not in rules or rules.get("Status") == "DISABLED" or not strict.applies(strict.Rule.ROWS):
        return
    if STORE.by_arn(QUICKSIGHT, rules["Arn"]).get("UseAs") != "RLS_RULES":
        message = f"Invalid RowLevelPermissionDataSet. {rules['Arn']} is not used as RLS_RULES"
        raise invalid("InvalidParameterValueException", message)


def _data_set(record: Json) -> None:
    _needs("DataSourceArn", "DataSetArn")(record)
    _row_rules(record)
    record["OutputColumns"] = _columns(record)
    record["ConsumedSpiceCapacityInBytes"] = 0
    record.setdefault("UseAs", None)
    if record.get("ImportMode") == "SPICE":
        ingestion = secrets.token_hex(8)
        record["IngestionId"] = ingestion
        record["IngestionArn"] = f"{record['Arn']}/ingestion/{ingestion}"
        _ingest(record, ingestion, "FULL_REFRESH", "MANUAL")


def _now() -> float:
    turned = clock.turned()
    return time.time() if turned is None else turned


def _unreadable(record: Json) -> Json | None:
    """Return why the sources of a data set cannot be read."""
    known = {source["Arn"]: source for source in STORE.all(DATA_SOURCE)}
    for arn in _strings(record.get("PhysicalTableMap"), "DataSourceArn"):
        if arn not in known:
            return {"Type": "DATA_SOURCE_NOT_FOUND", "Message": f"{arn} does not exist."}
        if error := secrets_role.refusal(known[arn].get("SecretArn")):
            return error
    return None


def _ingest(record: Json, ingestion: str, kind: str, source: str) -> Json:
    made: Json = {
        "Arn": f"{record['Arn']}/ingestion/{ingestion}",
        "IngestionId": ingestion,
        "IngestionStatus": "COMPLETED",
        "CreatedTime": time.time(),
        "_at": _now(),
        "IngestionTimeInSeconds": 0,
        "IngestionSizeInBytes": 0,
        "RequestSource": source,
        "RequestType": kind,
        "RowInfo": {"RowsIngested": 0, "RowsDropped": 0},
    }
    if error := _unreadable(record):
        made |= {"IngestionStatus": "FAILED", "ErrorInfo": error}
    record.setdefault("Ingestions", {})[ingestion] = made
    return made


def _publish(record: Json) -> None:
    """Create a new version of a dashboard, theme, template or analysis from the record."""
    _needs("DataSetArn", "ThemeArn")(record)
    versions = record.setdefault("Versions", [])
    number = len(versions) + 1
    definition = record.get("Definition") or {}
    now = time.time()
    version = {
        "VersionNumber": number,
        "Arn": f"{record['Arn']}/version/{number}",
        "CreatedTime": now,
        "Status": _SUCCEEDED,
        "Errors": [],
        "Description": record.get("VersionDescription"),
        "ThemeArn": record.get("ThemeArn"),
        "BaseThemeId": record.get("BaseThemeId"),
        "Configuration": record.get("Configuration"),
        "DataSetArns": list(_strings(definition, "DataSetArn")),
        "Sheets": [
            {k: sheet[k] for k in ("SheetId", "Name") if k in sheet} for sheet in definition.get("Sheets", [])
        ],
        "Definition": definition,
        "DashboardPublishOptions": record.get("DashboardPublishOptions"),
    }
    versions.append(version)
    record["VersionArn"] = version["Arn"]
    record["VersionNumber"] = number
    record.setdefault("PublishedVersion", 1)
    record["DataSetArns"], record["Sheets"] = version["DataSetArns"], version["Sheets"]
    record["Errors"] = []
    record["Type"] = "CUSTOM" if "BaseThemeId" in record else None
    record.setdefault("LastPublishedTime", now)


def _published(record: Json) -> None:
    _publish(record)
    _status(record)


def _republished(record: Json) -> None:
    _publish(record)
    _updated(record)


def _at_version(record: Json, params: Json) -> Json:
    number = int(params.get("VersionNumber") or 0)
    published = record["PublishedVersion"] if "DashboardId" in record else len(record["Versions"])
    for version in record["Versions"]:
        if version["VersionNumber"] == (number or published):
            return {
                **record,
                "Version": version,
                "Definition": version["Definition"],
                "ThemeArn": version["ThemeArn"],
                "DashboardPublishOptions": version["DashboardPublishOptions"],
                "ResourceStatus": version["Status"],
                "PublishedVersionNumber": record["PublishedVersion"],
                "LatestVersionNumber": len(record["Versions"]),
            }
    raise invalid("ResourceNotFoundException", f"Version {number} does not exist.")


def _of_definition(record: Json, _params: Json) -> Json:
    return {**record, "ResourceStatus": record["Status"]}


def _connection(record: Json) -> None:
    _status(record)
    record["AvailabilityStatus"] = "AVAILABLE"
    zones = [ec2._subnets.get(subnet) for subnet in record["SubnetIds"]]
    if any(zone is None for zone in zones):
        missing = [s for s in record["SubnetIds"] if s not in ec2._subnets]
        raise invalid("InvalidParameterValueException", f"The subnets {missing} do not exist.")
    record["VPCId"] = zones[0]["VpcId"]
    record["NetworkInterfaces"] = [
        {
            "SubnetId": subnet,
            "AvailabilityZone": zone.get("AvailabilityZone"),
            "Status": "AVAILABLE",
            "NetworkInterfaceId": "eni-" + secrets.token_hex(9)[:17],
        }
        for subnet, zone in zip(record["SubnetIds"], zones, strict=True)
    ]


def _connection_changed(record: Json) -> None:
    _connection(record)
    _updated(record)


def _folder_ending(record: Json) -> None:
    if record.get("Members"):
        raise AwsError("ConflictException", f"Folder {record['FolderId']} is not empty.", 409)


def _leave_folders(record: Json) -> None:
    for folder in STORE.all(FOLDER):
        folder["Members"] = [m for m in folder.get("Members", []) if m["MemberArn"] != record["Arn"]]


def _schedule(record: Json) -> None:
    STORE.need(DATA_SET, record)


def _quicksight(name: str, segment: str, **more: Any) -> Noun:
    more.setdefault("made", _status)
    more.setdefault("changed", _updated)
    more.setdefault("ending", _leave_folders)
    more.setdefault("whole", True)
    more.setdefault("ids", (f"{name}Id",))
    ids = "/refresh-schedule/".join("{" + i + "}" for i in more["ids"])
    arn = "arn:aws:quicksight:{region}:{account}:" + f"{segment}/{ids}"
    return STORE.add(
        Noun(service=QUICKSIGHT, name=name, arn=arn, taken=("ResourceExistsException", 409), **more)
    )


DATA_SOURCE = _quicksight("DataSource", "datasource", made=_data_source_made, changed=_data_source_changed)
DATA_SET = _quicksight("DataSet", "dataset", made=_data_set, changed=_data_set)
_DRAWN: Json = {"made": _published, "changed": _republished}
DASHBOARD = _quicksight("Dashboard", "dashboard", **_DRAWN, view=_at_version)
ANALYSIS = _quicksight("Analysis", "analysis", **_DRAWN, view=_of_definition, plural="Analyses")
TEMPLATE = _quicksight("Template", "template", **_DRAWN, view=_at_version)
THEME = _quicksight("Theme", "theme", **_DRAWN, view=_at_version)
FOLDER = _quicksight("Folder", "folder", ending=_folder_ending)
CONNECTION = _quicksight("VPCConnection", "vpcConnection", made=_connection, changed=_connection_changed)
SCHEDULE = _quicksight(
    "RefreshSchedule",
    "dataset",
    ids=("DataSetId", "ScheduleId"),
    spread="Schedule",
    made=_schedule,
    changed=_schedule,
)

# The members of a folder, by their type in the API.
_FOLDED = {"DASHBOARD": DASHBOARD, "ANALYSIS": ANALYSIS, "DATASET": DATA_SET, "DATASOURCE": DATA_SOURCE}


def _definition(noun: Noun, params: Json) -> Json:
    return noun.view(STORE.need(noun, params), params)


def _permissions(noun: Noun, params: Json) -> Json:
    record = STORE.need(noun, params)
    granted = {p["Principal"]: list(p["Actions"]) for p in record.get("Permissions") or []}
    for grant in params.get("GrantPermissions") or []:
        actions = granted.setdefault(grant["Principal"], [])
        actions += [a for a in grant["Actions"] if a not in actions]
    for revoke in params.get("RevokePermissions") or []:
        left = [a for a in granted.pop(revoke["Principal"], []) if a not in revoke["Actions"]]
        if left:
            granted[revoke["Principal"]] = left
    record["Permissions"] = [{"Principal": p, "Actions": a} for p, a in granted.items()]
    return {**record, f"{noun.name}Arn": record["Arn"]}


def _versions(noun: Noun, params: Json) -> Json:
    return {f"{noun.name}VersionSummaryList": STORE.need(noun, params)["Versions"]}


for _noun in (DATA_SOURCE, DATA_SET, DASHBOARD, ANALYSIS, TEMPLATE, THEME, FOLDER):
    _run = functools.partial(_permissions, _noun)
    STORE.special(QUICKSIGHT, f"Describe{_noun.name}Permissions", f"Update{_noun.name}Permissions")(_run)
    if _noun in (DASHBOARD, ANALYSIS, TEMPLATE):
        STORE.special(QUICKSIGHT, f"Describe{_noun.name}Definition")(functools.partial(_definition, _noun))
    if _noun in (DASHBOARD, TEMPLATE, THEME):
        STORE.special(QUICKSIGHT, f"List{_noun.name}Versions")(functools.partial(_versions, _noun))


@STORE.special(QUICKSIGHT, "UpdateDashboardPublishedVersion")
def _publish_version(params: Json) -> Json:
    record = STORE.need(DASHBOARD, params)
    _at_version(record, params)
    record["PublishedVersion"] = int(params["VersionNumber"])
    record["LastPublishedTime"] = time.time()
    return {"DashboardId": record["DashboardId"], "DashboardArn": record["Arn"]}


@STORE.special(QUICKSIGHT, "CreateFolderMembership")
def _join_folder(params: Json) -> Json:
    folder = STORE.need(FOLDER, params)
    noun = _FOLDED.get(params["MemberType"])
    if noun is None:
        raise invalid("InvalidParameterValueException", f"Unsupported member type {params['MemberType']}.")
    member = STORE.need(noun, {noun.ids[0]: params["MemberId"]})
    entry = {"MemberId": params["MemberId"], "MemberArn": member["Arn"], "MemberType": params["MemberType"]}
    members = folder.setdefault("Members", [])
    if entry not in members:
        members.append(entry)
    return {"FolderMember": entry}


@STORE.special(QUICKSIGHT, "DeleteFolderMembership")
def _leave_folder(params: Json) -> Json:
    folder = STORE.need(FOLDER, params)
    folder["Members"] = [m for m in folder.get("Members", []) if m["MemberId"] != params["MemberId"]]
    return {}


@STORE.special(QUICKSIGHT, "ListFolderMembers")
def _folder_members(params: Json) -> Json:
    return {"FolderMemberList": STORE.need(FOLDER, params).get("Members", [])}


@STORE.special(QUICKSIGHT, "ListFoldersForResource")
def _folders_of(params: Json) -> Json:
    arn = params["ResourceArn"]
    held = (f for f in STORE.all(FOLDER) if any(m["MemberArn"] == arn for m in f.get("Members", [])))
    return {"Folders": [f["Arn"] for f in held]}


@STORE.special(QUICKSIGHT, "PutDataSetRefreshProperties")
def _put_refresh(params: Json) -> Json:
    STORE.need(DATA_SET, params)["DataSetRefreshProperties"] = params["DataSetRefreshProperties"]
    return {}


@STORE.special(QUICKSIGHT, "DescribeDataSetRefreshProperties")
def _refresh(params: Json) -> Json:
    record = STORE.need(DATA_SET, params)
    if "DataSetRefreshProperties" not in record:
        raise AwsError("ResourceNotFoundException", "The data set has no refresh properties.", 404)
    return {"DataSetRefreshProperties": record["DataSetRefreshProperties"]}


@STORE.special(QUICKSIGHT, "DeleteDataSetRefreshProperties")
def _drop_refresh(params: Json) -> Json:
    _refresh(params)
    del STORE.need(DATA_SET, params)["DataSetRefreshProperties"]
    return {}


@STORE.special(QUICKSIGHT, "CreateIngestion")
def _create_ingestion(params: Json) -> Json:
    record = STORE.need(DATA_SET, params)
    if record.get("ImportMode") != "SPICE":
        raise invalid("InvalidParameterValueException", "The data set does not use SPICE.")
    held = record.get("Ingestions") or {}
    if params["IngestionId"] in held:
        raise AwsError("ResourceExistsException", f"Ingestion {params['IngestionId']} already exists", 409)
    manual = [one for one in held.values() if one["_at"] > _now() - 86_400]
    if len(manual) >= _IMPORTS and strict.applies(strict.Rule.REFRESHES):
        raise AwsError(
            "LimitExceededException", f"The data set was imported {_IMPORTS} times in 24 hours.", 409
        )
    return _ingest(record, params["IngestionId"], params.get("IngestionType", "FULL_REFRESH"), "MANUAL")


@STORE.special(QUICKSIGHT, "DescribeIngestion")
def _describe_ingestion(params: Json) -> Json:
    found = STORE.need(DATA_SET, params).get("Ingestions", {}).get(params["IngestionId"])
    if found is None:
        raise AwsError("ResourceNotFoundException", f"Ingestion {params['IngestionId']} does not exist.", 404)
    return {"Ingestion": found}


@STORE.special(QUICKSIGHT, "ListIngestions")
def _ingestions(params: Json) -> Json:
    return {"Ingestions": list(STORE.need(DATA_SET, params).get("Ingestions", {}).values())}


# Redshift, serverless and provisioned


def _secret_name(owner: str, user: str) -> str:
    return f"redshift!{owner}-{user}"


def _keep_secret(owner: str, user: str, key: str | None) -> str:
    """Create the secret of an administrator's password in Secrets Manager, like Redshift."""
    name = _secret_name(owner, user)
    value = json.dumps({"username": user, "password": secrets.token_urlsafe(24) + "aA1"})
    existing = secretsmanager._resolve(name)[1]
    if existing is None:
        request = {"Name": name, "SecretString": value, **({"KmsKeyId": key} if key else {})}
        status, _, body = secretsmanager._create_secret(request)
        if status >= 400:
            raise invalid("ValidationException", body.decode())
        existing = secretsmanager._resolve(name)[1]
    return str(existing["ARN"])


def _drop_secret(arn: str | None) -> None:
    if arn:
        secretsmanager._delete_secret({"SecretId": arn, "ForceDeleteWithoutRecovery": True})


def _namespace(record: Json) -> None:
    record.setdefault("adminUsername", "admin")
    record.setdefault("dbName", "dev")
    record.setdefault("kmsKeyId", "AWS_OWNED_KMS_KEY")
    record["status"] = "AVAILABLE"
    record.setdefault("namespaceId", record["namespaceArn"].rpartition("/")[2])
    record.setdefault("creationDate", time.time())
    if record.get("manageAdminPassword"):
        key = record.get("adminPasswordSecretKmsKeyId")
        arn = _keep_secret(record["namespaceName"], record["adminUsername"], key)
        record["adminPasswordSecretArn"] = arn
    else:
        _drop_secret(record.pop("adminPasswordSecretArn", None))
    record.pop("adminUserPassword", None)


def _namespace_ending(record: Json) -> None:
    for workgroup in STORE.all(WORKGROUP):
        if workgroup["namespaceName"] == record["namespaceName"]:
            text = f"Namespace {record['namespaceName']} is used by workgroup {workgroup['workgroupName']}."
            raise AwsError("ConflictException", text)
    _drop_secret(record.get("adminPasswordSecretArn"))
    data_api.end(data_api.warehouse_of(record["namespaceArn"]))


def _roles_shown(record: Json, _params: Json) -> Json:
    """Return roles with their status, like GetNamespace."""
    shown = [f"IamRole(applyStatus=in-sync, iamRoleArn={r})" for r in record.get("iamRoles") or []]
    return {**record, "iamRoles": shown}


def _workgroup(record: Json) -> None:
    STORE.need(NAMESPACE, record)
    for other in STORE.all(WORKGROUP):
        same = other["namespaceName"] == record["namespaceName"]
        if same and other["workgroupName"] != record["workgroupName"]:
            message = f"Namespace {record['namespaceName']} is already associated with a workgroup."
            raise AwsError("ConflictException", message)
    record.setdefault("port", 5439)
    record.setdefault("baseCapacity", 128)
    record.setdefault("enhancedVpcRouting", False)
    record.setdefault("publiclyAccessible", False)
    record["status"] = "AVAILABLE"
    record.setdefault("workgroupId", record["workgroupArn"].rpartition("/")[2])
    record.setdefault("creationDate", time.time())
    domain = f"{get_account_id()}.{get_region()}.redshift-serverless.amazonaws.com"
    record["endpoint"] = {"address": f"{record['workgroupName']}.{domain}", "port": record["port"]}


def _serverless(name: str, **more: Any) -> Noun:
    lower = name.lower()
    return STORE.add(
        Noun(
            service=SERVERLESS,
            name=name,
            ids=(f"{lower}Name",),
            arn="arn:aws:redshift-serverless:{region}:{account}:" + lower + "/{uuid}",
            arn_member=f"{lower}Arn",
            ops={"get": f"Get{name}"},
            missing=("ResourceNotFoundException", 400),
            taken=("ConflictException", 400),
            **more,
        )
    )


NAMESPACE = _serverless(
    "Namespace", made=_namespace, changed=_namespace, ending=_namespace_ending, view=_roles_shown
)
WORKGROUP = _serverless("Workgroup", made=_workgroup, changed=_workgroup)


def _limit(record: Json) -> None:
    STORE.by_arn(SERVERLESS, record["resourceArn"])
    record.setdefault("breachAction", "log")
    record.setdefault("period", "monthly")


def _limit_made(record: Json) -> None:
    _limit(record)
    held = (r for r in STORE.all(LIMIT) if r["usageLimitId"] != record["usageLimitId"])
    if any(all(r[k] == record[k] for k in ("resourceArn", "usageType", "period")) for r in held):
        raise AwsError("ConflictException", "A usage limit of this type and period already exists.")


LIMIT = STORE.add(
    Noun(
        service=SERVERLESS,
        name="UsageLimit",
        ids=("usageLimitId",),
        arn="arn:aws:redshift-serverless:{region}:{account}:usagelimit/{usageLimitId}",
        arn_member="usageLimitArn",
        ops={"get": "GetUsageLimit"},
        numbered=True,
        filters=("resourceArn", "usageType"),
        missing=("ResourceNotFoundException", 400),
        made=_limit_made,
        changed=_limit,
    )
)


@STORE.special(SERVERLESS, "GetCredentials")
def _credentials(params: Json) -> Json:
    STORE.need(WORKGROUP, params)
    expires = time.time() + int(params.get("durationSeconds", 900))
    return {"dbUser": "IAMR:local", "dbPassword": secrets.token_urlsafe(24), "expiration": expires}


def _cluster(record: Json) -> None:
    name = record["ClusterIdentifier"]
    group = record.get("ClusterSubnetGroupName")
    if group:
        record["VpcId"] = STORE.need(SUBNET_GROUP, record)["VpcId"]
    number = int(record.get("NumberOfNodes") or 1)
    record.setdefault("DBName", "dev")
    record.setdefault("Port", 5439)
    record["NumberOfNodes"] = number
    record["ClusterStatus"] = "available"
    record["ClusterAvailabilityStatus"] = "Available"
    record.setdefault("ClusterCreateTime", time.time())
    domain = f"{get_region()}.redshift.amazonaws.com"
    record["Endpoint"] = {"Address": f"{name}.local.{domain}", "Port": int(record["Port"])}
    record["VpcSecurityGroups"] = [
        {"VpcSecurityGroupId": g, "Status": "active"} for g in record.get("VpcSecurityGroupIds") or []
    ]
    record["IamRoles"] = [
        r if isinstance(r, dict) else {"IamRoleArn": r, "ApplyStatus": "in-sync"}
        for r in record.get("IamRoles") or []
    ]
    if parameters := record.get("ClusterParameterGroupName"):
        if parameters != "default.redshift-1.0":
            STORE.need(PARAMETER_GROUP, {"ParameterGroupName": parameters})
        record["ClusterParameterGroups"] = [
            {"ParameterGroupName": parameters, "ParameterApplyStatus": "in-sync"}
        ]
    if record.get("ManageMasterPassword"):
        key = record.get("MasterPasswordSecretKmsKeyId")
        record["MasterPasswordSecretArn"] = _keep_secret(name, record["MasterUsername"], key)
    record.pop("MasterUserPassword", None)


def _cluster_ending(record: Json) -> None:
    _drop_secret(record.get("MasterPasswordSecretArn"))
    data_api.end(data_api.warehouse_of(record["ClusterNamespaceArn"]))


def _subnet_group(record: Json) -> None:
    found = [ec2._subnets.get(subnet) for subnet in record["SubnetIds"]]
    if any(subnet is None for subnet in found):
        raise invalid("InvalidSubnet", f"Not all subnets of {record['SubnetIds']} exist.")
    record["VpcId"] = found[0]["VpcId"]
    record["SubnetGroupStatus"] = "Complete"
    record["Subnets"] = [
        {
            "SubnetIdentifier": name,
            "SubnetStatus": "Active",
            "SubnetAvailabilityZone": {"Name": subnet.get("AvailabilityZone")},
        }
        for name, subnet in zip(record["SubnetIds"], found, strict=True)
    ]


def _named(plural: str, **ops: str) -> dict[str, str]:
    return {"get": "", "list": f"Describe{plural}", **ops}


def _fault(name: str) -> Json:
    return {"missing": (f"{name}NotFound", 404), "taken": (f"{name}AlreadyExists", 400)}


CLUSTER = STORE.add(
    Noun(
        service=REDSHIFT,
        name="Cluster",
        ids=("ClusterIdentifier",),
        arn="arn:aws:redshift:{region}:{account}:namespace:{uuid}",
        arn_member="ClusterNamespaceArn",
        ops=_named("Clusters", update="ModifyCluster"),
        made=_cluster,
        changed=_cluster,
        ending=_cluster_ending,
        **_fault("Cluster"),
    )
)
SUBNET_GROUP = STORE.add(
    Noun(
        service=REDSHIFT,
        name="ClusterSubnetGroup",
        ids=("ClusterSubnetGroupName",),
        ops=_named("ClusterSubnetGroups", update="ModifyClusterSubnetGroup"),
        made=_subnet_group,
        changed=_subnet_group,
        missing=("ClusterSubnetGroupNotFoundFault", 400),
        taken=("ClusterSubnetGroupAlreadyExists", 400),
    )
)


def _cluster_limit(record: Json) -> None:
    STORE.need(CLUSTER, record)
    record.setdefault("BreachAction", "log")
    record.setdefault("Period", "monthly")


CLUSTER_LIMIT = STORE.add(
    Noun(
        service=REDSHIFT,
        name="UsageLimit",
        ids=("UsageLimitId",),
        ops=_named("UsageLimits", update="ModifyUsageLimit"),
        numbered=True,
        filters=("UsageLimitId", "ClusterIdentifier", "FeatureType"),
        made=_cluster_limit,
        changed=_cluster_limit,
        **_fault("UsageLimit"),
    )
)
PARAMETER_GROUP = STORE.add(
    Noun(
        service=REDSHIFT,
        name="ClusterParameterGroup",
        ids=("ParameterGroupName",),
        ops=_named("ClusterParameterGroups", update=""),
        **_fault("ClusterParameterGroup"),
    )
)


@STORE.special(REDSHIFT, "ModifyClusterParameterGroup", "ResetClusterParameterGroup")
def _modify_parameters(params: Json) -> Json:
    record = STORE.need(PARAMETER_GROUP, params)
    held = {p["ParameterName"]: p for p in record.get("Parameters") or []}
    held.update({p["ParameterName"]: {"Source": "user", **p} for p in params.get("Parameters") or []})
    record["Parameters"] = list(held.values())
    name = record["ParameterGroupName"]
    return {"ParameterGroupName": name, "ParameterGroupStatus": "Your parameter group has been updated."}


@STORE.special(REDSHIFT, "DescribeClusterParameters")
def _parameters(params: Json) -> Json:
    return {"Parameters": STORE.need(PARAMETER_GROUP, params).get("Parameters", [])}


# Tags of services that tag by ARN


def _tagged(service: str, lower: bool) -> None:
    arn, tags, keys, key = "ResourceArn", "Tags", "TagKeys", "Key"
    if lower:
        arn, tags, keys, key = "resourceArn", "tags", "tagKeys", "key"

    @STORE.special(service, "ListTagsForResource")
    def _list(params: Json) -> Json:
        return {tags: STORE.by_arn(service, params[arn]).get(tags) or []}

    @STORE.special(service, "TagResource")
    def _tag(params: Json) -> Json:
        record = STORE.by_arn(service, params[arn])
        held = {t[key]: t for t in record.get(tags) or []}
        held.update({t[key]: t for t in params[tags]})
        record[tags] = list(held.values())
        return {}

    @STORE.special(service, "UntagResource")
    def _untag(params: Json) -> Json:
        record = STORE.by_arn(service, params[arn])
        record[tags] = [t for t in record.get(tags) or [] if t[key] not in params[keys]]
        return {}


_tagged(QUICKSIGHT, lower=False)
_tagged(SERVERLESS, lower=True)


# Lake Formation


def _located(record: Json) -> None:
    record["LastModified"] = time.time()


LOCATION = STORE.add(
    Noun(
        service=LAKE,
        name="Resource",
        ids=("ResourceArn",),
        ops={
            "create": "RegisterResource",
            "update": "UpdateResource",
            "delete": "DeregisterResource",
            "list": "ListResources",
        },
        made=_located,
        changed=_located,
        missing=("EntityNotFoundException", 400),
        taken=("AlreadyExistsException", 400),
    )
)
LF_TAG = STORE.add(
    Noun(
        service=LAKE,
        name="LFTag",
        ids=("TagKey",),
        ops={"get": "GetLFTag"},
        missing=("EntityNotFoundException", 400),
        taken=("EntityNotFoundException", 400),
    )
)
SETTINGS = Noun(service=LAKE, name="DataLakeSettings", ids=())
GRANTS = Noun(service=LAKE, name="Grants", ids=())


@STORE.special(LAKE, "UpdateLFTag")
def _update_tag(params: Json) -> Json:
    record = STORE.need(LF_TAG, params)
    dropped = params.get("TagValuesToDelete") or []
    values = [v for v in record["TagValues"] if v not in dropped]
    record["TagValues"] = values + [v for v in params.get("TagValuesToAdd") or [] if v not in values]
    return {}


# In an account that nobody has changed, IAM decides: Lake Formation's guide, "Changing the default settings
# for your data lake".
_EVERYBODY = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]
_NEW_ACCOUNT: Json = {
    "DataLakeAdmins": [],
    "CreateDatabaseDefaultPermissions": _EVERYBODY,
    "CreateTableDefaultPermissions": _EVERYBODY,
}


@STORE.special(LAKE, "PutDataLakeSettings")
def _put_settings(params: Json) -> Json:
    STORE.put(SETTINGS, {"DataLakeSettings": params["DataLakeSettings"]})
    return {}


@STORE.special(LAKE, "GetDataLakeSettings")
def _get_settings(_params: Json) -> Json:
    return STORE.find(SETTINGS, {}) or {"DataLakeSettings": _NEW_ACCOUNT}


def _grants() -> list[Json]:
    record = STORE.find(GRANTS, {})
    if record is None:
        record = {"Grants": []}
        STORE.put(GRANTS, record)
    held: list[Json] = record["Grants"]
    return held


def _same(grant: Json, params: Json) -> bool:
    return all(grant[k] == params[k] for k in ("Principal", "Resource"))


@STORE.special(LAKE, "GrantPermissions")
def _grant(params: Json) -> Json:
    held = _grants()
    grant = next((g for g in held if _same(g, params)), None)
    if grant is None:
        grant = {k: params[k] for k in ("Principal", "Resource")}
        grant.update(Permissions=[], PermissionsWithGrantOption=[])
        held.append(grant)
    for kind in ("Permissions", "PermissionsWithGrantOption"):
        grant[kind] += [p for p in params.get(kind) or [] if p not in grant[kind]]
    return {}


@STORE.special(LAKE, "RevokePermissions")
def _revoke(params: Json) -> Json:
    held = _grants()
    grant = next((g for g in held if _same(g, params)), None)
    if grant is None:
        raise invalid("InvalidInputException", "No permissions revoked. Grantee has no such permissions.")
    for kind in ("Permissions", "PermissionsWithGrantOption"):
        grant[kind] = [p for p in grant[kind] if p not in (params.get(kind) or [])]
    if not grant["Permissions"]:
        held.remove(grant)
    return {}


@STORE.special(LAKE, "ListPermissions")
def _list_permissions(params: Json) -> Json:
    asked = {k: params[k] for k in ("Principal", "Resource") if k in params}
    found = [g for g in _grants() if all(g[k] == v for k, v in asked.items())]
    return {"PrincipalResourcePermissions": found}


# Glue operations that ministack lacks


def _glue_faults() -> Json:
    return {"missing": ("EntityNotFoundException", 400), "taken": ("AlreadyExistsException", 400)}


def _optimized(record: Json) -> None:
    database = record["DatabaseName"]
    if f"{database}/{record['TableName']}" not in glue._tables:
        raise invalid("EntityNotFoundException", f"Table {database}.{record['TableName']} does not exist.")


def _optimizer(record: Json, _params: Json) -> Json:
    shown = {"type": record["Type"], "configuration": record["TableOptimizerConfiguration"]}
    return {**record, "TableOptimizer": shown}


OPTIMIZER = STORE.add(
    Noun(
        service=GLUE,
        name="TableOptimizer",
        ids=("CatalogId", "DatabaseName", "TableName", "Type"),
        ops={"get": "GetTableOptimizer", "list": ""},
        made=_optimized,
        view=_optimizer,
        **_glue_faults(),
    )
)
