//! Platforms that use every feature, and names that are SQL keywords, executed on a real PostgreSQL.

use std::fs;
use std::path::Path;

use strataform::diagnostic::SourceFile;
use strataform::execute::{Options, execute};
use strataform::model::Role;
use strataform::platform::Context;
use strataform::{spec, synth};
use strataform_postgres::testing::server;
use strataform_warehouse::Warehouse;

/// Executes every environment of a platform file: all of its loads, views and streams.
fn executed(file: &str, rows: usize) {
    let Some(cluster) = server() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
    let text = fs::read_to_string(&path).expect("the platform file exists");
    let (platform, faults) = spec::read(&SourceFile { path, text });
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    for environment in &platform.environments {
        let draft = synth::synth(&platform, environment, &[]).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let context = Context { platform: &platform, environment };
        let options = Options { rows, seed: 7, data: None };
        let done = execute(context, &draft, &[], &cluster, &options);
        let done = done.unwrap_or_else(|faults| panic!("{file}, {}: {faults:#?}", environment.name));
        assert_eq!(done.files, draft.sql.len());
        assert_eq!(done.loads.len(), platform.datasets.len());
        for (load, dataset) in done.loads.iter().zip(&platform.datasets) {
            let wanted = if dataset.role == Role::Fact { rows } else { rows / 20 };
            assert_eq!(load.copied, wanted, "{}", load.dataset);
            assert!(load.rows > 0 && load.rows < wanted as u64, "{load:?}: some keys are repeated");
        }
        assert_eq!(done.aggregates.len(), platform.aggregates.len());
        assert!(done.aggregates.iter().all(|(_, rows)| *rows > 0), "{:?}", done.aggregates);
    }
}

#[test]
fn names_that_are_sql_keywords() {
    executed("execute/hard_names.toml", 1_000);
}

#[test]
fn every_key_of_the_platform_file() {
    executed("spec/valid/every_key.toml", 1_000);
}

#[test]
fn every_type_and_format() {
    executed("glue/platform.toml", 1_000);
}

/// A stream that is read within seconds, whose rows are kept for ten days.
const READINGS: &str = r#"
[platform]
name = "expiry"
owner = "data"
volume = "1 GB/day"
retention = "10 days"

[environment.dev]
region = "eu-west-1"

[dataset.reading]
source = "stream"
key = ["reading_id"]
event_time = "measured_at"
freshness = "seconds"

[dataset.reading.column]
reading_id = "string(36) not null"
measured_at = "timestamp not null"
is_final = "boolean"
"#;

#[test]
fn rows_expire_times_keep_their_zone_and_tables_stay_closed() {
    let Some(cluster) = server() else { return };
    let file = SourceFile { path: "platform.toml".into(), text: READINGS.to_owned() };
    let (platform, faults) = spec::read(&file);
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let draft = synth::synth(&platform, &platform.environments[0], &[]).expect("the file is valid");
    let mut warehouse = Warehouse::open(&cluster, "expiry_dev").expect("the server runs");
    for planned in &draft.sql {
        let file = draft.file(&planned.path).expect("it is rendered");
        let text = String::from_utf8_lossy(&file.bytes);
        warehouse.run(&text).unwrap_or_else(|fault| panic!("{}: {fault}", planned.path));
    }
    let mut query = |role: &str, text: &str| warehouse.run_as(role, text).map(|done| done.output);

    let columns = "\"reading_id\", \"measured_at\", \"arrived__at\", \"row__attempt\", \"row__hash\"";
    for (id, days) in [("old", 11), ("young", 9)] {
        let row = format!("'{id}', DATEADD(day, -{days}, GETDATE()), GETDATE(), 1, 1");
        let insert = format!("INSERT INTO \"core\".\"reading\" ({columns}) VALUES ({row})");
        query("expiry_dev_loader", &insert).expect("the loader inserts");
    }
    query("expiry_dev_loader", "CALL \"mart\".\"expire__reading\"()").expect("the loader calls it");
    let left = query("expiry_dev_loader", "SELECT \"reading_id\" FROM \"core\".\"reading\"");
    assert_eq!(left.expect("the loader reads"), "young");
    assert!(query("expiry_dev_dashboards", "SELECT COUNT(*) FROM \"core\".\"reading\"").is_err());

    let records = ["2026-03-01T12:00:00+02:00", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00", "noon"];
    let records = records.map(|at| format!("{{\"reading_id\": \"r\", \"measured_at\": \"{at}\"}}"));
    warehouse
        .put_records("kinesis", "expiry-dev-reading", records.iter().map(String::as_bytes))
        .expect("the stream takes records");
    warehouse.run("REFRESH MATERIALIZED VIEW \"core\".\"reading__stream\"").expect("it is refreshed");
    let live = "SELECT \"measured_at\" FROM \"report\".\"reading__live\" ORDER BY 1";
    let shown = warehouse.run_as("expiry_dev_dashboards", live).expect("readers see the view").output;
    let times: Vec<&str> = shown.lines().collect();
    assert_eq!(times[..3], ["2026-03-01 10:00:00", "2026-03-01 12:00:00", "2026-03-01 12:00:00"], "{shown}");

    // `is_final` is text, as in all views for dashboards.
    let finals = ["true", "false", "\"maybe\"", "null"].map(|value| {
        format!("{{\"reading_id\": \"f\", \"measured_at\": \"2026-03-01T09:00:00Z\", \"is_final\": {value}}}")
    });
    warehouse
        .put_records("kinesis", "expiry-dev-reading", finals.iter().map(String::as_bytes))
        .expect("the stream takes records");
    warehouse.run("REFRESH MATERIALIZED VIEW \"core\".\"reading__stream\"").expect("it is refreshed");
    let live =
        "SELECT COALESCE(\"is_final\", '-') FROM \"report\".\"reading__live\" WHERE \"reading_id\" = 'f'";
    let shown = warehouse.run_as("expiry_dev_dashboards", live).expect("readers see the view").output;
    let mut finals: Vec<&str> = shown.lines().collect();
    finals.sort_unstable();
    assert_eq!(finals, ["-", "-", "false", "true"]);

    // A stream keeps its records for three days; the rows of its view leave with them, and stay away.
    let old = "UPDATE \"kinesis\".\"expiry-dev-reading\" SET \"approximate_arrival_timestamp\" = \
               DATEADD(day, -4, GETDATE()) WHERE \"sequence_number\" IN ('0', '1')";
    warehouse.run(old).expect("records grow old");
    let refresh = "REFRESH MATERIALIZED VIEW \"core\".\"reading__stream\"";
    warehouse.run(refresh).expect("it is refreshed");
    warehouse
        .run_as("expiry_dev_loader", "CALL \"mart\".\"expire__reading__stream\"()")
        .expect("it is called");
    warehouse.run(refresh).expect("it is refreshed");
    let left =
        warehouse.run("SELECT COUNT(*) FROM \"core\".\"reading__stream\"").expect("its owner reads it");
    assert_eq!(left.output, "6");
}
