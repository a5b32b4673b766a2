//! What the roles of the warehouse do, and people with the policies and roles that they are given.

use serde_json::Value;

use super::account::{ACCOUNT, Account, REGION, Resource, list, text};
use super::calls;
use super::jobs::table;
use super::judge::{SESSION, Who};
use super::needs::{Need, Needs};

/// The actions that read a stream, as each service documents them.
pub(super) const READ_STREAM: [&str; 4] =
    ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"];

/// Whoever deploys the platform: a principal of the account that may do everything.
pub(super) fn administrator() -> String {
    format!("arn:aws:iam::{ACCOUNT}:root")
}

/// The roles that SQL files name.
pub(super) fn of_warehouse(account: &Account) -> Vec<Need> {
    let mut found = Vec::new();
    let placeholders =
        list(&account.manifest["sql"]).into_iter().flat_map(|file| list(&file["placeholders"]));
    let mut seen = Vec::new();
    for one in placeholders {
        let name = text(&one["name"]);
        if seen.contains(&name) {
            continue;
        }
        let arn = account.output(&text(&one["stack"]), &text(&one["output"])).to_owned();
        let mut needs = Needs::of(Who::Identity(arn));
        match name.as_str() {
            "CopyRole" => {
                needs.from("the load: COPY reads the manifest and the files of a run");
                let bucket = bucket(account, "curated");
                needs.add(&["s3:GetObject"], &format!("{bucket}/orders/manifests/a.json"), &[]);
                needs.add(&["s3:GetObject"], &format!("{bucket}/orders/year=2026/a.parquet"), &[]);
                needs.from(
                    "Redshift database developer guide, \"Permissions to access other AWS resources\": COPY",
                );
                needs.add(&["s3:ListBucket"], &bucket, &[]);
            }
            "CatalogueRole" => {
                needs
                    .from("Redshift database developer guide, \"IAM policies for Amazon Redshift Spectrum\"");
                let bucket = bucket(account, "tables");
                needs.add(&["s3:GetBucketLocation", "s3:ListBucket"], &bucket, &[]);
                needs.add(&["s3:GetObject"], &format!("{bucket}/a.db/t/data/a.parquet"), &[]);
                let database = text(&account.manifest["platform"]).replace('-', "_");
                let database = format!("{database}_{}", text(&account.manifest["environment"]));
                let [catalog, of_database, of_table] = table(&database, "t");
                let actions = ["glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"];
                for resource in [&catalog, &of_database, &of_table] {
                    needs.add(&actions, resource, &[]).add(&["glue:BatchGetPartition"], resource, &[]);
                }
                needs.add(&["glue:GetDatabase"], &catalog, &[]).add(&["glue:GetDatabase"], &of_database, &[]);
            }
            "StreamingRole" => {
                needs.from("Redshift database developer guide, \"Getting started with streaming ingestion\"");
                needs.anywhere(&["kinesis:ListStreams"], &[]);
                for stream in account.of_kind("AWS::Kinesis::Stream").map(|one| &one.name) {
                    let streams = list(&account.manifest["datasets"]);
                    let is_read = streams.iter().any(|one| one["stream"] == **stream);
                    let arn = format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{stream}");
                    if is_read && is_live(account, stream) {
                        needs.add(&READ_STREAM, &arn, &[]).add(&["kinesis:DescribeStreamSummary"], &arn, &[]);
                    }
                }
            }
            _ => {}
        }
        seen.push(name);
        found.extend(needs.found);
    }
    found
}

/// Whether the warehouse reads a stream itself: a SQL file of its dataset does.
pub(super) fn is_live(account: &Account, stream: &str) -> bool {
    let prefix =
        format!("{}-{}-", text(&account.manifest["platform"]), text(&account.manifest["environment"]));
    let dataset = stream.strip_prefix(&prefix).unwrap_or_default().replace('-', "_");
    let files = list(&account.manifest["sql"]);
    files.iter().any(|file| text(&file["path"]).ends_with(&format!("_{dataset}_stream.sql")))
}

/// A bucket of the platform.
pub(super) fn bucket(account: &Account, role: &str) -> String {
    let output = &account.manifest["buckets"][role];
    let name = match output {
        Value::Null => {
            account.resources.iter().find(|one| one.logical == "TablesBucket").map(|one| one.name.clone())
        }
        _ => Some(account.output(&text(&output["stack"]), &text(&output["output"])).to_owned()),
    };
    format!("arn:aws:s3:::{}", name.expect("a bucket"))
}

