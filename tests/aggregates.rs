//! Compares the contents of the warehouse after loads of Parquet with what DuckDB computes from the same files.
//!
//! For each blueprint, DuckDB writes 200,000 rows of each fact with unusual texts, late events and repeated keys, in
//! batches. The shipped SQL runs on a real PostgreSQL and loads the batches in two orders and again. DuckDB then
//! computes the latest row of each key and every aggregate from the expressions of the platform file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use strataform::artifact::load::plan;
use strataform::diagnostic::SourceFile;
use strataform::model::{Dataset, Identifier, Platform, Role, Sensitivity, Type};
use strataform::platform::Context;
use strataform::platform::aggregation::load::load;
use strataform::platform::aggregation::sql::role_name;
use strataform::{spec, synth};
use strataform_postgres::Cluster;
use strataform_postgres::testing::server;
use strataform_warehouse::{Contents, Warehouse};
use tempfile::TempDir;

use crate::tool::tool;

const ROWS: usize = 200_000;

/// A Python that has DuckDB, and a server; `None` if the test may be skipped.
fn engines() -> Option<(PathBuf, Cluster)> {
    Some((tool("STRATAFORM_SQL_PYTHON")?, server()?))
}

fn duck(python: &Path, arguments: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aggregates/duck.py");
    let run = Command::new(python).arg(script).args(arguments).output().expect("the Python runs");
    let printed = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{printed}{}", String::from_utf8_lossy(&run.stderr));
    printed
}

/// The description of a platform for DuckDB: the stored columns, keys and joins.
fn schema(platform: &Platform) -> Value {
    let columns = |dataset: &Dataset| -> Vec<Value> {
        let column = |column: strataform::model::CuratedColumn<'_>| {
            let sensitivity = dataset.column(column.name.as_str()).and_then(|own| own.sensitivity);
            json!({
                "name": column.name.as_str(),
                "type": if column.data_type == Type::Json { "json".to_owned() } else { column.data_type.hive() },
                "length": if let Type::String { length } = column.data_type { length } else { 0 },
                "nullable": column.nullable,
                "hashed": sensitivity == Some(Sensitivity::Hash),
                "masked": sensitivity == Some(Sensitivity::Mask),
            })
        };
        dataset.curated().map(column).collect()
    };
    let datasets = platform.datasets.iter().map(|dataset| {
        let joins = dataset.joins.iter().map(|join| {
            let on: Vec<_> = join.on.iter().map(|(own, key)| [own.as_str(), key.as_str()]).collect();
            json!({"alias": join.alias.as_str(), "dimension": join.dimension.as_str(), "on": on})
        });
        json!({
            "name": dataset.name.as_str(),
            "fact": dataset.role == Role::Fact,
            "key": dataset.key.iter().map(Identifier::as_str).collect::<Vec<_>>(),
            "event_time": dataset.event_time.as_ref().map(Identifier::as_str),
            "columns": columns(dataset),
            "joins": joins.collect::<Vec<_>>(),
        })
    });
    datasets.collect()
}

struct Loader<'a> {
    platform: &'a Platform,
    role: String,
    warehouse: Warehouse<'a>,
    folder: PathBuf,
}

impl Loader<'_> {
    /// Loads batches of a dataset in one load, named by a manifest.
    fn load(&mut self, dataset: &Dataset, batches: &[usize]) -> usize {
        let folder = self.folder.join(dataset.name.as_str());
        let entries = batches.iter().map(|batch| {
            let name = format!("{batch}.parquet");
            let length = fs::metadata(folder.join(&name)).expect("DuckDB wrote the file").len();
            json!({"url": format!("s3://b/{name}"), "mandatory": true, "meta": {"content_length": length}})
        });
        let manifest = json!({"entries": entries.collect::<Vec<_>>()}).to_string();
        fs::write(folder.join("manifest.json"), manifest).unwrap();
        self.warehouse.mount("b", &folder);
        let plan = plan(&load(self.platform, dataset)).expect("every load is rendered");
        let text = plan.statements("s3://b/manifest.json", "${CopyRole}");
        let done = self.warehouse.transaction(&self.role, &text.join(";\n")).expect("the load runs");
        for refresh in &plan.refresh {
            self.warehouse.run_as(&self.role, refresh).expect("the refresh runs");
        }
        done.copied
    }

    /// The contents of every table and every aggregate.
    fn contents(&self) -> Vec<(String, Contents)> {
        relations(self.platform)
            .map(|(schema, name)| {
                let contents = self.warehouse.contents(None, schema, &name).expect("it can be read");
                (format!("{schema}.{name}"), contents)
            })
            .collect()
    }
}

