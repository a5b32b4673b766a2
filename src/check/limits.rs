//! The limits of a stack.

use strataform_template::{Object, Section};

use super::code::LIMIT;
use crate::diagnostic::Diagnostic;
use crate::platform::Stack;

/// Resources of a template.
pub const RESOURCES: usize = 500;
/// Parameters of a template, and outputs of one.
pub const PARAMETERS: usize = 200;
/// Bytes of a template that is uploaded.
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

/// What is wrong with the size of the text of a template, which is known when it is rendered.
#[must_use]
pub fn bytes(stack: &Stack, size: usize) -> Option<Diagnostic> {
    (size > BYTES).then(|| over(stack, "bytes", size, BYTES))
}

fn over(stack: &Stack, what: &str, size: usize, most: usize) -> Diagnostic {
    let summary = format!("the {} stack has {size} {what}", stack.name);
    Diagnostic::unplaced(LIMIT, summary)
        .because(format!("CloudFormation takes {most} at most"))
        .help("set `platform.divisions` to a larger power of two, or make two platforms of this one")
}
