//! Trials of findings in the warehouse.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};
use strataform_rows::{Column, Kind, Table, Value as Cell, write};

use super::account::Account;
use super::output::{Output, before, cut, files_today, template_before, today};
use crate::deploy::local::scratch;

/// A warehouse with a role, `clickstream-dev` or another name; returns the role.
fn warehouse(account: &Account, name: &str) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "redshift-serverless.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]});
    let role = json!({"RoleName": "warehouse", "AssumeRolePolicyDocument": trust.to_string()});
    let role = account.done("iam", "create_role", &role)["Role"]["Arn"].as_str().unwrap().to_owned();
    let reads = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"},
    ]});
    let policy = json!({"RoleName": "warehouse", "PolicyName": "reads", "PolicyDocument": reads.to_string()});
    account.done("iam", "put_role_policy", &policy);
    let space = json!({"namespaceName": name, "dbName": "analytics", "iamRoles": [role]});
    account.done("redshift-serverless", "create_namespace", &space);
    let group = json!({"workgroupName": name, "namespaceName": name, "baseCapacity": 4});
    account.done("redshift-serverless", "create_workgroup", &group);
    role
}

/// The value of a secret of dashboards.
const READER: &str = "{\"username\": \"clickstream_dev_dashboards\", \"password\": \"x\"}";

/// Warehouse 3: who reads a late-binding view needs USAGE of the schemas that it reads.
pub(super) fn reader_of_a_view(account: &Account, output: Output) -> Result<(), String> {
    let sql = match output {
        Output::Before => before("warehouse-03-grants.sql"),
        Output::Today => {
            let files = files_today("clickstream/dev/aggregation/sql");
            let files = files.iter().filter(|path| !path.ends_with("003_password.sql"));
            files.map(|path| fs::read_to_string(path).unwrap()).collect::<String>()
        }
    };
    let role = warehouse(account, "clickstream-dev");
    account.sql("clickstream-dev", None, &sql.replace("${CopyRole}", &role))?;
    let secret =
        account.done("secretsmanager", "create_secret", &json!({"Name": "reader", "SecretString": READER}));
    account
        .sql("clickstream-dev", secret["ARN"].as_str(), "SELECT session_id, events FROM report.session")
        .map(drop)
}

/// Warehouse 8: auto refresh of a stream keeps the warehouse at its base capacity, all day.
pub(super) fn a_day_of_auto_refresh(account: &Account, output: Output) -> Result<(), String> {
    let names = ["WarehouseNamespace", "WarehouseWorkgroup", "WarehouseLimitRole", "WarehouseLimit"];
    let dropped = [
        "SubnetIds",
        "SecurityGroupIds",
        "EnhancedVpcRouting",
        "IamRoles",
        "LoggingConfiguration",
        "LogExports",
    ];
    let (template, sql) = match output {
        Output::Before => (template_before("warehouse-08-limit"), before("warehouse-08-stream.sql")),
        Output::Today => {
            let template = today("iot-telemetry/dev/aggregation/template.json");
            let path = |name: &str| format!("iot-telemetry/dev/aggregation/sql/{name}.sql");
            let view = today(&path("061_measurement_stream"));
            let view = view.split_inclusive(';').next().unwrap().to_owned();
            let sql = format!("{}{view}", today(&path("060_streams")));
            (cut(&template, |name| names.contains(&name), &dropped), sql)
        }
    };
    account.stack("aggregation", &template, &[], false)?;
    // The state machine that sets the limit.
    account.runs(&json!(account.physical("aggregation", "WarehouseLimit")))?;
    let workgroup = "iot-telemetry-dev";
    account.sql(workgroup, None, &format!("CREATE SCHEMA core; {sql}"))?;
    let query = "SELECT COUNT(*) FROM core.measurement__stream";
    account.sql(workgroup, None, query)?;
    account.settle(&json!({"hours": 23}));
    let end = account.sql(workgroup, None, query).map(drop);
    if end.is_err() {
        let catalog = account.sql(workgroup, None, "SELECT COUNT(*) FROM pg_catalog.pg_class");
        assert!(catalog.is_ok(), "the leader node answers: {catalog:?}");
        account.settle(&json!({"hours": 1}));
        assert_eq!(account.sql(workgroup, None, query).map(drop), Ok(()), "the next day begins");
    }
    end
}

/// A row of nulls in the columns of a table of the Data Catalog, as Parquet.
fn parquet(columns: &[Value]) -> Vec<u8> {
    let kind = |text: &str| match text {
        "string" => Kind::Text,
        "timestamp" => Kind::Timestamp,
        "date" => Kind::Date,
        "int" => Kind::Integer,
        "bigint" => Kind::Bigint,
        "boolean" => Kind::Boolean,
        "decimal(12,2)" => Kind::Decimal { precision: 12, scale: 2 },
        other => panic!("{other}"),
    };
    let column = |one: &Value| Column {
        name: one["Name"].as_str().unwrap().to_owned(),
        kind: kind(one["Type"].as_str().unwrap()),
        nullable: true,
    };
    file(columns.iter().map(column).collect())
}

fn file(columns: Vec<Column>) -> Vec<u8> {
    let values = columns.iter().map(|_| vec![Cell::Null]).collect();
    let path = scratch(&format!("parquet-{:?}", std::thread::current().id())).join("0.parquet");
    write(&path, &Table { columns, values }).unwrap();
    fs::read(path).unwrap()
}

