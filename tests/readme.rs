//! Every command line of the documentation is run, or named here with the reason why it is not.
#![allow(clippy::expect_used, missing_docs, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where command lines stand, in blocks marked `sh`.
const PAGES: [&str; 3] = ["README.md", "CONTRIBUTING.md", "benches/README.md"];

/// Command lines that no test runs, and why.
const NOT_RUN: [(&str, &str); 9] = [
    ("cargo xtask setup", "fetches the tools that tests need; CI runs it first"),
    ("cargo xtask test", "is what runs this test"),
    ("cargo xtask ci", "is what runs this test"),
    ("cargo xtask schemas", "CI runs it with --check"),
    ("cargo xtask codegen", "CI runs it with --check"),
    ("cargo run --release -p strataform-benches --bin ratios", BENCH),
    ("cargo bench -p strataform-benches", BENCH),
    ("cargo xtask setup && python3 benches/peers.py", BENCH),
    ("benches/compile-times.sh", BENCH),
];

const BENCH: &str = "measures; a test that asserted times would fail on a busy machine";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn command_lines() -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        for line in blocks.flat_map(str::lines) {
            let command = line.split('#').next().unwrap_or_default().trim();
            if !command.is_empty() {
                lines.insert(command.to_owned());
            }
        }
    }
    lines
}

#[test]
fn every_command_line_is_shown() {
    for line in command_lines() {
        let reason = NOT_RUN.iter().find(|(known, _)| *known == line);
        assert!(
            reason.is_some() || line == EXAMPLE || line.starts_with("git diff"),
            "`{line}` stands in the documentation, and nothing runs it"
        );
    }
}

const EXAMPLE: &str = "cargo run --release --example pipeline";

/// The example prints the template that is committed beside this test; a change of it is read like code.
#[test]
fn the_example_prints_its_template() {
    assert!(command_lines().contains(EXAMPLE), "the first page shows how to run the example");
    let mut words = EXAMPLE.split(' ');
    let output =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| words.next().unwrap_or_default().into()))
            .args(EXAMPLE.split(' ').skip(1))
            .arg("--quiet")
            .current_dir(root())
            .output()
            .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("a template is UTF-8");
    let expected =
        fs::read_to_string(root().join("tests/pipeline.yaml")).expect("the expected template is there");
    assert_eq!(printed, expected);
    let template = strataform::template::Template::parse(&printed).expect("what is rendered can be read");
    assert_eq!(strataform::schema::template(&template), []);
}

#[test]
fn the_example_is_as_short_as_the_first_page_says() {
    let text = fs::read_to_string(root().join("examples/pipeline.rs")).expect("the example is there");
    assert!(text.lines().count() < 80, "{} lines", text.lines().count());
}
