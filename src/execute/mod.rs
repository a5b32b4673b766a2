//! Execution: runs the shipped SQL before it is deployed.
//!
//! In: a platform with the draft of an environment, and a private PostgreSQL. Out: what ran, and the results
//! ([`Executed`]), or diagnostics. Files and loads have the same text that `deploy` sends; rows are loaded with
//! `COPY` from Parquet; loads run as the loader and views are read as the dashboards' user, with only their
//! privileges. It refuses to draw further conclusions: data distribution and query speed can be observed only on
//! Redshift.

mod files;
mod streams;

use std::path::PathBuf;

use strataform_postgres::{Cluster, SqlFault};
use strataform_warehouse::{Contents, Fault, Warehouse};

use crate::artifact::load as statements;
use crate::assembly::Draft;
use crate::diagnostic::execution::{DATA, FILE, LOAD, SERVER, VIEW};
use crate::diagnostic::{BUG, Code, Diagnostic, SourceFile};
use crate::model::{Dataset, Identifier};
use crate::platform::Context;
use crate::platform::aggregation::load::{LoadPlan, load};
use crate::platform::aggregation::sql::{self, CORE, KINESIS, MART, REPORT, STAGING};
use files::{Bucket, Stored};

/// The settings of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The number of records of each fact, if no files are given.
    pub rows: usize,
    /// The seed of the records.
    pub seed: u64,
    /// A folder with the curated files of each dataset: `<dataset>.parquet`, or all in `<dataset>/`.
    pub data: Option<PathBuf>,
}

/// What ran, and the results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Executed {
    /// The number of SQL files.
    pub files: usize,
    /// The number of statements in them.
    pub statements: usize,
    /// Features that PostgreSQL does not support and that were skipped, once each.
    pub skipped: Vec<&'static str>,
    /// The loads, in the order of the platform file.
    pub loads: Vec<Loaded>,
    /// Aggregates and their row counts.
    pub aggregates: Vec<(String, u64)>,
    /// Views that dashboards read, and their row counts.
    pub views: Vec<(String, u64)>,
    /// Streams, with the number of received records and of those that were not JSON.
    pub streams: Vec<(String, u64, u64)>,
}

/// A load that ran twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The dataset.
    pub dataset: String,
    /// Rows in the files.
    pub copied: usize,
    /// Rows in the table afterwards: one for each key.
    pub rows: u64,
}

/// Runs the SQL of an environment. The server's search path must include `public` and `rs`; the environment's roles
/// must not exist on it.
///
/// # Errors
///
/// What fails, or has a wrong result.
pub fn execute(
    context: Context<'_>,
    draft: &Draft,
    own: &[SourceFile],
    cluster: &Cluster,
    options: &Options,
) -> Result<Executed, Vec<Diagnostic>> {
    let name = context.snake_prefix();
    let warehouse = Warehouse::open(cluster, &name).map_err(|fault| vec![server_stopped(&fault)])?;
    let mut run = Run { context, options, warehouse, done: Executed::default() };
    run.files(draft, own).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    for dataset in &context.platform.datasets {
        faults.extend(run.load(dataset).err());
    }
    if faults.is_empty() {
        faults.extend(run.streams().err());
        faults.extend(run.views());
    }
    if faults.is_empty() { Ok(run.done) } else { Err(faults) }
}

/// A running execution.
struct Run<'a> {
    context: Context<'a>,
    options: &'a Options,
    warehouse: Warehouse<'a>,
    done: Executed,
}

