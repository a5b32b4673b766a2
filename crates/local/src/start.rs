//! [`find_or_start`]: one server for all callers.

use std::fs::{self, File, TryLockError};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use strataform_backoff::{Backoff, Limit};

use crate::fault::tail;
use crate::sources::file_fault;
use crate::{Fault, Options, Running, health, python, sources, spark};

/// How long the server may take until its first answer: it imports many modules, and the machine may be slow.
const PATIENCE: Duration = Duration::from_secs(90);

/// How often the server is polled.
const POLLING: Backoff = Backoff::constant(Duration::from_millis(100));

/// The files that a server writes; each port has its own.
struct Files {
    log: PathBuf,
    ready: PathBuf,
}

impl Files {
    fn of(options: &Options) -> Self {
        let name = |kind: &str| options.home.join(format!("{kind}-{}", options.port));
        Self { log: name("log"), ready: name("ready") }
    }
}

/// Returns the local AWS that runs on the port, or installs and starts one. Messages announce steps that take a while.
///
/// # Errors
///
/// Another program listens on the port, or a step of the installation or the start fails.
pub fn find_or_start(options: &Options, say: &mut dyn FnMut(&str)) -> Result<Running, Fault> {
    let options = &options.with_absolute_paths()?;
    // The usual case needs no lock, which another run may hold to install for another port.
    if let Some(running) = known(options)? {
        return Ok(running);
    }
    let _lock = acquire_lock(&options.home, say)?;
    if let Some(running) = known(options)? {
        return Ok(running);
    }
    let sources = sources::written(&options.home)?;
    let python = python::interpreter(options.python.as_deref(), &options.home, say)?;
    let files = Files::of(options);
    say(&format!("starting the local AWS on {}", health::endpoint(options.port)));
    if options.warehouse.is_none() {
        say("no warehouse program found: SQL statements will fail on the local AWS");
    }
    let child = spawn(&python, &sources, &files, options)?;
    let running = wait(child, &files, options.port, PATIENCE)?;
    say(&format!(
        "started the local AWS on {} (pid {pid}, log {}); it runs until you stop it: kill {pid}",
        running.endpoint,
        files.log.display(),
        pid = running.process,
    ));
    Ok(running)
}

impl Options {
    /// Makes paths absolute: the server runs in another folder than its caller. A bare name is a program on the `PATH`.
    pub(crate) fn with_absolute_paths(&self) -> Result<Self, Fault> {
        let whole = |path: &Path| std::path::absolute(path).map_err(file_fault(path));
        let program =
            |path: &PathBuf| if path.components().count() > 1 { whole(path) } else { Ok(path.clone()) };
        Ok(Self {
            port: self.port,
            home: whole(&self.home)?,
            python: self.python.as_ref().map(program).transpose()?,
            warehouse: self.warehouse.as_ref().map(program).transpose()?,
            spark: self.spark.as_ref().map(program).transpose()?,
        })
    }
}

/// The running server, with its log if it was started from this folder.
fn known(options: &Options) -> Result<Option<Running>, Fault> {
    let log = Files::of(options).log;
    let running = health::running(options.port)?;
    Ok(running.map(|running| Running { log: log.is_file().then_some(log), ..running }))
}

