mod operations;

use super::*;
use crate::model::{
    Catalogue, FileFormat, Identifier, Partition, Platform, Slug, Source, TableFormat, fixture,
};
use crate::platform::aggregation::load::Loads;
use crate::platform::ingestion;

/// The stacks of a platform's first environment.
fn rendered(platform: &Platform) -> Vec<Stack> {
    let context = Context { platform, environment: &platform.environments[0] };
    let (_, storage) = storage::stack(context);
    let (_, streams) = ingestion::stacks(context, &storage);
    let (_, aggregation, _) = aggregation::stack(context, &storage, &streams);
    let loads = Loads::new(platform, crate::artifact::load::plan).expect("every context fits its templates");
    stacks(context, &storage, &aggregation, &loads)
}

/// The template of a stack, which must have no findings.
fn clean(stack: &Stack, file: &str) -> String {
    assert_eq!(format!("{:?}", stack.template().faults()), "[]");
    let findings = strataform_schema::template(stack.template());
    assert!(findings.is_empty(), "{findings:#?}");
    let text = stack.template().to_json().expect("a template of fixtures is whole");
    if let Ok(folder) = std::env::var("STRATAFORM_TEMPLATES_OUT") {
        std::fs::write(std::path::Path::new(&folder).join(file), &text).expect("writable");
    }
    text
}

/// The fixture, and a dataset of each other format.
fn varied() -> Platform {
    let mut platform = fixture::platform();
    platform.datasets[0].partition = Partition::Hour;
    let mut add = |from: usize, name: &str, source, format, catalogue, partition| {
        let mut dataset = platform.datasets[from].clone();
        dataset.name = Identifier::new(name).expect("a name");
        (dataset.source, dataset.table_format) = (source, format);
        (dataset.catalogue, dataset.partition) = (catalogue, partition);
        platform.datasets.push(dataset);
    };
    let files = |format| Source::Files { format };
    let csv = files(FileFormat::Csv { delimiter: '\t' });
    add(0, "price_list", csv, TableFormat::Parquet, Catalogue::Crawled, Partition::Month);
    add(1, "stock", files(FileFormat::Parquet), TableFormat::Iceberg, Catalogue::Declared, Partition::Whole);
    add(0, "returns", files(FileFormat::Json), TableFormat::Parquet, Catalogue::Declared, Partition::Day);
    platform.datasets[2].description = Some("Prices.\n".repeat(500));
    platform.datasets[2].columns[0].description = Some("é".repeat(300));
    platform
}

#[test]
fn the_fixture_has_no_findings() {
    let stacks = rendered(&fixture::platform());
    assert_eq!(stacks.len(), 1);
    clean(&stacks[0], "fixture.json");
    let assets: Vec<_> = stacks[0].assets.iter().map(|asset| asset.path.as_str()).collect();
    assert_eq!(assets, ["jobs/orders.py", "jobs/customers.py"]);
}

#[test]
fn the_other_stacks_depend_on_the_one_with_the_database() {
    let mut platform = varied();
    platform.divisions = Some(4);
    let stacks = rendered(&platform);
    assert!(stacks.len() > 1);
    for stack in &stacks[1..] {
        clean(stack, &format!("{}.json", stack.name));
        assert!(stack.inputs.iter().any(|input| input.stack == stacks[0].name), "{}", stack.name);
    }
}

#[test]
fn every_format_has_no_findings() {
    let text = clean(&rendered(&varied())[0], "varied.json");
    let count = |kind: &str| text.matches(&format!("\"Type\": \"AWS::Glue::{kind}\"")).count();
    assert_eq!(["Database", "Table", "Job", "DataQualityRuleset", "Crawler"].map(count), [1, 14, 5, 0, 1]);
}

/// A resource of a rendered stack, as JSON.
fn resource(stack: &Stack, id: &str) -> serde_json::Value {
    let text = stack.template().to_json().expect("a template of fixtures is whole");
    let template: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let found = &template["Resources"][id]["Properties"];
    assert!(found.is_object(), "{id} is not in the template");
    found.clone()
}

