//! [`find_or_start`]: one server for all who ask.

use std::fs::{self, File, TryLockError};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use strataform_backoff::{Backoff, Limit};

use crate::fault::tail;
use crate::sources::said;
use crate::{Fault, Options, Running, health, python, sources, spark};

/// How long the server may take to answer first: what it imports is much, and a machine may be slow.
const PATIENCE: Duration = Duration::from_secs(90);

/// How often it is looked for.
const LOOKS: Backoff = Backoff::constant(Duration::from_millis(100));

/// Where the server writes, for each port.
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

/// The local AWS: the one that runs on the port, or one that is installed and started. What takes a while is said
/// before it is done.
///
/// # Errors
///
/// Where something else listens on the port, or a step of installing or starting fails.
pub fn find_or_start(options: &Options, say: &mut dyn FnMut(&str)) -> Result<Running, Fault> {
    let options = &options.placed()?;
    // The usual case takes no turn: who has it may be installing for another port.
    if let Some(running) = known(options)? {
        return Ok(running);
    }
    let _turn = turn(&options.home, say)?;
    if let Some(running) = known(options)? {
        return Ok(running);
    }
    let sources = sources::written(&options.home)?;
    let python = python::interpreter(options.python.as_deref(), &options.home, say)?;
    let files = Files::of(options);
    say(&format!("starting the local AWS on {}", health::endpoint(options.port)));
    if options.warehouse.is_none() {
        say("the local AWS knows no program of the warehouse: statements of SQL will fail");
    }
    let child = spawn(&python, &sources, &files, options)?;
    let running = wait(child, &files, options.port, PATIENCE)?;
    say(&format!(
        "started the local AWS on {} (pid {pid}, log {}); it goes on until it is stopped: kill {pid}",
        running.endpoint,
        files.log.display(),
        pid = running.process,
    ));
    Ok(running)
}

impl Options {
    /// With whole paths: the server runs in another folder than its caller. A bare name is a program to look for.
    pub(crate) fn placed(&self) -> Result<Self, Fault> {
        let whole = |path: &Path| std::path::absolute(path).map_err(said(path));
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

/// The one that runs, with its log where it was started from here.
fn known(options: &Options) -> Result<Option<Running>, Fault> {
    let log = Files::of(options).log;
    let running = health::running(options.port)?;
    Ok(running.map(|running| Running { log: log.is_file().then_some(log), ..running }))
}

/// Two that ask at once take turns. The file is free again when it is closed, however its owner ends.
pub(crate) fn turn(home: &Path, say: &mut dyn FnMut(&str)) -> Result<File, Fault> {
    fs::create_dir_all(home).map_err(said(home))?;
    let path = home.join("lock");
    let file = File::create(&path).map_err(said(&path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => say("waiting for another run that installs or starts the local AWS"),
        Err(TryLockError::Error(error)) => return Err(said(&path)(error)),
    }
    file.lock().map_err(said(&path))?;
    Ok(file)
}

fn spawn(python: &Path, sources: &Path, files: &Files, options: &Options) -> Result<Child, Fault> {
    let log = File::create(&files.log).map_err(said(&files.log))?;
    let errors = log.try_clone().map_err(said(&files.log))?;
    let mut server = Command::new(python);
    server.args(["-m", "strataform_local", "--port", &options.port.to_string(), "--ready-file"]);
    server.arg(&files.ready).current_dir(sources);
    // A group of its own: Ctrl-C at the terminal ends its caller and not the server.
    server.process_group(0).stdin(Stdio::null()).stdout(log).stderr(errors);
    for (name, _) in std::env::vars_os() {
        // A server of toys needs no one's credentials, and is the same whoever starts it.
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
        |error: std::io::Error| Fault::NoPython { program: python.to_owned(), said: error.to_string() };
    server.spawn().map_err(fault)
}

/// Waits until the server answers, or is no more.
fn wait(mut child: Child, files: &Files, port: u16, patience: Duration) -> Result<Running, Fault> {
    let end = || tail(&fs::read_to_string(&files.log).unwrap_or_default());
    let mut pacer = LOOKS.until(Limit::Elapsed(patience)).start(None);
    loop {
        if let Some(status) = child.try_wait().map_err(said(&files.log))? {
            return Err(Fault::Ended { status: status.to_string(), said: end(), log: files.log.clone() });
        }
        match health::listener(port) {
            // Whoever answers is not ours where its process is another one.
            health::Listener::Ours { process } if process == child.id() => {
                let log = Some(files.log.clone());
                return Ok(Running { endpoint: health::endpoint(port), started: true, process, log });
            }
            health::Listener::Ours { .. }
            | health::Listener::OtherVersion { .. }
            | health::Listener::Other { .. }
            | health::Listener::Nobody => {
                if pacer.pause().is_ok() {
                    continue;
                }
                // What cannot be ended has ended.
                let _ = child.kill();
                let _ = child.wait();
                return Err(Fault::Silent {
                    seconds: patience.as_secs(),
                    said: end(),
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

    /// A port that nobody listens on.
    fn free() -> u16 {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    #[test]
    fn a_server_that_ends_is_told_with_the_end_of_its_log() {
        let (_home, files) = files();
        let log = File::create(&files.log).unwrap();
        let child = Command::new("sh").args(["-c", "echo broken; exit 3"]).stdout(log).spawn().unwrap();
        let fault = wait(child, &files, free(), PATIENCE).unwrap_err();
        let Fault::Ended { status, said, log } = fault else { panic!("{fault}") };
        assert_eq!((status.as_str(), said.as_str(), log), ("exit status: 3", "broken", files.log));
    }

    #[test]
    fn a_server_that_never_answers_is_ended() {
        let (_home, files) = files();
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = child.id();
        let fault = wait(child, &files, free(), Duration::from_millis(300)).unwrap_err();
        assert!(matches!(fault, Fault::Silent { .. }), "{fault}");
        assert!(!Path::new(&format!("/proc/{process}")).exists(), "it goes on");
    }

    #[test]
    fn paths_are_whole_and_bare_names_are_kept() {
        let options = Options { python: Some("python3".into()), ..Options::new("here") };
        let placed = Options { warehouse: Some("target/w".into()), ..options }.placed().unwrap();
        let here = std::env::current_dir().unwrap();
        assert_eq!(placed.home, here.join("here"));
        assert_eq!(placed.python, Some("python3".into()));
        assert_eq!(placed.warehouse, Some(here.join("target/w")));
    }

    #[test]
    fn who_comes_second_waits_and_says_so() {
        let home = TempDir::new().unwrap();
        let first = turn(home.path(), &mut |text| panic!("{text}")).unwrap();
        let other = home.path().to_owned();
        let second = std::thread::spawn(move || {
            let mut heard = Vec::new();
            turn(&other, &mut |text| heard.push(text.to_owned())).unwrap();
            heard
        });
        sleep(Duration::from_millis(200));
        assert!(!second.is_finished());
        drop(first);
        assert_eq!(second.join().unwrap(), ["waiting for another run that installs or starts the local AWS"]);
    }
}
