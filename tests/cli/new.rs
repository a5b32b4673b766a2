//! `gen new`: values, prompts in a terminal, and what it never overwrites.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{Folder, assert_snapshot, text};

impl Folder {
    /// Runs the command in a terminal, and types each answer when its prompt is shown; an empty prompt means at once.
    fn in_terminal(&self, arguments: &[&str], steps: &[(&str, &str)]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/terminal.py");
        let mut terminal = Command::new("python3")
            .arg(script)
            .arg(env!("CARGO_BIN_EXE_gen"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let steps = serde_json::to_vec(steps).unwrap();
        std::io::Write::write_all(&mut terminal.stdin.take().unwrap(), &steps).unwrap();
        terminal.wait_with_output().unwrap()
    }
}

#[test]
fn a_new_platform_has_its_values_and_is_never_overwritten() {
    let folder = Folder::new();
    let arguments = ["new", "web", "--blueprint", "clickstream", "--set", "owner=web-team"];
    let made = folder.run(&arguments);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let file = folder.path("platforms/web/platform.toml");
    let platform = fs::read_to_string(&file).unwrap();
    assert!(platform.contains("\"web-team\"") && platform.contains("\"web\""));
    for path in text(&made.stdout).lines() {
        assert!(folder.path(path).is_file(), "{path}");
    }
    fs::write(&file, "mine").unwrap();
    assert_snapshot("new-again", folder.command(&arguments));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_snapshot(
        "new-faulty",
        folder.command(&["new", "Web Shop", "--blueprint", "clickstream", "--set", "a=b"]),
    );
    assert_eq!(fs::read_dir(folder.path("platforms")).unwrap().count(), 1);
}

#[test]
fn an_invalid_answer_is_asked_again_at_once() {
    let folder = Folder::new();
    let steps = [
        ("blueprint [1-3]: ", "nine"),
        ("blueprint [1-3]: ", "3"),
        ("name of the platform: ", "Web Shop"),
        ("name of the platform: ", "shop"),
        ("owner [", "team\u{e9}#"),
        ("owner [", "sales-data"),
        ("volume [", "1 TB"),
        ("volume [", "2 GB/day"),
        ("region [", "mars"),
        ("region [", "eu-west-1"),
        ("email [", ""),
        ("late [", ""),
    ];
    let made = folder.in_terminal(&["new"], &steps);
    let shown = text(&made.stdout);
    assert_eq!(made.status.code(), Some(0), "{shown}");
    for message in [
        "  3  retail-orders",
        "invalid choice `nine`",
        "invalid platform name `Web Shop`",
        "invalid value `1 TB` for `volume`",
        "invalid value `mars` for `region`",
    ] {
        assert_eq!(shown.matches(message).count(), 1, "`{message}` is printed once:\n{shown}");
    }
    assert!(!shown.contains("platform.toml:"), "a message points into a file that does not exist:\n{shown}");
    let platform = fs::read_to_string(folder.path("platforms/shop/platform.toml")).unwrap();
    assert!(platform.contains("\"sales-data\"") && platform.contains("\"2 GB/day\""), "{platform}");
    assert_eq!(folder.run(&["check"]).status.code(), Some(0));
}

#[test]
fn an_invalid_value_is_reported_once_and_against_its_option() {
    let folder = Folder::new();
    let arguments = ["new", "shop", "--blueprint", "retail-orders", "--set", "region=mars"];
    let refused = folder.run(&arguments);
    assert_eq!(refused.status.code(), Some(1));
    let printed = text(&refused.stderr);
    assert_eq!(printed.matches("error").count(), 1, "{printed}");
    assert!(
        printed.contains("invalid value `mars` for `region`") && !printed.contains("platform.toml"),
        "{printed}"
    );
    assert!(!folder.path("platforms").exists());
    // Without a terminal, there is no prompt.
    assert_eq!(folder.run(&["new"]).status.code(), Some(2));
    assert_eq!(folder.run(&["new", "--blueprint", "clickstream"]).status.code(), Some(2));
}
