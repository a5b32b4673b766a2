"""CloudFormation resource types backed by nouns: the services' own operations manage them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ministack.services.cloudformation.provisioners as provisioners
from ministack.core.responses import get_account_id

from . import models, nouns
from .models import AwsError, Json
from .store import STORE, Noun

Created = tuple[str, Json]
After = Callable[[Json, Json | None], None]


def call(service: str, op: str, params: Json) -> Json:
    """Run an operation of one of our services, validated like a request over the wire."""
    om = models.operation(service, op)
    fitting = models.fit(om.input_shape, params)
    models.wanted(om, fitting)
    return STORE.run(om, fitting)


def wrong(error: AwsError) -> ValueError:
    return ValueError(f"{error.message} ({error.code})")


def _no_more(_new: Json, _old: Json | None) -> None:
    return None


def _record(_record: Json) -> Json:
    return {}


@dataclass(frozen=True)
class Kind:
    type: str
    noun: Noun
    # The property with its name, generated if a template does not set it.
    named: str
    # Properties whose change requires replacement.
    fixed: tuple[str, ...]
    # Those that are a name chosen by the template; CloudFormation does not replace a resource that keeps it.
    custom: tuple[str, ...] = ()
    tags: tuple[str, str] = ("Tags", "list")
    ref: Callable[[Json], str] = lambda record: str(record["_name"])
    attributes: Callable[[Json], Json] = _record
    request: Callable[[Json], Json] = dict
    after: After = _no_more

    def register(self) -> None:
        provisioners._RESOURCE_HANDLERS[self.type] = {
            "create": self.create,
            "update": self.update,
            "update_with_logical_id": True,
            "delete_with_logical_id": True,
            "delete": self.delete,
        }
        provisioners._REPLACING_PROPERTIES[self.type] = self.fixed
        if self.custom:
            name = self.custom[0] if len(self.custom) == 1 else self.custom
            provisioners._CUSTOM_NAME_REPLACEMENT[self.type] = {"name": name}
        if self.tags[0]:
            provisioners._STACK_TAG_PROPERTY[self.type] = self.tags

    def _params(self, props: Json, name: str) -> Json:
        params = self.request({**props, self.named: name} if self.named else dict(props))
        if self.noun.numbered and name:
            params[self.noun.ids[0]] = name
        # The models name IDs like the API, which can begin with a lower-case letter.
        for i in self.noun.ids:
            upper = i[:1].upper() + i[1:]
            if upper in params:
                params.setdefault(i, params[upper])
        return params

    def _shown(self, params: Json, name: str) -> Created:
        record = STORE.need(self.noun, params)
        known = {**record, "_name": name}
        return self.ref(known), self.attributes(known)

    def create(self, logical_id: str, props: Json, stack_name: str) -> Created:
        name = (
            props.get(self.named) or provisioners._physical_name(stack_name, logical_id, max_len=60).lower()
        )
        if self.noun.numbered:
            # The service generates the ID.
            name = ""
        params = self._params(props, name)
        try:
            answer = call(self.noun.service, self.noun.op("create"), params)
            if self.noun.numbered:
                name = params[self.noun.ids[0]] = answer[self.noun.ids[0]]
            try:
                self.after(params, None)
            except AwsError:
                call(self.noun.service, self.noun.op("delete"), params)
                raise
        except AwsError as error:
            raise wrong(error) from error
        return self._shown(params, str(name))

    def _name(self, physical_id: str, props: Json) -> str:
        return str(props.get(self.named) or physical_id.rpartition("|")[2])

    def update(self, physical_id: str, old: Json, new: Json, stack: str, logical_id: str) -> Created:
        name = self._name(physical_id, new)
        params = self._params(new, name)
        before = self._params(old, self._name(physical_id, old))
        if STORE.key(self.noun, params) != STORE.key(self.noun, before):
            return self.create(logical_id, new, stack)
        try:
            if self.noun.op("update"):
                call(self.noun.service, self.noun.op("update"), params)
            self.after(params, before)
        except AwsError as error:
            raise wrong(error) from error
        return self._shown(params, name)

    def delete(self, physical_id: str, props: Json, _logical_id: str | None = None) -> None:
        params = self._params(props, self._name(physical_id, props))
        if STORE.find(self.noun, params) is None:
            return
        if self.noun.service == nouns.REDSHIFT and self.noun is nouns.CLUSTER:
            params["SkipFinalClusterSnapshot"] = True
        try:
            call(self.noun.service, self.noun.op("delete"), params)
        except AwsError as error:
            raise wrong(error) from error


# QuickSight


def _account_ref(*ids: str) -> Callable[[Json], str]:
    return lambda record: "|".join(str(record[i]) for i in ("AwsAccountId", *ids))


def _arn(record: Json) -> Json:
    times = {k: record.get(k) for k in ("CreatedTime", "LastUpdatedTime")}
    return {"Arn": record["Arn"], **{k: str(v) for k, v in times.items() if v}}


def _permitted(noun: Noun) -> After:
    """Apply what QuickSight's updates do not change: permissions, tags, folders, the published version."""

    def after(new: Json, old: Json | None) -> None:
        record = STORE.need(noun, new)
        if old is not None:
            record["Permissions"] = models.fit(
                models.operation(noun.service, noun.op("create")).input_shape, new
            ).get("Permissions")
            record["Tags"] = new.get("Tags")
        word = next((w for w, n in nouns._FOLDED.items() if n is noun), None)
        wanted = new.get("FolderArns") or []
        had = (old or {}).get("FolderArns") or []
        for folder in (*wanted, *had):
            op = "CreateFolderMembership" if folder in wanted else "DeleteFolderMembership"
            member = {"AwsAccountId": record["AwsAccountId"], "FolderId": folder.rpartition("/")[2]}
            member |= {"MemberId": record[noun.ids[0]], "MemberType": word}
            call(nouns.QUICKSIGHT, op, member)
        if noun is nouns.DASHBOARD and old is not None:
            # CloudFormation publishes the version that an update creates.
            latest = {"AwsAccountId": record["AwsAccountId"], "VersionNumber": record["VersionNumber"]}
            latest["DashboardId"] = record["DashboardId"]
            call(nouns.QUICKSIGHT, "UpdateDashboardPublishedVersion", latest)
        if noun is nouns.DATA_SET:
            _refreshed(record, new)

    return after


