//! The registry of codes: complete, without duplicates and without unused codes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use strataform::explain::{self, DOMAINS};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file in a folder.
fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
}

/// The source files of the product that can use codes.
fn product() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in
        ["src", "crates/redshift/src", "crates/dashboard/src", "crates/diagnostic/src", "crates/rules/src"]
    {
        sources(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("it is UTF-8"))).collect()
}

/// Whether a file declares codes.
fn declares(text: &str) -> bool {
    text.contains("strataform_diagnostic::codes! {")
}

/// Whether a file is a rule, which declares its code and uses it.
fn is_rule(path: &Path) -> bool {
    path.starts_with(root().join("crates/rules/src/rules"))
}

/// The words of a text that look like codes.
fn codes_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
        digits.len() == 4
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && ["GEN", "SQL", "QS"].contains(&&word[..word.len() - 4])
    })
}

#[test]
fn a_code_is_registered_once_in_the_range_of_its_room() {
    let mut seen = BTreeSet::new();
    for domain in DOMAINS {
        assert!(root().join(domain.page).exists(), "{}", domain.page);
        for code in domain.codes() {
            assert!(seen.insert(code.text()), "duplicate {code}");
            assert!(code.text().starts_with(domain.range), "{code} is not in {}", domain.range);
            let (found, _) = explain::find(&code.text().to_lowercase()).expect("the code is registered");
            assert_eq!(found.range, domain.range, "{code}");
            let one = code.explanation();
            for text in [one.meaning, one.reason] {
                assert!(text.ends_with('.') && !text.contains('\n'), "{code}: {text}");
            }
        }
    }
    assert!(seen.len() >= 200, "{}", seen.len());
}

/// A file that declares codes is in the registry, and all other files name only registered codes.
#[test]
fn every_code_in_the_sources_is_registered() {
    let mut declared = 0;
    for (path, text) in product() {
        if path.ends_with("crates/diagnostic/src/code.rs") {
            continue;
        }
        declared += usize::from(declares(&text));
        for code in codes_of(&text).filter(|code| *code != "GEN9999") {
            assert!(explain::find(code).is_ok(), "{} names {code}", path.display());
        }
    }
    assert_eq!(declared, DOMAINS.iter().map(|domain| domain.lists.len()).sum::<usize>());
}

#[test]
fn every_registered_code_is_used() {
    let only_used = |(path, text): (PathBuf, String)| {
        // What follows the declaration of a rule is its check.
        let used = if is_rule(&path) { text.split("\n}\n").skip(1).collect() } else { text };
        (path, used)
    };
    let files: Vec<_> = product().into_iter().map(only_used).filter(|(_, text)| !declares(text)).collect();
    for domain in DOMAINS {
        let folder = root().join(domain.sources);
        // The root's checks report findings of other crates: those of the schemas get the code QS0002.
        let used: BTreeSet<&str> = files
            .iter()
            .filter(|(path, _)| path.starts_with(&folder) || path.ends_with("check/dashboard.rs"))
            .flat_map(|(_, text)| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
            .collect();
        for code in domain.codes() {
            assert!(used.contains(code.explanation().name), "{code} is not used in {}", domain.sources);
        }
    }
}

#[test]
fn an_unknown_code_gets_the_nearest_suggestion() {
    assert_eq!(explain::find("GEN01O3").unwrap_err(), "did you mean `GEN0103`?");
    assert!(explain::find("sizes").unwrap_err().contains("docs/diagnostics.md"));
}

/// `INSTA_UPDATE=always` writes the page; then review the difference.
#[test]
fn the_page_of_codes_matches_the_registry() {
    let path = root().join("docs/diagnostics.md");
    let page = explain::page();
    if crate::is_update_wanted() {
        fs::write(&path, &page).expect("the folder can be written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page, "run with INSTA_UPDATE=always");
}
