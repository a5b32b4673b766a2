//! Dashboards: what was rendered, looked at by the checker that looks at any.

use crate::diagnostic::{Code, Diagnostic};

/// A dashboard was rendered that shows nothing, or something wrong: a bug of this program.
pub const RENDERED: Code = Code("GEN0493");

/// What is wrong with the dashboards of a rendered template.
#[must_use]
pub fn rendered(path: &str, text: &str) -> Vec<Diagnostic> {
    let Ok(template) = serde_json::from_str(text) else { return Vec::new() };
    let findings = strataform_dashboard::check(&template);
    let unsure = findings.into_iter().map(|finding| {
        let summary = format!("{path}, {}: {} ({})", finding.path, finding.summary, finding.code);
        Diagnostic::unplaced(RENDERED, summary).our_bug()
    });
    unsure.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rendered_wrong_is_told_with_its_place() {
        let template =
            "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {}}}}";
        let found = rendered("visualization/template.json", template);
        assert_eq!(
            found[0].summary,
            "visualization/template.json, /Resources/A/Properties: give `Definition` or `SourceEntity`, and not \
             both (QS0602)"
        );
    }
}
