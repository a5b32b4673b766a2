//! Reasons for what rules of others report: a finding has a reason in a table of `docs/security.md`, and a reason has a finding.

use serde::Deserialize;

/// What stands for any text in a pattern; `*` is a part of many details.
const ANY: char = '…';

/// A rule that a resource does not meet.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Finding {
    pub(super) rule: String,
    /// What of the resource, for rules with several findings.
    pub(super) detail: String,
    pub(super) file: String,
    pub(super) resource: String,
    pub(super) description: String,
}

/// A row of the table of reasons: patterns in its first three cells.
#[derive(Debug)]
pub(super) struct Reason {
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

/// The rows of the table with this header. A table without details has one column less.
pub(super) fn reasons(page: &str, header: &str) -> Vec<Reason> {
    let rows = page.lines().skip_while(|line| *line != header).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (rule, resource, detail, reason, source) = match cells[..] {
            [rule, resource, detail, reason, source] => (rule, resource, detail, reason, source),
            [rule, resource, reason, source] => (rule, resource, "", reason, source),
            _ => panic!("invalid row: {line}"),
        };
        assert!(!reason.is_empty() && !source.is_empty(), "no reason or no source: {line}");
        let details = if detail.is_empty() { vec![String::new()] } else { quoted(detail) };
        Reason { rules: quoted(rule), resources: quoted(resource), details }
    })
    .collect()
}

/// What is wrong: findings without a reason, findings with two, and patterns without a finding.
pub(super) fn faults(reasons: &[Reason], findings: &[Finding]) -> Vec<String> {
    let counted = findings.iter().map(|one| (one, reasons.iter().filter(|reason| reason.fits(one)).count()));
    let wrong = counted.filter(|(_, count)| *count != 1);
    let wrong = wrong.map(|(one, count)| {
        let Finding { rule, detail, file, resource, description } = one;
        format!("{count} reasons for {rule} [{detail}] of {resource} in {file}: {description}")
    });
    let idle = reasons.iter().flat_map(|reason| reason.idle(findings));
    wrong.chain(idle.map(|pattern| format!("no finding for {pattern}"))).collect()
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
