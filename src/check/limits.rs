//! The limits of a stack.

use strataform_template::{Object, Section};

use super::code::LIMIT;
use crate::diagnostic::Diagnostic;
use crate::platform::Stack;

/// The most resources of a template.
pub const RESOURCES: usize = 500;
/// The most parameters of a template, and the most outputs.
pub const PARAMETERS: usize = 200;
/// The most bytes of an uploaded template.
pub const BYTES: usize = 1_000_000;

pub(super) fn check(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let count = |section: &Section| {
        stack.template().section(section).and_then(|node| node.as_object()).map_or(0, Object::len)
    };
    let sizes = [
        ("resources", stack.template().items().count(), RESOURCES),
        ("parameters", count(&Section::Parameters), PARAMETERS),
        ("outputs", count(&Section::Outputs), PARAMETERS),
    ];
    for (what, size, most) in sizes {
        if size > most {
            found.push(over(stack, what, size, most));
        }
    }
}

/// Returns the problem if a template is too large, which is known once it is rendered.
#[must_use]
pub fn bytes(stack: &Stack, size: usize) -> Option<Diagnostic> {
    (size > BYTES).then(|| over(stack, "bytes", size, BYTES))
}

fn over(stack: &Stack, what: &str, size: usize, most: usize) -> Diagnostic {
    let summary = format!("the {} stack has {size} {what}", stack.name);
    Diagnostic::unplaced(LIMIT, summary)
        .because(format!("CloudFormation allows at most {most}"))
        .help("set `platform.divisions` to a larger power of two, or split the platform in two")
}
