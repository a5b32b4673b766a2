//! [`Stack`]: a template with the name and the tags that its stack is deployed with.

use std::collections::BTreeMap;

use crate::template::Template;

/// A template to be deployed as one stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// The name of the stack: letters, digits and hyphens, a letter first, at most 128.
    pub name: String,
    /// Tags that `CloudFormation` puts on the stack and on every resource in it that takes tags.
    pub tags: BTreeMap<String, String>,
    /// What it holds.
    pub template: Template,
}

impl Stack {
    /// A stack with an empty template.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), tags: BTreeMap::new(), template: Template::new() }
    }

    /// Adds a tag for the stack and everything in it.
    pub fn tag(&mut self, key: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.tags.insert(key.into(), value.into());
        self
    }
}
