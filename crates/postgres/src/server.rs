//! [`Cluster`]: a server of its own.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::Programs;

/// Why no server started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("PostgreSQL did not start: {step}: {said}")]
pub struct StartFault {
    /// Which step failed.
    pub step: &'static str,
    /// What it said.
    pub said: String,
}

/// Why a script stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct SqlFault {
    /// What the server said, or the program that talks to it.
    pub said: String,
    /// The last line of the statement that failed, from 1, where a statement did.
    pub line: Option<usize>,
}

/// A running server. Dropping it stops it, and then removes all that it wrote.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    home: TempDir,
    is_root: bool,
    search_path: String,
}

/// What makes a server quick, and forgetful in a crash of the machine.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
];

impl Cluster {
    /// Starts a server in a new folder below the one for temporary files.
    ///
    /// # Errors
    ///
    /// Where a step fails; nothing is left behind then.
    pub fn start(programs: Programs) -> Result<Self, StartFault> {
        // Short, because the path of a socket is.
        let home = tempfile::Builder::new().prefix("gen-pg-").tempdir();
        let home = home.map_err(|error| fault("a folder", error))?;
        let mut cluster = Self { programs, home, is_root: false, search_path: "public".to_owned() };
        let user = Command::new("id").arg("-u").output().map_err(|error| fault("id", error))?;
        cluster.is_root = user.stdout.trim_ascii() == b"0";
        if cluster.is_root {
            let owned = Command::new("chown").arg("postgres").arg(cluster.home.path()).output();
            done("the folder of the user postgres", owned)?;
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
        // The server keeps what it is given: a pipe would never end.
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

    /// Looks for names in these schemas, the first first, in every script from here on.
    #[must_use]
    pub fn searching(mut self, schemas: &str) -> Self {
        schemas.clone_into(&mut self.search_path);
        self
    }

    /// The folder of the databases.
    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// A program, in the server's folder, as a user who may run it.
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

    /// Makes a database, and runs a script in it.
    ///
    /// # Errors
    ///
    /// Where the server refuses one of them.
    pub fn database(&self, name: &str, script: &str) -> Result<(), SqlFault> {
        self.run("postgres", &format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\"")))?;
        self.run(name, script).map(drop)
    }

    /// What a script prints: a row a line, with `|` between its values. It stops at its first fault.
    ///
    /// # Errors
    ///
    /// Where a statement fails.
    pub fn run(&self, database: &str, script: &str) -> Result<String, SqlFault> {
        let said = |error: &dyn fmt::Display| SqlFault { said: error.to_string(), line: None };
        let mut command = self.command("psql");
        command.arg("-h").arg(self.home.path()).args(["-U", "postgres", "-d", database]);
        command.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| said(&error))?;
        let input = child.stdin.take();
        let text = format!("SET search_path = {};\n{script}", self.search_path);
        // Beside the reading: both pipes are short.
        let writer = std::thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
        let output = child.wait_with_output().map_err(|error| said(&error))?;
        // A server that stops early reads no further, which its own fault tells.
        let _ = writer.join();
        if output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            Ok(said.strip_suffix('\n').unwrap_or(&said).to_owned())
        } else {
            Err(refused(String::from_utf8_lossy(&output.stderr).trim()))
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        if data.join("postmaster.pid").exists() || self.is_root {
            let mut stop = self.command("pg_ctl");
            // What cannot be stopped has not started.
            let _ = stop.args(["-m", "immediate", "-s", "stop", "-D"]).arg(data).output();
        }
    }
}

/// What psql says is `psql:<stdin>:12: ERROR:  …`; the first line of its input is not the script's.
fn refused(said: &str) -> SqlFault {
    let place = said.strip_prefix("psql:<stdin>:").and_then(|rest| rest.split_once(": "));
    let Some((line, rest)) = place else { return SqlFault { said: said.to_owned(), line: None } };
    let line = line.parse::<usize>().ok().map(|line| line.saturating_sub(1));
    SqlFault { said: rest.trim_start_matches("ERROR:").trim_start().to_owned(), line }
}

fn fault(step: &'static str, said: impl fmt::Display) -> StartFault {
    StartFault { step, said: said.to_string() }
}

fn done(step: &'static str, output: std::io::Result<Output>) -> Result<(), StartFault> {
    let output = output.map_err(|error| fault(step, error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(fault(step, String::from_utf8_lossy(&output.stderr).trim()))
}
