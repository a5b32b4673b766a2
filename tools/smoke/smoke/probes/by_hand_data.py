"""Probes by hand of streaming views, of who may read what, of Athena and of QuickSight.

In: nothing. Out: `Manual` records. It refuses nothing.
"""

from __future__ import annotations

from .manual import Manual

_KEEP = "cargo xtask smoke --keep"
_STREAMING = (
    "gen new probe --blueprint iot-telemetry --set owner=probe --set region=$R",
    "# Remove the groups and email addresses from the platform file, or name your own.",
    "gen synth probe",
    "gen deploy probe --env dev --yes",
    "gen put measurement platforms/probe/sample/measurement.ndjson -p probe --env dev",
)
_ATHENA = (
    "aws athena start-query-execution --work-group primary --query-execution-context Database=${D}_dev "
    "--result-configuration OutputLocation=s3://$CURATED/athena/ --query-string"
)
_CURATED = "--query 'Stacks[0].Outputs[?OutputKey==`CuratedBucketName`].OutputValue' --output text"
_SET = "--aws-account-id $A --data-set-id $P-dev-session"
_MEMBER = "user_name, role_name FROM svv_user_grants WHERE user_name = current_user"
_INCREMENTAL = "--ingestion-type INCREMENTAL_REFRESH"
_OPEN = "# Open https://$R.quicksight.aws.amazon.com/sn/dashboards/$P-dev-overview in a browser."
_DATA_API = "aws redshift-data execute-statement --workgroup-name $P-dev --database analytics --sql"

