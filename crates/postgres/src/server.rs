//! [`Cluster`]: a running server.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::Programs;

/// Why the server did not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("PostgreSQL did not start: {step}: {message}")]
pub struct StartFault {
    /// The step that failed.
    pub step: &'static str,
    /// Its error message.
    pub message: String,
}

/// Why a script failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SqlFault {
    /// The message of the server or of psql.
    pub message: String,
    /// The last line of the failed statement, from 1, if a statement failed.
    pub line: Option<usize>,
}

/// A running server. Dropping it stops it, and then removes everything that it wrote.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    home: TempDir,
    is_root: bool,
    search_path: String,
}

/// Settings that make the server fast, but not safe in a crash of the machine.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
];

impl Cluster {
    /// Starts a server in a new temporary directory.
    ///
    /// # Errors
    ///
    /// If a step fails; nothing is left behind.
    pub fn start(programs: Programs) -> Result<Self, StartFault> {
        // Short, because the path of a socket has a small limit.
        let home = tempfile::Builder::new().prefix("gen-pg-").tempdir();
        let home = home.map_err(|error| fault("temporary directory", error))?;
        let mut cluster = Self { programs, home, is_root: false, search_path: "public".to_owned() };
        let user = Command::new("id").arg("-u").output().map_err(|error| fault("id", error))?;
        cluster.is_root = user.stdout.trim_ascii() == b"0";
        if cluster.is_root {
            let owned = Command::new("chown").arg("postgres").arg(cluster.home.path()).output();
            done("chown to the user postgres", owned)?;
        }
        let data = cluster.data();
        let mut initdb = cluster.command("initdb");
        initdb.args(["-A", "trust", "-N", "-U", "postgres", "--no-locale", "-E", "UTF8", "-D"]).arg(&data);
        done("initdb", initdb.output())?;
        let settings = SETTINGS.map(|setting| format!("-c {setting}")).join(" ");
        let options = format!("{settings} -c unix_socket_directories={}", cluster.home.path().display());
        let mut start = cluster.command("pg_ctl");
        start
            .args(["-w", "-s", "-l"])
            .arg(cluster.home.path().join("log"))
            .args(["-o", &options, "start", "-D"])
            .arg(&data);
        // The server inherits the output: with a pipe, reading would never end.
        let started = start.stdout(Stdio::null()).stderr(Stdio::null()).status();
        match started {
            Ok(status) if status.success() => Ok(cluster),
            Ok(_) => {
                let log = cluster.home.path().join("log");
                Err(fault("pg_ctl", std::fs::read_to_string(log).unwrap_or_default()))
            }
            Err(error) => Err(fault("pg_ctl", error)),
        }
    }

    /// Sets the search path for all scripts from here on; the first schema takes precedence.
    #[must_use]
    pub fn searching(mut self, schemas: &str) -> Self {
        schemas.clone_into(&mut self.search_path);
        self
    }

    /// The data directory.
    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// A program, in the server's directory, run as a user that is not root.
    fn command(&self, program: &str) -> Command {
        let path = self.programs.path(program);
        let mut command = if self.is_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.home.path()).stdin(Stdio::null()).env("TZ", "UTC").env("PGTZ", "UTC");
        for name in ["PGOPTIONS", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGSERVICE"] {
            command.env_remove(name);
        }
        command
    }

    /// Creates a database, and runs a script in it.
    ///
    /// # Errors
    ///
    /// If the server rejects one of them.
    pub fn database(&self, name: &str, script: &str) -> Result<(), SqlFault> {
        self.run("postgres", &format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\"")))?;
        self.run(name, script).map(drop)
    }

    /// Runs a script, up to its first error, and returns what it prints: one row per line, with `|` between values.
    ///
    /// # Errors
    ///
    /// If a statement fails.
    pub fn run(&self, database: &str, script: &str) -> Result<String, SqlFault> {
        let failed = |error: &dyn fmt::Display| SqlFault { message: error.to_string(), line: None };
        let mut command = self.command("psql");
        command.arg("-h").arg(self.home.path()).args(["-U", "postgres", "-d", database]);
        command.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let input = child.stdin.take();
        let text = format!("SET search_path = {};\n{script}", self.search_path);
        // In a thread, so that neither pipe fills up and blocks.
        let writer = std::thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
        let output = child.wait_with_output().map_err(|error| failed(&error))?;
        // A server that stops early reads no further; its own error reports that.
        let _ = writer.join();
        if output.status.success() {
            let printed = String::from_utf8_lossy(&output.stdout);
            Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
        } else {
            Err(sql_fault(String::from_utf8_lossy(&output.stderr).trim()))
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        if data.join("postmaster.pid").exists() || self.is_root {
            let mut stop = self.command("pg_ctl");
            // If it cannot be stopped, it was not started.
            let _ = stop.args(["-m", "immediate", "-s", "stop", "-D"]).arg(data).output();
        }
    }
}

/// Parses a message of psql: `psql:<stdin>:12: ERROR:  …`; the first line of its input is not the script's.
fn sql_fault(message: &str) -> SqlFault {
    let place = message.strip_prefix("psql:<stdin>:").and_then(|rest| rest.split_once(": "));
    let Some((line, rest)) = place else { return SqlFault { message: message.to_owned(), line: None } };
    let line = line.parse::<usize>().ok().map(|line| line.saturating_sub(1));
    SqlFault { message: rest.trim_start_matches("ERROR:").trim_start().to_owned(), line }
}

fn fault(step: &'static str, message: impl fmt::Display) -> StartFault {
    StartFault { step, message: message.to_string() }
}

fn done(step: &'static str, output: std::io::Result<Output>) -> Result<(), StartFault> {
    let output = output.map_err(|error| fault(step, error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(fault(step, String::from_utf8_lossy(&output.stderr).trim()))
}