/// What people and producers do with the policies that they are given, and analysts with their role.
pub(super) fn of_people(account: &Account) -> Vec<Need> {
    let mut found = Vec::new();
    for one in account.of_kind("AWS::IAM::ManagedPolicy") {
        match one.logical.strip_suffix("ProducerPolicy") {
            Some(dataset) => found.extend(producer(account, one, dataset)),
            None if one.logical == "WarehouseReaderPolicy" => found.extend(reader(account, one)),
            None if one.logical == "WarehouseAnalystsPolicy" => found.extend(analysts(account)),
            None => {}
        }
    }
    found
}

/// Whoever reads the secret of the dashboards' user: a person, or a role of QuickSight that exists.
pub(super) fn reader(account: &Account, policy: &Resource) -> Vec<Need> {
    let role = list(&policy.properties["Roles"]).first().map(text);
    let who = role.map_or_else(|| person(policy), |role| format!("arn:aws:iam::{ACCOUNT}:role/{role}"));
    let mut needs = Needs::of(Who::Identity(who));
    needs
        .from("QuickSight user guide, \"Using AWS Secrets Manager secrets instead of database credentials\"");
    let secret = account.resources.iter().find(|one| one.logical == "WarehouseReader").expect("a secret");
    let arn = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{}-AbCdEf", secret.name);
    needs.add(&["secretsmanager:GetSecretValue"], &arn, &[]);
    needs.found
}

pub(super) fn producer(account: &Account, policy: &Resource, dataset: &str) -> Vec<Need> {
    let mut needs = Needs::of(Who::Identity(person(policy)));
    let stream = account.resources.iter().find(|other| other.logical == format!("{dataset}Stream"));
    if let Some(stream) = stream {
        needs.from(
            "Kinesis developer guide, \"Required IAM permissions for the KPL\"; PutRecord by `gen put`",
        );
        let arn = format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{}", stream.name);
        for action in ["PutRecord", "PutRecords", "ListShards", "DescribeStreamSummary"] {
            needs.add(&[&format!("kinesis:{action}")], &arn, &[]);
        }
        return needs.found;
    }
    needs.from("S3 user guide, \"Multipart upload API and permissions\"");
    let is_named = |one: &Value| text(&one["name"]).replace('_', "").eq_ignore_ascii_case(dataset);
    let name = list(&account.manifest["datasets"]).into_iter().find(is_named);
    let prefix = name.map_or_else(|| panic!("{dataset}?"), |one| text(&one["raw_prefix"]));
    let key = format!("{}/{prefix}a.json", bucket(account, "raw"));
    needs.add(&["s3:PutObject", "s3:AbortMultipartUpload"], &key, &[]);
    needs.found
}

pub(super) fn analysts(account: &Account) -> Vec<Need> {
    let role = account.resources.iter().find(|one| one.logical == "WarehouseAnalystsRole").expect("a role");
    let role = format!("arn:aws:iam::{ACCOUNT}:role/{}", role.name);
    let mut assume = Needs::of(Who::Identity(administrator()));
    assume.from("docs/deploy.md: the roles of `analysts` assume the role");
    let analyst = format!("arn:aws:iam::{ACCOUNT}:role/Analyst");
    assume.add(&["sts:AssumeRole"], &role, &[("aws:PrincipalArn", &analyst)]);
    let mut needs = Needs::of(Who::Identity(role));
    needs.from("Redshift management guide, \"Authorizing access to the Amazon Redshift Data API\"");
    let (warehouse, database) = calls::warehouse(account);
    for action in [
        "BatchExecuteStatement",
        "DescribeTable",
        "ExecuteStatement",
        "ListDatabases",
        "ListSchemas",
        "ListTables",
    ] {
        needs.add(&[&format!("redshift-data:{action}")], &warehouse, &[]);
    }
    calls::credentials(&mut needs, account, &database);
    let own = [("redshift-data:statement-owner-iam-userid", SESSION)];
    for action in ["CancelStatement", "DescribeStatement", "GetStatementResult", "ListStatements"] {
        needs.anywhere(&[&format!("redshift-data:{action}")], &own);
    }
    assume.found.into_iter().chain(needs.found).collect()
}

/// The ARN of a person who has a policy.
pub(super) fn person(policy: &Resource) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{}", policy.logical)
}
