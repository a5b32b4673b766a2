//! `gen query`: runs one statement and prints its rows.

use strataform::deploy::{QueryMode, query as run_query};

use super::super::outcome::{Fail, Outcome};
use super::answer::{self, Rows};
use super::show::Show;
use super::target::{Session, Target};
use super::up::agreed;
use super::{faults, interruptible};

/// Run a SQL statement on the warehouse.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Query {
    /// Statement to run.
    sql: String,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Rows,
    /// Allow a statement that changes data or objects.
    #[arg(long)]
    write: bool,
    /// Do not ask for confirmation in a protected environment.
    #[arg(short, long, requires = "write")]
    yes: bool,
    /// Maximum number of rows to show.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
    /// Platform: a file, its folder or its name; optional if the project has only one.
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
}

pub(in crate::cli) fn query(arguments: &Query) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format.messages());
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let mode = if arguments.write { QueryMode::Write } else { QueryMode::ReadOnly };
    if arguments.write && session.environment().protected && !arguments.yes {
        let question = format!("run this statement in {}, which is protected?", session.title());
        if !agreed(&question)? {
            show.note("nothing was run")?;
            return Err(Fail::Shown(1));
        }
    }
    let stop = interruptible();
    let answered =
        session.deployed().and_then(|deployed| deployed.warehouse(&session.aws)).and_then(|warehouse| {
            run_query(&session.aws, &warehouse, &arguments.sql, mode, arguments.limit, &stop)
        });
    match answered {
        Ok(answer) => answer::show(&answer, arguments.format).map(|()| Outcome::Done),
        Err(fault) => faults(&session, &show, &[fault]),
    }
}
