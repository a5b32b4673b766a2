use std::collections::BTreeMap;

use strataform_resources::kind::KinesisStream;

use super::*;
use crate::model::{Platform, Subnets, WarehouseKind, fixture};
use crate::platform::storage::Bucket;

fn rendered(platform: &Platform) -> (Stack, String) {
    let context = Context { platform, environment: &platform.environments[0] };
    let mut other = Stack::new(StackName::first(Stage::Storage), String::new());
    let mut bucket = |name: &str| Bucket {
        name: other.export(format!("{name}/name"), Value::assumed("b".into()), ""),
        arn: other.export(format!("{name}/arn"), Value::assumed("a".into()), ""),
    };
    let (raw, curated) = (bucket("raw"), bucket("curated"));
    let (quarantine, artifacts) = (bucket("quarantine"), bucket("artifacts"));
    let tables = platform.has_iceberg().then(|| bucket("tables"));
    let storage = storage::Exports {
        key: other.export("key/arn", Value::assumed("k".into()), ""),
        raw,
        curated,
        tables,
        quarantine,
        artifacts,
        topic: other.export("topic", Value::assumed("t".into()), ""),
        hash_key: None,
    };
    let stream: Value<Arn<KinesisStream>> = Value::assumed("s".into());
    let streams = BTreeMap::from([(platform.datasets[0].name.clone(), other.export("stream", stream, ""))]);
    let (stack, _, _) = super::stack(context, &storage, &ingestion::Exports { streams });
    let text = stack.template().to_json().expect("a template of fixtures is whole");
    (stack, text)
}

fn clean(platform: &Platform, file: &str) -> String {
    let (stack, text) = rendered(platform);
    assert_eq!(format!("{:?}", stack.template().faults()), "[]");
    let findings = strataform_schema::template(stack.template());
    assert!(findings.is_empty(), "{findings:#?}");
    if let Ok(folder) = std::env::var("STRATAFORM_SQL_OUT") {
        std::fs::write(std::path::Path::new(&folder).join(file), &text).expect("writable");
    }
    text
}

#[test]
fn a_serverless_warehouse_in_its_own_network_is_private_and_has_no_finding() {
    let text = clean(&fixture::platform(), "own.json");
    assert!(!text.contains("InternetGateway") && !text.contains("AdminUserPassword"), "{text}");
    assert_eq!(text.matches("AWS::EC2::Subnet\"").count(), 3);
    assert!(text.contains("kinesis-streams"), "{text}");
}

#[test]
fn a_cluster_in_an_existing_network_adds_no_network() {
    let mut platform = fixture::platform();
    platform.datasets[0].freshness = Freshness::Scheduled;
    let settings = &mut platform.environments[0].settings;
    settings.warehouse.kind = WarehouseKind::Provisioned { node_type: "ra3.large".to_owned(), nodes: 2 };
    settings.network.subnets = Subnets::Existing {
        vpc: "vpc-0123456789abcdef0".to_owned(),
        subnets: (1..=3).map(|at| format!("subnet-0123456789abcdef{at}")).collect(),
    };
    let text = clean(&platform, "existing.json");
    assert!(text.contains("AWS::Redshift::Cluster\"") && text.contains("cloudwatch"), "{text}");
    assert!(!text.contains("AWS::EC2::VPC") && !text.contains("kinesis"), "{text}");
}

fn resources(platform: &Platform, file: &str) -> serde_json::Value {
    let template: serde_json::Value =
        serde_json::from_str(&clean(platform, file)).expect("a template is JSON");
    template["Resources"].clone()
}

#[test]
fn the_secret_is_readable_by_the_role_that_the_settings_name() {
    let mut platform = fixture::platform();
    let roles = |platform: &Platform| {
        resources(platform, "secret.json")["WarehouseReaderPolicy"]["Properties"]["Roles"].clone()
    };
    assert_eq!(roles(&platform), serde_json::Value::Null);
    platform.environments[0].settings.principals.secrets_role = Some("qs-secrets".to_owned());
    assert_eq!(roles(&platform), serde_json::json!(["qs-secrets"]));
}

#[test]
fn analysts_assume_a_role_that_reads_what_dashboards_read() {
    let mut platform = fixture::platform();
    assert_eq!(resources(&platform, "none.json").get("WarehouseAnalystsRole"), None);
    platform.environments[0].settings.principals.analysts = vec!["role/Analyst_*".to_owned()];
    let found = resources(&platform, "analysts.json");
    let role = &found["WarehouseAnalystsRole"]["Properties"];
    let tags = role["Tags"].as_array().expect("a role has tags");
    let tag = serde_json::json!({"Key": "RedshiftDbRoles", "Value": "shop_dev_reader"});
    assert!(tags.contains(&tag), "{tags:?}");
    let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
    let who = &trust["Condition"]["ArnLike"]["aws:PrincipalArn"][0]["Fn::Sub"];
    assert_eq!(who, "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/Analyst_*");
    assert_eq!(found["WarehouseAnalystsPolicy"]["Properties"]["Roles"][0]["Ref"], "WarehouseAnalystsRole");
    let policy = found["WarehouseAnalystsPolicy"]["Properties"]["PolicyDocument"].to_string();
    assert!(policy.contains("redshift-serverless:GetCredentials"), "{policy}");
}

