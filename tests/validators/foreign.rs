//! Templates of other people: those that cfn-lint tests itself with. `gen check` reads all of them, and another judge confirms
//! each of its errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use strataform::check::template;
use strataform::diagnostic::SourceFile;

use super::super::tool::tool;
use super::{files, stdout};

/// Findings at lines where cfn-lint has none, each with the reason.
const KNOWN: &[(&str, usize, &str)] = &[
    (
        "bad/conditions.yaml",
        65,
        "the condition is not declared; cfn-lint stops at the invalid conditions above",
    ),
    (
        "bad/conditions.yaml",
        66,
        "a tag has `Key` and `Value`; cfn-lint stops at the invalid conditions above",
    ),
    (
        "bad/conditions.yaml",
        67,
        "a tag has `Key` and `Value`; cfn-lint stops at the invalid conditions above",
    ),
    ("bad/core/directives.yaml", 13, "its metadata tells cfn-lint to ignore it"),
    ("bad/core/directives.yaml", 30, "its metadata tells cfn-lint to ignore it"),
    ("bad/core/mandatory_checks.yaml", 13, "its metadata tells cfn-lint to ignore it"),
    ("bad/functions_ref.yaml", 66, "cfn-lint points at the function around the name"),
    ("bad/issues.yaml", 12, "cfn-lint points at the line above, where `Ref` stands"),
    ("bad/refs.yaml", 41, "cfn-lint points at the function around the name"),
    (
        "bad/resources/iam/iam_policy.yaml",
        40,
        "the condition is not declared; cfn-lint looks it up only if there are conditions",
    ),
    ("bad/resources/properties/list_duplicates.yaml", 25, "cfn-lint points at the first line of the list"),
    ("good/functions/sub_needed.yaml", 100, "cfn-lint points at the property around the name"),
    ("integration/yaml-alias-amplification.yaml", 5, "cfn-lint points at the first line"),
    (
        "bad/functions/sub_needed.yaml",
        38,
        "the definition has this placeholder, and `DefinitionSubstitutions` only the second one",
    ),
    (
        "bad/functions/sub_needed.yaml",
        59,
        "the definition has this placeholder, and `DefinitionSubstitutions` only the second one",
    ),
    (
        "good/resources/properties/allowed_pattern.yaml",
        22,
        "the trust of states.amazonaws.com has no condition on the account",
    ),
    ("good/resources/properties/exclusive.yaml", 9, "the alarm has no list of actions"),
    ("integration/cfn-gather.yaml", 43, "a FIFO queue needs a FIFO queue for its dead letters"),
    ("integration/getatt-types.yaml", 50, "the log group has no `RetentionInDays`"),
    ("integration/ref-types.yaml", 65, "the log group has no `RetentionInDays`"),
    (
        "issues/cfn_gather_literal_references.yaml",
        51,
        "a standard queue needs a standard queue for its dead letters",
    ),
    ("public/lambda-poller.json", 120, "the trust of events.amazonaws.com has no condition on the account"),
    ("public/lambda-poller.yaml", 166, "the trust of events.amazonaws.com has no condition on the account"),
    ("public/watchmaker.json", 1687, "the log group has no `RetentionInDays`"),
    (
        "quickstart/nist_logging.yaml",
        44,
        "the bucket has an access control list and no `OwnershipControls`; S3 rejects that since April 2023",
    ),
];

/// What `CloudFormation` documents and cfn-lint does not look for.
const DOCUMENTED: &[(&str, &str)] = &[(
    "the template has no resources",
    "Template anatomy: \"You must define at least one resource\" (`At least one Resources member must be defined`)",
)];

/// The errors that cfn-lint finds: line and rule, by file.
fn confirmed(python: &Path, files: &[PathBuf]) -> BTreeMap<String, Vec<(usize, String)>> {
    let mut linter = Command::new(python.with_file_name("cfn-lint"));
    linter.args(["--format", "json", "--"]).args(files);
    let found: Vec<Value> = serde_json::from_str(&stdout(&mut linter)).expect("cfn-lint prints JSON");
    let mut lines: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for one in found.iter().filter(|one| one["Level"] == "Error") {
        let line =
            one["Location"]["Start"]["LineNumber"].as_u64().and_then(|line| usize::try_from(line).ok());
        let rule = one["Rule"]["Id"].as_str().unwrap_or_default().to_owned();
        let file = one["Filename"].as_str().unwrap_or_default().to_owned();
        lines.entry(file).or_default().extend(line.map(|line| (line, rule)));
    }
    lines
}

/// A finding of ours.
struct Found {
    path: PathBuf,
    line: usize,
    code: String,
    summary: String,
}

/// What `gen check` finds in a template, and whether it could be read as text.
fn findings(path: &Path) -> Option<Vec<Found>> {
    let file = SourceFile { path: path.to_owned(), text: fs::read_to_string(path).ok()? };
    let each = template::check(&file).into_iter().map(|one| {
        let start = one.labels.first().map_or(0, |label| label.span.start);
        let line = file.text.get(..start).map_or(0, |before| before.matches('\n').count()) + 1;
        Found { path: path.to_owned(), line, code: one.code.to_string(), summary: one.summary }
    });
    Some(each.collect())
}

#[test]
fn each_error_in_a_foreign_template_is_confirmed() {
    let (Some(corpus), Some(python)) = (tool("STRATAFORM_CORPUS"), tool("STRATAFORM_PYTHON")) else { return };
    let mut all = files(&corpus, ".yaml");
    all.extend(files(&corpus, ".json"));
    all.retain(|path| !path.starts_with(corpus.join("override_spec")));
    let read: Vec<Vec<Found>> = all.iter().filter_map(|path| findings(path)).collect();
    assert!(read.len() >= 200, "{} templates", read.len());
    let (templates, found) = (read.len(), read.into_iter().flatten().collect::<Vec<_>>());
    let mut wrong: Vec<PathBuf> = found.iter().map(|one| one.path.clone()).collect();
    wrong.dedup();
    let lines = confirmed(&python, &wrong);
    let (mut unconfirmed, mut used) = (Vec::new(), Vec::new());
    println!("| template | code | finding | judge |\n|---|---|---|---|");
    for Found { path, line, code, summary } in &found {
        let name = path.strip_prefix(&corpus).expect("it is inside").display().to_string();
        let of_lint = lines.get(&path.display().to_string()).into_iter().flatten().find(|(at, _)| at == line);
        let known = KNOWN.iter().find(|(file, at, _)| *file == name && at == line);
        let documented = DOCUMENTED.iter().find(|(text, _)| summary == text);
        let judge = match (of_lint, known, documented) {
            (Some((_, rule)), _, _) => format!("cfn-lint {rule}"),
            (None, Some((_, _, reason)), _) => (*reason).to_owned(),
            (None, None, Some((_, source))) => (*source).to_owned(),
            (None, None, None) => {
                unconfirmed.push(format!("{name}:{line}: {summary}"));
                "none".to_owned()
            }
        };
        println!("| {name}:{line} | {code} | {summary} | {judge} |");
        used.extend(known.filter(|_| of_lint.is_none()));
    }
    println!("{} findings in {} of {templates} templates", found.len(), wrong.len());
    assert!(unconfirmed.is_empty(), "{}", unconfirmed.join("\n"));
    assert!(found.len() >= 150, "only {} findings", found.len());
    for known in KNOWN {
        assert!(used.contains(&known), "{known:?} is confirmed now, or no longer found");
    }
}