#[test]
fn raw_tables_match_the_source_format() {
    let stack = &rendered(&varied())[0];
    let stream = resource(stack, "OrdersTableRaw");
    let input = &stream["TableInput"];
    assert_eq!(input["Parameters"]["projection.hour.range"], "0,23");
    let template = input["Parameters"]["storage.location.template"]["Fn::Sub"].as_str().expect("text");
    assert!(template.ends_with("/orders/year=${!year}/month=${!month}/day=${!day}/hour=${!hour}/"));
    // Hive cannot read a timestamp that ends in Z.
    assert_eq!(input["StorageDescriptor"]["Columns"][1]["Type"], "string");
    assert_eq!(input["StorageDescriptor"]["Columns"][3]["Type"], "decimal(12,2)");
    let csv = &resource(stack, "PriceListTableRaw")["TableInput"];
    assert_eq!(csv["StorageDescriptor"]["SerdeInfo"]["Parameters"]["separatorChar"], "\t");
    let types: Vec<_> = csv["StorageDescriptor"]["Columns"].as_array().expect("columns").iter().collect();
    assert!(types.iter().all(|column| column["Type"] == "string") && csv["PartitionKeys"].is_null());
    let parquet = &resource(stack, "StockTableRaw")["TableInput"];
    assert_eq!(parquet["StorageDescriptor"]["Columns"][0]["Type"], "bigint");
}

#[test]
fn arrival_partitions_never_collide_with_columns() {
    let mut platform = fixture::platform();
    platform.datasets[0].columns[2].name = Identifier::new("day").expect("a name");
    let table = resource(&rendered(&platform)[0], "OrdersTableRaw")["TableInput"].clone();
    assert_eq!(table["PartitionKeys"][2]["Name"], "arrival_day");
    let template = table["Parameters"]["storage.location.template"]["Fn::Sub"].as_str().expect("text");
    assert!(template.contains("/day=${!arrival_day}/"), "{template}");
}

#[test]
fn a_query_of_cleaned_or_rejected_records_must_name_its_runs() {
    let stack = &rendered(&varied())[0];
    for (table, keys) in [
        ("OrdersTable", vec!["run", "event_hour"]),
        ("PriceListTable", vec!["run", "event_month"]),
        ("ReturnsTable", vec!["run", "event_day"]),
        ("CustomersTable", vec!["run"]),
        ("OrdersTableQuarantine", vec!["run"]),
    ] {
        let input = &resource(stack, table)["TableInput"];
        assert_eq!(input["Parameters"]["projection.run.type"], "injected", "{table}");
        let template = input["Parameters"]["storage.location.template"]["Fn::Sub"].as_str().expect("text");
        let found: Vec<_> = input["PartitionKeys"].as_array().expect("keys").iter().collect();
        assert_eq!(found.iter().map(|key| key["Name"].as_str().expect("a name")).collect::<Vec<_>>(), keys);
        assert!(keys.iter().all(|key| template.contains(&format!("/{key}=${{!{key}}}/"))), "{template}");
    }
    let orders = &resource(stack, "OrdersTable")["TableInput"];
    // 390 days are kept, and records can be three days late.
    assert_eq!(orders["Parameters"]["projection.event_hour.range"], "NOW-393DAYS,NOW+1DAYS");
    let columns = orders["StorageDescriptor"]["Columns"].as_array().expect("columns");
    assert!(columns.iter().any(|column| column["Name"] == "is_large" && column["Type"] == "boolean"));
}

