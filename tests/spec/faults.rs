//! Faulty files and their diagnostics.

use std::collections::BTreeSet;
use std::fmt::Write;

use strataform::diagnostic::{Severity, SourceFile, render};
use strataform::{explain, spec};

fn rendered(file: &SourceFile) -> String {
    let (_, faults) = spec::read(file);
    faults.iter().fold(String::new(), |mut text, fault| {
        writeln!(text, "{}\n", render::plain(fault, file)).expect("writing to a string succeeds");
        text
    })
}

/// The diagnostics of `NAME.toml` are in `NAME.snap` next to it.
#[test]
fn every_faulty_file_has_its_recorded_diagnostics() {
    insta::glob!("faults/*.toml", |path| {
        let mut settings = crate::snapshots("faults");
        settings.remove_snapshot_suffix();
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, rendered(&super::source(path))));
    });
}

#[test]
fn every_faulty_file_is_rejected_with_a_place_and_a_next_step() {
    for path in super::files("faults", "toml") {
        let file = super::source(&path);
        let (platform, faults) = spec::read(&file);
        let name = path.display();
        assert_eq!(platform, None, "{name}");
        assert!(faults.iter().any(|fault| fault.severity == Severity::Error), "{name} has no error");
        for fault in &faults {
            assert!(!fault.labels.is_empty(), "{name}: {fault:?}");
            assert!(!fault.summary.is_empty() && !fault.summary.contains('\n'), "{name}: {fault:?}");
            assert!(!fault.help.is_empty() || fault.code.text().starts_with("GEN02"), "{name}: {fault:?}");
        }
    }
}

/// Every code of this room occurs in a faulty file, and faulty files have only registered codes.
#[test]
fn every_code_is_shown() {
    let found: BTreeSet<&str> = super::files("faults", "toml")
        .iter()
        .flat_map(|path| spec::read(&super::source(path)).1)
        .map(|fault| fault.code.text())
        .collect();
    for code in spec::FORMAT_CODES.iter().chain(spec::MEANING_CODES.iter().copied().flatten()) {
        assert!(found.contains(code.text()), "{code} occurs in no faulty file");
    }
    for code in found {
        assert!(explain::find(code).is_ok(), "{code} is not registered");
    }
}
