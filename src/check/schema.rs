//! Checks every property of every resource against the facts about its type.

use super::code::{OVERRIDE, STAGE};
use crate::diagnostic::Diagnostic;
use crate::model::Override;
use crate::platform::Stack;

pub(super) fn check(stack: &Stack, overrides: &[Override], found: &mut Vec<Diagnostic>) {
    for fault in stack.template().faults() {
        found.push(ours(stack, &fault.to_string()));
    }
    for finding in strataform_schema::template(stack.template()) {
        found.push(match overrides.iter().find(|one| is_at(stack, one, &finding.path)) {
            Some(one) => Diagnostic::error(OVERRIDE, one.span.clone(), "invalid override")
                .because(format!("{}: {}", one.resource, finding.message))
                .help("look up the property in the reference of the resource type, or remove the override"),
            None => ours(stack, &finding.to_string()),
        });
    }
}

/// Whether a path is a property that an override sets, inside it, or one of its parents.
#[must_use]
pub fn is_at(stack: &Stack, one: &Override, path: &str) -> bool {
    if one.stage != stack.name.stage {
        return false;
    }
    let resource = format!("/Resources/{}/Properties", one.resource);
    let property = format!("{resource}/{}", one.property.replace('.', "/"));
    let within = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    within(&property, path) || (within(&resource, path) && within(path, &property))
}

fn ours(stack: &Stack, what: &str) -> Diagnostic {
    Diagnostic::unplaced(STAGE, format!("CloudFormation would not accept the {} stack", stack.name))
        .because(what.to_owned())
        .our_bug()
}
