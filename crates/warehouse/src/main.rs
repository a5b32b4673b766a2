//! `strataform-warehouse`: a warehouse that serves JSON lines, for clients such as the local AWS.
//!
//! In: one request per line. Out: one reply per line, in the same order. At the end of its input, or on a signal, it
//! stops its server and removes everything that it wrote. It rejects what the strict SQL layer rejects.

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
use strataform_warehouse::{StatementResult, Warehouse};

/// The statements to run, and how.
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

/// The result of a request.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply {
    Ready(bool),
    Results(Vec<ResultSet>),
    Error { statement: usize, message: String },
}

#[derive(Serialize)]
struct ResultSet {
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
            // If stderr is closed, the exit code still reports the failure.
            let _ = writeln!(io::stderr(), "strataform-warehouse: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// The next request, as text or as a read error; or the end of the requests.
enum Event {
    Line(io::Result<String>),
    End,
}

/// The server, once it has started. A signal can come before that.
type Server = Arc<OnceLock<Cluster>>;

fn serve() -> Result<(), String> {
    let programs =
        Programs::find().ok_or_else(|| format!("PostgreSQL not found: {}", Programs::missing()))?;
    let (sender, events) = channel();
    let server = Server::default();
    end_on_signal(&server, sender.clone())?;
    let cluster = Cluster::start(programs).map_err(|fault| fault.to_string())?.searching("public, rs");
    let done = serve_requests(server.get_or_init(|| cluster), sender, &events);
    remove(server);
    done
}

/// Serves requests until the end.
fn serve_requests(cluster: &Cluster, sender: Sender<Event>, events: &Receiver<Event>) -> Result<(), String> {
    let mut databases: BTreeMap<String, Warehouse<'_>> = BTreeMap::new();
    send(&Reply::Ready(true))?;
    thread::spawn(move || read(&sender));
    while let Ok(Event::Line(line)) = events.recv() {
        let line = line.map_err(|error| error.to_string())?;
        if line.trim().is_empty() {
            continue;
        }
        let reply = match serde_json::from_str::<Request>(&line) {
            Ok(request) => run(cluster, &mut databases, request),
            Err(error) => Reply::Error { statement: 0, message: format!("invalid request: {error}") },
        };
        send(&reply)?;
    }
    Ok(())
}

/// Reads requests in a thread of its own, because the main loop also waits for signals.
fn read(sender: &Sender<Event>) {
    for line in io::stdin().lock().lines() {
        if sender.send(Event::Line(line)).is_err() {
            return;
        }
    }
    // If the receiver is gone, the main loop has already ended.
    let _ = sender.send(Event::End);
}

/// Without a handler, a signal would end the process but not its server. It cancels running statements, so that the end
/// comes at once.
fn end_on_signal(server: &Server, sender: Sender<Event>) -> Result<(), String> {
    let server = Arc::downgrade(server);
    let handler = move || {
        if let Some(server) = server.upgrade()
            && let Some(cluster) = server.get()
        {
            // A server that has already stopped is fine.
            let _ = cluster.run("postgres", STOP);
        }
        let _ = sender.send(Event::End);
    };
    ctrlc::set_handler(handler).map_err(|error| error.to_string())
}

/// Terminates all other connections.
const STOP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

/// Stops the server in this thread: the process ends with it, whatever other threads do.
fn remove(mut server: Server) {
    let mut pacer = Backoff::constant(Duration::from_millis(10)).start(None);
    while let Err(shared) = Arc::try_unwrap(server) {
        server = shared;
        // No limit is set, and no signal ends the wait.
        let _ = pacer.pause();
    }
}

fn run<'a>(cluster: &'a Cluster, databases: &mut BTreeMap<String, Warehouse<'a>>, request: Request) -> Reply {
    if !databases.contains_key(&request.database) {
        match Warehouse::open(cluster, &request.database) {
            Ok(made) => databases.insert(request.database.clone(), made),
            Err(fault) => return Reply::Error { statement: 0, message: fault.to_string() },
        };
    }
    let Some(warehouse) = databases.get_mut(&request.database) else {
        return Reply::Error { statement: 0, message: "the database no longer exists".to_owned() };
    };
    warehouse.mount_only(request.mounts);
    match warehouse.batch(&request.statements, request.role.as_deref(), request.transaction) {
        Ok(results) => Reply::Results(results.into_iter().map(result_set).collect()),
        Err(stopped) => Reply::Error { statement: stopped.statement, message: stopped.to_string() },
    }
}

fn result_set(result: StatementResult) -> ResultSet {
    let columns = result.columns.into_iter().map(|(name, r#type)| Column { name, r#type });
    ResultSet { columns: columns.collect(), rows: result.rows, count: result.count }
}

fn send(reply: &Reply) -> Result<(), String> {
    let mut line = serde_json::to_vec(reply).map_err(|error| error.to_string())?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line).and_then(|()| out.flush()).map_err(|error| error.to_string())
}
