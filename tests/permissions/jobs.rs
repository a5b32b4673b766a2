//! What jobs and crawlers do.

use serde_json::Value;

use super::account::{ACCOUNT, Account, REGION, Resource, text};
use super::judge::Who;
use super::needs::{Need, Needs, role};

/// The bucket and the key or prefix of a URL.
pub(super) fn place(url: &str) -> (String, String) {
    let (bucket, key) = url.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).expect("an S3 URL");
    (format!("arn:aws:s3:::{bucket}"), key.to_owned())
}

/// Reads through EMRFS: it looks for the bucket's region, and lists and requests the folder, its marker and its objects.
pub(super) fn reads_folder(needs: &mut Needs, url: &str) {
    let (bucket, prefix) = place(url);
    let name = prefix.trim_end_matches('/').to_owned();
    needs.from("EMR management guide, \"EMRFS\"; the markers `_$folder$` of Hadoop's file systems for S3");
    needs.add(&["s3:GetBucketLocation"], &bucket, &[]);
    for listed in [name.clone(), format!("{name}_$folder$"), format!("{prefix}year=2026/")] {
        needs.add(&["s3:ListBucket"], &bucket, &[("s3:prefix", &listed)]);
    }
    for key in [name.clone(), format!("{name}_$folder$"), format!("{prefix}year=2026/part-0")] {
        needs.add(&["s3:GetObject"], &format!("{bucket}/{key}"), &[]);
    }
}

/// The same, and writes and deletes: a retried run removes what the last attempt left. Large files are sent in parts.
pub(super) fn manages_folder(needs: &mut Needs, url: &str) {
    reads_folder(needs, url);
    let (bucket, prefix) = place(url);
    let name = prefix.trim_end_matches('/').to_owned();
    let actions =
        ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
    for key in [name.clone(), format!("{name}_$folder$"), format!("{prefix}year=2026/part-0")] {
        needs.add(&actions, &format!("{bucket}/{key}"), &[]);
    }
}

pub(super) fn writes_logs(needs: &mut Needs, group: &str) {
    needs.from("Glue developer guide, \"Monitoring jobs … encryption\": a role with an encrypting security configuration");
    let arn = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}");
    needs.add(&["logs:AssociateKmsKey", "logs:CreateLogGroup"], &arn, &[]);
    needs.add(&["logs:CreateLogStream", "logs:PutLogEvents"], &format!("{arn}:log-stream:jr_1"), &[]);
    needs.anywhere(&["glue:GetSecurityConfiguration"], &[]);
}

pub(super) fn table(database: &str, name: &str) -> [String; 3] {
    ["catalog".to_owned(), format!("database/{database}"), format!("table/{database}/{name}")]
        .map(|resource| format!("arn:aws:glue:{REGION}:{ACCOUNT}:{resource}"))
}

