//! `strataform-warehouse`: a warehouse for what speaks JSON lines, such as the local AWS.
//!
//! In: a request a line. Out: an answer a line, in the same order. At the end of its input, or when it is told to end by
//! a signal, it stops its server and removes all that it wrote. It refuses what the strict layer refuses.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strataform_backoff::Backoff;
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

/// What the work waits for: a request, or its end. A request comes as text, or as why it could not be read.
enum Event {
    Line(io::Result<String>),
    End,
}

/// The server, once it is started. A signal may come before.
type Server = Arc<OnceLock<Cluster>>;

fn serve() -> Result<(), String> {
    let programs =
        Programs::find().ok_or_else(|| format!("there is no PostgreSQL: {}", Programs::missing()))?;
    let (sender, events) = channel();
    let server = Server::default();
    end_at_a_signal(&server, sender.clone())?;
    let cluster = Cluster::start(programs).map_err(|fault| fault.to_string())?.searching("public, rs");
    let done = answer(server.get_or_init(|| cluster), sender, &events);
    remove(server);
    done
}

/// Answers requests until their end.
fn answer(cluster: &Cluster, sender: Sender<Event>, events: &Receiver<Event>) -> Result<(), String> {
    let mut databases: BTreeMap<String, Warehouse<'_>> = BTreeMap::new();
    tell(&Reply::Ready(true))?;
    thread::spawn(move || read(&sender));
    while let Ok(Event::Line(line)) = events.recv() {
        let line = line.map_err(|error| error.to_string())?;
        if line.trim().is_empty() {
            continue;
        }
        let reply = match serde_json::from_str::<Request>(&line) {
            Ok(request) => run(cluster, &mut databases, request),
            Err(error) => Reply::Error { statement: 0, said: format!("this is no request: {error}") },
        };
        tell(&reply)?;
    }
    Ok(())
}

/// Reads beside the work, which also waits for signals.
fn read(sender: &Sender<Event>) {
    for line in io::stdin().lock().lines() {
        if sender.send(Event::Line(line)).is_err() {
            return;
        }
    }
    // Whoever does not listen any more has ended.
    let _ = sender.send(Event::End);
}

/// A process that dies of a signal would leave its server behind. What runs is stopped, so that the end comes at once.
fn end_at_a_signal(server: &Server, sender: Sender<Event>) -> Result<(), String> {
    let server = Arc::downgrade(server);
    let handler = move || {
        if let Some(server) = server.upgrade()
            && let Some(cluster) = server.get()
        {
            // A server that is not there any more has nothing to stop.
            let _ = cluster.run("postgres", STOP);
        }
        let _ = sender.send(Event::End);
    };
    ctrlc::set_handler(handler).map_err(|error| error.to_string())
}

/// Ends what other connections are at.
const STOP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

/// Stops the server here and not beside: the process ends with this thread, whatever others are at.
fn remove(mut server: Server) {
    let mut pacer = Backoff::constant(Duration::from_millis(10)).start(None);
    while let Err(shared) = Arc::try_unwrap(server) {
        server = shared;
        // Neither a limit nor a signal ends it.
        let _ = pacer.pause();
    }
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