#[test]
fn the_job_of_an_iceberg_table_creates_it_and_no_other() {
    let stack = &rendered(&varied())[0];
    let template = clean(stack, "iceberg.json");
    assert!(!template.contains("\"StockTable\""), "no stack has the table");
    let policy = resource(stack, "StockJobPolicy").to_string();
    assert!(policy.contains("glue:CreateTable") && policy.contains("table/shop_dev/stock\""), "{policy}");
    assert!(!policy.contains("glue:DeleteTable") && !policy.contains("table/shop_dev/stock*"), "{policy}");
    assert!(policy.contains("${StorageTablesBucketArn}/shop_dev.db/stock/*"), "{policy}");
    let alarm = resource(stack, "StockMaintenanceAlarm");
    assert_eq!(
        (&alarm["Namespace"], &alarm["MetricName"]),
        (&"Strataform".into(), &"maintenance_failed".into())
    );
    assert!(!resource(stack, "OrdersJobPolicy").to_string().contains("glue:CreateTable"));
}

#[test]
fn descriptions_stay_within_the_limits_of_the_data_catalog() {
    let stack = &rendered(&varied())[0];
    for table in ["PriceListTable", "PriceListTableRaw", "PriceListTableQuarantine"] {
        let input = &resource(stack, table)["TableInput"];
        let description = input["Description"].as_str().expect("a description");
        assert!(description.len() <= 2_048 && !description.contains('\n') && description.ends_with('.'));
    }
    let comment = &resource(stack, "PriceListTable")["TableInput"]["StorageDescriptor"]["Columns"][0];
    assert!(comment["Comment"].as_str().is_some_and(|text| (250..=255).contains(&text.len())));
}

#[test]
fn a_job_has_its_paths_as_arguments_and_its_role_allows_no_more() {
    let stack = &rendered(&fixture::platform())[0];
    let job = resource(stack, "OrdersJob");
    let arguments = job["DefaultArguments"].as_object().expect("arguments");
    for name in ["--platform", "--environment", "--dataset", "--raw_path", "--curated_path", "--hash_secret"]
    {
        assert!(arguments.contains_key(name), "{name}");
    }
    // The run ID comes from the state machine that starts the run.
    assert!(!arguments.contains_key("--run_id") && job["MaxRetries"] == 0);
    assert_eq!(job["ExecutionProperty"]["MaxConcurrentRuns"], 1);
    let policy = resource(stack, "OrdersJobPolicy").to_string();
    assert!(policy.contains("secretsmanager:GetSecretValue") && !policy.contains("customers"), "{policy}");
    let raw = "${StorageRawBucketArn}/orders/*";
    for statement in
        resource(stack, "OrdersJobPolicy")["PolicyDocument"]["Statement"].as_array().expect("some")
    {
        let text = statement.to_string();
        assert!(!text.contains(raw) || text.contains("s3:GetObject"), "the raw bucket is read-only: {text}");
        assert!(!text.contains(":*\"") || text.contains("log-stream:*"), "no wildcard actions: {text}");
    }
}

#[test]
fn only_jobs_that_hash_can_read_the_hash_key() {
    let mut platform = fixture::platform();
    platform.datasets[1].columns[1].sensitivity = None;
    let stack = &rendered(&platform)[0];
    let customers =
        resource(stack, "CustomersJob").to_string() + &resource(stack, "CustomersJobPolicy").to_string();
    assert!(!customers.contains("hash_secret") && !customers.contains("secretsmanager"), "{customers}");
}

/// A policy document as IAM receives it, with the longest possible value in place of each reference.
fn resolved(document: &serde_json::Value) -> String {
    let longest = |name: &str| match name {
        "AWS::Partition" => "aws-us-gov".to_owned(),
        "AWS::Region" => "ap-southeast-2".to_owned(),
        "AWS::AccountId" => "1".repeat(12),
        name if name.ends_with("BucketArn") => format!("arn:aws:s3:::{}", "b".repeat(63)),
        // At most 82 characters for the key, and 110 for a role.
        "StorageKeyArn" => "k".repeat(82),
        _ => "s".repeat(110),
    };
    let mut text = document.to_string();
    while let Some(start) = text.find("{\"Ref\":\"") {
        let end = start + text[start..].find('}').expect("closed");
        let name = text[start + 8..end - 1].to_owned();
        text.replace_range(start..=end, &format!("\"{}\"", longest(&name)));
    }
    while let Some(start) = text.find("{\"Fn::Sub\":") {
        let end = start + text[start..].find("\"}").expect("closed") + 1;
        let inner = text[start + 11..end].to_owned();
        text.replace_range(start..=end, &inner);
    }
    while let Some(start) = text.find("${") {
        let end = start + text[start..].find('}').expect("closed");
        let name = text[start + 2..end].to_owned();
        text.replace_range(start..=end, &longest(&name));
    }
    text
}

