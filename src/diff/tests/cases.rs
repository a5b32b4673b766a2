//! Pairs of templates with what each change does: `cases.json` has the documented reason for each.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::diff::{Change, Effect, Impact, Moment, Pair, Setting, Side, compare};

#[derive(Deserialize)]
struct Case {
    id: String,
    expected: String,
    also: Vec<String>,
    later: bool,
    affected: BTreeMap<String, String>,
    why: String,
    custom_named: Vec<String>,
    before: Value,
    after: Value,
}

/// The name of an impact in the cases.
fn class(impact: Impact) -> &'static str {
    match impact {
        Impact::Safe => "safe",
        Impact::Interrupts => "interruption",
        Impact::Replaces => "replacement",
        Impact::NeedsBackfill => "needs_backfill",
        Impact::BreaksConsumers => "schema_breaking",
        Impact::BroadensAccess => "permission_broadening",
        Impact::Refused => "refused",
        Impact::DestroysData => "data_loss",
    }
}

fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let setting = Setting {
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
        parameters: BTreeMap::new(),
    };
    let side = |template| Side { template, setting: &setting };
    compare(Pair { stack: "", old: side(before), new: side(after) }, &BTreeSet::new())
}

/// What is wrong with what is found in a case.
fn faults(case: &Case, found: &[Change]) -> Vec<String> {
    let mut faults = Vec::new();
    let verdicts: Vec<_> = found.iter().flat_map(|one| &one.verdicts).collect();
    let impacts: BTreeSet<Impact> = verdicts.iter().map(|one| one.impact).collect();
    let classes: BTreeSet<&str> = impacts.iter().map(|one| class(*one)).collect();
    if case.expected == "none" {
        return found.iter().map(|one| format!("unexpected: {one:?}")).collect();
    }
    let wanted = case.also.iter().chain([&case.expected]);
    faults.extend(
        wanted.clone().filter(|one| !classes.contains(one.as_str())).map(|one| format!("missing {one}")),
    );
    // A replacement always loses what it loses; CloudFormation refuses one under a custom name; and a replacement
    // interrupts what uses it.
    let implied = |name: &str| match name {
        "safe" | "interruption" => true,
        "replacement" => found.iter().any(|one| one.effect == Effect::Replace),
        "refused" => !case.custom_named.is_empty(),
        _ => false,
    };
    let more = classes.iter().filter(|name| !wanted.clone().any(|one| one == **name) && !implied(name));
    faults.extend(more.map(|name| format!("unexpected {name}")));
    let worst = verdicts.iter().filter(|one| class(one.impact) == case.expected);
    let moments: BTreeSet<Moment> = worst.map(|one| one.moment).collect();
    if moments != BTreeSet::from([if case.later { Moment::Later } else { Moment::Now }]) {
        faults.push(format!("at {moments:?}"));
    }
    for (logical, effect) in &case.affected {
        let of = |one: &&Change| one.subject == *logical || one.subject.starts_with(&format!("{logical} "));
        let effects: BTreeSet<Effect> = found.iter().filter(of).map(|one| one.effect).collect();
        let is_right = match effect.as_str() {
            "add" => effects.contains(&Effect::Create),
            "delete" => effects.contains(&Effect::Delete),
            "replace" => effects.contains(&Effect::Replace),
            // The change of a table's columns updates it.
            "update" => !effects.is_empty() && !effects.contains(&Effect::Replace),
            _ => effects.is_empty(),
        };
        if !is_right {
            faults.push(format!("{logical} is {effects:?}, not {effect}"));
        }
    }
    faults
}

#[test]
fn each_case_has_the_documented_impact() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).expect("cases");
    let mut report = Vec::new();
    for case in &cases {
        let found = changes(&case.before, &case.after);
        let faults = faults(case, &found);
        if !faults.is_empty() {
            report.push(format!("{} ({}): {}", case.id, case.why, faults.join("; ")));
        }
        assert!(changes(&case.after, &case.after).is_empty(), "{}: nothing changes", case.id);
        assert!(changes(&case.before, &case.before).is_empty(), "{}: nothing changes", case.id);
    }
    assert!(report.is_empty(), "{} of {}:\n{}", report.len(), cases.len(), report.join("\n"));
}
