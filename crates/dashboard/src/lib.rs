//! A checker of QuickSight dashboards, for those of `gen` and for those that come from elsewhere.
//!
//! In: the JSON of a `CloudFormation` template, of a definition, or of what the service says of a dashboard. Out: findings
//! with a stable code and a place (a JSON pointer), all at once. It looks for what schemas do not see: references that
//! lead nowhere, ids that are not unique, types that do not fit, elements of a grid that overlap, and what a dashboard
//! shows wrong at run time although it was created. Schemas are other judges' work (`strataform-schema`, cfn-lint).
//!
//! ```
//! let definition = serde_json::json!({"DataSetIdentifierDeclarations": [], "CalculatedFields": [
//!     {"DataSetIdentifier": "sales", "Name": "margin", "Expression": "{revenue} - {cost}"}
//! ]});
//! let findings = strataform_dashboard::check(&definition);
//! assert_eq!(findings[0].code.text(), "QS0101");
//! assert_eq!(findings[0].path, "/CalculatedFields/0");
//! ```

#![warn(clippy::fn_params_excessive_bools)]

pub mod bundle;
mod code;
mod dataset;
mod definition;
mod expression;
mod finding;
pub mod formula;
mod json;
mod permission;
mod refresh;
mod template;

pub use dataset::{Columns, Kind};
pub use definition::check_definition;
pub use finding::{Code, Finding, Severity};

use json::At;
use serde_json::Value;

/// What is wrong with a document: a template of `CloudFormation`, what describes a dashboard or an analysis, or a bare
/// definition.
#[must_use]
pub fn check(document: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let root = At::root(document);
    if root.get("Resources").is_some_and(|resources| resources.value.is_object()) {
        template::check(&root, &mut findings);
    } else if let Some(definition) = definition_of(&root) {
        definition::check(&definition, &definition::Sources::new(), &mut findings);
    } else {
        let help = "give a template with `Resources`, or JSON with a `Definition` or `DataSetIdentifierDeclarations`";
        findings.push(Finding::error(Code::Document, &root, "the document has no dashboard").help(help));
    }
    findings.sort_by(|one, other| (&one.path, one.code).cmp(&(&other.path, other.code)));
    findings.dedup();
    findings
}

/// The definition in what the service says of a dashboard, or the document itself.
fn definition_of<'a>(root: &At<'a>) -> Option<At<'a>> {
    if root.get("DataSetIdentifierDeclarations").is_some() {
        return Some(root.clone());
    }
    root.get("Definition").or_else(|| root.get("definition")).filter(|found| found.value.is_object())
}