def _refreshed(record: Json, new: Json) -> None:
    if wanted := new.get("DataSetRefreshProperties"):
        params = {k: record[k] for k in ("AwsAccountId", "DataSetId")}
        call(
            nouns.QUICKSIGHT,
            "PutDataSetRefreshProperties",
            {**params, "DataSetRefreshProperties": wanted},
        )
    else:
        record.pop("DataSetRefreshProperties", None)


def _quicksight(noun: Noun, *fixed: str) -> Kind:
    named = noun.ids[0]
    return Kind(
        type=f"AWS::QuickSight::{noun.name}",
        noun=noun,
        named=named,
        fixed=("AwsAccountId", named, *fixed),
        custom=(named,),
        ref=_account_ref(named),
        attributes=_arn,
        after=_permitted(noun),
    )


def _schedule(props: Json) -> Json:
    """Return a schedule with an ID; the service generates a missing one, here the data set's name."""
    schedule = dict(props.get("Schedule") or {})
    schedule.setdefault("ScheduleId", f"{props['DataSetId']}-schedule")
    return {**props, "Schedule": schedule, "ScheduleId": schedule["ScheduleId"]}


# Redshift


def _flat(prefix: str, value: Any) -> Json:
    """Flatten a record to the attributes of a CloudFormation type: Workgroup.Endpoint.Address."""
    if isinstance(value, dict):
        out: Json = {}
        for key, inner in value.items():
            out |= _flat(f"{prefix}.{key[:1].upper()}{key[1:]}", inner)
        return out
    if isinstance(value, bool):
        return {prefix: str(value).lower()}
    return {prefix: value if isinstance(value, list) else str(value)}


def _serverless(noun: Noun, *fixed: str) -> Kind:
    def attributes(record: Json) -> Json:
        return _flat(noun.name, {k: v for k, v in record.items() if not k.startswith("_") and k != "tags"})

    def after(new: Json, old: Json | None) -> None:
        if old is not None:
            record = STORE.need(noun, new)
            record["tags"] = [{"key": t["Key"], "value": t["Value"]} for t in new.get("Tags") or []]

    name = f"{noun.name}Name"
    return Kind(
        type=f"AWS::RedshiftServerless::{noun.name}",
        noun=noun,
        named=name,
        fixed=(name, *fixed),
        custom=(name,),
        attributes=attributes,
        after=after,
    )


def _cluster(record: Json) -> Json:
    return {
        **_flat("Endpoint", record["Endpoint"]),
        "ClusterNamespaceArn": record["ClusterNamespaceArn"],
        "MasterPasswordSecretArn": record.get("MasterPasswordSecretArn", ""),
    }


def _amount(props: Json) -> Json:
    """Return a whole number, which the service requires; CloudFormation accepts any number."""
    return {**props, "Amount": int(float(props["Amount"]))}


