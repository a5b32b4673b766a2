//! The examples of `gen explain` are correct: the bad example gives only its code, and the good one gives none.

use std::fs;
use std::path::Path;

use strataform::diagnostic::{Code, Example, Severity, SourceFile};
use strataform::{explain, spec, synth};

fn shop() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/shop.toml");
    fs::read_to_string(path).expect("the platform of the examples exists")
}

/// The sections of a file, each with its header.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            all.push((line.trim().to_owned(), String::new()));
        }
        if let Some((_, section)) = all.last_mut() {
            section.push_str(line);
            section.push('\n');
        }
    }
    all
}

/// The example platform with some sections replaced.
fn shop_with(text: &str) -> String {
    let mut own = sections(text);
    let mut all = String::new();
    for (header, section) in sections(&shop()) {
        let mut same = own.extract_if(.., |(one, _)| *one == header).peekable();
        if same.peek().is_none() {
            all.push_str(&section);
        }
        same.for_each(|(_, section)| all.push_str(&section));
    }
    all.extend(own.into_iter().map(|(_, section)| section));
    all
}

/// All diagnostics of a platform file, read and synthesized with hand-written SQL.
fn found(text: String, own: &[SourceFile]) -> Vec<(Code, Severity)> {
    let file = SourceFile { path: "platform.toml".into(), text };
    let (platform, mut faults) = spec::read(&file);
    if let Some(platform) = platform {
        for environment in &platform.environments {
            faults.extend(synth::synth(&platform, environment, own).err().unwrap_or_default());
        }
    }
    faults.iter().map(|fault| (fault.code, fault.severity)).collect()
}

fn derived(expression: &str) -> String {
    shop_with(&format!("[dataset.orders.derive]\nexample = \"\"\"{expression}\"\"\"\n"))
}

fn with_sql((name, text): (&str, &str)) -> Vec<(Code, Severity)> {
    found(shop(), &[SourceFile { path: format!("sql/{name}").into(), text: text.to_owned() }])
}

/// The findings in a template.
fn of_template(text: &str) -> Vec<(Code, Severity)> {
    let file = SourceFile { path: "template.yaml".into(), text: text.to_owned() };
    strataform::check::template::check(&file).into_iter().map(|one| (one.code, one.severity)).collect()
}

#[test]
fn the_example_platform_is_valid() {
    assert_eq!(found(shop(), &[]), []);
}

#[test]
fn each_example_gives_its_code_and_no_other() {
    let mut wrong = Vec::new();
    let mut run = 0;
    for domain in explain::DOMAINS {
        for code in domain.codes() {
            let (bad, good) = match code.explanation().example {
                Example::Platform { bad, good } => (found(shop_with(bad), &[]), found(shop_with(good), &[])),
                Example::PlatformFile { bad, good } => {
                    (found(bad.to_owned(), &[]), found(good.to_owned(), &[]))
                }
                Example::Expression { bad, good } => (found(derived(bad), &[]), found(derived(good), &[])),
                Example::SqlFile { bad, good } => (with_sql(bad), with_sql(good)),
                Example::Template { bad, good } => (of_template(bad), of_template(good)),
                // The crates that use these codes test their examples: `crates/redshift/tests/rules.rs`,
                // `crates/dashboard/tests/mutations.rs`.
                Example::Sql { .. } | Example::Dashboard { .. } | Example::Document { .. } => continue,
                Example::Situation(words) => {
                    assert!(!words.is_empty(), "{code}");
                    continue;
                }
            };
            run += 1;
            let expected = (code, code.explanation().severity);
            if bad.is_empty() || bad.iter().any(|one| *one != expected) {
                wrong.push(format!("{code}, bad: {bad:?}"));
            }
            if !good.is_empty() {
                wrong.push(format!("{code}, good: {good:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(run >= 70, "only {run} examples were run");
}
