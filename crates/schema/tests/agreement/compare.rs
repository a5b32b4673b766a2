//! Compares the two sets of findings, and explains their differences.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use strataform_schema::{Finding, Rule};

/// A finding of cfn-lint: the resource, the rule by its name in this crate, the path below the properties.
#[derive(Debug)]
pub(crate) struct Seen {
    id: String,
    rule: Rule,
    path: String,
    message: String,
}

/// cfn-lint has no rule of its own for formats and for counts of properties.
fn rule(id: &str, message: &str) -> Option<Rule> {
    Some(match id {
        "E3002" if message.contains("not unique for keys") => Rule::Unique,
        "E3002" if message.contains(" is not a '") => Rule::Format,
        "E3002" if message.contains("property count") || message.contains("' has more than ") => Rule::Count,
        "E3002" => Rule::UnknownProperty,
        "E3003" => Rule::Required,
        "E3012" => Rule::Kind,
        "E3014" | "E3020" | "E3021" | "E3058" => Rule::Together,
        "E3017" | "E3018" => Rule::Alternatives,
        "E3030" => Rule::Allowed,
        "E3031" => Rule::Pattern,
        "E3032" | "E3065" => Rule::Count,
        "E3033" => Rule::Length,
        "E3034" => Rule::Range,
        "E3037" => Rule::Unique,
        "E3040" => Rule::ReadOnly,
        _ => return None,
    })
}

/// The findings of cfn-lint for all resources.
pub(crate) struct Theirs {
    seen: Vec<Seen>,
    /// Resources whose type does not exist in the region that is linted for.
    absent: BTreeSet<String>,
}

/// Reads the lines that `lint.py` prints.
pub(crate) fn theirs(output: &str) -> Theirs {
    let mut seen = Vec::new();
    let mut absent = BTreeSet::new();
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).expect("lint.py prints JSON lines");
        for finding in line["findings"].as_array().into_iter().flatten() {
            let steps: Vec<&str> =
                finding[1].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if let (Some("E3006"), ["Resources", id, ..]) = (finding[0].as_str(), steps.as_slice()) {
                absent.insert((*id).to_owned());
            }
            let ["Resources", id, "Properties", below @ ..] = steps.as_slice() else {
                continue;
            };
            let message = finding[2].as_str().unwrap_or_default().to_owned();
            let Some(rule) = finding[0].as_str().and_then(|id| rule(id, &message)) else {
                continue;
            };
            let path = below.iter().flat_map(|step| ["/", *step]).collect();
            seen.push(Seen { id: (*id).to_owned(), rule, path, message });
        }
    }
    Theirs { seen, absent }
}

type Found = (String, Rule);
type Set = BTreeSet<Found>;

/// The result of the comparison.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) compared: usize,
    absent: usize,
    wrong: usize,
    equal: usize,
    explained: BTreeMap<&'static str, usize>,
    pub(crate) unexplained: Vec<String>,
    rules: BTreeMap<Rule, usize>,
}

impl Report {
    pub(crate) fn add(
        &mut self,
        id: &str,
        resource_type: &str,
        what: &str,
        ours: &[Finding],
        theirs: &Theirs,
    ) {
        if theirs.absent.contains(id) {
            self.absent += 1;
            return;
        }
        self.compared += 1;
        let our_set: Set = ours.iter().map(|finding| (finding.path.clone(), finding.rule)).collect();
        let theirs: Vec<&Seen> = theirs.seen.iter().filter(|seen| seen.id == id).collect();
        let their_set: Set = theirs.iter().map(|seen| (seen.path.clone(), seen.rule)).collect();
        for (_, rule) in our_set.intersection(&their_set) {
            *self.rules.entry(*rule).or_default() += 1;
        }
        let (ours_only, theirs_only) = differences(&our_set, &their_set);
        self.wrong += usize::from(!theirs.is_empty());
        if ours_only.is_empty() && theirs_only.is_empty() {
            self.equal += 1;
            return;
        }
        let mut left = Vec::new();
        for (side, (path, rule)) in
            ours_only.iter().map(|item| ("ours", item)).chain(theirs_only.iter().map(|item| ("theirs", item)))
        {
            let message = if side == "ours" {
                ours.iter()
                    .find(|f| f.path == *path && f.rule == *rule)
                    .map_or(String::new(), |f| f.message.clone())
            } else {
                theirs
                    .iter()
                    .find(|s| s.path == *path && s.rule == *rule)
                    .map_or(String::new(), |s| s.message.clone())
            };
            let other_kind = side == "theirs" && ours.iter().any(|f| f.path == *path && f.rule == Rule::Kind);
            let reason = if other_kind {
                Some("a value of the wrong type: cfn-lint also reports the constraints of its text")
            } else {
                explain(resource_type, side, path, *rule, &message)
            };
            match reason {
                Some(reason) => *self.explained.entry(reason).or_default() += 1,
                None => left.push(format!("{resource_type} ({what}) {side}: {path} [{rule}] {message}")),
            }
        }
        self.unexplained.extend(left);
    }
}

/// If alternatives fail, cfn-lint also lists what each of them lacks; this crate names only the closest.
fn differences<'a>(ours: &'a Set, theirs: &'a Set) -> (Vec<&'a Found>, Vec<&'a Found>) {
    let failed = |(_, rule): &&Found| *rule == Rule::Alternatives;
    let unions: BTreeSet<&str> =
        ours.iter().chain(theirs).filter(failed).map(|(path, _)| path.as_str()).collect();
    let inside = |path: &str, union: &str| {
        path.strip_prefix(union).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let counts = |(path, rule): &&Found| {
        *rule == Rule::Alternatives || !unions.iter().any(|union| inside(path, union))
    };
    (ours.difference(theirs).filter(counts).collect(), theirs.difference(ours).filter(counts).collect())
}

/// The reason why a difference is correct.
fn explain(resource_type: &str, side: &str, path: &str, rule: Rule, message: &str) -> Option<&'static str> {
    match (side, rule) {
        ("theirs", Rule::Alternatives)
            if path.ends_with("KmsKeyId")
                || message.starts_with("'sample' is not valid")
                || resource_type == "AWS::S3ObjectLambda::AccessPoint" =>
        {
            Some("alternatives that are formats of identifiers, which are types here, not patterns")
        }
        ("theirs", Rule::Pattern) if message.contains("bad character range") => {
            Some("a pattern that compiles in Rust but not in Python")
        }
        _ => None,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.equal * 10_000 / self.compared.max(1);
        let (share, rest) = (hundredths / 100, hundredths % 100);
        writeln!(
            f,
            "{} resources compared ({} more have types that us-east-1 does not have), {} of them invalid for cfn-lint; \
             {} with equal findings ({share}.{rest:02} %)",
            self.compared, self.absent, self.wrong, self.equal
        )?;
        for (rule, count) in &self.rules {
            writeln!(f, "  {rule}: {count} findings in common")?;
        }
        for (reason, count) in &self.explained {
            writeln!(f, "  {count} differences explained: {reason}")?;
        }
        for line in self.unexplained.iter().take(4000) {
            writeln!(f, "  unexplained: {line}")?;
        }
        Ok(())
    }
}
