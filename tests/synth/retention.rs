//! Data is kept for the retention, noncurrent versions and snapshots included, and no lifecycle rule of a bucket touches
//! the files of an Iceberg table.

use std::collections::BTreeMap;

use serde_json::Value;
use strataform::assembly::Draft;
use strataform::diagnostic::SourceFile;
use strataform::model::{Retention, TableFormat};
use strataform::spec;

use super::{BASE, drafts};

/// The platform files of the blueprints, and one with every key.
const PLATFORMS: [&str; 4] = [
    BASE,
    include_str!("../../blueprints/clickstream/platform.toml"),
    include_str!("../../blueprints/iot-telemetry/platform.toml"),
    include_str!("../../blueprints/retail-orders/platform.toml"),
];

/// The resources of a draft's stacks of a stage, by logical ID.
fn resources(draft: &Draft, stage: &str) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for file in draft.files.iter().filter(|file| file.path.starts_with(stage)) {
        let Some(name) = file.path.rsplit('/').next().filter(|name| name.starts_with("template")) else {
            continue;
        };
        let template: Value = serde_json::from_slice(&file.bytes).unwrap_or_else(|_| panic!("{name}"));
        let found = template["Resources"].as_object().expect("a template has resources").clone();
        all.extend(found);
    }
    all
}

/// The lifecycle rules of each bucket.
fn buckets(draft: &Draft) -> BTreeMap<String, Vec<Value>> {
    let all = resources(draft, "storage").into_iter().filter(|(_, one)| one["Type"] == "AWS::S3::Bucket");
    all.map(|(name, bucket)| {
        let rules = &bucket["Properties"]["LifecycleConfiguration"]["Rules"];
        (name, rules.as_array().expect("a bucket has rules").clone())
    })
    .collect()
}

/// The arguments of the jobs that write Iceberg tables, by dataset.
fn iceberg_jobs(draft: &Draft) -> BTreeMap<String, Value> {
    let all = resources(draft, "processing").into_values().filter(|one| one["Type"] == "AWS::Glue::Job");
    all.map(|job| job["Properties"]["DefaultArguments"].clone())
        .filter(|arguments| !arguments["--iceberg_table"].is_null())
        .map(|arguments| (arguments["--dataset"].as_str().expect("a name").to_owned(), arguments))
        .collect()
}

/// The bucket and the prefix of an Iceberg table: `s3://${StorageTablesBucketName}/shop_dev.db/orders/`.
fn location(arguments: &Value) -> (String, String) {
    let path = arguments["--iceberg_path"]["Fn::Sub"].as_str().expect("a path with a parameter");
    let (parameter, prefix) =
        path.strip_prefix("s3://${").and_then(|rest| rest.split_once("}/")).expect("s3");
    let bucket =
        parameter.strip_prefix("Storage").and_then(|name| name.strip_suffix("Name")).expect("bucket");
    (bucket.to_owned(), prefix.to_owned())
}

/// Whether a rule deletes or moves current versions because of their age.
fn ages(rule: &Value) -> bool {
    ["ExpirationInDays", "ExpirationDate", "Transitions", "Transition"].iter().any(|key| !rule[key].is_null())
}

fn days(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a number of days"))
}

/// Each environment of a platform with its draft.
fn environments(text: &str) -> Vec<(Retention, usize, Draft)> {
    let file = SourceFile { path: "platform.toml".into(), text: text.to_owned() };
    let platform = spec::read(&file).0.expect("the platform is valid");
    let iceberg = platform.datasets.iter().filter(|one| one.table_format == TableFormat::Iceberg).count();
    let drafts = drafts(text).unwrap_or_else(|faults| panic!("{faults}"));
    let retention = platform.environments.iter().map(|one| one.settings.retention);
    retention.zip(drafts).map(|(retention, draft)| (retention, iceberg, draft)).collect()
}

