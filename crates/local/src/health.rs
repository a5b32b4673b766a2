//! What listens on a port, found with one plain HTTP request: a whole HTTP client would be too much for that.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Fault, Running};

/// The name that the server reports.
const NAME: &str = "strataform-local";
/// The version of its interface.
const VERSION: u64 = 2;
const PATH: &str = "/_strataform/health";
/// How long a connection may take: the server is on this machine.
const REACH: Duration = Duration::from_millis(500);
/// How long an answer may take: the server may be busy.
const ANSWER: Duration = Duration::from_secs(5);
/// The most bytes to read; an answer is always shorter.
const LARGEST: usize = 64 * 1024;

/// What listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listener {
    None,
    Ours { process: u32 },
    OtherVersion { version: u64, process: u32 },
    Other { detail: String },
}

/// The local AWS on this port of this machine; `None` if none runs there, or another version.
#[must_use]
pub fn find(port: u16) -> Option<Running> {
    match listener(port) {
        Listener::Ours { process } => {
            Some(Running { endpoint: endpoint(port), started: false, process, log: None })
        }
        _ => None,
    }
}

/// What a local AWS reports about Spark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spark {
    /// The Python that it runs jobs with.
    pub(crate) python: Option<PathBuf>,
    /// Whether that Python exists.
    pub(crate) installed: bool,
}

/// Asks the local AWS on this port about Spark; `None` if none runs there.
pub(crate) fn spark(port: u16) -> Option<Spark> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect_timeout(&address, REACH).ok()?;
    let answer = ask(stream, port).ok()?;
    let Listener::Ours { .. } = identify(&answer) else { return None };
    let text = String::from_utf8_lossy(&answer);
    let body: Value = serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()?;
    let spark = &body["spark"];
    Some(Spark {
        python: spark["python"].as_str().map(PathBuf::from),
        installed: spark["installed"] == Value::Bool(true),
    })
}

/// The running local AWS; `None` if the port is free.
pub(crate) fn running(port: u16) -> Result<Option<Running>, Fault> {
    match listener(port) {
        Listener::None => Ok(None),
        Listener::Ours { process } => {
            Ok(Some(Running { endpoint: endpoint(port), started: false, process, log: None }))
        }
        Listener::OtherVersion { version, process } => Err(Fault::OtherVersion { port, version, process }),
        Listener::Other { detail } => Err(Fault::Taken { port, detail }),
    }
}

pub(crate) fn endpoint(port: u16) -> String {
    format!("http://{}:{port}", Ipv4Addr::LOCALHOST)
}

pub(crate) fn listener(port: u16) -> Listener {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(stream) = TcpStream::connect_timeout(&address, REACH) else { return Listener::None };
    match ask(stream, port) {
        Ok(answer) => identify(&answer),
        Err(detail) => Listener::Other { detail },
    }
}

/// Reads the whole answer.
fn ask(mut stream: TcpStream, port: u16) -> Result<Vec<u8>, String> {
    let describe = |error: std::io::Error| match error.kind() {
        // Which of the two means a timeout depends on the system.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "no answer".to_owned(),
        _ => error.to_string(),
    };
    stream.set_write_timeout(Some(REACH)).map_err(describe)?;
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(describe)?;
    let until = Instant::now() + ANSWER;
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while answer.len() < LARGEST && !is_whole(&answer) {
        let left = until.saturating_duration_since(Instant::now());
        // A timeout of zero is an error.
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1)))).map_err(describe)?;
        match stream.read(&mut piece).map_err(describe)? {
            0 => break,
            read => answer.extend_from_slice(&piece[..read]),
        }
    }
    Ok(answer)
}

/// Whether the body has the length in its header; a server may leave the connection open.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| body.len() >= length)
}

fn identify(answer: &[u8]) -> Listener {
    let text = String::from_utf8_lossy(answer);
    let other = |detail: String| Listener::Other { detail };
    if !text.starts_with("HTTP/") {
        return other("it does not speak HTTP".to_owned());
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        return other(format!("it answers {PATH} with status {status}"));
    }
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    if body["name"] != NAME {
        return other(format!("its answer to {PATH} is not from a local AWS"));
    }
    let process = body["pid"].as_u64().and_then(|process| u32::try_from(process).ok()).unwrap_or_default();
    match body["version"].as_u64().unwrap_or_default() {
        VERSION => Listener::Ours { process },
        version => Listener::OtherVersion { version, process },
    }
}