fn relations(platform: &Platform) -> impl Iterator<Item = (&'static str, String)> {
    let tables = platform.datasets.iter().map(|dataset| ("core", dataset.name.to_string()));
    tables.chain(platform.aggregates.iter().map(|aggregate| ("mart", aggregate.name.to_string())))
}

fn compare(name: &str) {
    let Some((python, cluster)) = engines() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("blueprints").join(name).join("platform.toml");
    let text = fs::read_to_string(&file).expect("the blueprint exists");
    let (platform, faults) = spec::read(&SourceFile { path: file.clone(), text });
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let environment = &platform.environments[0];
    let draft = synth::synth(&platform, environment, &[]).expect("blueprints are valid");
    let temporary = TempDir::new().unwrap();
    let folder = temporary.path();
    let described = folder.join("schema.json");
    fs::write(&described, schema(&platform).to_string()).unwrap();
    duck(&python, &[Path::new("make"), &file, &described, Path::new(&ROWS.to_string()), folder]);

    let context = Context { platform: &platform, environment };
    let warehouse = Warehouse::open(&cluster, "forwards").unwrap();
    let role = role_name(context, "loader");
    let mut loader = Loader { platform: &platform, role, warehouse, folder: folder.to_owned() };
    for planned in &draft.sql {
        let file = draft.files.iter().find(|file| file.path == planned.path).expect("it was rendered");
        loader.warehouse.run(&String::from_utf8_lossy(&file.bytes)).expect("the shipped text runs");
    }
    let mut copied = 0;
    for batches in [&[0][..], &[1, 2]] {
        for dataset in &platform.datasets {
            copied += loader.load(dataset, batches);
        }
    }
    let facts = platform.datasets.iter().filter(|dataset| dataset.role == Role::Fact).count();
    assert!(copied >= facts * ROWS, "{copied}");
    let once = loader.contents();
    // The same again, an early batch after a late one, and all in one.
    for batches in [&[1, 2][..], &[0], &[2, 1, 0]] {
        for dataset in &platform.datasets {
            loader.load(dataset, batches);
        }
        assert_eq!(loader.contents(), once, "{batches:?} changed the contents");
    }

    for (schema, name) in relations(&platform) {
        let query = format!("SELECT coalesce(json_agg(t), '[]') FROM \"{schema}\".\"{name}\" AS t");
        let rows = cluster.run("forwards", &query).expect("it can be read");
        fs::write(folder.join(format!("{schema}.{name}.json")), rows).unwrap();
    }
    let printed = duck(&python, &[Path::new("compare"), &file, &described, folder, folder]);
    let compared = printed.lines().filter(|line| line.starts_with("ok: ")).count();
    assert_eq!(compared, platform.datasets.len() + platform.aggregates.len(), "{printed}");
    println!("{printed}");
    // A comparison that cannot fail proves nothing.
    let (schema, relation) = relations(&platform).last().expect("there is an aggregate");
    let path = folder.join(format!("{schema}.{relation}.json"));
    let mut rows: Vec<serde_json::Map<String, Value>> =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let (_, last) = rows[0].iter_mut().last().expect("it has columns");
    *last = json!(123_456);
    fs::write(&path, serde_json::to_string(&rows).unwrap()).unwrap();
    let script = root.join("tests/aggregates/duck.py");
    let mut again = Command::new(&python);
    again.arg(script).arg("compare").args([&file, &described, folder, folder]);
    let output = again.output().expect("the Python runs");
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && wrong.contains("AssertionError") && wrong.contains(&relation),
        "{wrong}"
    );
}

#[test]
fn clickstream_matches_duckdb() {
    compare("clickstream");
}

#[test]
fn iot_telemetry_matches_duckdb() {
    compare("iot-telemetry");
}

#[test]
fn retail_orders_matches_duckdb() {
    compare("retail-orders");
}
