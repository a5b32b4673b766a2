//! Checks that no file of the repository contains a path of the machine that wrote it, or a host that it was fetched
//! from.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::files;
use crate::tools::command;

/// Hosts that serve packages. Split in two, so that this file does not contain one.
const HOSTS: [&str; 7] = [
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
    concat!("registry.yarnpkg", ".com"),
];

/// What else a lock file must not contain, because it would name the mirror that it was made with.
const LOCKS: [(&str, &[&str]); 4] = [
    ("tools/package-lock.json", &["\"resolved\""]),
    ("tools/preview/package-lock.json", &["\"resolved\""]),
    ("tools/requirements.txt", &["://", "--index-url", "--extra-index-url", "--find-links"]),
    ("tests/local-aws/requirements.txt", &["://", "--index-url", "--extra-index-url", "--find-links"]),
];

/// Checks every file that is tracked, or would be if it were added now.
///
/// # Errors
/// Every file that contains a path or a host, or an error of `git` or the file system.
pub(super) fn check() -> Result<(), String> {
    let root = files::root();
    let mut faults = Vec::new();
    for path in paths()? {
        // A deleted file that is still in the index has no text; the target of a link is checked on its own.
        let Ok(bytes) = fs::read(root.join(&path)) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        faults.extend(names(&path, &text, &root).map(|word| format!("{path} contains `{word}`")));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n  ")) }
}

/// Every file that is tracked, or would be if it were added now, by its path in the workspace.
///
/// # Errors
/// If `git` fails.
pub(super) fn paths() -> Result<Vec<String>, String> {
    // In CI, another user may own the checkout.
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = command::output(git.current_dir(files::root()))?;
    let list = String::from_utf8_lossy(&list);
    Ok(list.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

/// The forbidden names in the text of one file.
fn names(path: &str, text: &str, root: &Path) -> impl Iterator<Item = String> {
    let mut words: Vec<&str> = HOSTS.into_iter().filter(|host| text.contains(host)).collect();
    for (lock, forbidden) in LOCKS {
        if lock == path {
            words.extend(forbidden.iter().copied().filter(|word| text.contains(word)));
        }
    }
    let root = root.to_string_lossy();
    if is_specific(&root) && names_path(text, &root) {
        words.push(&root);
    }
    words.into_iter().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// A checkout in `/src` or in `/` reveals nothing about a machine, and such words are in many files.
fn is_specific(root: &str) -> bool {
    root.split('/').filter(|part| !part.is_empty()).count() > 1
}

/// Whether the text contains this path or one below it, and not just a longer word that contains it.
fn names_path(text: &str, path: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at..].chars().nth(path.chars().count());
        !before.is_some_and(|letter| joins(letter) || letter == '/') && !after.is_some_and(joins)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        names(path, text, Path::new("/home/someone/strataform")).collect()
    }

    #[test]
    fn a_path_of_the_checkout_is_found_and_longer_words_are_not() {
        assert_eq!(found("a.md", "in `/home/someone/strataform/src`"), ["/home/someone/strataform"]);
        assert_eq!(found("a.md", "/home/someone/strataform"), ["/home/someone/strataform"]);
        assert!(found("a.md", "/home/someone/strataforms and x/home/someone/strataform").is_empty());
    }

    #[test]
    fn a_short_checkout_path_is_allowed() {
        assert!(names("a.md", "in /src there is", Path::new("/src")).next().is_none());
    }

    #[test]
    fn hosts_and_addresses_in_lock_files_are_found() {
        for host in HOSTS {
            assert_eq!(found("a.md", &format!("from https://{host}/x")), [host]);
        }
        assert_eq!(found("tools/package-lock.json", "\"resolved\": \"x\""), ["\"resolved\""]);
        assert!(found("a.json", "\"resolved\": \"x\"").is_empty());
        assert_eq!(found("tools/requirements.txt", "--index-url x"), ["--index-url"]);
    }
}
