//! Statements from Redshift's documentation, and statements that Redshift rejects.
#![allow(clippy::expect_used, missing_docs, reason = "a test says what broke")]

use std::path::PathBuf;

use strataform_redshift::{Code, Severity, check, parse, redshift};

/// The statements of a folder, with their file names.
fn corpus(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a text"))
        })
        .collect();
    all.sort();
    assert!(all.len() > 30);
    all
}

/// Redshift statements that are not supported, on purpose.
const NOT_COVERED: [&str; 3] = ["70_rls_policy", "71_masking_policy", "74_pivot"];

#[test]
fn good_statements_parse_and_survive_rendering() {
    for (name, text) in corpus("good") {
        let script = check(&text);
        if NOT_COVERED.contains(&name.as_str()) {
            let codes: Vec<Code> = script.findings.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, [Code::NotCovered], "{name}");
            continue;
        }
        let errors: Vec<_> =
            script.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert!(!script.statements.is_empty(), "{name}");
        for statement in &script.statements {
            let written = redshift(statement);
            let again = parse(&written);
            assert!(again.findings.is_empty(), "{name}: {written}\n{:?}", again.findings);
            assert_eq!(again.statements, std::slice::from_ref(statement), "{name}: {written}");
        }
    }
}

#[test]
fn bad_statements_are_rejected_with_their_code() {
    for (name, text) in corpus("bad") {
        let wanted = text.lines().find_map(|line| line.strip_prefix("-- code: ")).expect("a code");
        let script = check(&text);
        let first = script.findings.iter().find(|finding| finding.severity == Severity::Error);
        let first = first.unwrap_or_else(|| panic!("{name} is not rejected"));
        assert_eq!(first.code.text(), wanted, "{name}: {first:?}");
        assert!(!first.summary.is_empty());
        assert!(
            first.span.start <= first.span.end && first.span.end <= text.len(),
            "{name}: {:?}",
            first.span
        );
    }
}
