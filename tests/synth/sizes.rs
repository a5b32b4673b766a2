//! The sizes of resources, where the command reads more than the platform file for them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{folder, gen_in, run, stderr};

/// The number of shards that `gen synth` gives the stream of the blueprint `iot-telemetry` in production; `None` on demand.
fn shards(name: &str, sample: Option<&str>, keys: &str) -> Option<u64> {
    let project = folder(name);
    let blueprint = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/iot-telemetry");
    let text = fs::read_to_string(blueprint.join("platform.toml")).expect("the blueprint can be read");
    let text = super::replaced(&text, "[dataset.measurement]\n", &format!("[dataset.measurement]\n{keys}"));
    fs::write(project.join("platform.toml"), text).expect("the file can be written");
    if let Some(sample) = sample {
        fs::create_dir(project.join("sample")).expect("the folder can be made");
        fs::write(project.join("sample/measurement.ndjson"), sample).expect("the file can be written");
    }
    let output = run(gen_in(&project).args(["synth", "--env", "prod"]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let template = project.join("generated/iot-telemetry/prod/ingestion/template.json");
    let template: Value = serde_json::from_slice(&fs::read(template).expect("it was written")).expect("JSON");
    template["Resources"]["MeasurementStream"]["Properties"]["ShardCount"].as_u64()
}

#[test]
fn a_stream_is_sized_by_the_records_of_its_sample() {
    let shipped =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/iot-telemetry/sample/measurement.ndjson");
    let shipped = fs::read_to_string(shipped).expect("the sample can be read");
    // 100 GB a day in records of 180 bytes are 32,151 a second at the peak; a shard takes 1,000.
    assert_eq!(shards("sample_shipped", Some(&shipped), ""), Some(41));
    let large = format!("{{\"value\":\"{}\"}}\n", "x".repeat(5_000));
    assert_eq!(shards("sample_large", Some(&large), ""), Some(8));
    assert_eq!(shards("sample_missing", None, ""), Some(29));
    assert_eq!(shards("sample_overruled", Some(&large), "record_size = 100\n"), Some(73));
}
