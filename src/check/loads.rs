//! The size of loads: what the Data API accepts.

use std::ops::Range;

use super::code::STATEMENT_SIZE;
use crate::diagnostic::Diagnostic;
use crate::model::{Dataset, Environment, Origin, Platform};
use crate::platform::aggregation::load::{LoadParameter, LoadPlan, Loads};

/// The most bytes of a statement of the Data API: 100 KB. At most two statements of a load come near it, so that a load,
/// which is one call, stays below the 256 KiB that Step Functions passes to a service.
pub const STATEMENT: usize = 100_000;

/// Returns the loads of an environment that would be rejected when they run.
#[must_use]
pub fn check(platform: &Platform, environment: &Environment, loads: &Loads) -> Vec<Diagnostic> {
    let found = platform.datasets.iter().filter_map(|dataset| {
        let place = platform.place(environment, &Origin::Dataset(dataset.name.clone()));
        too_large(dataset, loads.of(dataset), place)
    });
    found.collect()
}

fn too_large(dataset: &Dataset, plan: &LoadPlan, place: Option<Range<usize>>) -> Option<Diagnostic> {
    let statements = statements(plan);
    let largest = statements.iter().map(String::len).max().unwrap_or_default();
    if largest <= STATEMENT {
        return None;
    }
    let summary = format!("a statement of the load of `{}` has {largest} bytes", dataset.name);
    let found = match place {
        Some(place) => Diagnostic::error(STATEMENT_SIZE, place, summary),
        None => Diagnostic::unplaced(STATEMENT_SIZE, summary),
    };
    let columns = plan.columns.len();
    let help = "divide the dataset into several, declare columns that are read together as one of type `json`, or \
                shorten the names";
    let cause = format!(
        "the Redshift Data API accepts at most 100 KB, and a load names each of the {columns} columns several times"
    );
    Some(found.because(cause).help(help))
}

/// The statements of a load with values of the largest size.
fn statements(plan: &LoadPlan) -> Vec<String> {
    let columns: Vec<String> = plan.columns.iter().map(|name| format!("\"{name}\"")).collect();
    let columns = format!(" ({})", columns.join(","));
    let value = |parameter| match parameter {
        LoadParameter::ManifestUrl => "m".repeat(512),
        LoadParameter::CopyRole => "r".repeat(256),
        LoadParameter::Columns => columns.clone(),
        LoadParameter::RunId => "i".repeat(128),
        LoadParameter::CompleteUntil => "2026-03-01T00:00:00".to_owned(),
        LoadParameter::RunIds => String::new(),
    };
    plan.load.iter().map(|statement| statement.text(value)).collect()
}
