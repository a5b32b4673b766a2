//! The floor: the time of `serde_json` to write equal values.

use strataform_template::{Template, TemplateFaults};

/// The templates as values of `serde_json`, parsed from their own rendering.
///
/// # Errors
/// If a template has faults.
pub fn values(templates: &[Template]) -> Result<Vec<serde_json::Value>, TemplateFaults> {
    let read = |json: String| serde_json::from_str(&json).unwrap_or_default();
    Ok(serialize(templates)?.into_iter().map(read).collect())
}

/// The JSON of every value.
#[must_use]
pub fn serialize_values(values: &[serde_json::Value]) -> Vec<String> {
    values.iter().map(|value| serde_json::to_string(value).unwrap_or_default()).collect()
}

/// The JSON of every template.
///
/// # Errors
/// If a template has faults.
pub fn serialize(templates: &[Template]) -> Result<Vec<String>, TemplateFaults> {
    templates.iter().map(Template::to_json_compact).collect()
}
