//! The limits of a template: what "Understand `CloudFormation` quotas" and the reference of template sections document.
//!
//! In: a template. Out: what exceeds a limit, with its place. It does not know how much of an account is used; `gen doctor` asks.

use strataform_template::{Node, Object, Section, Template, pointer};

use super::code::LIMIT;
use crate::diagnostic::Diagnostic;
use crate::platform::Stack;

/// The most resources of a template.
pub const RESOURCES: usize = 500;
/// The most parameters of a template, and the most outputs, mappings, keys of a mapping, and values of such a key.
pub const ENTRIES: usize = 200;
/// The most bytes of an uploaded template.
pub const BYTES: usize = 1_000_000;
/// The most bytes of the description of a template, and of an output.
const DESCRIPTION: usize = 1_024;
/// The most characters of the description of a parameter.
const PARAMETER_DESCRIPTION: usize = 4_000;
/// The most bytes of the value of a parameter.
const VALUE: usize = 4_096;
/// The most characters of a name: of a resource, a parameter, an output, a mapping.
const NAME: usize = 255;

/// What exceeds a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excess {
    /// Where it is in the template.
    pub(super) pointer: String,
    /// A part of the template; `None` is the whole.
    part: Option<String>,
    size: usize,
    unit: &'static str,
    most: usize,
    help: &'static str,
}

impl Excess {
    /// The problem of a template or stack, which has this name.
    pub(super) fn diagnostic(&self, whole: &str) -> Diagnostic {
        let Self { pointer: _, part, size, unit, most, help } = self;
        let subject = part.as_ref().map_or_else(|| whole.to_owned(), |part| format!("{part} of {whole}"));
        Diagnostic::error(LIMIT, 0..0, format!("{subject} has {size} {unit}"))
            .because(format!("CloudFormation allows at most {most}"))
            .help(if help.is_empty() { "divide it into several stacks" } else { help })
    }
}

/// What exceeds a limit in a template whose text has so many bytes.
pub(super) fn excesses(template: &Template, bytes: usize) -> Vec<Excess> {
    let sizes = Sizes(template);
    let all = [sizes.whole(bytes), sizes.names(), sizes.outputs(), sizes.parameters(), sizes.mappings()];
    all.into_iter().flatten().filter(|one| one.size > one.most).collect()
}

/// Measures a template.
struct Sizes<'a>(&'a Template);

impl<'a> Sizes<'a> {
    fn entries(&self, section: &Section) -> impl Iterator<Item = (&'a str, &'a Node)> {
        self.0.section(section).and_then(Node::as_object).into_iter().flat_map(Object::iter)
    }

    fn whole(&self, bytes: usize) -> Vec<Excess> {
        let count = |section: &Section| self.entries(section).count();
        let counts = [
            ("resources", "/Resources", self.0.items().count(), RESOURCES),
            ("parameters", "/Parameters", count(&Section::Parameters), ENTRIES),
            ("outputs", "/Outputs", count(&Section::Outputs), ENTRIES),
            ("mappings", "/Mappings", count(&Section::Mappings), ENTRIES),
            ("bytes", "", bytes, BYTES),
        ];
        let description = self.0.section(&Section::Description).and_then(Node::as_str).unwrap_or_default();
        let limit = ("bytes", DESCRIPTION, SHORTEN);
        let description = part(&["Description"], "the description".to_owned(), description.len(), limit);
        counts.into_iter().map(whole).chain([description]).collect()
    }

    fn names(&self) -> Vec<Excess> {
        let of = |section: Section| self.entries(&section).map(|(name, _)| name).collect::<Vec<_>>();
        let named = [
            ("resource", "Resources", self.0.items().map(|(name, _)| name).collect()),
            ("parameter", "Parameters", of(Section::Parameters)),
            ("output", "Outputs", of(Section::Outputs)),
            ("mapping", "Mappings", of(Section::Mappings)),
        ];
        let each = named.into_iter().flat_map(|(kind, section, names)| {
            names.into_iter().map(move |name| {
                let subject = format!("the name of the {kind} `{}`", start(name));
                part(&[section, name], subject, name.chars().count(), ("characters", NAME, SHORTEN))
            })
        });
        each.collect()
    }

