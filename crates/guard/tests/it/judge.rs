//! AWS's released command, `cfn-guard`, as a library: what it says about rules and templates.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;

use cfn_guard::commands::Executable;
use cfn_guard::commands::validate::{OutputFormatType, ShowSummaryType};
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder, TestBuilder, ValidateBuilder};
use serde_json::{Value, json};
use strataform_guard::{GuardReport, GuardStatus, RuleFile};

/// For each rule, its status and the paths where it fails.
pub(crate) type Verdict = BTreeMap<String, (String, BTreeSet<String>)>;

/// What the command says about rule files and templates.
pub(crate) fn verdicts(rules: &[RuleFile], templates: &[&Value]) -> Vec<Verdict> {
    let rules: Vec<_> = rules.iter().map(|file| &file.text).collect();
    let data: Vec<_> = templates.iter().map(ToString::to_string).collect();
    let payload = json!({ "rules": rules, "data": data }).to_string();
    let command = ValidateBuilder::default()
        .payload(true)
        .structured(true)
        .show_summary(vec![ShowSummaryType::None])
        .output_format(OutputFormatType::JSON)
        .try_build()
        .unwrap();
    let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(payload.into_bytes())));
    let mut writer =
        Writer::new_with_err(WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new())).unwrap();
    command.execute(&mut writer, &mut reader).unwrap();
    let report: Vec<Value> = serde_json::from_str(&writer.into_string().unwrap()).unwrap();
    assert_eq!(report.len(), templates.len());
    report.iter().zip(templates).map(|(report, template)| verdict(report, template)).collect()
}

/// What `cfn-guard test` prints for a folder of rules and their cases, and its exit code.
pub(crate) fn test(folder: &Path) -> (i32, String) {
    let folder = folder.to_str().unwrap().to_owned();
    let command = TestBuilder::default().directory(Some(folder)).alphabetical(true).try_build().unwrap();
    let mut reader = Reader::default();
    let mut writer =
        Writer::new_with_err(WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new())).unwrap();
    let code = command.execute(&mut writer, &mut reader).unwrap();
    (code, writer.stripped().unwrap())
}

fn verdict(report: &Value, template: &Value) -> Verdict {
    let mut verdict = Verdict::new();
    for (list, status) in [("not_applicable", "SKIP"), ("compliant", "PASS")] {
        for rule in report[list].as_array().unwrap() {
            verdict.insert(bare(rule.as_str().unwrap()), (status.to_owned(), BTreeSet::new()));
        }
    }
    for rule in report["not_compliant"].as_array().unwrap() {
        let rule = &rule["Rule"];
        let (status, paths) = verdict.entry(bare(rule["name"].as_str().unwrap())).or_default();
        "FAIL".clone_into(status);
        rule["checks"].as_array().unwrap().iter().for_each(|check| places(check, template, paths));
    }
    verdict
}

/// Clauses outside of rules form the rule `default`, with the name of the file.
fn bare(rule: &str) -> String {
    rule.rsplit('/').next().unwrap().to_owned()
}

/// The paths of a check: where the value is that fails, or up to where it was found.
fn places(check: &Value, template: &Value, paths: &mut BTreeSet<String>) {
    let (kind, check) = check.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "Rule" | "Disjunctions" => {
            check["checks"].as_array().unwrap().iter().for_each(|check| places(check, template, paths));
        }
        "Block" => paths.extend(check["unresolved"]["traversed_to"]["path"].as_str().map(str::to_owned)),
        "Clause" => {
            let (_, report) = check.as_object().unwrap().iter().next().unwrap();
            // The comparisons of a filter of keys; they are not clauses of the rule.
            if report["context"] == "" {
                return;
            }
            let (kind, found) = report["check"].as_object().unwrap().iter().next().unwrap();
            let place = match kind.as_str() {
                "UnResolved" => &found["value"]["traversed_to"],
                "Resolved" if found["value"].is_null() => &found["from"],
                "Resolved" => &found["value"],
                "InResolved" => &found["from"],
                "UnResolvedContext" => return,
                other => panic!("{other}"),
            };
            let path = place["path"].as_str().unwrap();
            // The command gives a captured key the path of its object; here, it has the path of its value.
            let map = template.pointer(path).and_then(Value::as_object);
            let key = place["value"].as_str().filter(|key| map.is_some_and(|map| map.contains_key(*key)));
            paths.insert(key.map_or_else(|| path.to_owned(), |key| format!("{path}/{key}")));
        }
        other => panic!("{other}"),
    }
}

/// The same of ours. The command's paths do not escape a slash in a key, so ours are compared without escapes.
pub(crate) fn ours(report: &GuardReport) -> Verdict {
    let place = |pointer: &String| pointer.replace("~1", "/").replace("~0", "~");
    let outcomes = report.outcomes.iter().map(|outcome| {
        let status = match outcome.status {
            GuardStatus::Pass => "PASS",
            GuardStatus::Fail => "FAIL",
            GuardStatus::Skip => "SKIP",
        };
        let paths = outcome.findings.iter().flat_map(|finding| match finding.alternatives.as_slice() {
            [] => vec![place(&finding.pointer)],
            alternatives => alternatives.iter().map(place).collect(),
        });
        (bare(&outcome.rule), (status.to_owned(), paths.collect()))
    });
    outcomes.collect()
}