#[test]
fn old_rows_of_facts_and_streams_are_deleted_daily() {
    let mut platform = fixture::platform();
    let calls = |platform: &Platform| {
        let found = resources(platform, "expiry.json");
        let machine = &found["WarehouseExpiry"]["Properties"]["Definition"];
        machine["States"]["Expire"]["Items"].clone()
    };
    let (rows, stream) = ("CALL \"mart\".\"expire__orders\"()", "CALL \"mart\".\"expire__orders__stream\"()");
    // What expired is in no group then.
    let rebuild = "CALL \"mart\".\"rebuild__daily_sales\"()";
    assert_eq!(calls(&platform), serde_json::json!([rows, stream, rebuild]));
    platform.datasets[0].freshness = Freshness::Scheduled;
    assert_eq!(calls(&platform), serde_json::json!([rows, rebuild]));
    platform.datasets[0].role = crate::model::Role::Dimension;
    platform.aggregates.clear();
    assert_eq!(calls(&platform), serde_json::Value::Null);
}

#[test]
fn outputs_locate_the_warehouse_for_running_sql() {
    let outputs = |platform: &Platform| -> serde_json::Value {
        let (_, text) = rendered(platform);
        let template: serde_json::Value = serde_json::from_str(&text).expect("a template is JSON");
        template["Outputs"].clone()
    };
    let mut platform = fixture::platform();
    let serverless = outputs(&platform);
    let settings = &mut platform.environments[0].settings;
    settings.warehouse.kind = WarehouseKind::Provisioned { node_type: "ra3.large".to_owned(), nodes: 2 };
    let database = settings.warehouse.database.clone();
    let provisioned = outputs(&platform);
    for outputs in [&serverless, &provisioned] {
        assert_eq!(outputs["WarehouseDatabase"]["Value"], database);
        for name in ["WarehouseName", "WarehouseReaderUser", "WarehouseCopyRole"] {
            assert!(outputs[name]["Value"] != serde_json::Value::Null, "{name}");
        }
    }
    // A serverless namespace returns the ARN of its secret itself, so there is no output.
    assert_eq!(serverless.get("WarehouseAdminSecret"), None);
    let secret = serde_json::json!({"Fn::GetAtt": ["WarehouseCluster", "MasterPasswordSecretArn"]});
    assert_eq!(provisioned["WarehouseAdminSecret"]["Value"], secret);
}

/// The properties of a resource.
fn resource(text: &str, id: &str) -> serde_json::Value {
    let template: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let found = template["Resources"][id].clone();
    assert!(found.is_object(), "{id} is not in the template");
    found
}

fn provisioned() -> Platform {
    let mut platform = fixture::platform();
    platform.datasets[0].freshness = Freshness::Scheduled;
    platform.environments[0].settings.warehouse.kind =
        WarehouseKind::Provisioned { node_type: "ra3.large".to_owned(), nodes: 2 };
    platform
}

#[test]
fn the_audit_logs_expire_and_exist_before_redshift_writes_them() {
    for (platform, id, prefix) in [
        (fixture::platform(), "WarehouseNamespace", "/aws/redshift/shop-dev"),
        (provisioned(), "WarehouseCluster", "/aws/redshift/cluster/shop-dev"),
    ] {
        let text = clean(&platform, "logs.json");
        let warehouse = resource(&text, id);
        for log in ["connectionlog", "useractivitylog", "userlog"] {
            assert!(warehouse.to_string().contains(&format!("\"{log}\"")), "{log} is exported");
            let id = format!("WarehouseLog{}{}", log[..1].to_uppercase(), &log[1..]);
            let group = &resource(&text, &id)["Properties"];
            assert_eq!(group["LogGroupName"], format!("{prefix}/{log}"));
            assert!(group["RetentionInDays"].is_u64() && group["KmsKeyId"].is_object(), "{group}");
            assert!(warehouse["DependsOn"].to_string().contains(&id), "{warehouse}");
        }
    }
}

#[test]
fn a_warehouse_that_nears_its_limit_or_fails_its_queries_is_an_alarm() {
    let text = clean(&fixture::platform(), "alarms.json");
    let query = |id: &str| {
        let alarm = resource(&text, id)["Properties"].clone();
        (alarm["Metrics"][0]["Expression"].as_str().expect("a query").to_owned(), alarm["Threshold"].clone())
    };
    let (used, _) = query("WarehouseAlarmSpending");
    assert_eq!(
        used,
        "SELECT MAX(UsageLimitConsumed) FROM SCHEMA(\"AWS/Redshift-Serverless\", UsageLimitId, UsageType, \
         Workgroup) WHERE Workgroup = 'shop-dev'"
    );
    let (failed, limit) = query("WarehouseAlarmFailing");
    assert!(failed.starts_with("SELECT SUM(QueriesFailed) FROM SCHEMA("), "{failed}");
    assert_eq!(limit, 20.0);
}

#[test]
fn only_a_protected_warehouse_has_backups_that_outlive_its_recovery_points() {
    let mut platform = fixture::platform();
    assert!(!clean(&platform, "open.json").contains("createSnapshot"));
    platform.environments[0].protected = true;
    let text = clean(&platform, "protected.json");
    let machine = resource(&text, "WarehouseBackup");
    let take = &machine["Properties"]["Definition"]["States"]["Take"]["Arguments"];
    assert_eq!(take["RetentionPeriod"], 35);
    let namespace = &machine["Properties"]["DefinitionSubstitutions"]["Namespace"];
    assert!(namespace.to_string().contains("WarehouseNamespace"), "the namespace must exist: {namespace}");
    assert_eq!(resource(&text, "WarehouseBackupStart")["Properties"]["ScheduleExpression"], "rate(1 day)");
    assert_eq!(resource(&text, "WarehouseBackupAlarmSilent")["Properties"]["EvaluationPeriods"], 25);
    let days = |platform: &Platform| {
        let cluster = resource(&clean(platform, "cluster.json"), "WarehouseCluster");
        cluster["Properties"]["AutomatedSnapshotRetentionPeriod"].clone()
    };
    let mut cluster = provisioned();
    assert_eq!(days(&cluster), 7);
    cluster.environments[0].protected = true;
    assert_eq!(days(&cluster), 35);
}
