//! Trials of findings in storage, ingestion and processing.

use serde_json::{Value, json};

use super::account::Account;
use super::output::{Output, cut, template_before, today};

/// What these trials leave out of buckets: other resources.
const OF_BUCKETS: [&str; 2] = ["LoggingConfiguration", "BucketEncryption"];

/// Ingest 2: S3 deletes an object by its age, also a file that a snapshot of an Iceberg table names.
pub(super) fn lifecycle_of_tables(account: &Account, output: Output) -> Result<(), String> {
    let (template, bucket, key) = match output {
        Output::Before => (
            template_before("ingest-02-curated-bucket"),
            "CuratedBucket",
            "order_line/iceberg/data/0.parquet",
        ),
        Output::Today => (
            cut(
                &today("retail-orders/dev/storage/template.json"),
                |name| name == "TablesBucket",
                &OF_BUCKETS,
            ),
            "TablesBucket",
            "retail_orders_dev.db/order_line/data/0.parquet",
        ),
    };
    account.stack("storage", &template, &[], false)?;
    let bucket = account.physical("storage", bucket);
    account.put(&bucket, key, b"rows");
    // Longer than the retention of the curated rows: rows live on in new snapshots, and in files that nothing rewrites.
    account.settle(&json!({"days": 62}));
    account.call("s3", "get_object", &json!({"Bucket": bucket, "Key": key})).map(drop)
}

const DATABASE: &str = "retail_orders_dev";
const TABLE: &str = "order_line";

/// Ingest 3: a stack that has an Iceberg table makes it an ordinary one with its first update.
pub(super) fn update_of_an_iceberg_table(account: &Account, output: Output) -> Result<(), String> {
    let template = match output {
        Output::Before => template_before("ingest-03-order-line-table"),
        Output::Today => cut(
            &today("retail-orders/dev/processing/template.json"),
            |name| name.starts_with("CatalogueDatabase") || name.starts_with("OrderLineTable"),
            &[],
        ),
    };
    let values = [
        ("StorageCuratedBucketName", "curated"),
        ("StorageRawBucketName", "raw"),
        ("StorageQuarantineBucketName", "quarantine"),
    ];
    account.stack("processing", &template, &values, false)?;
    if output == Output::Today {
        // The job makes the table.
        let storage = json!({"Location": "s3://tables/retail_orders_dev.db/order_line", "Columns": []});
        let own =
            json!({"table_type": "ICEBERG", "metadata_location": "s3://tables/metadata/1.metadata.json"});
        let input = json!({"Name": TABLE, "StorageDescriptor": storage, "Parameters": own});
        account.done("glue", "create_table", &json!({"DatabaseName": DATABASE, "TableInput": input}));
    }
    let mut changed = template;
    for (_, resource) in changed["Resources"].as_object_mut().unwrap() {
        let table = &mut resource["Properties"]["TableInput"];
        if table.is_object() {
            table["Description"] = json!("Described in other words.");
        }
    }
    account.stack("processing", &changed, &values, false)?;
    let found = account.done("glue", "get_table", &json!({"DatabaseName": DATABASE, "Name": TABLE}));
    if found["Table"]["Parameters"]["table_type"] == "ICEBERG" {
        return Ok(());
    }
    Err(failed_job(account))
}

/// The error of a job that is to write to the table.
fn failed_job(account: &Account) -> String {
    let job = json!({
        "Name": "job", "Role": "job", "GlueVersion": "5.1",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://artifacts/job.py"},
        "DefaultArguments": {"--iceberg_table": format!("glue_catalog.{DATABASE}.{TABLE}")},
    });
    account.done("glue", "create_job", &job);
    let started = account.done("glue", "start_job_run", &json!({"JobName": "job"}));
    let asked = json!({"JobName": "job", "RunId": started["JobRunId"]});
    account.until(|| {
        let run = account.done("glue", "get_job_run", &asked);
        let message = run["JobRun"]["ErrorMessage"].as_str().map(str::to_owned);
        message.filter(|_| run["JobRun"]["JobRunState"] == "FAILED")
    })
}

/// The records of a second at the peak: 100 GB a day in records of 180 bytes, five times as many as on average.
const PEAK: usize = 32_000;

/// Ingest 5: shards by volume alone are too few for small records.
pub(super) fn a_second_at_the_peak(account: &Account, output: Output) -> Result<(), String> {
    let template = match output {
        Output::Before => template_before("ingest-05-measurement-stream"),
        Output::Today => {
            cut(&today("iot-telemetry/prod/ingestion/template.json"), |name| name == "MeasurementStream", &[])
        }
    };
    account.stack("ingestion", &template, &[], false)?;
    account.settle(&json!({"second": true}));
    let data = "x".repeat(168);
    for batch in 0..PEAK / 500 {
        let records: Vec<Value> = (0..500)
            .map(|at| json!({"Data": data, "PartitionKey": format!("device-{:05}", batch * 500 + at)}))
            .collect();
        let asked = json!({"StreamName": "iot-telemetry-prod-measurement", "Records": records});
        let sent = account.call("kinesis", "put_records", &asked)?;
        let mut refused =
            sent["Records"].as_array().unwrap().iter().filter(|one| one["ErrorCode"].is_string());
        if let Some(one) = refused.next() {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            return Err(format!("{}: {}", text("ErrorCode"), text("ErrorMessage")));
        }
    }
    Ok(())
}

/// Ingest 16: what a protected environment keeps has names, which a second creation cannot have.
pub(super) fn creation_after_deletion(account: &Account, output: Output) -> Result<(), String> {
    let names = ["EventStream", "EventDeliveryLog", "EventDeliveryLogStream"];
    let template = match output {
        Output::Before => template_before("ingest-16-event-stream"),
        Output::Today => {
            cut(&today("clickstream/prod/ingestion/template.json"), |name| names.contains(&name), &[])
        }
    };
    // `gen deploy` asks for it since then.
    let imports = output == Output::Today;
    account.stack("ingestion", &template, &[], imports)?;
    account.delete_stack("ingestion");
    account.stack("ingestion", &template, &[], imports)
}
