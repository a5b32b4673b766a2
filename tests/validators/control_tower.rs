//! AWS Control Tower's proactive controls, by the `cfn-guard` command that their package ships: a failure has a reason in
//! `docs/security.md`, and a reason has a failure.
//!
//! Control Tower evaluates them in a hook, when references have become text. So references to parameters and to the ARNs of buckets are
//! text here, too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use super::reasons::{Finding, faults, reasons};
use super::{every_key, files, root, stdout, templates, wrong};
use crate::tool::tool;

const HEADER: &str = "| control | resource | reason | source |";

/// The rules and the command.
struct Guard {
    package: PathBuf,
    /// Where templates are written for the command.
    folder: PathBuf,
}

impl Guard {
    fn find(name: &str) -> Option<Self> {
        let modules = tool("STRATAFORM_GUARD_MODULES")?;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("control-tower-{name}"));
        Some(Self { package: modules.join("@cdklabs/cdk-validator-cfnguard"), folder })
    }

    /// The rule files, each with the resource types that it names.
    fn rules(&self) -> BTreeMap<PathBuf, BTreeSet<String>> {
        let all = files(&self.package.join("rules/control-tower/cfn-guard"), ".guard");
        assert!(all.len() >= 200, "{} rules", all.len());
        let named = all.into_iter().map(|path| {
            let text = fs::read_to_string(&path).expect("a rule");
            let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            let words = code.flat_map(|line| {
                line.split(|letter| !matches!(letter, ':' | '0'..='9' | 'A'..='Z' | 'a'..='z'))
            });
            let types = words.filter(|word| word.starts_with("AWS::")).map(str::to_owned).collect();
            (path, types)
        });
        named.collect()
    }

    /// What fails in templates. The command copies a template for each rule, so rules that name the same types run together, over the
    /// resources of these types.
    fn failures(&self, templates: &[(String, Value)]) -> Vec<Finding> {
        let mut groups: BTreeMap<BTreeSet<String>, Vec<PathBuf>> = BTreeMap::new();
        for (rule, types) in self.rules() {
            groups.entry(types).or_default().push(rule);
        }
        let mut found = Vec::new();
        for (types, rules) in groups {
            let all =
                templates.iter().filter_map(|(name, template)| Some((name, of_types(template, &types)?)));
            let all: Vec<_> = all.collect();
            if !all.is_empty() {
                found.extend(self.run(&rules, &all));
            }
        }
        found
    }

    fn run(&self, rules: &[PathBuf], templates: &[(&String, Value)]) -> Vec<Finding> {
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).expect("a folder");
        for (name, template) in templates {
            fs::write(self.folder.join(name), template.to_string()).expect("a file");
        }
        let architecture = if cfg!(target_arch = "aarch64") { "aarch64" } else { "x86_64" };
        let mut command = Command::new(self.package.join(format!("bin/ubuntu/{architecture}/cfn-guard")));
        command.args(["validate", "--structured", "--output-format", "json", "--show-summary", "none"]);
        command.arg("--rules").args(rules).arg("--data").arg(&self.folder);
        let reports: Vec<Value> =
            serde_json::from_str(&stdout(&mut command)).expect("the command prints JSON");
        assert_eq!(reports.len(), templates.len());
        reports.iter().flat_map(of_report).collect()
    }
}

/// The failures in a template: a control and a resource each.
fn of_report(report: &Value) -> Vec<Finding> {
    let rules = report["not_compliant"].as_array().expect("a list").iter();
    let each = rules.flat_map(|rule| {
        let text = rule.to_string();
        let control = between(&text, "[CT.", "]");
        let places = text.split("\"path\":\"/Resources/").skip(1);
        let resources: BTreeSet<_> = places.filter_map(|rest| rest.split(['/', '"']).next()).collect();
        assert!(!control.is_empty() && !resources.is_empty(), "{text}");
        let finding = |resource: &str| Finding {
            rule: format!("CT.{control}"),
            detail: String::new(),
            file: report["name"].as_str().unwrap_or_default().to_owned(),
            resource: resource.to_owned(),
            description: between(&text, "]: ", "\\n").to_owned(),
        };
        resources.into_iter().map(finding).collect::<Vec<_>>()
    });
    each.collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(inner, _)| inner)
}

