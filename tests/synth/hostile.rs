//! What people, scripts and machines do to a command line.

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
fn what_cannot_be_done_is_told_with_its_code_and_never_as_a_bug() {
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
        (&["synth", ""], 1, "no platform file"),
        (&["synth", "folder"], 1, "`folder` is no platform file"),
        (&["synth", "/dev/null"], 1, "is no platform file"),
        (&["synth", "empty.toml"], 1, "GEN0103"),
        (&["synth", "bytes.toml"], 1, "UTF-8: save it"),
        (&["synth", "--out", "file"], 1, "cannot create file/shop"),
        (&["synth", "--out", &long], 1, "File name too long"),
        (&["synth", &long], 1, "is no platform file"),
        (&["new", &long, "--blueprint", "clickstream"], 1, "more than 24 characters"),
        (&["new", "../x", "--blueprint", "clickstream"], 1, "is no name"),
    ];
    let before = tree(&project);
    for (arguments, code, said) in cases {
        let output = run(gen_in(&project).args(*arguments));
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
        assert_eq!(before, tree(&project), "{arguments:?}");
    }
}

/// What was written is one whole assembly, the old one or the new one.
fn is_whole(project: &Path) -> bool {
    let check = |owner: &str| {
        let text = replaced(BASE, "\"sales-data\"", owner);
        fs::write(project.join("platform.toml"), text).expect("it can be written");
        run(gen_in(project).args(["synth", "--check", "--env", "dev"])).status.success()
    };
    check("\"old\"") || check("\"new\"")
}

#[test]
fn a_run_that_is_killed_leaves_a_whole_assembly() {
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
        // It may have ended already.
        let _ = child.kill();
        child.wait().expect("it ends");
        assert!(is_whole(&project), "killed after {wait} ms");
    }
}

#[test]
fn two_runs_at_once_leave_one_whole_assembly() {
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
        let output = child.wait_with_output().expect("it ends");
        let (code, said) = (output.status.code(), stderr(&output));
        assert!(code == Some(0) || (code == Some(1) && said.contains("another")), "{code:?}: {said}");
    }
    assert_eq!(run(gen_in(&project).args(["synth", "--check"])).status.code(), Some(0));
}

#[test]
fn a_reader_that_has_gone_is_no_fault() {
    let project = project("closed");
    let mut command = gen_in(&project);
    let child = command.args(["synth", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("bug"), "{}", stderr(&output));
}
