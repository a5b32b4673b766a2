//! The first page, typed by a user who starts with nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::{FIRST, NOT_RUN, fresh, root};
use crate::is_update_wanted;
use crate::tool::{spark, tool};

/// A block of the first page.
enum Block {
    /// Typed into a shell as a whole, except for the lines of [`NOT_RUN`].
    Script(String),
    /// Lines that begin with `$`, each followed by its output.
    Transcript(String),
}

fn first_page() -> Vec<Block> {
    let text = fs::read_to_string(root().join(FIRST)).expect("the page exists");
    let fences = text.split("\n```").skip(1).step_by(2);
    fences
        .filter_map(|fence| {
            let (language, text) = fence.split_once('\n')?;
            let text = format!("{text}\n");
            match language {
                "sh" => Some(Block::Script(text)),
                "console" => Some(Block::Transcript(text)),
                _ => None,
            }
        })
        .collect()
}

/// The folder, home directory and local AWS of a user who types the first page.
struct Newcomer {
    folder: PathBuf,
    home: PathBuf,
    port: u16,
}

impl Newcomer {
    fn new() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr());
        let port = port.expect("a free port exists").port();
        Self { folder: fresh("first-page"), home: fresh("first-page-home"), port }
    }

    fn types(&self, text: &str) -> Output {
        let gen_ = Path::new(env!("CARGO_BIN_EXE_gen")).parent().expect("a program is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            shell.env_remove(name);
        }
        shell
            .args(["-e", "-c", text])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env("PATH", format!("{}:{path}", gen_.display()))
            .env("HOME", &self.home)
            .env_remove("XDG_CACHE_HOME")
            .env("STRATAFORM_LOCAL_PORT", self.port.to_string())
            .output()
            .expect("a shell starts")
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        // The local AWS outlives the command that started it.
        if let Some(running) = strataform_local::find(self.port) {
            let _ = Command::new("kill").arg(running.process.to_string()).status();
        }
    }
}

/// All blocks of the first page, typed in order into an empty folder by a user who starts with nothing, end with data
/// on the screen.
#[test]
fn the_first_page_works_as_it_is_typed() {
    if tool("STRATAFORM_LOCAL_PYTHON").is_none() || tool("STRATAFORM_WAREHOUSE_BIN").is_none() {
        return;
    }
    let Some(_spark) = spark() else { return };
    let newcomer = Newcomer::new();
    let mut rows = 0;
    for block in first_page() {
        match block {
            Block::Script(text) => {
                let skipped = |line: &&str| NOT_RUN.iter().any(|(known, _)| known == &line.trim());
                let typed: Vec<&str> = text.lines().filter(|line| !skipped(line)).collect();
                let done = newcomer.types(&typed.join("\n"));
                let errors = String::from_utf8_lossy(&done.stderr);
                assert!(done.status.success(), "{text}\n{}{errors}", String::from_utf8_lossy(&done.stdout));
            }
            Block::Transcript(text) => {
                let mut printed = String::new();
                for line in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
                    let done = newcomer.types(line);
                    let errors = String::from_utf8_lossy(&done.stderr);
                    assert!(done.status.success(), "{line}\n{errors}");
                    let out = String::from_utf8_lossy(&done.stdout);
                    if line.starts_with("gen query") {
                        rows += out.lines().count().saturating_sub(2);
                    }
                    printed.extend(["$ ", line, "\n", &out]);
                }
                if is_update_wanted() && printed != text {
                    let path = root().join(FIRST);
                    let page = fs::read_to_string(&path).expect("the page exists");
                    fs::write(&path, page.replacen(&text, &printed, 1)).expect("the page can be written");
                } else {
                    assert_eq!(printed, text, "INSTA_UPDATE=always writes what is printed");
                }
            }
        }
    }
    assert!(rows > 0, "the page ends with data on the screen");
}
