//! Dashboards: each definition is right, and the file that people review is the one that is deployed.
//!
//! In: the definitions in files and in templates. Out: diagnostics at their places.

use serde_json::Value;
use strataform_dashboard::Severity;

use super::{Checked, pointed};
use crate::check::code::ASSEMBLY_DEFINITION;
use crate::diagnostic::Diagnostic;

pub(super) fn check(checked: &mut Checked<'_>) {
    let mut found: Vec<(String, Diagnostic)> = Vec::new();
    for (path, template) in &checked.templates {
        for one in strataform_dashboard::check(template) {
            let diagnostic = pointed(one.code.code(), one.path, one.summary).help(one.help);
            let severity = match one.severity {
                Severity::Error => crate::diagnostic::Severity::Error,
                Severity::Warning => crate::diagnostic::Severity::Warning,
            };
            found.push(((*path).to_owned(), Diagnostic { severity, ..diagnostic }));
        }
    }
    let deployed: Vec<&Value> = checked
        .resources("AWS::QuickSight::Dashboard")
        .into_iter()
        .map(|(_, _, properties)| &properties["Definition"])
        .collect();
    for path in checked.assembly.files.keys().filter(|path| path.starts_with("visualization/dashboards/")) {
        let text = checked.assembly.text(path).unwrap_or_default();
        let reviewed: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if !deployed.iter().any(|one| same(one, &reviewed)) {
            let one = Diagnostic::error(ASSEMBLY_DEFINITION, 0..0, "no template has this definition")
                .because("what is deployed differs from the file")
                .help(super::AGAIN);
            found.push((path.clone(), one));
        }
    }
    for (path, one) in found {
        checked.add(&path, one);
    }
}

/// Whether two definitions are equal; a reference of the template stands for what the file has as text.
fn same(deployed: &Value, reviewed: &Value) -> bool {
    match (deployed, reviewed) {
        (Value::Object(left), Value::Object(right)) => {
            let is_function =
                left.len() == 1 && left.keys().all(|key| key == "Ref" || key.starts_with("Fn::"));
            is_function
                || (left.len() == right.len()
                    && left.iter().all(|(key, one)| right.get(key).is_some_and(|other| same(one, other))))
        }
        (Value::Object(left), Value::String(_)) => left.len() == 1,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(one, other)| same(one, other))
        }
        (left, right) => left == right,
    }
}