/// The resources of these types.
fn of_types(template: &Value, types: &BTreeSet<String>) -> Option<Value> {
    let all = template["Resources"].as_object().expect("a template");
    let is_named = |one: &Value| one["Type"].as_str().is_some_and(|kind| types.contains(kind));
    let kept: Map<String, Value> =
        all.iter().filter(|(_, one)| is_named(one)).map(|(id, one)| (id.clone(), one.clone())).collect();
    (!kept.is_empty()).then(|| json!({ "Resources": kept }))
}

/// A template as a hook sees its resources.
fn resolved(path: &Path, base: &Path) -> (String, Value) {
    let name = path.strip_prefix(base).expect("it is inside").to_string_lossy().replace('/', "-");
    let mut template: Value = serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (name, _) in template["Parameters"].as_object().into_iter().flatten() {
        known.insert(name.clone(), name.clone());
    }
    for (id, _) in template["Resources"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, one)| one["Type"] == "AWS::S3::Bucket")
    {
        known.insert(format!("{id}.Arn"), format!("arn:aws:s3:::{}", id.to_lowercase()));
    }
    resolve(&mut template, &known);
    (name, template)
}

fn resolve(value: &mut Value, known: &BTreeMap<String, String>) {
    let text = match value {
        Value::Object(map) if map.len() == 1 => match map.iter().next() {
            Some((key, Value::String(name))) if key == "Ref" => known.get(name).cloned(),
            Some((key, Value::Array(parts))) if key == "Fn::GetAtt" => {
                let parts: Vec<_> = parts.iter().filter_map(Value::as_str).collect();
                known.get(&parts.join(".")).cloned()
            }
            Some((key, Value::String(text))) if key == "Fn::Sub" => {
                let whole = known
                    .iter()
                    .fold(text.clone(), |text, (name, to)| text.replace(&format!("${{{name}}}"), to));
                Some(whole).filter(|text| !text.contains("${"))
            }
            _ => None,
        },
        _ => None,
    };
    match (text, value) {
        (Some(text), value) => *value = Value::String(text),
        (None, Value::Array(list)) => list.iter_mut().for_each(|one| resolve(one, known)),
        (None, Value::Object(map)) => map.values_mut().for_each(|one| resolve(one, known)),
        (None, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {}
    }
}

/// A template override of the platform file that uses every key is its own affair.
fn is_overridden(finding: &Finding) -> bool {
    finding.file.contains("shop-") && finding.resource == "RawBucket" && finding.rule == "CT.S3.PR.11"
}

#[test]
fn each_failure_of_a_control_of_control_tower_has_a_reason() {
    let Some(guard) = Guard::find("shipped") else { return };
    let generated = root().join("generated");
    let mut all: Vec<_> = templates().iter().map(|path| resolved(path, &generated)).collect();
    let every = every_key("control-tower");
    all.extend(files(&every, "template.json").iter().map(|path| resolved(path, &every)));
    let mut found = guard.failures(&all);
    found.retain(|one| !is_overridden(one));
    let page = fs::read_to_string(root().join("docs/security.md")).expect("the page exists");
    let known = reasons(&page, HEADER);
    let wrong_ones = faults(&known, &found);
    assert!(wrong_ones.is_empty(), "docs/security.md:\n{}", wrong_ones.join("\n"));
    for at in 0..known.len() {
        let mut fewer = reasons(&page, HEADER);
        let needed = fewer.remove(at);
        assert!(!faults(&fewer, &found).is_empty(), "nothing needs {needed:?}");
    }
    let package = fs::read_to_string(root().join("tools/guard/package.json")).expect("the lock exists");
    let version = between(&package, "\"@cdklabs/cdk-validator-cfnguard\": \"", "\"");
    let line = format!("| `@cdklabs/cdk-validator-cfnguard` {version} | ");
    assert!(page.contains(&line), "docs/security.md must contain: {line}");
    // A template with faults.
    let folder = wrong("control-tower");
    let others = guard.failures(&[resolved(&folder.join("storage/template.json"), &folder)]);
    assert!(others.iter().any(|one| one.rule == "CT.S3.PR.1"), "{others:?}");
}