#[test]
fn policies_with_the_longest_names_are_within_the_iam_quota() {
    let mut platform = fixture::platform();
    platform.datasets[0].name = Identifier::new(&format!("a{}", "b".repeat(59))).expect("a name");
    platform.datasets[0].catalogue = Catalogue::Crawled;
    platform.name = Slug::new(&"p".repeat(24), Slug::LONGEST_PLATFORM).expect("a name");
    platform.environments[0].name = Slug::new(&"e".repeat(12), Slug::LONGEST_ENVIRONMENT).expect("a name");
    let stack = &rendered(&platform)[0];
    for what in ["Job", "Crawler"] {
        let policy = resource(stack, &format!("A{}{what}Policy", "b".repeat(59)));
        let text = resolved(&policy["PolicyDocument"]);
        assert!(!text.contains("Fn::") && !text.contains("Ref"), "{text}");
        assert!((500..=6_144).contains(&text.len()), "{what}: {} in {text}", text.len());
    }
}

#[test]
fn sixty_datasets_are_divided_into_small_stacks() {
    let mut platform = fixture::platform();
    for at in 0..58 {
        let mut dataset = platform.datasets[at % 2].clone();
        dataset.name = Identifier::new(&format!("dataset_{at}")).expect("a name");
        dataset.catalogue = Catalogue::Crawled;
        platform.datasets.push(dataset);
    }
    let stacks = rendered(&platform);
    assert!(stacks.len() > 1);
    let mut jobs = 0;
    for (at, stack) in stacks.iter().enumerate() {
        let text = clean(stack, &format!("sixty-{at}.json"));
        let template: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let resources = template["Resources"].as_object().expect("resources");
        assert!(resources.len() < 450, "{} are near the limit of 500", resources.len());
        assert_eq!(resources.contains_key("CatalogueDatabase"), at == 0);
        jobs += resources.values().filter(|one| one["Type"] == "AWS::Glue::Job").count();
    }
    assert_eq!(jobs, 60);
}

#[test]
fn the_database_is_in_the_first_stack_even_if_no_dataset_is() {
    let mut platform = fixture::platform();
    platform.divisions = Some(64);
    let stacks = rendered(&platform);
    assert_eq!(stacks[0].name.to_string(), "processing");
    assert!(stacks.len() == 3 && stacks[0].assets.is_empty());
    clean(&stacks[0], "first.json");
    let table = resource(&stacks[1], "CustomersTable");
    assert_eq!(table["DatabaseName"]["Ref"], "ProcessingCatalogueName", "its tables depend on it");
}

#[test]
fn names_that_end_like_a_resource_have_distinct_logical_ids() {
    let mut platform = varied();
    for (at, name) in
        ["orders_table", "orders_job", "orders_job_role", "orders_crawler", "orders_rules"].iter().enumerate()
    {
        let mut dataset = platform.datasets[0].clone();
        dataset.name = Identifier::new(name).expect("a name");
        dataset.catalogue = if at % 2 == 0 { Catalogue::Crawled } else { Catalogue::Declared };
        platform.datasets.push(dataset);
    }
    platform.datasets[0].catalogue = Catalogue::Crawled;
    clean(&rendered(&platform)[0], "names.json");
}