pub(super) fn job(account: &Account, one: &Resource) -> Vec<Need> {
    let mut needs = role(one, "Role");
    let arguments = &one.properties["DefaultArguments"];
    let argument = |name: &str| arguments[name].as_str().map(str::to_owned);
    let (bucket, script) = place(&text(&one.properties["Command"]["ScriptLocation"]));
    needs.from("Glue developer guide, \"Step 2: Create an IAM role for AWS Glue\"");
    needs.add(&["s3:GetObject"], &format!("{bucket}/{script}"), &[]);
    needs.anywhere(&["cloudwatch:PutMetricData"], &[("cloudwatch:namespace", "Glue")]);
    let raw = argument("--raw_path").expect("a job reads records");
    reads_folder(&mut needs, &raw);
    needs.from("recorded: the script, with a client that notes its calls");
    let file = script.rsplit('/').next().unwrap_or_default();
    let calls = account.scripts[file].as_array().expect("a list of calls");
    assert!(!calls.is_empty(), "{file} makes no call");
    for call in calls {
        of_script(&mut needs, &raw, argument("--hash_secret"), call);
    }
    for name in ["--curated_path", "--quarantine_path", "--iceberg_path"] {
        if let Some(url) = argument(name) {
            manages_folder(&mut needs, &url);
        }
    }
    let (bucket, prefix) = place(&argument("--TempDir").expect("a job has a temporary folder"));
    needs.from("Glue developer guide, \"Using job parameters\", `--TempDir`");
    needs.add(&["s3:ListBucket"], &bucket, &[("s3:prefix", &format!("{prefix}a/"))]);
    needs.add(&["s3:GetBucketLocation"], &bucket, &[]);
    let actions = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
    needs.add(&actions, &format!("{bucket}/{prefix}a/part-0"), &[]);
    if let Some(named) = argument("--iceberg_table") {
        let mut words = named.split('.').skip(1);
        let (database, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        needs.from("Iceberg, \"AWS integrations\": the calls of GlueCatalog");
        let [catalog, of_database, of_table] = table(database, name);
        let actions = ["glue:CreateTable", "glue:GetTable", "glue:UpdateTable"];
        for resource in [&catalog, &of_database, &of_table] {
            needs.add(&actions, resource, &[]);
        }
        needs.add(&["glue:GetDatabase"], &catalog, &[]).add(&["glue:GetDatabase"], &of_database, &[]);
    }
    let security = text(&one.properties["SecurityConfiguration"]);
    let role = needs.who.clone();
    let Who::Identity(role) = role else { unreachable!("a job has a role") };
    let role = role.rsplit('/').next().unwrap_or_default().to_owned();
    let prefix = argument("--custom-logGroup-prefix").expect("its log groups are ours");
    assert!(account.named("AWS::Glue::SecurityConfiguration", &security).is_some(), "{security}");
    writes_logs(&mut needs, &format!("{prefix}/{security}-role/{role}/output"));
    needs.found
}

/// The request of a call of a script, with the arguments of its job.
fn of_script(needs: &mut Needs, raw: &str, secret: Option<String>, call: &Value) {
    let (bucket, prefix) = place(raw);
    match (text(&call[0]).as_str(), text(&call[1]).as_str()) {
        ("s3", "list_object_versions") => {
            let given = text(&call[2]["Prefix"]).replace("PREFIX", prefix.trim_end_matches('/'));
            needs.add(&["s3:ListBucketVersions"], &bucket, &[("s3:prefix", &given)]);
        }
        // Without the argument, the script reads no secret.
        ("secretsmanager", "get_secret_value") => {
            if let Some(secret) = secret {
                needs.add(&["secretsmanager:GetSecretValue"], &secret, &[]);
            }
        }
        other => panic!("unknown call {other:?}"),
    }
}

pub(super) fn crawler(one: &Resource) -> Vec<Need> {
    let mut needs = role(one, "Role");
    let (bucket, prefix) = place(&text(&one.properties["Targets"]["S3Targets"][0]["Path"]));
    needs.from(
        "Glue developer guide, \"Step 2: Create an IAM role for AWS Glue\" and the policy AWSGlueServiceRole",
    );
    needs.add(&["s3:GetBucketLocation"], &bucket, &[]);
    needs.add(&["s3:ListBucket"], &bucket, &[("s3:prefix", &prefix)]);
    needs.add(&["s3:GetObject"], &format!("{bucket}/{prefix}a.json"), &[]);
    let database = text(&one.properties["DatabaseName"]);
    let [catalog, of_database, of_table] =
        table(&database, &format!("{}a", text(&one.properties["TablePrefix"])));
    needs.from("Glue developer guide, \"Crawler prerequisites\": tables and partitions that a crawler makes");
    let actions = [
        "glue:BatchCreatePartition",
        "glue:BatchGetPartition",
        "glue:CreateTable",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
        "glue:UpdatePartition",
        "glue:UpdateTable",
    ];
    for resource in [&catalog, &of_database, &of_table] {
        needs.add(&actions, resource, &[]);
    }
    needs.add(&["glue:GetDatabase"], &catalog, &[]).add(&["glue:GetDatabase"], &of_database, &[]);
    let security = text(&one.properties["CrawlerSecurityConfiguration"]);
    writes_logs(&mut needs, &format!("/aws-glue/crawlers-role/store-{security}"));
    needs.found
}