impl Run<'_> {
    /// Runs the files in deployment order. It stops at the first failure, because later files depend on earlier ones.
    fn files(&mut self, draft: &Draft, own: &[SourceFile]) -> Result<(), Diagnostic> {
        for planned in &draft.sql {
            let Some(file) = draft.file(&planned.path) else { continue };
            let text = String::from_utf8_lossy(&file.bytes);
            let done = self.warehouse.run(&text).map_err(|fault| {
                let written = planned.source.as_ref().and_then(|name| sql::own_source(own, name));
                file_failed(&planned.path, &text, written, &fault)
            })?;
            self.done.files += 1;
            self.done.statements += done.statements;
            for why in done.skipped {
                if !self.done.skipped.contains(&why) {
                    self.done.skipped.push(why);
                }
            }
        }
        Ok(())
    }

    /// Loads a dataset twice, as the loader: its table has one row for each key, and the second load changes nothing.
    fn load(&mut self, dataset: &Dataset) -> Result<(), Diagnostic> {
        let bucket = Bucket::make(&dataset.name).map_err(|cause| load_failed(&dataset.name, &cause))?;
        let stored = match &self.options.data {
            Some(folder) => files::given(&bucket, folder, dataset),
            None => files::drawn(&bucket, &mut self.warehouse, self.context.platform, dataset, self.options),
        };
        let Stored { files } = stored?;
        let mut loaded = Loaded { dataset: dataset.name.to_string(), copied: 0, rows: 0 };
        if files == 0 {
            self.done.loads.push(loaded);
            return Ok(());
        }
        self.warehouse.mount(BUCKET, bucket.folder());
        let plan = statements::plan(&load(self.context.platform, dataset))
            .map_err(|error| load_failed(&dataset.name, &error.to_string()))?;
        let fault = |fault: &Fault| match (fault, &self.options.data) {
            (Fault::Files { cause, .. }, Some(_)) => files_mismatch(&dataset.name, cause),
            _ => load_failed(&dataset.name, &fault.to_string()),
        };
        loaded.copied = self.run_load(&plan).map_err(|found| fault(&found))?;
        let first = self.contents(&plan)?;
        self.run_load(&plan).map_err(|found| fault(&found))?;
        if let Some((name, _)) =
            self.contents(&plan)?.iter().zip(&first).find_map(|(now, then)| (now != then).then_some(now))
        {
            let cause = format!("loading the same files again changed {name}");
            return Err(load_failed(&dataset.name, &cause));
        }
        let keys = self.keys(dataset)?;
        loaded.rows = first.first().map_or(0, |(_, contents)| contents.rows);
        if keys != loaded.rows {
            let cause = format!("the files have {keys} keys, but the table has {} rows", loaded.rows);
            return Err(load_failed(&dataset.name, &cause));
        }
        self.done.loads.push(loaded);
        Ok(())
    }

    /// Runs one load and the refreshes after it; returns how many rows were copied.
    fn run_load(&mut self, plan: &LoadPlan) -> Result<usize, Fault> {
        let loader = sql::role_name(self.context, "loader");
        let text = plan.statements(files::MANIFEST_URL, "${CopyRole}").join(";\n");
        let done = self.warehouse.transaction(&loader, &text)?;
        for refresh in &plan.refresh {
            self.warehouse.run_as(&loader, refresh)?;
        }
        Ok(done.copied)
    }

    /// The contents of the load's table and of every aggregate.
    fn contents(&self, plan: &LoadPlan) -> Result<Vec<(String, Contents)>, Diagnostic> {
        let aggregates = self.context.platform.aggregates.iter().map(|one| (MART, one.name.as_str()));
        std::iter::once((CORE, plan.dataset.as_str()))
            .chain(aggregates)
            .map(|(schema, name)| {
                let found = self.warehouse.contents(None, schema, name);
                found
                    .map(|contents| (format!("{schema}.{name}"), contents))
                    .map_err(|fault| server_stopped(&fault))
            })
            .collect()
    }

    /// The number of distinct keys in the files that were loaded last.
    fn keys(&mut self, dataset: &Dataset) -> Result<u64, Diagnostic> {
        let quoted = |name: &str| format!("\"{name}\"");
        let key = dataset
            .key
            .iter()
            .map(|name| quoted(dataset.stored_name(name.as_str())))
            .collect::<Vec<_>>()
            .join(", ");
        let table = format!("{}.{}", quoted(STAGING), quoted(dataset.name.as_str()));
        let query = format!("SELECT COUNT(*) FROM (SELECT DISTINCT {key} FROM {table}) AS \"keys\"");
        let done =
            self.warehouse.run(&query).map_err(|fault| load_failed(&dataset.name, &fault.to_string()))?;
        Ok(done.output.parse().unwrap_or_default())
    }

    /// Reads the aggregates, and the dashboards' views as their user.
    fn views(&mut self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for aggregate in &self.context.platform.aggregates {
            match self.warehouse.contents(None, MART, aggregate.name.as_str()) {
                Ok(contents) => {
                    self.done.aggregates.push((format!("{MART}.{}", aggregate.name), contents.rows));
                }
                Err(fault) => faults.push(server_stopped(&fault)),
            }
        }
        let reader = sql::role_name(self.context, "dashboards");
        for name in sql::report_views(self.context.platform) {
            match self.warehouse.contents(Some(&reader), REPORT, &name) {
                Ok(contents) => self.done.views.push((format!("{REPORT}.{name}"), contents.rows)),
                Err(fault) => faults.push(view_unreadable(&name, &reader, &fault)),
            }
        }
        faults
    }

    /// Puts records into the streams, one of them not JSON: the views must show the valid ones and count the other.
    fn streams(&mut self) -> Result<(), Diagnostic> {
        for dataset in sql::streaming(self.context.platform) {
            let (records, bad) = streams::records(self.context.platform, dataset, self.options.seed);
            let stream = self.context.dataset_name(&dataset.name);
            self.warehouse
                .put_records(KINESIS, &stream, records.iter().map(Vec::as_slice))
                .map_err(|fault| server_stopped(&fault))?;
            let names = sql::stream_views(&dataset.name);
            let refresh = format!("REFRESH MATERIALIZED VIEW \"{CORE}\".\"{}\"", names.stream);
            self.warehouse.run(&refresh).map_err(|fault| load_failed(&dataset.name, &fault.to_string()))?;
            let reader = sql::role_name(self.context, "dashboards");
            let shown = self
                .warehouse
                .contents(Some(&reader), REPORT, &names.live)
                .map_err(|fault| view_unreadable(&names.live, &reader, &fault))?;
            let query = format!("SELECT SUM(\"records\") FROM \"{REPORT}\".\"{}\"", names.rejected);
            let counted = self
                .warehouse
                .run_as(&reader, &query)
                .map_err(|fault| load_failed(&dataset.name, &fault.to_string()))?;
            let rejected = counted.output.parse().unwrap_or_default();
            let good = u64::try_from(records.len()).unwrap_or_default() - bad;
            if (shown.rows, rejected) != (good, bad) {
                let cause = format!(
                    "for {good} records and {bad} that are not JSON, the views show {} and count {rejected} rejected",
                    shown.rows
                );
                return Err(load_failed(&dataset.name, &cause));
            }
            self.done.streams.push((dataset.name.to_string(), good + bad, bad));
        }
        Ok(())
    }
}

