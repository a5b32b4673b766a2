//! Rendering: a template or a node as JSON or YAML bytes, the same every time.

mod json;
mod scalar;
mod serialize;
mod yaml;

use crate::node::Node;
use crate::template::{Template, TemplateFaults};

impl Template {
    /// JSON with two spaces of indentation and a trailing newline: the form to commit and review.
    ///
    /// # Errors
    /// Every fault of the template, if it has any.
    pub fn to_json(&self) -> Result<String, TemplateFaults> {
        self.sound()?;
        Ok(json::pretty(self))
    }

    /// Compact JSON: the form to send, because the size of a template is limited.
    ///
    /// # Errors
    /// Every fault of the template, if it has any.
    pub fn to_json_compact(&self) -> Result<String, TemplateFaults> {
        self.sound()?;
        Ok(json::compact(self))
    }

    /// YAML in block style with short forms: the form to read. Every YAML reader parses it to the same values,
    /// whether it implements YAML 1.1 or 1.2.
    ///
    /// # Errors
    /// Every fault of the template, if it has any.
    pub fn to_yaml(&self) -> Result<String, TemplateFaults> {
        self.sound()?;
        Ok(yaml::template(self))
    }

    fn sound(&self) -> Result<(), TemplateFaults> {
        match self.faults() {
            [] => Ok(()),
            faults => Err(TemplateFaults(faults.to_vec())),
        }
    }
}

impl Node {
    /// The value as JSON with two spaces of indentation and a trailing newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::pretty_node(self)
    }

    /// The value as YAML in block style with short forms and a trailing newline.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        yaml::node(self)
    }
}
