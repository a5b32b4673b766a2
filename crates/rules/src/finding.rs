//! [`Finding`]: what breaks a rule, and where.

use strataform_diagnostic::Code;

use crate::world::Resource;

/// Where a finding points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// The name of a property or resource.
    Key,
    /// The value.
    Value,
}

/// What breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The stack.
    pub stack: String,
    /// A JSON pointer in its template: `/Resources/Raw/Properties/BucketName`.
    pub pointer: String,
    /// Whether it points at the name or at the value.
    pub at: At,
    /// The rule.
    pub code: Code,
    /// What is wrong.
    pub summary: String,
    /// Why, with the other resource.
    pub cause: String,
    /// What to do.
    pub help: String,
}

/// What a rule reports.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) found: Vec<Finding>,
}

impl Report {
    /// Reports a property: the place of its value, or of the nearest one that it would be in.
    pub(crate) fn property(&mut self, code: Code, resource: &Resource, path: &str, words: Words) {
        let pointer = if path.is_empty() {
            format!("/Resources/{}", resource.id)
        } else {
            format!("/Resources/{}/Properties/{path}", resource.id)
        };
        self.push(code, resource, pointer, if path.is_empty() { At::Key } else { At::Value }, words);
    }

    /// Reports something that a resource lacks.
    pub(crate) fn resource(&mut self, code: Code, resource: &Resource, words: Words) {
        self.property(code, resource, "", words);
    }

    fn push(&mut self, code: Code, resource: &Resource, pointer: String, at: At, words: Words) {
        let Words { summary, cause, help } = words;
        let stack = resource.stack.clone();
        self.found.push(Finding { stack, pointer, at, code, summary, cause, help });
    }
}

/// The words of a finding.
pub(crate) struct Words {
    pub(crate) summary: String,
    pub(crate) cause: String,
    pub(crate) help: String,
}

/// What is wrong, why, and what to do.
pub(crate) fn words(summary: impl Into<String>, cause: impl Into<String>, help: impl Into<String>) -> Words {
    Words { summary: summary.into(), cause: cause.into(), help: help.into() }
}
