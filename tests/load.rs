//! The statements of a load, run by PostgreSQL: versions of keys give one table in any order.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use strataform::artifact::load::plan;
use strataform::diagnostic::SourceFile;
use strataform::model::{Dataset, ORDER_COLUMNS, Type};
use strataform::platform::aggregation::load::load;
use strataform::spec;
use strataform_postgres::testing::programs;

/// The names and warehouse types of the stored columns.
fn columns(dataset: &Dataset) -> Vec<(String, String)> {
    let own = dataset.curated().map(|column| (column.name.to_string(), column.data_type));
    let order = ORDER_COLUMNS.map(|(name, data_type)| (name.to_owned(), data_type));
    own.chain(order).map(|(name, data_type): (String, Type)| (name, data_type.redshift())).collect()
}

#[test]
fn loads_in_any_order_give_one_table() {
    let Some(programs) = programs() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text =
        std::fs::read_to_string(root.join("tests/glue/platform.toml")).expect("the platform file exists");
    let (platform, faults) = spec::read(&SourceFile { path: "platform.toml".into(), text });
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let dataset = platform.dataset("plain").expect("the file has the dataset");
    let plan = json!({
        "columns": columns(dataset),
        "load": plan(&load(&platform, dataset)).expect("every load is rendered").statements("s3://b/r.json", ""),
        "core": "core.plain",
        "staging": "staging.plain",
        "latest": "staging.plain__latest",
        "loaded": "staging.plain__loaded_run",
    });
    let input = Path::new(env!("CARGO_TARGET_TMPDIR")).join("load.json");
    std::fs::write(&input, plan.to_string()).expect("the plan can be written");
    let run = Command::new("python3")
        .arg(root.join("tests/load/order.py"))
        .arg(&input)
        .arg(programs.folder())
        .output();
    let run = run.expect("python3 runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    println!("{}", String::from_utf8_lossy(&run.stdout));
}