    fn outputs(&self) -> Vec<Excess> {
        let each = self.entries(&Section::Outputs).map(|(name, one)| {
            let subject = format!("the description of the output `{name}`");
            let size = text(one, "Description").len();
            part(&["Outputs", name, "Description"], subject, size, ("bytes", DESCRIPTION, SHORTEN))
        });
        each.collect()
    }

    fn parameters(&self) -> Vec<Excess> {
        let each = self.entries(&Section::Parameters).flat_map(|(name, one)| {
            let subject = |what: &str| format!("the {what} of the parameter `{name}`");
            let size = text(one, "Description").chars().count();
            let limit = ("characters", PARAMETER_DESCRIPTION, SHORTEN);
            let description = part(&["Parameters", name, "Description"], subject("description"), size, limit);
            let (size, limit) = (text(one, "Default").len(), ("bytes", VALUE, "divide the value"));
            [description, part(&["Parameters", name, "Default"], subject("default"), size, limit)]
        });
        each.collect()
    }

    fn mappings(&self) -> Vec<Excess> {
        let each = self.entries(&Section::Mappings).flat_map(|(name, keys)| {
            let keys = keys.as_object();
            let subject = format!("the mapping `{name}`");
            let size = keys.map_or(0, Object::len);
            let whole = part(&["Mappings", name], subject, size, ("keys", ENTRIES, DIVIDE));
            let inner = keys.into_iter().flat_map(Object::iter).map(move |(key, values)| {
                let subject = format!("the key `{key}` of the mapping `{name}`");
                let size = values.as_object().map_or(0, Object::len);
                part(&["Mappings", name, key], subject, size, ("values", ENTRIES, DIVIDE))
            });
            std::iter::once(whole).chain(inner)
        });
        each.collect()
    }
}

/// A template and the size of its entries at a pointer.
fn whole((unit, pointer, size, most): (&'static str, &str, usize, usize)) -> Excess {
    Excess { pointer: pointer.to_owned(), part: None, size, unit, most, help: "" }
}

/// A part of a template and its size.
fn part(
    place: &[&str],
    part: String,
    size: usize,
    (unit, most, help): (&'static str, usize, &'static str),
) -> Excess {
    let pointer = place.iter().fold(String::new(), |pointer, part| pointer + "/" + &pointer::escaped(part));
    Excess { pointer, part: Some(part), size, unit, most, help }
}

/// The text of a member; the empty text if there is none.
fn text<'a>(node: &'a Node, key: &str) -> &'a str {
    node.as_object().and_then(|one| one.get(key)).and_then(Node::as_str).unwrap_or_default()
}

const SHORTEN: &str = "shorten it";
const DIVIDE: &str = "divide it into several mappings";

/// The start of a name that is too long to be shown.
fn start(name: &str) -> String {
    let start: String = name.chars().take(32).collect();
    if start.len() < name.len() { format!("{start}…") } else { start }
}

const MORE: &str = "set `platform.divisions` to a larger power of two, or split the platform in two";

/// What exceeds a limit in a stack of a platform.
pub(super) fn check(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let all = excesses(stack.template(), 0);
    found.extend(all.iter().map(|one| unplaced(stack, one)));
}

/// Returns the problem if a template is too large, which is known once it is rendered.
#[must_use]
pub fn bytes(stack: &Stack, size: usize) -> Option<Diagnostic> {
    let excess = whole(("bytes", "", size, BYTES));
    (size > BYTES).then(|| unplaced(stack, &excess))
}

fn unplaced(stack: &Stack, excess: &Excess) -> Diagnostic {
    let of = excess.diagnostic(&format!("the {} stack", stack.name));
    let whole = Diagnostic::unplaced(LIMIT, of.summary).because(of.cause);
    whole.help(if excess.help.is_empty() { MORE } else { excess.help })
}
