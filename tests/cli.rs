//! The command line as users see it: its output, its files and its exit codes.
//!
//! Exit codes, output and messages are snapshots in `tests/cli/`.

mod backfill;
mod check;
#[cfg(feature = "deploy")]
mod deploy;
mod diff;
mod new;
mod suppress;
mod synth;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use insta_cmd::assert_cmd_snapshot;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with the platform `shop`, made of a blueprint.
    fn with_platform() -> Self {
        let folder = Self::new();
        let made = folder.run(&["new", "shop", "--blueprint", "clickstream"]);
        assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
        folder
    }

    /// The path of a file of the folder.
    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null()).env("NO_COLOR", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command and compares its exit code and output with `tests/cli/NAME.snap`.
fn assert_snapshot(name: &str, mut command: Command) {
    crate::snapshots("cli").bind(|| assert_cmd_snapshot!(name, command));
}

#[test]
fn help_and_faulty_usage_are_shown() {
    let folder = Folder::new();
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help-synth", &["synth", "--help"]),
        ("help-backfill", &["backfill", "--help"]),
        ("no-verb", &[]),
        ("unknown-verb", &["snyth"]),
        ("unknown-blueprint", &["blueprint", "show", "nope"]),
        ("unknown-code", &["explain", "GEN9999"]),
        ("set-without-value", &["new", "shop", "--blueprint", "clickstream", "--set", "owner"]),
    ] {
        assert_snapshot(name, folder.command(arguments));
    }
}

#[test]
fn without_a_platform_the_next_step_is_shown() {
    let folder = Folder::new();
    assert_snapshot("no-platform", folder.command(&["synth"]));
    let synth = folder.run(&["synth"]);
    for verb in ["list", "graph"] {
        assert_eq!(folder.run(&[verb]), synth, "{verb} prints the same");
    }
    let platform = Folder::with_platform();
    assert_snapshot("unknown-platform", platform.command(&["synth", "shpo"]));
    assert_snapshot("unknown-environment", platform.command(&["synth", "--env", "mars"]));
}

#[test]
fn json_output_is_one_document_without_colors() {
    let folder = Folder::with_platform();
    for arguments in [&["synth", "--format", "json"][..], &["list", "--format", "json"], &["schema"]] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(0));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document.is_object());
    }
    let output = folder.command(&["synth"]).env_remove("NO_COLOR").output().unwrap();
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
}

#[test]
fn graphs_completions_and_pages_are_written() {
    let folder = Folder::with_platform();
    assert!(text(&folder.run(&["graph"]).stdout).starts_with("<svg "));
    assert!(text(&folder.run(&["graph", "shop", "--format", "mermaid"]).stdout).starts_with("flowchart LR"));
    assert_eq!(folder.run(&["graph", "-o", "a.svg"]).status.code(), Some(0));
    assert_eq!(fs::read(folder.path("a.svg")).unwrap(), folder.run(&["graph"]).stdout);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(text(&folder.run(&["completions", shell]).stdout).contains("synth"), "{shell}");
    }
    assert_eq!(folder.run(&["man", "--out", "man"]).status.code(), Some(0));
    assert!(folder.path("man/gen-synth.1").is_file());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::with_platform();
    let mut child = folder.command(&["graph"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}
