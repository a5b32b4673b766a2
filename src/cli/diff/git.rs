//! Revisions: the files of a folder as Git has them, read by the `git` command.
//!
//! In: a revision, a folder. Out: the files below it, by path. It refuses to change anything: `git` is asked for objects only.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use strataform_input::Kind;

use super::super::outcome::Fail;

/// What to do if Git has no answer.
const HELP: &str =
    "pass a revision as `git rev-parse` takes it, such as `main`, or the path of a file or a folder";

/// Runs `git` in the current folder, and returns its output.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Fail> {
    let output = Command::new("git").args(arguments).output();
    let output = output.map_err(|error| {
        Fail::refused(
            format!("cannot run git: {error}"),
            "install it, or compare files or folders: `gen diff OLD NEW`",
        )
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().trim_start_matches("fatal: ").to_owned();
    Err(Fail::refused(format!("git {}: {said}", arguments.first().unwrap_or(&"")), HELP))
}

/// The commit of a revision; `None` if there is none.
pub(in crate::cli) fn commit(revision: &str) -> Result<Option<String>, Fail> {
    if revision.starts_with('-') {
        return Ok(None);
    }
    let spec = format!("{revision}^{{commit}}");
    match git(&["rev-parse", "--quiet", "--verify", &spec]) {
        Ok(found) => Ok(Some(String::from_utf8_lossy(&found).trim().to_owned())),
        Err(fail @ Fail::Refused { .. }) if is_missing() => Err(fail),
        Err(_) => Ok(None),
    }
}

/// Whether the command itself is missing.
fn is_missing() -> bool {
    Command::new("git").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err()
}

/// The commit from which the present one and a revision both come.
pub(in crate::cli) fn merge_base(revision: &str) -> Result<String, Fail> {
    let Some(commit) = commit(revision)? else {
        return Err(Fail::refused(format!("unknown revision `{revision}`"), HELP));
    };
    let found = git(&["merge-base", "HEAD", &commit]).map_err(|_| {
        Fail::refused(
            format!("HEAD and {revision} have no common commit"),
            "fetch the history of both: in a workflow, check out with `fetch-depth: 0`",
        )
    })?;
    Ok(String::from_utf8_lossy(&found).trim().to_owned())
}

/// The files below a folder in a commit, by their path from that folder, which is named from the current one.
pub(in crate::cli) fn files(commit: &str, folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Fail> {
    let inside = String::from_utf8_lossy(&git(&["rev-parse", "--show-prefix"])?).trim().to_owned();
    let prefix = format!("{inside}{}/", folder.display()).replace("./", "");
    let listed = git(&["ls-tree", "-r", "-z", "--full-tree", commit, "--", &prefix])?;
    let mut names = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((about, path)) = entry.split_once('\t') else { continue };
        let mut about = about.split(' ');
        if let (Some(_), Some("blob"), Some(object), Some(name)) =
            (about.next(), about.next(), about.next(), path.strip_prefix(&prefix))
        {
            names.push((name.to_owned(), object.to_owned()));
        }
    }
    contents(&names)
}

fn too_large(name: &str) -> Fail {
    let most = Kind::Artifact.most() >> 20;
    Fail::refused(
        format!("{name} has more than {most} MiB in git"),
        "compare a revision that `gen synth` wrote",
    )
}

/// The contents of objects, by one process for all.
fn contents(names: &[(String, String)]) -> Result<BTreeMap<String, Vec<u8>>, Fail> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let broken = |error: &dyn std::fmt::Display| Fail::refused(format!("cannot read from git: {error}"), "");
    let child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| broken(&error))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken(&"no pipe"));
    };
    let objects: Vec<&str> = names.iter().map(|(_, object)| object.as_str()).collect();
    let asked = format!("{}\n", objects.join("\n"));
    // Git answers while it reads: a thread writes, so that neither waits for the other.
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let mut output = BufReader::new(output);
    let mut found = BTreeMap::new();
    for (name, object) in names {
        let mut head = String::new();
        output.read_line(&mut head).map_err(|error| broken(&error))?;
        let size: Option<u64> = head.trim().rsplit(' ').next().and_then(|size| size.parse().ok());
        let size = size.ok_or_else(|| broken(&format!("no object {object}")))?;
        if size > Kind::Artifact.most() {
            return Err(too_large(name));
        }
        let mut bytes = Vec::new();
        (&mut output).take(size).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
        let mut end = [0; 1];
        output.read_exact(&mut end).map_err(|error| broken(&error))?;
        found.insert(name.clone(), bytes);
    }
    let _ = writer.join();
    let _ = child.wait();
    Ok(found)
}
