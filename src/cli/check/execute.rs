//! `gen check --execute`: runs the SQL, and reports what ran as text or JSON.

use std::path::PathBuf;

use serde::Serialize;
use strataform::assembly::Draft;
use strataform::execute::{self, Executed, Options};
use strataform::platform::Context;
use strataform_postgres::{Cluster, Programs};

use super::super::outcome::Fail;
use super::super::platforms::Loaded;
use super::super::view::human;

/// Options of `--execute`.
#[derive(Debug, clap::Args)]
pub(super) struct Execution {
    /// Run the SQL on a private PostgreSQL: files, Parquet loads, refreshes and dashboard queries.
    #[arg(long)]
    execute: bool,
    /// Number of generated records per fact.
    #[arg(long, value_name = "N", default_value_t = 1_000, requires = "execute", value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    rows: u32,
    /// Seed for the generated records.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "execute")]
    seed: u64,
    /// Folder of curated Parquet files, DATASET.parquet or DATASET/**/*.parquet, instead of generated records.
    #[arg(long, value_name = "DIR", requires = "execute", conflicts_with_all = ["rows", "seed"])]
    data: Option<PathBuf>,
}

impl Execution {
    /// The options of the execution; `None` without `--execute`.
    pub(super) fn options(&self) -> Option<Options> {
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        self.execute.then(|| Options { rows, seed: self.seed, data: self.data.clone() })
    }
}

/// What ran, or why nothing did.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) executed: bool,
    /// Why nothing ran; empty if something did.
    reason: String,
    server: String,
    environments: Vec<Environment>,
}

#[derive(Debug, Serialize)]
struct Environment {
    name: String,
    files: usize,
    statements: usize,
    skipped: Vec<&'static str>,
    loads: Vec<Load>,
    aggregates: Vec<Relation>,
    views: Vec<Relation>,
    streams: Vec<Stream>,
}

#[derive(Debug, Serialize)]
struct Load {
    dataset: String,
    copied: usize,
    rows: u64,
}

#[derive(Debug, Serialize)]
struct Relation {
    name: String,
    rows: u64,
}

#[derive(Debug, Serialize)]
struct Stream {
    dataset: String,
    records: u64,
    rejected: u64,
}

/// Executes every draft; faults are added to the diagnostics of its platform.
pub(super) fn run(loaded: &mut [Loaded], drafts: &[Draft], options: &Options) -> Result<Summary, Fail> {
    if let Some(folder) = options.data.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(Fail::refused(
            format!("{} is not a folder", folder.display()),
            "pass the folder that contains the files",
        ));
    }
    let mut summary =
        Summary { executed: false, reason: String::new(), server: String::new(), environments: Vec::new() };
    let Some(programs) = Programs::find() else {
        summary.reason = format!("PostgreSQL not found: {}", Programs::missing());
        return Ok(summary);
    };
    let cluster = Cluster::start(programs)
        .map_err(|fault| Fail::refused(fault, "set GEN_PG_BIN to the program folder of another PostgreSQL"))?
        .searching("public, rs");
    let version = cluster.run("postgres", "SHOW server_version").unwrap_or_default();
    summary.server = format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default());
    summary.executed = true;
    for draft in drafts {
        let Some(one) = loaded
            .iter_mut()
            .find(|one| one.platform.as_ref().is_some_and(|platform| platform.name == draft.platform))
        else {
            continue;
        };
        let Some(platform) = &one.platform else { continue };
        let meant = |environment: &&strataform::model::Environment| environment.name == draft.environment;
        let Some(environment) = platform.environments.iter().find(meant) else { continue };
        let context = Context { platform, environment };
        match execute::execute(context, draft, &one.sql, &cluster, options) {
            Ok(executed) => summary.environments.push(seen(draft, executed)),
            Err(faults) => {
                for fault in faults {
                    if !one.diagnostics.contains(&fault) {
                        one.diagnostics.push(fault);
                    }
                }
            }
        }
    }
    Ok(summary)
}

fn seen(draft: &Draft, executed: Executed) -> Environment {
    let relations = |all: Vec<(String, u64)>| all.into_iter().map(|(name, rows)| Relation { name, rows });
    Environment {
        name: format!("{}/{}", draft.platform, draft.environment),
        files: executed.files,
        statements: executed.statements,
        skipped: executed.skipped,
        loads: executed
            .loads
            .into_iter()
            .map(|load| Load { dataset: load.dataset, copied: load.copied, rows: load.rows })
            .collect(),
        aggregates: relations(executed.aggregates).collect(),
        views: relations(executed.views).collect(),
        streams: executed
            .streams
            .into_iter()
            .map(|(dataset, records, rejected)| Stream { dataset, records, rejected })
            .collect(),
    }
}

impl Summary {
    /// The end of the summary line.
    pub(super) fn words(&self) -> String {
        if self.executed {
            format!(", executed on {}", self.server.split('.').next().unwrap_or_default())
        } else {
            ", not executed".to_owned()
        }
    }

    /// Prints what ran, one line each.
    pub(super) fn show(&self) -> Result<(), Fail> {
        if !self.executed {
            let help = "install PostgreSQL 15, or set GEN_PG_BIN to its program folder";
            return Ok(human::error(&format!("not executed: {}", self.reason), help)?);
        }
        for one in &self.environments {
            human::line(&format!(
                "{}: {}, {}",
                one.name,
                human::count(one.files, "SQL file"),
                human::count(one.statements, "statement")
            ))?;
            for load in &one.loads {
                human::line(&match load.copied {
                    0 => format!("  core.{}: no files", load.dataset),
                    copied => format!(
                        "  core.{}: {} copied, {} after the merge; a second load changed nothing",
                        load.dataset,
                        rows(copied as u64),
                        rows(load.rows)
                    ),
                })?;
            }
            for aggregate in &one.aggregates {
                human::line(&format!("  {}: {}", aggregate.name, rows(aggregate.rows)))?;
            }
            for view in &one.views {
                human::line(&format!("  {}: {}, as dashboards read it", view.name, rows(view.rows)))?;
            }
            for stream in &one.streams {
                let (dataset, records, rejected) = (&stream.dataset, stream.records, stream.rejected);
                human::line(&format!(
                    "  {dataset} stream: {records} records read, {rejected} of them rejected and counted"
                ))?;
            }
        }
        Ok(())
    }
}

fn rows(count: u64) -> String {
    human::count(usize::try_from(count).unwrap_or(usize::MAX), "row")
}
