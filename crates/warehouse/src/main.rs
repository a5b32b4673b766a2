//! `strataform-warehouse`: a warehouse for what speaks JSON lines, such as the local AWS.
//!
//! In: a request a line. Out: an answer a line, in the same order. At the end of its input it stops its server and
//! removes all that it wrote. It refuses what the strict layer refuses.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use strataform_postgres::{Cluster, Programs};
use strataform_warehouse::{Answer, Warehouse};

/// What is to be run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    database: String,
    #[serde(default)]
    transaction: bool,
    statements: Vec<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    mounts: BTreeMap<String, PathBuf>,
}

/// What came of it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply {
    Ready(bool),
    Results(Vec<Shown>),
    Error { statement: usize, said: String },
}

#[derive(Serialize)]
struct Shown {
    columns: Vec<Column>,
    rows: Vec<Vec<Option<String>>>,
    count: u64,
}

#[derive(Serialize)]
struct Column {
    name: String,
    r#type: String,
}

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Where nobody reads messages, the code still says it.
            let _ = writeln!(io::stderr(), "strataform-warehouse: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), String> {
    let programs =
        Programs::find().ok_or_else(|| format!("there is no PostgreSQL: {}", Programs::missing()))?;
    let cluster = Cluster::start(programs).map_err(|fault| fault.to_string())?.searching("public, rs");
    let mut databases: BTreeMap<String, Warehouse<'_>> = BTreeMap::new();
    tell(&Reply::Ready(true))?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        if line.trim().is_empty() {
            continue;
        }
        let reply = match serde_json::from_str::<Request>(&line) {
            Ok(request) => run(&cluster, &mut databases, request),
            Err(error) => Reply::Error { statement: 0, said: format!("this is no request: {error}") },
        };
        tell(&reply)?;
    }
    Ok(())
}

fn run<'a>(cluster: &'a Cluster, databases: &mut BTreeMap<String, Warehouse<'a>>, request: Request) -> Reply {
    if !databases.contains_key(&request.database) {
        match Warehouse::open(cluster, &request.database) {
            Ok(made) => databases.insert(request.database.clone(), made),
            Err(fault) => return Reply::Error { statement: 0, said: fault.to_string() },
        };
    }
    let Some(warehouse) = databases.get_mut(&request.database) else {
        return Reply::Error { statement: 0, said: "the database is gone".to_owned() };
    };
    warehouse.mount_only(request.mounts);
    match warehouse.batch(&request.statements, request.role.as_deref(), request.transaction) {
        Ok(answers) => Reply::Results(answers.into_iter().map(shown).collect()),
        Err(stopped) => Reply::Error { statement: stopped.statement, said: stopped.to_string() },
    }
}

fn shown(answer: Answer) -> Shown {
    let columns = answer.columns.into_iter().map(|(name, r#type)| Column { name, r#type });
    Shown { columns: columns.collect(), rows: answer.rows, count: answer.count }
}

fn tell(reply: &Reply) -> Result<(), String> {
    let mut line = serde_json::to_vec(reply).map_err(|error| error.to_string())?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line).and_then(|()| out.flush()).map_err(|error| error.to_string())
}