/// Locks the folder, so that concurrent runs wait for each other. Closing the file releases the lock, however its owner
/// ends.
pub(crate) fn acquire_lock(home: &Path, say: &mut dyn FnMut(&str)) -> Result<File, Fault> {
    fs::create_dir_all(home).map_err(file_fault(home))?;
    let path = home.join("lock");
    let file = File::create(&path).map_err(file_fault(&path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => say("waiting for another run to install or start the local AWS"),
        Err(TryLockError::Error(error)) => return Err(file_fault(&path)(error)),
    }
    file.lock().map_err(file_fault(&path))?;
    Ok(file)
}

fn spawn(python: &Path, sources: &Path, files: &Files, options: &Options) -> Result<Child, Fault> {
    let log = File::create(&files.log).map_err(file_fault(&files.log))?;
    let errors = log.try_clone().map_err(file_fault(&files.log))?;
    let mut server = Command::new(python);
    server.args(["-m", "strataform_local", "--port", &options.port.to_string(), "--ready-file"]);
    server.arg(&files.ready).current_dir(sources);
    // A process group of its own: Ctrl-C on the terminal ends the caller but not the server.
    server.process_group(0).stdin(Stdio::null()).stdout(log).stderr(errors);
    for (name, _) in std::env::vars_os() {
        // A local server needs no credentials, and must not depend on who starts it.
        let text = name.to_string_lossy();
        if text.starts_with("AWS_") || text.starts_with("PYTHON") {
            server.env_remove(&name);
        }
    }
    server.env("PYTHONUNBUFFERED", "1").env("STRATAFORM_SPARK_PYTHON", spark::interpreter(options));
    if let Some(warehouse) = &options.warehouse {
        server.env("STRATAFORM_WAREHOUSE_BIN", warehouse);
    }
    let fault =
        |error: std::io::Error| Fault::NoPython { program: python.to_owned(), detail: error.to_string() };
    server.spawn().map_err(fault)
}

/// Waits until the server answers or exits.
fn wait(mut child: Child, files: &Files, port: u16, patience: Duration) -> Result<Running, Fault> {
    let end = || tail(&fs::read_to_string(&files.log).unwrap_or_default());
    let mut pacer = POLLING.until(Limit::Elapsed(patience)).start(None);
    loop {
        if let Some(status) = child.try_wait().map_err(file_fault(&files.log))? {
            return Err(Fault::Ended { status: status.to_string(), detail: end(), log: files.log.clone() });
        }
        match health::listener(port) {
            // An answer from another process is not from this server.
            health::Listener::Ours { process } if process == child.id() => {
                let log = Some(files.log.clone());
                return Ok(Running { endpoint: health::endpoint(port), started: true, process, log });
            }
            health::Listener::Ours { .. }
            | health::Listener::OtherVersion { .. }
            | health::Listener::Other { .. }
            | health::Listener::None => {
                if pacer.pause().is_ok() {
                    continue;
                }
                // If it cannot be killed, it has exited.
                let _ = child.kill();
                let _ = child.wait();
                return Err(Fault::Silent {
                    seconds: patience.as_secs(),
                    detail: end(),
                    log: files.log.clone(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use tempfile::TempDir;

    use super::*;

    fn files() -> (TempDir, Files) {
        let home = TempDir::new().unwrap();
        let files = Files { log: home.path().join("log"), ready: home.path().join("ready") };
        (home, files)
    }

    /// A port that no program listens on.
    fn free() -> u16 {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    #[test]
    fn a_server_that_exits_is_reported_with_the_end_of_its_log() {
        let (_home, files) = files();
        let log = File::create(&files.log).unwrap();
        let child = Command::new("sh").args(["-c", "echo broken; exit 3"]).stdout(log).spawn().unwrap();
        let fault = wait(child, &files, free(), PATIENCE).unwrap_err();
        let Fault::Ended { status, detail, log } = fault else { panic!("{fault}") };
        assert_eq!((status.as_str(), detail.as_str(), log), ("exit status: 3", "broken", files.log));
    }

    #[test]
    fn a_server_that_never_answers_is_stopped() {
        let (_home, files) = files();
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = child.id();
        let fault = wait(child, &files, free(), Duration::from_millis(300)).unwrap_err();
        assert!(matches!(fault, Fault::Silent { .. }), "{fault}");
        assert!(!Path::new(&format!("/proc/{process}")).exists(), "it is still running");
    }

    #[test]
    fn paths_become_absolute_and_bare_names_are_kept() {
        let options = Options { python: Some("python3".into()), ..Options::new("here") };
        let placed = Options { warehouse: Some("target/w".into()), ..options }.with_absolute_paths().unwrap();
        let here = std::env::current_dir().unwrap();
        assert_eq!(placed.home, here.join("here"));
        assert_eq!(placed.python, Some("python3".into()));
        assert_eq!(placed.warehouse, Some(here.join("target/w")));
    }

    #[test]
    fn a_second_run_waits_and_reports_it() {
        let home = TempDir::new().unwrap();
        let first = acquire_lock(home.path(), &mut |text| panic!("{text}")).unwrap();
        let other = home.path().to_owned();
        let second = std::thread::spawn(move || {
            let mut heard = Vec::new();
            acquire_lock(&other, &mut |text| heard.push(text.to_owned())).unwrap();
            heard
        });
        sleep(Duration::from_millis(200));
        assert!(!second.is_finished());
        drop(first);
        assert_eq!(second.join().unwrap(), ["waiting for another run to install or start the local AWS"]);
    }
}
