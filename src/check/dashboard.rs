//! Dashboards: generated ones, and documents of the user, go through the same checker.

use serde_json::Value;
use strataform_dashboard::{Finding, Severity};
use strataform_schema as schema;
use strataform_template::{Node, pointer};

use super::code::RENDERED_DASHBOARD;
use crate::diagnostic::Diagnostic;

/// Returns the findings in a document of the user: a template, the description of a dashboard, or a definition. A
/// template is also checked against the schemas of its resource types.
#[must_use]
pub fn document(document: &Value) -> Vec<Finding> {
    let mut findings = strataform_dashboard::check(document);
    for (id, resource) in document["Resources"].as_object().into_iter().flatten() {
        let kind = resource["Type"].as_str().filter(|kind| kind.starts_with("AWS::QuickSight::"));
        let (Some(kind), Node::Object(properties)) = (kind, Node::from(resource["Properties"].clone()))
        else {
            continue;
        };
        let id = pointer::escaped(id);
        findings.extend(schema::properties(kind, &properties).into_iter().map(|found| Finding {
            code: strataform_dashboard::Code::Schema,
            severity: Severity::Error,
            path: format!("/Resources/{id}/Properties{}", found.path),
            summary: found.message,
            help: String::new(),
        }));
    }
    findings.sort_by(|one, other| (&one.path, one.code).cmp(&(&other.path, other.code)));
    findings
}

/// Returns the problems of the dashboards in a rendered template.
#[must_use]
pub fn rendered(path: &str, text: &str) -> Vec<Diagnostic> {
    let Ok(template) = serde_json::from_str(text) else { return Vec::new() };
    let findings = strataform_dashboard::check(&template);
    let diagnostics = findings.into_iter().map(|finding| {
        let summary = format!("{path}, {}: {} ({})", finding.path, finding.summary, finding.code);
        Diagnostic::unplaced(RENDERED_DASHBOARD, summary).our_bug()
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_dashboard_is_reported_with_its_place() {
        let template =
            "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {}}}}";
        let found = rendered("visualization/template.json", template);
        assert_eq!(
            found[0].summary,
            "visualization/template.json, /Resources/A/Properties: expected either `Definition` or `SourceEntity` \
             (QS0602)"
        );
    }
}
