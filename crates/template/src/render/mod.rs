//! Rendering: a template or a node as JSON or YAML bytes, the same every time.

mod json;
mod scalar;
mod serialize;
mod yaml;

use crate::node::Node;
use crate::template::{Template, TemplateFaults};

impl Template {
    /// JSON with two spaces of indentation and a newline at the end: the form to commit and review.
    ///
    /// # Errors
    /// Every fault of the template, where it has any.
    pub fn to_json(&self) -> Result<String, TemplateFaults> {
        self.sound()?;
        Ok(json::pretty(self))
    }

    /// JSON in the fewest bytes: the form to send, where the size of a template is limited.
    ///
    /// # Errors
    /// Every fault of the template, where it has any.
    pub fn to_json_compact(&self) -> Result<String, TemplateFaults> {
        self.sound()?;
        Ok(json::compact(self))
    }

    /// YAML in block style with short forms: the form to read. Every YAML reader takes it for the same
    /// values, whether it follows YAML 1.1 or 1.2.
    ///
    /// # Errors
    /// Every fault of the template, where it has any.
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
    /// The value as JSON with two spaces of indentation and a newline at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::pretty_node(self)
    }

    /// The value as YAML in block style with short forms, and a newline at the end.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        yaml::node(self)
    }
}
