//! Deleted rows, from records that arrive in any order and from full dumps: in files, in Iceberg tables on real Spark, and
//! in the warehouse, which PostgreSQL stands in for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use strataform::artifact::load::plan;
use strataform::artifact::redshift;
use strataform::diagnostic::SourceFile;
use strataform::model::Platform;
use strataform::platform::Context;
use strataform::platform::aggregation::load::{LoadParameter, LoadPlan, load};
use strataform::platform::aggregation::sql;
use strataform::spec;
use strataform_postgres::testing::server;
use strataform_warehouse::Warehouse;
use tempfile::TempDir;

use crate::tool::spark;

/// The platform file of these tests.
const PLATFORM: &str = include_str!("glue/deletions.toml");

fn platform() -> Platform {
    let (platform, faults) =
        spec::read(&SourceFile { path: "platform.toml".into(), text: PLATFORM.to_owned() });
    platform.unwrap_or_else(|| panic!("{faults:?}"))
}

/// The tables of a dataset, as the deployment creates them.
fn tables(platform: &Platform, dataset: &str) -> String {
    let context = Context { platform, environment: &platform.environments[0] };
    let files = redshift::render(&sql::plan(context, &[])).expect("every file is rendered");
    let names = ["010_{}", "020_{}_files", "021_{}_latest", "022_{}_loaded", "023_{}_deleted"];
    let wanted = names.map(|name| format!("sql/{}.sql", name.replace("{}", dataset)));
    let mut made = files.into_iter().filter(|(path, _)| wanted.contains(path));
    let texts: Vec<String> = made.by_ref().map(|(_, text)| text).collect();
    assert_eq!(texts.len(), wanted.len());
    format!("CREATE SCHEMA staging; CREATE SCHEMA core;\n{}", texts.concat())
}

/// The manifests of the committed runs, by the ID of the run: the columns of its files, and whether it has any.
fn manifests(world: &Path) -> BTreeMap<String, (String, bool)> {
    let folder = std::fs::read_dir(world.join("curated/manifests")).expect("the manifests");
    let paths: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    let json = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    json.map(|path| {
        let text = std::fs::read_to_string(path).expect("a manifest");
        let manifest: Value = serde_json::from_str(&text).expect("JSON");
        let names: Vec<String> =
            manifest["columns"].as_array().expect("columns").iter().map(ToString::to_string).collect();
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let has_files = !manifest["entries"].as_array().expect("entries").is_empty();
        (id, (format!(" ({})", names.join(",")), has_files))
    })
    .collect()
}

/// Copies the manifests, with URLs in a bucket in place of paths.
fn publish(world: &Path, bucket: &Path) {
    std::fs::create_dir_all(bucket.join("manifests")).expect("a folder");
    std::os::unix::fs::symlink(world.join("curated/data"), bucket.join("data")).expect("a link");
    let data = format!("{}/", world.join("curated/data").display());
    for id in manifests(world).keys() {
        let text = std::fs::read_to_string(world.join("curated/manifests").join(format!("{id}.json")));
        let mut manifest: Value = serde_json::from_str(&text.expect("a manifest")).expect("JSON");
        for entry in manifest["entries"].as_array_mut().expect("entries") {
            let url = entry["url"].as_str().expect("a URL").to_owned();
            let at = url.find(&data).expect("a file of the run") + data.len();
            entry["url"] = format!("s3://b/data/{}", &url[at..]).into();
        }
        std::fs::write(bucket.join("manifests").join(format!("{id}.json")), manifest.to_string())
            .expect("a manifest");
    }
}

fn statements(plan: &LoadPlan, id: &str, columns: &str) -> Vec<String> {
    let value = |parameter| match parameter {
        LoadParameter::ManifestUrl => format!("s3://b/manifests/{id}.json"),
        LoadParameter::CopyRole => "${CopyRole}".to_owned(),
        LoadParameter::Columns => columns.to_owned(),
        LoadParameter::RunId => id.to_owned(),
        LoadParameter::CompleteUntil | LoadParameter::RunIds => String::new(),
    };
    plan.load.iter().map(|statement| statement.text(value)).collect()
}