#[test]
fn no_lifecycle_rule_covers_the_files_of_an_iceberg_table() {
    let mut tables = 0;
    for (_, iceberg, draft) in PLATFORMS.iter().flat_map(|text| environments(text)) {
        let (buckets, jobs) = (buckets(&draft), iceberg_jobs(&draft));
        assert_eq!(jobs.len(), iceberg);
        for arguments in jobs.values() {
            let (bucket, prefix) = location(arguments);
            for rule in &buckets[&bucket] {
                let covered = rule["Prefix"].as_str().unwrap_or_default();
                let apart = !prefix.starts_with(covered) && !covered.starts_with(&prefix);
                assert!(!ages(rule) || apart, "{rule} covers {prefix}");
            }
            tables += 1;
        }
        assert_eq!(buckets.contains_key("TablesBucket"), iceberg > 0);
    }
    assert!(tables >= 4, "only {tables} tables");
}

#[test]
fn everything_is_gone_after_the_retention() {
    for (retention, _, draft) in PLATFORMS.iter().flat_map(|text| environments(text)) {
        let buckets = buckets(&draft);
        let noncurrent = |rule: &Value| days(&rule["NoncurrentVersionExpiration"]["NoncurrentDays"]);
        let kept = [
            ("RawBucket", retention.raw),
            ("CuratedBucket", retention.curated),
            ("QuarantineBucket", retention.quarantine),
            ("AccessLogsBucket", retention.logs),
        ];
        for (bucket, period) in kept {
            let [rule] = buckets[bucket].as_slice() else { panic!("{bucket} has one rule") };
            assert!(rule["Prefix"].is_null(), "it covers the folders of removed datasets, too");
            let total = days(&rule["ExpirationInDays"]) + noncurrent(rule);
            assert_eq!(total, period.as_days(), "{bucket}");
            let upload = days(&rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]);
            assert!(upload <= period.as_days(), "{bucket}");
        }
        for (dataset, arguments) in iceberg_jobs(&draft) {
            let rows: u64 =
                arguments["--iceberg_days"].as_str().and_then(|text| text.parse().ok()).expect("days");
            let path = format!("processing/jobs/{dataset}.py");
            let script = draft.files.iter().find(|file| file.path == path).expect("a script");
            let script = String::from_utf8_lossy(&script.bytes);
            let (_, age) = script.split_once("max-snapshot-age-ms").expect("snapshots expire");
            let age: String =
                age.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            let snapshots = age.parse::<u64>().expect("milliseconds") / 86_400_000;
            let [rule] = buckets["TablesBucket"].as_slice() else { panic!("one rule") };
            assert_eq!(rows + snapshots + noncurrent(rule), retention.curated.as_days(), "{dataset}");
        }
    }
}

#[test]
fn no_stack_owns_an_iceberg_table() {
    for (_, _, draft) in PLATFORMS.iter().flat_map(|text| environments(text)) {
        let jobs = iceberg_jobs(&draft);
        for (name, resource) in resources(&draft, "processing") {
            let table = &resource["Properties"]["TableInput"]["Name"];
            assert!(!table.as_str().is_some_and(|table| jobs.contains_key(table)), "{name}");
            assert!(resource["Properties"]["OpenTableFormatInput"].is_null(), "{name}");
            // It requires the table to exist.
            assert_ne!(resource["Type"], "AWS::Glue::TableOptimizer", "{name}");
        }
    }
}

#[test]
fn the_warehouse_reads_the_data_catalog_only_for_iceberg_tables() {
    for (_, iceberg, draft) in PLATFORMS.iter().flat_map(|text| environments(text)) {
        let schema = draft.files.iter().any(|file| file.path.ends_with("sql/050_catalogue.sql"));
        assert_eq!(schema, iceberg > 0, "the external schema");
        let aggregation = resources(&draft, "aggregation");
        assert_eq!(aggregation.contains_key("WarehouseCatalogueRole"), iceberg > 0, "the role");
        let own = aggregation.contains_key("NetworkVpc");
        assert_eq!(aggregation.contains_key("NetworkEndpointGlue"), own && iceberg > 0, "the endpoint");
    }
}
