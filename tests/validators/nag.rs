//! The rule packs of cdk-nag: a finding has a reason in `docs/security.md`, and a reason has a finding.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

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

/// What stands for any text in a pattern; `*` is a part of many details.
const ANY: char = '…';

/// What the script prints.
#[derive(Deserialize)]
struct Report {
    versions: BTreeMap<String, String>,
    packs: Vec<String>,
    /// The number of resources.
    seen: usize,
    findings: Vec<Finding>,
}

/// A rule that a resource does not meet.
#[derive(Clone, Debug, Deserialize)]
struct Finding {
    rule: String,
    /// What of the resource, for rules with several findings.
    detail: String,
    file: String,
    resource: String,
    description: String,
}

/// A row of the table of reasons: patterns in its first three cells.
#[derive(Debug)]
struct Reason {
    rules: Vec<String>,
    resources: Vec<String>,
    details: Vec<String>,
}

impl Reason {
    fn fits(&self, finding: &Finding) -> bool {
        let fits = |patterns: &[String], text: &str| patterns.iter().any(|one| matches(one, text));
        fits(&self.rules, &finding.rule)
            && fits(&self.resources, &finding.resource)
            && fits(&self.details, &finding.detail)
    }

    /// The patterns that fit no finding.
    fn idle(&self, findings: &[Finding]) -> Vec<String> {
        let own: Vec<&Finding> = findings.iter().filter(|one| self.fits(one)).collect();
        let unused = |patterns: &[String], of: fn(&Finding) -> &str| -> Vec<String> {
            let is_idle = |one: &&String| !own.iter().any(|finding| matches(one, of(finding)));
            patterns.iter().filter(is_idle).cloned().collect()
        };
        let rules = unused(&self.rules, |one| &one.rule);
        let resources = unused(&self.resources, |one| &one.resource);
        [rules, resources, unused(&self.details, |one| &one.detail)].concat()
    }
}

/// Whether a text fits a pattern.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once(ANY) else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = rest.split(ANY).collect();
    let (last, middle) = parts.split_last().expect("a split has a part");
    for part in middle {
        let Some((_, after)) = left.split_once(part) else { return false };
        left = after;
    }
    left.ends_with(last)
}

/// The texts in backticks of a cell.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The table of reasons of the page.
fn reasons(page: &str) -> Vec<Reason> {
    let rows = page.lines().skip_while(|line| *line != HEADER).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [rule, resource, detail, reason, source] = cells[..] else { panic!("invalid row: {line}") };
        assert!(!reason.is_empty() && !source.is_empty(), "no reason or no source: {line}");
        let details = if detail.is_empty() { vec![String::new()] } else { quoted(detail) };
        Reason { rules: quoted(rule), resources: quoted(resource), details }
    })
    .collect()
}

/// What is wrong: findings without a reason, findings with two, and patterns without a finding.
fn faults(reasons: &[Reason], findings: &[Finding]) -> Vec<String> {
    let counted = findings.iter().map(|one| (one, reasons.iter().filter(|reason| reason.fits(one)).count()));
    let wrong = counted.filter(|(_, count)| *count != 1);
    let wrong = wrong.map(|(one, count)| {
        let Finding { rule, detail, file, resource, description } = one;
        format!("{count} reasons for {rule} [{detail}] of {resource} in {file}: {description}")
    });
    let idle = reasons.iter().flat_map(|reason| reason.idle(findings));
    wrong.chain(idle.map(|pattern| format!("no finding for {pattern}"))).collect()
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
    let reasons = reasons(&page);
    findings.retain(|one| !is_overridden(one));
    assert!(seen > 1_000 && reasons.len() > 20, "{seen} resources, {} reasons", reasons.len());
    let wrong_ones = faults(&reasons, &findings);
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
    assert!(faults(&reasons, &[findings.clone(), others].concat()).len() > 3);
    for (at, needed) in reasons.iter().enumerate() {
        let fewer: Vec<Reason> =
            self::reasons(&page).into_iter().enumerate().filter(|one| one.0 != at).map(|one| one.1).collect();
        assert!(!faults(&fewer, &findings).is_empty(), "nothing needs {needed:?}");
    }
    let more = page.replace("`WarehouseCluster`", "`WarehouseCluster`, `Unheard`");
    assert_eq!(faults(&self::reasons(&more), &findings), ["no finding for Unheard"]);
}

#[test]
fn a_pattern_fits_whole_texts() {
    for (pattern, text) in
        [("…Policy", "FlowPolicy"), ("a/…/*", "a/b/*"), ("…", ""), ("a…b…c", "a.b.b.c"), ("x", "x")]
    {
        assert!(matches(pattern, text), "{pattern} {text}");
    }
    for (pattern, text) in
        [("…Policy", "FlowPolicy2"), ("a/…/*", "a/b/c"), ("x", "xy"), ("a…a", "a"), ("…b…", "ac")]
    {
        assert!(!matches(pattern, text), "{pattern} {text}");
    }
}
