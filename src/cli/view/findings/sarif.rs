//! SARIF 2.1.0, for code scanning: a rule for each code, a result for each finding.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use strataform::diagnostic::{Code, Suppressed};

use super::{Placed, file, message, region};

/// The findings as a document.
pub(in crate::cli) fn document(found: &[Placed<'_>]) -> Value {
    let codes: BTreeMap<&str, Code> = found.iter().map(|(_, one)| (one.code.text(), one.code)).collect();
    let rules: Vec<Value> = codes.values().map(|code| rule(*code)).collect();
    run(&rules, &found.iter().map(|one| result(*one)).collect::<Vec<_>>())
}

/// A document with one run of `gen`.
pub(in crate::cli) fn run(rules: &[Value], results: &[Value]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "gen", "version": env!("CARGO_PKG_VERSION"), "informationUri": env!("CARGO_PKG_REPOSITORY"), "rules": rules}},
            "results": results,
        }],
    })
}

fn rule(code: Code) -> Value {
    let about = code.explanation();
    json!({
        "id": about.code,
        "shortDescription": {"text": about.meaning},
        "fullDescription": {"text": about.reason},
        "defaultConfiguration": {"level": about.severity.name()},
    })
}

fn result(placed: Placed<'_>) -> Value {
    let (_, one) = placed;
    let mut place = json!({"artifactLocation": {"uri": file(placed)}});
    if let (Some([(line, column), (last, end)]), Value::Object(members)) = (region(placed), &mut place) {
        let region = json!({"startLine": line, "startColumn": column, "endLine": last, "endColumn": end});
        members.insert("region".to_owned(), region);
    }
    let mut result = json!({
        "ruleId": one.code.text(),
        "level": one.severity.name(),
        "message": {"text": message(one)},
        "locations": [{"physicalLocation": place}],
    });
    if let Some(by) = &one.suppressed {
        result["suppressions"] = json!([suppression(by)]);
    }
    result
}

/// Outside of the file with the finding, or inside, as SARIF distinguishes.
fn suppression(by: &Suppressed) -> Value {
    match by {
        Suppressed::ByTeam { reason, until } => json!({
            "kind": "external",
            "status": "accepted",
            "justification": reason,
            "properties": {"until": until},
        }),
        Suppressed::ByTemplate => json!({"kind": "inSource", "status": "accepted"}),
    }
}