def _subnets(props: Json) -> Json:
    """Return the properties with the subnet group's name in lower case, as the service stores it."""
    return {**props, "ClusterSubnetGroupName": str(props["ClusterSubnetGroupName"]).lower()}


def _family(props: Json) -> Json:
    return {k: v for k, v in props.items() if k != "Parameters"}


def _parameters(new: Json, old: Json | None) -> None:
    wanted = new.get("Parameters") or []
    if old is not None or wanted:
        STORE.need(nouns.PARAMETER_GROUP, new)["Parameters"] = []
    if wanted:
        params = {"ParameterGroupName": new["ParameterGroupName"], "Parameters": wanted}
        call(nouns.REDSHIFT, "ModifyClusterParameterGroup", params)


# Lake Formation and Glue


def _catalog(props: Json) -> Json:
    return {"CatalogId": get_account_id(), **props}


def _lf_tag(props: Json) -> Json:
    return {**_catalog(props)}


def _lf_values(new: Json, old: Json | None) -> None:
    if old is not None:
        STORE.need(nouns.LF_TAG, new)["TagValues"] = list(new["TagValues"])


def _location(props: Json) -> Json:
    return {**props, "UseServiceLinkedRole": props.get("UseServiceLinkedRole", False)}


NO_TAGS = ("", "")

KINDS = (
    _quicksight(nouns.DATA_SOURCE, "Type"),
    _quicksight(nouns.DATA_SET),
    _quicksight(nouns.DASHBOARD),
    _quicksight(nouns.ANALYSIS),
    _quicksight(nouns.TEMPLATE),
    _quicksight(nouns.THEME),
    _quicksight(nouns.FOLDER, "FolderType", "ParentFolderArn", "SharingModel"),
    _quicksight(nouns.CONNECTION),
    Kind(
        type="AWS::QuickSight::RefreshSchedule",
        noun=nouns.SCHEDULE,
        named="",
        fixed=("AwsAccountId", "DataSetId"),
        tags=NO_TAGS,
        request=_schedule,
        ref=_account_ref("DataSetId", "ScheduleId"),
        attributes=lambda record: {"Arn": record["Arn"]},
    ),
    _serverless(nouns.NAMESPACE),
    _serverless(nouns.WORKGROUP, "NamespaceName"),
    Kind(
        type="AWS::Redshift::Cluster",
        noun=nouns.CLUSTER,
        named="ClusterIdentifier",
        fixed=(
            "ClusterIdentifier",
            "OwnerAccount",
            "SnapshotIdentifier",
            "DBName",
            "SnapshotClusterIdentifier",
            "ClusterSubnetGroupName",
            "MasterUsername",
        ),
        custom=("ClusterIdentifier",),
        attributes=_cluster,
    ),
    Kind(
        type="AWS::Redshift::UsageLimit",
        noun=nouns.CLUSTER_LIMIT,
        named="",
        fixed=("ClusterIdentifier", "FeatureType", "LimitType", "Period"),
        request=_amount,
        attributes=lambda record: {"UsageLimitId": record["UsageLimitId"]},
    ),
    Kind(
        type="AWS::Redshift::ClusterSubnetGroup",
        noun=nouns.SUBNET_GROUP,
        named="ClusterSubnetGroupName",
        fixed=(),
        request=_subnets,
        attributes=lambda record: {"ClusterSubnetGroupName": record["ClusterSubnetGroupName"]},
    ),
    Kind(
        type="AWS::Redshift::ClusterParameterGroup",
        noun=nouns.PARAMETER_GROUP,
        named="ParameterGroupName",
        fixed=("ParameterGroupName", "ParameterGroupFamily", "Description"),
        custom=("ParameterGroupName",),
        after=_parameters,
    ),
    Kind(
        type="AWS::LakeFormation::Resource",
        noun=nouns.LOCATION,
        named="ResourceArn",
        fixed=("ResourceArn",),
        tags=NO_TAGS,
        request=_location,
        attributes=lambda record: {"Id": record["ResourceArn"]},
    ),
    Kind(
        type="AWS::LakeFormation::Tag",
        noun=nouns.LF_TAG,
        named="TagKey",
        fixed=("CatalogId", "TagKey"),
        tags=NO_TAGS,
        request=_lf_tag,
        after=_lf_values,
    ),
    Kind(
        type="AWS::Glue::TableOptimizer",
        noun=nouns.OPTIMIZER,
        named="",
        fixed=("CatalogId", "DatabaseName", "TableName", "Type"),
        tags=NO_TAGS,
        request=_catalog,
        ref=lambda r: "|".join(str(r[k]) for k in ("CatalogId", "DatabaseName", "TableName", "Type")),
    ),
)


def install() -> None:
    for kind in KINDS:
        kind.register()
