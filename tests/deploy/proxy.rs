//! microburst: a proxy in front of the local AWS that injects network faults.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::local::{Outcome, Project, python, run_to_end};

/// A proxy that injects faults.
pub(crate) struct Proxy {
    port: u16,
    child: Child,
}

impl Proxy {
    pub(crate) fn start(upstream: u16) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = python().unwrap().with_file_name("microburst");
        let upstream = format!("http://127.0.0.1:{upstream}");
        let child = Command::new(program)
            .args(["--upstream", &upstream, "--host", "127.0.0.1", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let proxy = Self { port, child };
        let until = Instant::now() + Duration::from_mins(1);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "microburst did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        proxy
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn http(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    /// Replaces all rules.
    pub(crate) fn rules(&self, rules: &Value) {
        self.http("POST", "/_microburst/rules", &rules.to_string());
    }

    /// The number of faults that fired.
    pub(crate) fn fired(&self) -> usize {
        let body = self.http("GET", "/_microburst/fired", "");
        body.matches("\"action\"").count()
    }

    /// Runs a command for `dev` through the proxy.
    #[track_caller]
    pub(crate) fn dev(&self, project: &Project, verb: &str, more: &[&str]) -> Outcome {
        run_to_end(self.command(project, verb, more))
    }

    pub(crate) fn command(&self, project: &Project, verb: &str, more: &[&str]) -> Command {
        let mut command =
            project.command(&[&[verb, project.name.as_str(), "--env", "dev", "--yes"], more].concat());
        command.env("AWS_ENDPOINT_URL", self.endpoint());
        command
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
