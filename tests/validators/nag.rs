//! The rule packs of cdk-nag: a finding has a reason in `docs/security.md`, and a reason has a finding.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::reasons::{Finding, Reason, faults, reasons};
use super::{every_key, files, root, stdout, templates, wrong};
use crate::tool::tool;

/// The first row of the table of reasons.
const HEADER: &str = "| rule | resource | detail | reason | source |";

/// The other linters that the page names, each with its package and the lock file that has the version.
const OTHERS: [(&str, &str, &str); 3] = [
    ("Checkov", "checkov", "tools/validators.txt"),
    ("Parliament", "parliament", "tools/validators.txt"),
    ("cfn-lint", "cfn-lint", "tools/requirements.txt"),
];

/// What the script prints.
#[derive(Deserialize)]
struct Report {
    versions: BTreeMap<String, String>,
    packs: Vec<String>,
    /// The number of resources.
    seen: usize,
    findings: Vec<Finding>,
}

fn nag(templates: &[PathBuf]) -> Option<Report> {
    let (own, shared) = (tool("STRATAFORM_NAG_MODULES")?, tool("STRATAFORM_NODE_MODULES")?);
    let mut linter = Command::new("node");
    linter.env("STRATAFORM_NAG_MODULES", own).env("NODE_PATH", shared);
    linter.arg(root().join("tests/validators/nag.js")).args(templates);
    Some(serde_json::from_str(&stdout(&mut linter)).expect("the script prints JSON"))
}

/// The templates of the blueprints, and of a platform file that uses every key.
fn all() -> Vec<PathBuf> {
    [templates(), files(&every_key("nag"), "template.json")].concat()
}

/// A template override of the platform file that uses every key is its own affair.
fn is_overridden(finding: &Finding) -> bool {
    finding.file.contains("every-key")
        && finding.resource == "RawBucket"
        && finding.rule.ends_with("VersioningEnabled")
}

#[test]
fn each_finding_of_cdk_nag_has_a_reason() {
    let Some(Report { versions, packs, seen, mut findings }) = nag(&all()) else { return };
    let page = fs::read_to_string(root().join("docs/security.md")).expect("the page exists");
    let known = reasons(&page, HEADER);
    findings.retain(|one| !is_overridden(one));
    assert!(seen > 1_000 && known.len() > 20, "{seen} resources, {} reasons", known.len());
    let wrong_ones = faults(&known, &findings);
    assert!(wrong_ones.is_empty(), "docs/security.md:\n{}", wrong_ones.join("\n"));
    let packs: Vec<String> = packs.iter().map(|pack| format!("`{pack}`")).collect();
    let line = format!("| cdk-nag {} | {} |", versions["cdk-nag"], packs.join(", "));
    assert!(page.contains(&line), "docs/security.md must contain: {line}");

    for (name, package, lock) in OTHERS {
        let lock = fs::read_to_string(root().join(lock)).expect("the lock exists");
        let pin = lock.lines().find_map(|one| one.strip_prefix(package)?.strip_prefix("==")).expect("a pin");
        let named = format!("| {name} {} |", pin.trim_end_matches([' ', '\\']));
        assert!(page.contains(&named), "docs/security.md must contain: {named}");
    }

    // A rule that could not be evaluated is a finding, too.
    assert!(findings.iter().all(|one| !one.description.contains("threw an error")));
    // A template with faults, a reason too few and a reason too many.
    let others = nag(&[wrong("nag").join("storage/template.json")]).expect("the tool is there").findings;
    assert!(faults(&known, &[findings.clone(), others].concat()).len() > 3);
    for (at, needed) in known.iter().enumerate() {
        let fewer: Vec<Reason> = reasons(&page, HEADER)
            .into_iter()
            .enumerate()
            .filter(|one| one.0 != at)
            .map(|one| one.1)
            .collect();
        assert!(!faults(&fewer, &findings).is_empty(), "nothing needs {needed:?}");
    }
    let more = page.replace("`WarehouseCluster`", "`WarehouseCluster`, `Unheard`");
    assert_eq!(faults(&reasons(&more, HEADER), &findings), ["no finding for Unheard"]);
}
