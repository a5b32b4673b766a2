//! A comparison as SARIF 2.1.0: a rule for each impact, a result for each verdict that is not safe.

use serde_json::{Value, json};
use strataform::diff::{Change, Impact, Part, Report, Verdict};

use super::super::findings::sarif::run;
use super::{line, witness};

/// The file of a change, from the root of the project.
pub(super) fn file(part: &Part, change: &Change) -> Option<String> {
    let place = part.names.first().filter(|name| name.contains('/') || change.file.is_some())?;
    match &change.file {
        Some(file) => Some(format!("generated/{place}/{file}")),
        None => place.split('/').next().map(|platform| format!("platforms/{platform}/platform.toml")),
    }
}

/// The document.
pub(in crate::cli) fn document(report: &Report) -> Value {
    let rules: Vec<Value> = Impact::ALL
        .into_iter()
        .filter(|impact| *impact > Impact::Safe)
        .map(|impact| json!({"id": impact.name(), "defaultConfiguration": {"level": level(impact)}}))
        .collect();
    let results: Vec<Value> = report
        .parts
        .iter()
        .flat_map(|part| {
            part.changes.iter().flat_map(Change::all).flat_map(move |change| results(part, change))
        })
        .collect();
    run(&rules, &results)
}

fn level(impact: Impact) -> &'static str {
    if impact.is_dangerous() { "error" } else { "warning" }
}

/// A verdict with what shows it.
fn text(change: &Change, verdict: &Verdict) -> String {
    let shown = witness(verdict).map(|text| format!("; {text}")).unwrap_or_default();
    format!("{}: {}{shown}", line(change), verdict.reason)
}

fn results(part: &Part, change: &Change) -> Vec<Value> {
    let verdicts = change.verdicts.iter().filter(|one| one.impact > Impact::Safe);
    verdicts
        .map(|one| {
            let mut result = json!({
                "ruleId": one.impact.name(),
                "level": level(one.impact),
                "message": {"text": text(change, one)},
                "logicalLocations": [{"fullyQualifiedName": change.subject}],
            });
            if let (Some(file), Value::Object(members)) = (file(part, change), &mut result) {
                let place = json!([{"physicalLocation": {"artifactLocation": {"uri": file}}}]);
                members.insert("locations".to_owned(), place);
            }
            result
        })
        .collect()
}
