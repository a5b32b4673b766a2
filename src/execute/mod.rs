//! Execution: what is shipped runs before it is deployed.
//!
//! In: a platform with the draft of an environment, and a private PostgreSQL. Out: what ran and what came of it
//! ([`Executed`]), or diagnostics. The text of the files and of the loads is what `deploy` sends; rows come through
//! `COPY` from Parquet; loads run as the loader and views are read as dashboards read them, with their rights alone.
//! It refuses to say more than it saw: how rows are spread and how fast a query is, only Redshift knows.

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

/// What is executed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many records each fact has, where none are given.
    pub rows: usize,
    /// What decides them.
    pub seed: u64,
    /// A folder with the curated files of each dataset: `<dataset>.parquet`, or all below `<dataset>/`.
    pub data: Option<PathBuf>,
}

/// What ran, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Executed {
    /// Files of SQL.
    pub files: usize,
    /// Statements in them.
    pub statements: usize,
    /// What PostgreSQL has no meaning for, each once.
    pub left_out: Vec<&'static str>,
    /// The loads, in the order of the platform file.
    pub loads: Vec<Loaded>,
    /// Aggregates, and how many rows they have.
    pub aggregates: Vec<(String, u64)>,
    /// Views that dashboards read, and how many rows they show.
    pub views: Vec<(String, u64)>,
    /// Streams: records that came, and those of them that were no JSON.
    pub streams: Vec<(String, u64, u64)>,
}

/// A load that ran twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The dataset.
    pub dataset: String,
    /// Rows in the files.
    pub copied: usize,
    /// Rows in the table afterwards: one a key.
    pub rows: u64,
}

/// Runs everything of an environment. The server must search its names in `public` and `rs`; roles of the same
/// environment must not have been made on it before.
///
/// # Errors
///
/// What does not run, or not as it should.
pub fn execute(
    context: Context<'_>,
    draft: &Draft,
    own: &[SourceFile],
    cluster: &Cluster,
    options: &Options,
) -> Result<Executed, Vec<Diagnostic>> {
    let name = context.snake_prefix();
    let warehouse = Warehouse::open(cluster, &name).map_err(|fault| vec![stopped(&fault)])?;
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
    /// The files, in the order in which they are deployed. What follows one that fails would fail for its lack.
    fn files(&mut self, draft: &Draft, own: &[SourceFile]) -> Result<(), Diagnostic> {
        for planned in &draft.sql {
            let Some(file) = draft.file(&planned.path) else { continue };
            let text = String::from_utf8_lossy(&file.bytes);
            let done = self.warehouse.run(&text).map_err(|fault| {
                let written = planned.source.as_ref().and_then(|name| sql::own_source(own, name));
                unrun(&planned.path, &text, written, &fault)
            })?;
            self.done.files += 1;
            self.done.statements += done.statements;
            for why in done.left_out {
                if !self.done.left_out.contains(&why) {
                    self.done.left_out.push(why);
                }
            }
        }
        Ok(())
    }

    /// Loads a dataset twice, as the loader: its table has one row a key, and the second load changes nothing.
    fn load(&mut self, dataset: &Dataset) -> Result<(), Diagnostic> {
        let bucket = Bucket::make(&dataset.name).map_err(|cause| unloaded(&dataset.name, &cause))?;
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
            .map_err(|error| unloaded(&dataset.name, &error.to_string()))?;
        let fault = |fault: &Fault| match (fault, &self.options.data) {
            (Fault::Files { cause, .. }, Some(_)) => misfit(&dataset.name, cause),
            _ => unloaded(&dataset.name, &fault.to_string()),
        };
        loaded.copied = self.run_load(&plan).map_err(|found| fault(&found))?;
        let first = self.contents(&plan)?;
        self.run_load(&plan).map_err(|found| fault(&found))?;
        if let Some((name, _)) =
            self.contents(&plan)?.iter().zip(&first).find_map(|(now, then)| (now != then).then_some(now))
        {
            let cause = format!("a second load of the same files changed {name}");
            return Err(unloaded(&dataset.name, &cause));
        }
        let keys = self.keys(dataset)?;
        loaded.rows = first.first().map_or(0, |(_, contents)| contents.rows);
        if keys != loaded.rows {
            let cause = format!("the files have {keys} keys, and the table {} rows", loaded.rows);
            return Err(unloaded(&dataset.name, &cause));
        }
        self.done.loads.push(loaded);
        Ok(())
    }

    /// One load, and the refreshes after it; how many rows were copied.
    fn run_load(&mut self, plan: &LoadPlan) -> Result<usize, Fault> {
        let loader = sql::role_name(self.context, "loader");
        let text = plan.statements(files::MANIFEST_URL, "${CopyRole}").join(";\n");
        let done = self.warehouse.transaction(&loader, &text)?;
        for refresh in &plan.refresh {
            self.warehouse.run_as(&loader, refresh)?;
        }
        Ok(done.copied)
    }

    /// What is in the table of a load, and in every aggregate.
    fn contents(&self, plan: &LoadPlan) -> Result<Vec<(String, Contents)>, Diagnostic> {
        let aggregates = self.context.platform.aggregates.iter().map(|one| (MART, one.name.as_str()));
        std::iter::once((CORE, plan.dataset.as_str()))
            .chain(aggregates)
            .map(|(schema, name)| {
                let found = self.warehouse.contents(None, schema, name);
                found.map(|contents| (format!("{schema}.{name}"), contents)).map_err(|fault| stopped(&fault))
            })
            .collect()
    }

    /// How many keys the files have that were loaded last.
    fn keys(&mut self, dataset: &Dataset) -> Result<u64, Diagnostic> {
        let quoted = |name: &str| format!("\"{name}\"");
        let key = dataset.key.iter().map(|name| quoted(name.as_str())).collect::<Vec<_>>().join(", ");
        let table = format!("{}.{}", quoted(STAGING), quoted(dataset.name.as_str()));
        let query = format!("SELECT COUNT(*) FROM (SELECT DISTINCT {key} FROM {table}) AS \"keys\"");
        let done = self.warehouse.run(&query).map_err(|fault| unloaded(&dataset.name, &fault.to_string()))?;
        Ok(done.output.parse().unwrap_or_default())
    }

    /// Aggregates as they are, and the views of dashboards as their user sees them.
    fn views(&mut self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for aggregate in &self.context.platform.aggregates {
            match self.warehouse.contents(None, MART, aggregate.name.as_str()) {
                Ok(contents) => {
                    self.done.aggregates.push((format!("{MART}.{}", aggregate.name), contents.rows));
                }
                Err(fault) => faults.push(stopped(&fault)),
            }
        }
        let reader = sql::role_name(self.context, "dashboards");
        for name in sql::report_views(self.context.platform) {
            match self.warehouse.contents(Some(&reader), REPORT, &name) {
                Ok(contents) => self.done.views.push((format!("{REPORT}.{name}"), contents.rows)),
                Err(fault) => faults.push(unread(&name, &reader, &fault)),
            }
        }
        faults
    }

    /// Records come in, one of them no JSON: the views show the good ones and count the other.
    fn streams(&mut self) -> Result<(), Diagnostic> {
        for dataset in sql::streaming(self.context.platform) {
            let (records, bad) = streams::records(self.context.platform, dataset, self.options.seed);
            let stream = self.context.dataset_name(&dataset.name);
            self.warehouse
                .put_records(KINESIS, &stream, records.iter().map(Vec::as_slice))
                .map_err(|fault| stopped(&fault))?;
            let names = sql::stream_views(&dataset.name);
            let refresh = format!("REFRESH MATERIALIZED VIEW \"{CORE}\".\"{}\"", names.stream);
            self.warehouse.run(&refresh).map_err(|fault| unloaded(&dataset.name, &fault.to_string()))?;
            let reader = sql::role_name(self.context, "dashboards");
            let shown = self
                .warehouse
                .contents(Some(&reader), REPORT, &names.live)
                .map_err(|fault| unread(&names.live, &reader, &fault))?;
            let query = format!("SELECT SUM(\"records\") FROM \"{REPORT}\".\"{}\"", names.rejected);
            let counted = self
                .warehouse
                .run_as(&reader, &query)
                .map_err(|fault| unloaded(&dataset.name, &fault.to_string()))?;
            let rejected = counted.output.parse().unwrap_or_default();
            let good = u64::try_from(records.len()).unwrap_or_default() - bad;
            if (shown.rows, rejected) != (good, bad) {
                let cause = format!(
                    "of {good} records and {bad} that are no JSON, the views show {} and count {rejected}",
                    shown.rows
                );
                return Err(unloaded(&dataset.name, &cause));
            }
            self.done.streams.push((dataset.name.to_string(), good + bad, bad));
        }
        Ok(())
    }
}

