"""The AWS SDK for pandas finds the dashboard and its data sets in QuickSight, and imports a data set."""

from __future__ import annotations

import json

import awswrangler as wr
import boto3

from deployed import SHOP, equal

SHOP.use()
quicksight = wr.quicksight
# One session reads the model of the service once; without it, every call would.
session = boto3.Session()
dashboard = quicksight.describe_dashboard(name="Site overview", boto3_session=session)
equal(dashboard["DashboardId"], f"{SHOP.prefix}-overview", "the ID of the dashboard")
equal(dashboard["Version"]["Status"], "CREATION_SUCCESSFUL", "its status")
names = {f"{SHOP.prefix}-{name}" for name in ("daily-traffic", "funnel", "session")}
listed = quicksight.list_datasets(boto3_session=session)
equal({one["Name"] for one in listed}, names, "data sets")
used = {arn.rpartition("/")[2] for arn in dashboard["Version"]["DataSetArns"]}
equal({one["DataSetId"] for one in listed}, used, "the data sets of the dashboard")
source = quicksight.describe_data_source(name=f"{SHOP.prefix}-warehouse", boto3_session=session)
equal((source["Type"], source["Status"]), ("REDSHIFT", "CREATION_SUCCESSFUL"), "the data source")
equal(source["DataSourceParameters"]["RedshiftParameters"]["Database"], "analytics", "its database")

data_set = quicksight.describe_dataset(name=f"{SHOP.prefix}-session", boto3_session=session)
equal(data_set["ImportMode"], "SPICE", "where the data set is")
columns = {column["Name"]: column["Type"] for column in data_set["OutputColumns"]}
equal((columns["revenue"], columns["started_at"]), ("DECIMAL", "DATETIME"), "the types of its columns")
of = {"dataset_id": data_set["DataSetId"], "boto3_session": session}
before = {one["IngestionId"] for one in quicksight.list_ingestions(**of)}
assert before, "the load of the run started no import"


def imported(ingestion: str) -> str:
    equal(quicksight.create_ingestion(ingestion_id=ingestion, **of), ingestion, "the ID of the import")
    status: str = quicksight.describe_ingestion(ingestion_id=ingestion, **of)["IngestionStatus"]
    return status


# QuickSight needs the policy on its role for secrets, which docs/deploy.md tells an administrator to attach.
equal(imported("too-early"), "FAILED", "the status of an import without the role")
role = "aws-quicksight-secretsmanager-role-v0"
trust = {"Effect": "Allow", "Principal": {"Service": "quicksight.amazonaws.com"}, "Action": "sts:AssumeRole"}
iam = SHOP.client("iam")
document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
iam.create_role(RoleName=role, Path="/service-role/", AssumeRolePolicyDocument=document)
iam.attach_role_policy(RoleName=role, PolicyArn=SHOP.outputs()["WarehouseReaderPolicyArn"])
equal(imported("by-hand"), "COMPLETED", "the status of the import")
after = {one["IngestionId"] for one in quicksight.list_ingestions(**of)}
equal(after - before, {"too-early", "by-hand"}, "new imports")
