//! Who listens on a port: asked by one plain request, as a whole client of HTTP would be much for that.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Fault, Running};

/// What the server calls itself.
const NAME: &str = "strataform-local";
/// The version of what is asked of it.
const VERSION: u64 = 2;
const PATH: &str = "/_strataform/health";
/// How long it may take to be reached: it is on this machine.
const REACH: Duration = Duration::from_millis(500);
/// How long it may take to answer: it may be at something else.
const ANSWER: Duration = Duration::from_secs(5);
/// More than it ever says.
const LARGEST: usize = 64 * 1024;

/// Who listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listener {
    Nobody,
    Ours { process: u32 },
    OtherVersion { version: u64, process: u32 },
    Other { said: String },
}

/// The local AWS on this port of this machine; nothing where none runs there, or another version of it.
#[must_use]
pub fn find(port: u16) -> Option<Running> {
    match listener(port) {
        Listener::Ours { process } => {
            Some(Running { endpoint: endpoint(port), started: false, process, log: None })
        }
        _ => None,
    }
}

/// What a local AWS knows of Spark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spark {
    /// The interpreter that it runs jobs with.
    pub(crate) python: Option<PathBuf>,
    /// Whether that is there.
    pub(crate) installed: bool,
}

/// Asks the local AWS on this port for its Spark; nothing where none runs there.
pub(crate) fn spark(port: u16) -> Option<Spark> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect_timeout(&address, REACH).ok()?;
    let answer = ask(stream, port).ok()?;
    let Listener::Ours { .. } = judged(&answer) else { return None };
    let text = String::from_utf8_lossy(&answer);
    let body: Value = serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()?;
    let spark = &body["spark"];
    Some(Spark {
        python: spark["python"].as_str().map(PathBuf::from),
        installed: spark["installed"] == Value::Bool(true),
    })
}

/// The one that runs, or nothing where the port is free.
pub(crate) fn running(port: u16) -> Result<Option<Running>, Fault> {
    match listener(port) {
        Listener::Nobody => Ok(None),
        Listener::Ours { process } => {
            Ok(Some(Running { endpoint: endpoint(port), started: false, process, log: None }))
        }
        Listener::OtherVersion { version, process } => Err(Fault::OtherVersion { port, version, process }),
        Listener::Other { said } => Err(Fault::Taken { port, said }),
    }
}

pub(crate) fn endpoint(port: u16) -> String {
    format!("http://{}:{port}", Ipv4Addr::LOCALHOST)
}

pub(crate) fn listener(port: u16) -> Listener {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(stream) = TcpStream::connect_timeout(&address, REACH) else { return Listener::Nobody };
    match ask(stream, port) {
        Ok(answer) => judged(&answer),
        Err(said) => Listener::Other { said },
    }
}

/// The whole answer.
fn ask(mut stream: TcpStream, port: u16) -> Result<Vec<u8>, String> {
    let said = |error: std::io::Error| match error.kind() {
        // Which of the two it is differs between systems.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "it does not answer".to_owned(),
        _ => error.to_string(),
    };
    stream.set_write_timeout(Some(REACH)).map_err(said)?;
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(said)?;
    let until = Instant::now() + ANSWER;
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while answer.len() < LARGEST && !is_whole(&answer) {
        let left = until.saturating_duration_since(Instant::now());
        // A time of nothing would mean for ever.
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1)))).map_err(said)?;
        match stream.read(&mut piece).map_err(said)? {
            0 => break,
            read => answer.extend_from_slice(&piece[..read]),
        }
    }
    Ok(answer)
}

/// Whether the body has the length that its header says; a server may leave the connection open.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| body.len() >= length)
}

fn judged(answer: &[u8]) -> Listener {
    let text = String::from_utf8_lossy(answer);
    let other = |said: String| Listener::Other { said };
    if !text.starts_with("HTTP/") {
        return other("it speaks no HTTP".to_owned());
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        return other(format!("it answers with status {status} to {PATH}"));
    }
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    if body["name"] != NAME {
        return other(format!("what it answers to {PATH} is not ours"));
    }
    let process = body["pid"].as_u64().and_then(|process| u32::try_from(process).ok()).unwrap_or_default();
    match body["version"].as_u64().unwrap_or_default() {
        VERSION => Listener::Ours { process },
        version => Listener::OtherVersion { version, process },
    }
}
