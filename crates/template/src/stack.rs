//! [`Stack`]: a template with the name and tags of its stack.

use std::collections::BTreeMap;

use crate::template::Template;

/// A template to be deployed as one stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// The name of the stack: letters, digits and hyphens, starting with a letter, at most 128 characters.
    pub name: String,
    /// Tags that `CloudFormation` adds to the stack and to every resource in it that supports tags.
    pub tags: BTreeMap<String, String>,
    /// The template.
    pub template: Template,
}

impl Stack {
    /// A stack with an empty template.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), tags: BTreeMap::new(), template: Template::new() }
    }

    /// Adds a tag to the stack and everything in it.
    pub fn tag(&mut self, key: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.tags.insert(key.into(), value.into());
        self
    }
}