/// Loads the committed runs in several orders, some twice: the table must be the wanted one.
fn loads_delete_what_the_job_deleted(world: &Path, dataset: &str) {
    let Some(cluster) = server() else { return };
    let platform = platform();
    let plan = plan(&load(&platform, platform.dataset(dataset).expect("the dataset")));
    let plan = plan.expect("every load is rendered");
    let bucket = TempDir::new().expect("a temporary folder");
    publish(world, bucket.path());
    let runs: Vec<_> = manifests(world).into_iter().filter(|(_, (_, has_files))| *has_files).collect();
    assert!(runs.len() > 6, "{} runs with files", runs.len());
    let text = std::fs::read_to_string(world.join("wanted.json")).expect("the driver wrote it");
    let wanted: BTreeMap<String, i64> = serde_json::from_str(&text).expect("JSON");
    for order in 0..4_usize {
        let mut warehouse = Warehouse::open(&cluster, &format!("{dataset}_{order}")).expect("a database");
        warehouse.run(&tables(&platform, dataset)).expect("tables");
        warehouse.mount("b", bucket.path());
        let mut runs = runs.clone();
        match order {
            0 => {}
            1 => runs.reverse(),
            _ => runs.rotate_left(order + 1),
        }
        // Runs that are loaded again change nothing.
        runs.extend_from_within(..3);
        for (id, (columns, _)) in &runs {
            warehouse.batch(&statements(&plan, id, columns), None, true).expect("the load");
        }
        let mut rows = |sql: &str| warehouse.run(sql).expect("a query").output;
        let found = rows(&format!("SELECT id, amount::integer FROM core.{dataset}"));
        let found: Vec<(String, i64)> = found
            .lines()
            .filter_map(|line| line.split_once('|'))
            .map(|(key, amount)| (key.to_owned(), amount.parse().expect("an amount")))
            .collect();
        assert_eq!(found.len(), wanted.len(), "order {order}: one row per key");
        assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), wanted, "order {order}");
        let both = format!(
            "SELECT COUNT(*) FROM core.{dataset} AS a, core.{dataset}__deleted AS b WHERE a.id = b.id"
        );
        assert_eq!(rows(&both).trim(), "0", "a key is in the table or deleted");
    }
    println!("{} runs of {dataset}, {} keys", runs.len(), wanted.len());
}

/// The script of a dataset, of a platform in a folder.
fn script(folder: &Path, platform: &str, dataset: &str, out: &str) -> PathBuf {
    std::fs::write(folder.join("platform.toml"), platform).expect("the platform file can be written");
    let mut synth = Command::new(env!("CARGO_BIN_EXE_gen"));
    let status = synth.args(["synth", "--out", out]).current_dir(folder).status();
    assert!(status.expect("gen runs").success());
    folder.join(out).join("crash/dev/processing/jobs").join(dataset).with_extension("py")
}

/// Runs a driver with the script of a dataset; with `earlier`, also with the one of that platform, which it was before.
fn drive(driver: &str, dataset: &str, earlier: Option<&str>) {
    let Some(spark) = spark() else { return };
    let folder = TempDir::new().expect("a temporary folder can be created");
    let earlier = earlier.map(|platform| script(folder.path(), platform, dataset, "earlier"));
    let script = script(folder.path(), PLATFORM, dataset, "generated");
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glue").join(driver);
    let world = folder.path().join("world");
    let seed = std::env::var("STRATAFORM_SEED").unwrap_or_else(|_| "1".to_owned());
    let output =
        Command::new(&spark.python).arg(driver).arg(&world).arg(script).args(earlier).arg(seed).output();
    let output = output.expect("the Python runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{} checks", printed.lines().filter(|line| line.starts_with("ok: ")).count());
    loads_delete_what_the_job_deleted(&world, dataset);
}

/// The platform before its files were dumps.
fn without_dumps() -> String {
    let before: String = PLATFORM
        .lines()
        .filter(|line| !line.starts_with("snapshot "))
        .flat_map(|line| [line, "\n"])
        .collect();
    assert!(before.len() < PLATFORM.len(), "a dataset has dumps");
    before
}

#[test]
fn deletions_in_any_order_give_one_state_of_files() {
    drive("changes.py", "changes", None);
}

#[test]
fn deletions_in_any_order_give_one_state_of_an_iceberg_table() {
    drive("changes.py", "changes_lake", None);
}

#[test]
fn rows_that_a_dump_lacks_leave_the_files() {
    drive("dumps.py", "dumps", Some(&without_dumps()));
}

#[test]
fn rows_that_a_dump_lacks_leave_an_iceberg_table() {
    drive("dumps.py", "dumps_lake", Some(&without_dumps()));
}
