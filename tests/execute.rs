//! Platforms that use every feature, and names that are SQL keywords, executed on a real PostgreSQL.

use std::fs;
use std::path::Path;

use strataform::diagnostic::SourceFile;
use strataform::execute::{Options, execute};
use strataform::model::Role;
use strataform::platform::Context;
use strataform::{spec, synth};
use strataform_postgres::testing::server;

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
