//! The processing stage: the Data Catalog, the jobs, and the state machines that run them.
//!
//! In: the buckets and the key of the storage stage, the warehouse of the aggregation stage. Out: one stack
//! for each division of the datasets, with the tables and the job of each. It does not
//! define what a job does to records: that is in the job's script.

mod arrival;
pub mod catalogue;
mod crawler;
pub mod flow;
pub mod job;
mod lost;
mod maintenance;
mod run;
mod start;

#[cfg(test)]
mod tests;

use strataform_resources::glue;
use strataform_template::{Handle, Json, Node, Object, Text, Value};

use super::access::objects::{self, Objects};
use super::aggregation::load::Loads;
use super::{Context, Export, Stack, StackName, access, aggregation, operations, storage};
use crate::model::{Catalogue, Dataset, Origin, Stage, TableFormat};

/// How the message of a job begins if its records fail the run. The state machine recognizes it: another attempt would fail
/// in the same way.
pub const RECORDS_FAIL: &str = "the records fail the run: ";

/// The job of a dataset, for its state machine.
#[derive(Clone, Debug)]
pub struct JobHandle {
    /// The physical name.
    pub name: String,
    /// The resource.
    pub handle: Handle<glue::Job>,
}

/// The processing stacks: one for each division of the datasets. The first contains the database of the Data Catalog,
/// which the tables of the others need, and so is deployed first. `loads` are the loads of the platform.
#[must_use]
pub fn stacks(
    context: Context<'_>,
    storage: &storage::Exports,
    aggregation: &aggregation::Exports,
    loads: &Loads,
) -> Vec<Stack> {
    let upstream = Upstream { storage, aggregation, loads };
    let mut divisions = context.divisions();
    // The database is always in the first stack, even if no dataset belongs to it.
    if divisions.first().is_none_or(|(part, _)| *part != 1) {
        divisions.insert(0, (1, Vec::new()));
    }
    let many = divisions.len() > 1;
    let (mut stacks, mut first) = (Vec::new(), None);
    for (part, datasets) in divisions {
        let (mut made, database) = stack(context, upstream, part, &datasets, first.as_ref());
        if many && first.is_none() {
            first = Some(made.export("catalogue/name", database, "Data Catalog database"));
        }
        stacks.push(made);
    }
    stacks
}

/// The inputs of the stage other than the platform.
#[derive(Clone, Copy, Debug)]
struct Upstream<'a> {
    storage: &'a storage::Exports,
    aggregation: &'a aggregation::Exports,
    loads: &'a Loads,
}

fn stack(
    context: Context<'_>,
    upstream: Upstream<'_>,
    part: u16,
    datasets: &[&Dataset],
    first: Option<&Export<Text>>,
) -> (Stack, Value<Text>) {
    let title = &context.platform.title;
    let name = StackName { stage: Stage::Processing, part };
    let mut stack = Stack::new(name, format!("{title}: Data Catalog, jobs and state machines"));
    let database = catalogue::database(&mut stack, context, first);
    if datasets.is_empty() {
        return (stack, database.value);
    }
    let shared = job::shared(&mut stack, context, upstream.storage);
    let lost = lost::add(&mut stack, context, datasets, upstream.storage);
    for dataset in datasets {
        let common = Common { database: &database, shared: &shared };
        stack.within(Origin::Dataset(dataset.name.clone()), |stack| {
            let job = add(stack, context, upstream.storage, &common, dataset);
            run::add(stack, context, upstream, dataset, &job, &lost);
        });
    }
    operations::add(&mut stack, context, datasets);
    (stack, database.value)
}

/// The resources that the datasets of a stack share.
struct Common<'a> {
    database: &'a catalogue::Database,
    shared: &'a job::Shared,
}

fn add(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    common: &Common<'_>,
    dataset: &Dataset,
) -> JobHandle {
    catalogue::tables(stack, context, storage, common.database, dataset);
    if dataset.table_format == TableFormat::Iceberg {
        maintenance::watch(stack, context, storage, dataset);
    }
    if dataset.catalogue == Catalogue::Crawled {
        crawler::add(stack, context, storage, common.database, common.shared, dataset);
    }
    if dataset.source.is_dropped() {
        upload_policy(stack, storage, dataset);
    }
    job::add(stack, context, storage, common.shared, dataset)
}

/// Adds the policy that allows uploading files of a dataset.
fn upload_policy(stack: &mut Stack, storage: &storage::Exports, dataset: &Dataset) {
    let (bucket, key) = (stack.import(&storage.raw.arn), stack.import(&storage.key));
    let prefix = format!("{}/", dataset.name);
    let drop = [objects::upload_files(&Objects { bucket: &bucket, prefix: &prefix, key: &key })];
    let what = "Allows uploads to the dataset's prefix in the raw bucket";
    access::standalone_policy(stack, &format!("{}/producer", dataset.name.path()), what, drop);
}

/// Names and values as a JSON object.
fn json(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Value<Json> {
    let mut out = Object::new();
    for (name, value) in entries {
        out.insert(name, value);
    }
    Value::assumed(Node::from(out))
}
