//! Faulty files beside what people read about them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use strataform::diagnostic::{Severity, SourceFile, render};
use strataform::spec;

fn rendered(file: &SourceFile) -> String {
    let (_, faults) = spec::read(file);
    faults.iter().fold(String::new(), |mut text, fault| {
        writeln!(text, "{}\n", render::plain(fault, file)).expect("a text takes everything");
        text
    })
}

/// What people read about `NAME.toml` is `NAME.snap` next to it.
#[test]
fn every_faulty_file_is_told_as_it_was() {
    insta::glob!("faults/*.toml", |path| {
        let mut settings = crate::snapshots("faults");
        settings.remove_snapshot_suffix();
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, rendered(&super::source(path))));
    });
}

#[test]
fn every_faulty_file_is_refused_with_a_place_and_a_next_step() {
    for path in super::files("faults", "toml") {
        let file = super::source(&path);
        let (platform, faults) = spec::read(&file);
        let name = path.display();
        assert_eq!(platform, None, "{name}");
        assert!(faults.iter().any(|fault| fault.severity == Severity::Error), "{name} is right");
        for fault in &faults {
            assert!(!fault.labels.is_empty(), "{name}: {fault:?}");
            assert!(!fault.summary.is_empty() && !fault.summary.contains('\n'), "{name}: {fault:?}");
            assert!(!fault.help.is_empty() || fault.code.0.starts_with("GEN02"), "{name}: {fault:?}");
        }
    }
}

/// Every code occurs in a faulty file, and stands in the documentation with its meaning.
#[test]
fn every_code_is_shown_and_documented() {
    let found: BTreeSet<&str> = super::files("faults", "toml")
        .iter()
        .flat_map(|path| spec::read(&super::source(path)).1)
        .map(|fault| fault.code.0)
        .collect();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/platform-file.md");
    let page = fs::read_to_string(page).expect("the page is there");
    for (code, meaning) in spec::CODES {
        assert!(found.contains(code.0), "{code} occurs in no faulty file");
        assert!(page.contains(&format!("| `{code}` | {meaning} |")), "{code} is not documented");
    }
    let known: BTreeSet<&str> = spec::CODES.iter().map(|(code, _)| code.0).collect();
    let foreign: Vec<_> =
        found.iter().filter(|code| !known.contains(*code) && !code.starts_with("GEN02")).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}