/// Warehouse 15: partition projection is Athena's alone.
pub(super) fn rows_of_the_lake(account: &Account, output: Output) -> Result<(), String> {
    let names = ["CatalogueDatabase", "EventTable"];
    let (template, sql) = match output {
        Output::Before => {
            (template_before("warehouse-15-event-table"), Some(before("warehouse-15-catalogue.sql")))
        }
        Output::Today => {
            let template = today("clickstream/dev/processing/template.json");
            let files = files_today("clickstream/dev/aggregation/sql");
            let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
            let external = texts.into_iter().find(|text| text.contains("FROM DATA CATALOG"));
            (cut(&template, |name| names.contains(&name), &[]), external)
        }
    };
    let bucket = format!("curated-{}", account.id());
    account.stack("processing", &template, &[("StorageCuratedBucketName", &bucket)], false)?;
    let table = &template["Resources"]["EventTable"]["Properties"]["TableInput"];
    let columns = table["StorageDescriptor"]["Columns"].as_array().unwrap();
    let key = "event/data/run=20261123T101500Z/event_day=2026-11-23/0.parquet";
    account.put(&bucket, key, &parquet(columns));
    let role = warehouse(account, "clickstream-dev");
    // Without an Iceberg table, there is no schema that promises rows.
    let Some(sql) = sql else { return Ok(()) };
    account.sql("clickstream-dev", None, &sql.replace("${CatalogueRole}", &role))?;
    let rows = account.sql("clickstream-dev", None, "SELECT COUNT(*) FROM lake.event")?;
    if rows == [["0"]] { Err(format!("lake.event has no rows, but its folder has {key}")) } else { Ok(()) }
}

/// Warehouse 22: Redshift makes the groups of its audit logs, unless they exist.
pub(super) fn audit_logs(account: &Account, output: Output) -> Result<(), String> {
    let template = match output {
        Output::Before => template_before("warehouse-22-namespace"),
        Output::Today => cut(
            &today("clickstream/dev/aggregation/template.json"),
            |name| name == "WarehouseNamespace" || name.starts_with("WarehouseLog"),
            &["IamRoles"],
        ),
    };
    account.stack("aggregation", &template, &[], false)?;
    let asked = json!({"logGroupNamePrefix": "/aws/redshift/"});
    let found = account.done("logs", "describe_log_groups", &asked);
    let groups = found["logGroups"].as_array().unwrap();
    if output == Output::Today {
        assert_eq!(groups.len(), 3, "{groups:?}");
    }
    match groups.iter().find(|group| group["retentionInDays"].is_null()) {
        Some(group) => Err(format!("{} never expires", group["logGroupName"].as_str().unwrap())),
        None => Ok(()),
    }
}

/// Warehouse 25: a run that was committed before a column was added is loaded after it.
pub(super) fn load_after_a_new_column(account: &Account, output: Output) -> Result<(), String> {
    let sql = match output {
        Output::Before => before("warehouse-25-copy.sql"),
        Output::Today => {
            let load = today("clickstream/dev/aggregation/load/event.sql");
            let copy = load.find("COPY \"staging\"").unwrap();
            let copy = load[copy..].split_inclusive(';').next().unwrap().to_owned();
            format!("{}\n{copy}", today("clickstream/dev/aggregation/sql/020_event_files.sql"))
        }
    };
    let (table, copy) = sql.split_at(sql.find("COPY").unwrap());
    // The columns of the run's files are those of today's table.
    let columns: Vec<Column> = table.lines().filter_map(column).collect();
    let named: Vec<String> = columns.iter().map(|one| format!("\"{}\"", one.name)).collect();
    let body = file(columns);
    let bucket = format!("curated-{}", account.id());
    account.put(&bucket, "event/data/0.parquet", &body);
    let url = |key: &str| format!("s3://{bucket}/event/{key}");
    let meta = json!({"content_length": body.len()});
    let entry = json!({"url": url("data/0.parquet"), "mandatory": true, "meta": meta});
    let manifest = json!({"entries": [entry]}).to_string();
    account.put(&bucket, "event/manifests/1.json", manifest.as_bytes());
    let role = warehouse(account, "clickstream-dev");
    let copy = copy
        .replace("${ManifestUrl}", &url("manifests/1.json"))
        .replace("${CopyRole}", &role)
        .replace("${Columns}", &format!(" ({})", named.join(", ")));
    // The deployment in between, after which the staging table has a column more; no column of the file has a value.
    let mut made = format!("CREATE SCHEMA staging; {}", table.replace(" NOT NULL", ""));
    let _ = write!(made, "; ALTER TABLE staging.event ADD COLUMN coupon VARCHAR(20)");
    account.sql("clickstream-dev", None, &made)?;
    account.sql("clickstream-dev", None, &copy).map(drop)
}

/// A column of a table, from its line in the statement.
fn column(line: &str) -> Option<Column> {
    let (name, kind) = line.trim().strip_prefix('"')?.split_once("\" ")?;
    let kind = kind.trim_end_matches(',').trim_end_matches(" NOT NULL");
    let kind = match kind.split('(').next()? {
        "VARCHAR" => Kind::Text,
        "TIMESTAMP" => Kind::Timestamp,
        "BOOLEAN" => Kind::Boolean,
        "INTEGER" => Kind::Integer,
        "BIGINT" => Kind::Bigint,
        "DECIMAL" => Kind::Decimal { precision: 12, scale: 2 },
        other => panic!("{other}"),
    };
    Some(Column { name: name.to_owned(), kind, nullable: true })
}