/// What the loads' files are in.
const BUCKET: &str = "curated";

fn nowhere(code: Code, summary: String) -> Diagnostic {
    Diagnostic::unplaced(code, summary)
}

/// What to do where either the platform file or `gen` is wrong.
fn file_or_bug() -> String {
    format!("if your platform file explains it, correct the file; otherwise {BUG}")
}

/// A file that does not run; a hand-written one has a place of its own.
fn unrun(path: &str, text: &str, written: Option<&SourceFile>, fault: &Fault) -> Diagnostic {
    let span = fault.span();
    if let Some(file) = written {
        let summary = "the statement does not run on PostgreSQL";
        let found = Diagnostic::error(FILE, span.range(), summary).of(&file.path).because(fault.to_string());
        return found.help("mend the statement; what only Redshift has cannot be executed here");
    }
    let line = 1 + text.get(..span.start).unwrap_or_default().matches('\n').count();
    nowhere(FILE, format!("{path}, line {line}, does not run")).because(fault.to_string()).help(file_or_bug())
}

fn unloaded(dataset: &Identifier, cause: &str) -> Diagnostic {
    nowhere(LOAD, format!("the load of `{dataset}` is wrong")).because(cause).help(file_or_bug())
}

fn misfit(dataset: &Identifier, cause: &str) -> Diagnostic {
    nowhere(DATA, format!("the files of `{dataset}` are not those that its load copies"))
        .because(cause)
        .help("give curated files, as the processing job of this platform writes them")
}

fn unread(view: &str, reader: &str, fault: &SqlFault) -> Diagnostic {
    nowhere(VIEW, format!("`{reader}` cannot read the view `{view}`"))
        .because(fault.said.clone())
        .help(file_or_bug())
}

fn stopped(fault: &SqlFault) -> Diagnostic {
    nowhere(SERVER, "PostgreSQL stopped working".to_owned())
        .because(fault.said.clone())
        .help("look whether its disk is full, and run the command again")
}