MANUALS = (
    Manual(
        "athena-names",
        "the smoke test runs nothing in Athena, whose results need a bucket and a work group of the user's",
        (
            _KEEP,
            f"CURATED=$(aws cloudformation describe-stacks --stack-name $P-dev-storage {_CURATED})",
            f'{_ATHENA} "CREATE EXTERNAL TABLE probe (page_path string, event_id string) STORED AS PARQUET '
            "LOCATION 's3://$CURATED/event/data/'\"",
            f'{_ATHENA} "SELECT event_id FROM probe LIMIT 5"',
            "# With the id that the last line printed:",
            "aws athena get-query-results --query-execution-id $ID",
            f'{_ATHENA} "DROP TABLE probe"',
        ),
        "ids of events, `e-…`, although another column is at that place in the files",
    ),
    Manual(
        "own-statements",
        "it needs two sessions of one role, which the smoke test does not have",
        (
            _KEEP,
            "# With a role that may use the Data API, and that you may assume:",
            "aws sts assume-role --role-arn $ROLE --role-session-name one",
            "# With the credentials of that session:",
            f'{_DATA_API} "SELECT 1" --query Id',
            "aws sts assume-role --role-arn $ROLE --role-session-name two",
            "# With the credentials of the other session, and the id from above:",
            "aws redshift-data describe-statement --id $ID --query Status",
            "aws redshift-data get-statement-result --id $ID --query Records",
        ),
        "the second session sees the statement of the first, and its rows",
    ),
    Manual(
        "streaming-endpoints",
        "a streaming view keeps a warehouse running, and needs endpoints of 3 USD a day",
        (
            *_STREAMING,
            'gen query "SELECT COUNT(*) FROM core.measurement__stream" -p probe --env dev',
            "aws ec2 describe-vpc-endpoints --filters Name=tag:strataform:platform,Values=probe "
            "--query 'VpcEndpoints[].[ServiceName, VpcEndpointType]'",
        ),
        "the records are in the view within a minute; interface endpoints are those of the assumption",
    ),
    Manual(
        "streaming-permissions",
        "as `streaming-endpoints`, whose view it looks at",
        (
            "# The commands of `streaming-endpoints`, then:",
            "aws cloudtrail lookup-events --lookup-attributes "
            "AttributeKey=EventSource,AttributeValue=kinesis.amazonaws.com "
            "--query 'Events[].[EventName, CloudTrailEvent]'",
        ),
        "the view has records, and no event of the role of the warehouse has the error `AccessDenied`",
    ),
    Manual(
        "streaming-delete",
        "as `streaming-endpoints`, whose view it changes",
        (
            "# The commands of `streaming-endpoints`, then:",
            'gen query --write "DELETE FROM core.measurement__stream" -p probe --env dev',
            'gen query --write "REFRESH MATERIALIZED VIEW core.measurement__stream" -p probe --env dev',
            'gen query "SELECT COUNT(*) FROM core.measurement__stream" -p probe --env dev',
        ),
        "the deletion succeeds, and no row comes back",
    ),
    Manual(
        "role-tag",
        "the smoke test knows no role or user of the account that it could name as an analyst",
        (
            '# With `analysts = ["user/<you>"]` in `[principals]` of a deployed platform:',
            "aws sts assume-role --role-session-name probe --role-arn "
            "$(aws cloudformation describe-stacks --stack-name $P-dev-aggregation "
            "--query 'Stacks[0].Outputs[?OutputKey==`WarehouseAnalystsRoleArn`].OutputValue' --output text)",
            "# With the credentials of that session:",
            f'{_DATA_API} "SELECT {_MEMBER}" --query Id',
            "aws redshift-data get-statement-result --id $ID --query Records",
            "# The same query in query editor v2, in the session of that role.",
        ),
        "a user of its own, with the role `$D_dev_reader`",
    ),
    Manual(
        "lookback-window",
        "it deletes rows under a dashboard, and needs two more imports, of which an account has 32 a day",
        (
            _KEEP,
            f"aws quicksight create-ingestion {_SET} --ingestion-id probe-1 --ingestion-type FULL_REFRESH",
            'gen query --write "UPDATE mart.session SET started_at = DATEADD(day, -20, started_at) '
            "WHERE session_id IN ('s-00001', 's-00002')\" -p $P --env dev",
            f"aws quicksight create-ingestion {_SET} --ingestion-id probe-2 --ingestion-type FULL_REFRESH",
            "gen query --write \"DELETE FROM mart.session WHERE session_id IN ('s-00001', 's-00003')\" "
            "-p $P --env dev",
            f"aws quicksight create-ingestion {_SET} --ingestion-id probe-3 {_INCREMENTAL}",
            f"aws quicksight describe-ingestion {_SET} --ingestion-id probe-3 --query Ingestion.RowInfo",
        ),
        "one row fewer than after `probe-2`: that in the window is gone, and that before it is not",
    ),
    Manual(
        "first-ingestion",
        "the data sets of the smoke test are made before the warehouse has rows",
        (
            "# With rows in a deployed platform, remove its dashboards and data sets from the platform file:",
            "gen deploy $P --env dev --yes",
            "# Put them back:",
            "gen deploy $P --env dev --yes",
            f"aws quicksight list-ingestions {_SET} --query 'Ingestions[-1].[IngestionStatus, RowInfo]'",
            'gen query "SELECT COUNT(*) FROM report.session" -p $P --env dev',
        ),
        "the first ingestion has as many rows as the view, those before the window, too",
    ),
    Manual(
        "rules-data-set",
        "the smoke test knows no user of the account to whom it could give rows",
        (
            "# With `rows` in a `[data_set.…]` of a platform file, deploy it, then:",
            f"aws quicksight describe-data-set {_SET} --query 'DataSet.[UseAs, RowLevelPermissionDataSet]'",
            "aws quicksight describe-data-set --aws-account-id $A --data-set-id $RULES --query DataSet.UseAs",
            "# In the console, make a data set of the same table, and select it as the rules of another one.",
        ),
        "the deployed rules have `RLS_RULES`; the console refuses the other data set",
    ),
    Manual(
        "client-group-stateless",
        "it cuts QuickSight off from the warehouse",
        (
            _KEEP,
            "GROUP=$(aws cloudformation describe-stacks --stack-name $P-dev-aggregation "
            "--query 'Stacks[0].Outputs[?OutputKey==`ClientsGroup`].OutputValue' --output text)",
            "aws ec2 describe-security-group-rules --filters Name=group-id,Values=$GROUP",
            "# With the rule for what comes from the warehouse:",
            "aws ec2 revoke-security-group-ingress --group-id $GROUP --security-group-rule-ids $RULE",
            f"aws quicksight create-ingestion {_SET} --ingestion-id probe --ingestion-type FULL_REFRESH",
            f"aws quicksight describe-ingestion {_SET} --ingestion-id probe --query Ingestion.ErrorInfo",
        ),
        "the import, which worked before, fails to reach the warehouse",
    ),
    Manual(
        "kpi-options",
        "only eyes see what QuickSight draws",
        (_KEEP, _OPEN, "# Look at the sheet Traffic."),
        "each KPI has a value and a comparison",
    ),
    Manual(
        "date-fields",
        "only eyes see what QuickSight draws",
        (_KEEP, _OPEN, "# Look at the sheet Traffic: sessions and page views by day."),
        "both visuals have a point for each day",
    ),
)