/// The bucket of the loads' files.
const BUCKET: &str = "curated";

fn unplaced(code: Code, summary: String) -> Diagnostic {
    Diagnostic::unplaced(code, summary)
}

/// The help for a failure that is caused by either the platform file or `gen`.
fn file_or_bug() -> String {
    format!("if your platform file explains it, correct the file; otherwise {BUG}")
}

/// A file that fails; a hand-written one has its own span.
fn file_failed(path: &str, text: &str, written: Option<&SourceFile>, fault: &Fault) -> Diagnostic {
    let span = fault.span();
    if let Some(file) = written {
        let summary = "the statement fails on PostgreSQL";
        let found = Diagnostic::error(FILE, span.range(), summary).of(&file.path).because(fault.to_string());
        return found.help("correct the statement; features that only Redshift has cannot be executed here");
    }
    let line = 1 + text.get(..span.start).unwrap_or_default().matches('\n').count();
    unplaced(FILE, format!("{path}, line {line}, fails on PostgreSQL"))
        .because(fault.to_string())
        .help(file_or_bug())
}

fn load_failed(dataset: &Identifier, cause: &str) -> Diagnostic {
    unplaced(LOAD, format!("the load of `{dataset}` failed")).because(cause).help(file_or_bug())
}

fn files_mismatch(dataset: &Identifier, cause: &str) -> Diagnostic {
    unplaced(DATA, format!("the files of `{dataset}` do not match its load"))
        .because(cause)
        .help("use curated files as this platform's processing job writes them")
}

fn view_unreadable(view: &str, reader: &str, fault: &SqlFault) -> Diagnostic {
    unplaced(VIEW, format!("`{reader}` cannot read the view `{view}`"))
        .because(fault.message.clone())
        .help(file_or_bug())
}

fn server_stopped(fault: &SqlFault) -> Diagnostic {
    unplaced(SERVER, "PostgreSQL stopped working".to_owned())
        .because(fault.message.clone())
        .help("check for a full disk, and run the command again")
}
