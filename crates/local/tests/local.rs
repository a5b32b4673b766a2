//! What is found on a port, and a real server that is started.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test reports what failed and what it skipped"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use strataform_local::{Fault, Options, Running, find, find_or_start, with_spark};

/// A server that gives this answer to every request, until the test process ends.
fn answering(answer: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = answer.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            assert!(request.starts_with("GET /_strataform/health HTTP/1.1\r\n"), "{request}");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn home(name: &str) -> PathBuf {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&home);
    home
}

/// What a caller gets that installs nothing.
fn asked(port: u16) -> Result<Running, Fault> {
    find_or_start(&Options { port, ..Options::new(home("never")) }, &mut |text| panic!("{text}"))
}

#[test]
fn a_local_aws_is_found_by_what_it_reports() {
    let body = r#"{"name": "strataform-local", "version": 2, "pid": 77, "requests": 3}"#;
    let port = answering(&http("200 OK", body));
    let found = find(port).expect("it is found");
    assert_eq!(found.endpoint, format!("http://127.0.0.1:{port}"));
    assert_eq!((found.started, found.process), (false, 77));
    assert_eq!(asked(port).unwrap().process, 77);
}

#[test]
fn a_port_in_use_by_another_program_is_reported() {
    let cases = [
        (http("404 Not Found", "{}"), "status 404"),
        (http("200 OK", r#"{"name": "another"}"#), "not from a local AWS"),
        (http("200 OK", "no JSON"), "not from a local AWS"),
        ("220 mail.example ESMTP\r\n".to_owned(), "does not speak HTTP"),
        (String::new(), "does not speak HTTP"),
    ];
    for (answer, cause) in cases {
        let port = answering(&answer);
        assert_eq!(find(port), None);
        let fault = asked(port).unwrap_err();
        assert!(matches!(fault, Fault::Taken { .. }), "{fault}");
        let text = fault.to_string();
        assert!(text.contains(cause) && text.contains("STRATAFORM_LOCAL_PORT"), "{text}");
    }
}

#[test]
fn another_version_is_reported_with_its_process() {
    let body = r#"{"name": "strataform-local", "version": 9, "pid": 78}"#;
    let port = answering(&http("200 OK", body));
    assert_eq!(find(port), None);
    assert_eq!(asked(port).unwrap_err(), Fault::OtherVersion { port, version: 9, process: 78 });
}

#[test]
fn a_server_that_looks_for_spark_elsewhere_is_left_alone() {
    let spark = |reported: &str| {
        let body = format!(r#"{{"name": "strataform-local", "version": 2, "pid": 77, "spark": {reported}}}"#);
        let port = answering(&http("200 OK", &body));
        (port, with_spark(&Options { port, ..Options::new(home("spark")) }, &mut |text| panic!("{text}")))
    };
    if Command::new("java").arg("-version").output().is_err() {
        println!("skipped: no Java found");
        assert!(std::env::var_os("CI").is_none(), "CI needs Java");
        return;
    }
    assert_eq!(spark(r#"{"python": "/own/python", "installed": true}"#).1, Ok(()));
    let (port, refused) = spark(r#"{"python": null, "installed": false}"#);
    assert_eq!(refused, Err(Fault::NoSpark { port }));
    let (port, refused) = spark(r#"{"python": "/own/python", "installed": false}"#);
    let fault = refused.unwrap_err();
    assert_eq!(fault, Fault::SparkElsewhere { port, python: "/own/python".into() });
    assert!(fault.to_string().contains("/own/python"), "{fault}");
}

#[test]
fn a_free_port_has_no_local_aws() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(find(port), None);
}

/// The Python that has ministack.
fn python() -> Option<PathBuf> {
    let found = std::env::var_os("STRATAFORM_LOCAL_PYTHON").map(PathBuf::from);
    if found.is_none() {
        let reason = "STRATAFORM_LOCAL_PYTHON is not set; `cargo xtask test` sets it";
        assert!(std::env::var_os("CI").is_none(), "CI needs a local AWS: {reason}");
        println!("skipped: {reason}");
    }
    found
}

/// Stops a server when the test ends, however it ends.
struct Ends(u32);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.to_string()).status();
    }
}

#[test]
fn two_callers_start_one_server_which_is_found_again() {
    let Some(python) = python() else { return };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options { port, python: Some(python), ..Options::new(home("started")) };
    let both: Vec<_> = (0..2)
        .map(|_| {
            let options = options.clone();
            thread::spawn(move || {
                find_or_start(&options, &mut |_| ()).unwrap_or_else(|fault| panic!("{fault}"))
            })
        })
        .collect();
    let both: Vec<Running> = both.into_iter().map(|one| one.join().unwrap()).collect();
    let ends = Ends(both[0].process);
    assert_eq!(both[0].process, both[1].process, "one server");
    assert_eq!(both.iter().filter(|one| one.started).count(), 1, "one of them started it");
    assert!(both.iter().all(|one| one.log.as_ref().is_some_and(|log| log.is_file())));
    let group = Command::new("ps").args(["-o", "pgid=", "-p", &ends.0.to_string()]).output();
    if let Ok(group) = group {
        let group = String::from_utf8_lossy(&group.stdout).trim().to_owned();
        assert_eq!(group, ends.0.to_string(), "a group of its own");
    }
    let again = find_or_start(&options, &mut |text| panic!("{text}")).unwrap();
    assert_eq!((again.process, again.started), (ends.0, false));
    drop(ends);
    let until = Instant::now() + Duration::from_secs(30);
    while find(port).is_some() {
        assert!(Instant::now() < until, "it stops when it is signaled");
        thread::sleep(Duration::from_millis(100));
    }
}
