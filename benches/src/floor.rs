//! The floor: what `serde_json` takes to write equal values.

use strataform_template::{Template, TemplateFaults};

/// The templates as values of `serde_json`, read from their own rendering.
///
/// # Errors
/// Where a template has faults.
pub fn values(templates: &[Template]) -> Result<Vec<serde_json::Value>, TemplateFaults> {
    let read = |json: String| serde_json::from_str(&json).unwrap_or_default();
    Ok(serialise(templates)?.into_iter().map(read).collect())
}

/// The JSON of every value.
#[must_use]
pub fn serialise_values(values: &[serde_json::Value]) -> Vec<String> {
    values.iter().map(|value| serde_json::to_string(value).unwrap_or_default()).collect()
}

/// The JSON of every template.
///
/// # Errors
/// Where a template has faults.
pub fn serialise(templates: &[Template]) -> Result<Vec<String>, TemplateFaults> {
    templates.iter().map(Template::to_json_compact).collect()
}
