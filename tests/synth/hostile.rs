//! Unusual input from people, scripts and machines on the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{BASE, folder, gen_in, replaced, run, stderr, tree};

fn project(name: &str) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join("platform.toml"), BASE).expect("it can be written");
    folder
}

#[test]
fn invalid_input_is_reported_with_its_exit_code_and_never_as_a_bug() {
    let project = project("hostile");
    fs::create_dir(project.join("folder")).expect("it can be made");
    fs::write(project.join("empty.toml"), "").expect("it can be written");
    fs::write(project.join("bytes.toml"), [0xff, 0xfe, b'x']).expect("it can be written");
    fs::write(project.join("file"), "mine").expect("it can be written");
    let long = "n".repeat(300);
    let cases: &[(&[&str], i32, &str)] = &[
        (&["synth", "--bogus"], 2, "--bogus"),
        (&["synth", "--format", "xml"], 2, "possible values"),
        (&["synth", "--env", "nope"], 2, "expected one of `dev` or `prod`"),
        (&["synth", "--out", ""], 2, "--out"),
        (&["synth", "shpo"], 1, "did you mean `shop`?"),
        (&["synth", ""], 1, "not a platform file"),
        (&["synth", "folder"], 1, "`folder` is not a platform file"),
        (&["synth", "/dev/null"], 1, "is not a platform file"),
        (&["synth", "empty.toml"], 1, "GEN0103"),
        (&["synth", "bytes.toml"], 1, "save the file as UTF-8"),
        (&["synth", "--out", "file"], 1, "cannot create file/shop"),
        (&["synth", "--out", &long], 1, "File name too long"),
        (&["synth", &long], 1, "is not a platform file"),
        (&["new", &long, "--blueprint", "clickstream"], 1, "at most 24 characters"),
        (&["new", "../x", "--blueprint", "clickstream"], 1, "invalid platform name"),
    ];
    let before = tree(&project);
    for (arguments, code, message) in cases {
        let output = run(gen_in(&project).args(*arguments));
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
        assert_eq!(before, tree(&project), "{arguments:?}");
    }
}

/// Whether the output is one complete assembly, the old one or the new one.
fn is_whole(project: &Path) -> bool {
    let check = |owner: &str| {
        let text = replaced(BASE, "\"sales-data\"", owner);
        fs::write(project.join("platform.toml"), text).expect("it can be written");
        run(gen_in(project).args(["synth", "--check", "--env", "dev"])).status.success()
    };
    check("\"old\"") || check("\"new\"")
}

#[test]
fn a_killed_run_leaves_a_complete_assembly() {
    let project = project("killed");
    let write = |owner: &str| {
        fs::write(project.join("platform.toml"), replaced(BASE, "\"sales-data\"", owner))
            .expect("it can be written");
    };
    for wait in [0, 20, 60, 100, 150, 200, 250, 300, 400] {
        write("\"old\"");
        let output = run(gen_in(&project).args(["synth", "--env", "dev"]));
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        write("\"new\"");
        let mut command = gen_in(&project);
        command.args(["synth", "--env", "dev"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        std::thread::sleep(std::time::Duration::from_millis(wait));
        // The process may have ended already.
        let _ = child.kill();
        child.wait().expect("the command ends");
        assert!(is_whole(&project), "killed after {wait} ms");
    }
}

#[test]
fn two_concurrent_runs_leave_one_complete_assembly() {
    let project = project("at-once");
    let spawn = || {
        let mut command = gen_in(&project);
        command
            .arg("synth")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts")
    };
    let (one, other) = (spawn(), spawn());
    for child in [one, other] {
        let output = child.wait_with_output().expect("the command ends");
        let (code, printed) = (output.status.code(), stderr(&output));
        assert!(code == Some(0) || (code == Some(1) && printed.contains("another")), "{code:?}: {printed}");
    }
    assert_eq!(run(gen_in(&project).args(["synth", "--check"])).status.code(), Some(0));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let project = project("closed");
    let mut command = gen_in(&project);
    let child = command.args(["synth", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("bug"), "{}", stderr(&output));
}
