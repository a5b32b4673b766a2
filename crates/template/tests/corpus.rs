//! Real templates, parsed by this crate and by an independent loader: both must agree.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::path::Path;

use serde_json::Value;
use strataform_template::Template;
use support::Loaded;

/// Files that this crate and the loader parse differently, and why that is correct.
const EXPLAINED: &[(&str, &str)] = &[(
    "integration/yaml-alias-amplification.yaml",
    "a million values behind nested aliases: made to exhaust a parser; this crate rejects it, the loader does not",
)];

/// The outcome of one file.
enum Outcome {
    Equal,
    RefusedByBoth,
    Differs(String),
}

fn compare(folder: &Path, loaded: &Loaded) -> Outcome {
    let text = std::fs::read_to_string(folder.join(&loaded.file)).expect("the loader has read it");
    match (Template::parse(&text), &loaded.value) {
        (Ok(template), Ok(value)) => same(&template, value),
        (Err(_), Err(_)) => Outcome::RefusedByBoth,
        (Ok(_), Err(reason)) => Outcome::Differs(format!("only the loader rejects it: {reason}")),
        (Err(reason), Ok(_)) => Outcome::Differs(format!("only this crate rejects it: {reason}")),
    }
}

fn same(template: &Template, value: &Value) -> Outcome {
    let json = template.to_json().expect("a parsed template has no faults");
    if serde_json::from_str::<Value>(&json).expect("JSON") != *value {
        return Outcome::Differs("the values differ".to_owned());
    }
    for (form, text) in [
        ("JSON", json),
        ("compact JSON", template.to_json_compact().expect("no faults")),
        ("YAML", template.to_yaml().expect("no faults")),
    ] {
        match Template::parse(&text) {
            Ok(again) if again == *template => {}
            Ok(_) => return Outcome::Differs(format!("its {form} parses to another template")),
            Err(reason) => return Outcome::Differs(format!("its {form} cannot be parsed: {reason}")),
        }
    }
    Outcome::Equal
}

#[test]
fn public_templates_parse_as_in_an_independent_loader() {
    let (Some(python), Some(folder)) = (support::python(), support::corpus()) else { return };
    let files = support::load(&python, &folder.display().to_string(), "");
    let (mut json, mut yaml, mut refused) = (0, 0, 0);
    let mut differing = Vec::new();
    for file in &files {
        match compare(&folder, file) {
            Outcome::Equal if Path::new(&file.file).extension().is_some_and(|end| end == "json") => json += 1,
            Outcome::Equal => yaml += 1,
            Outcome::RefusedByBoth => refused += 1,
            Outcome::Differs(how) => differing.push((file.file.as_str(), how)),
        }
    }
    println!("{} files: {yaml} YAML and {json} JSON equal, {refused} rejected by both", files.len());
    let why = |file: &str| EXPLAINED.iter().find(|(known, _)| *known == file).map(|(_, why)| *why);
    for (file, how) in &differing {
        println!("{file}: {how}; explained: {:?}", why(file));
    }
    differing.retain(|(file, _)| why(file).is_none());
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(json > 0 && yaml > 0 && json + yaml >= 100, "too few templates to prove anything");
}
