//! Parsing: a template or a node from JSON or YAML text.
//!
//! In: any text. Out: the same values that the builders make, in canonical form, or every error with its position. It
//! refuses what readers disagree about (duplicate keys), what has no meaning in `CloudFormation` (unknown tags, a
//! second document), and what is meant to exhaust its reader (unlimited nesting, exponential aliases, endless keys).

mod build;
mod compose;
mod error;
mod json;
mod keys;
mod places;
mod scalar;
mod tag;
mod template;

pub use error::{ParseError, ParseErrors};
pub use places::Places;

pub(crate) use scalar::is_text;

use crate::node::Node;
use crate::template::Template;
use compose::Repeated;

/// The maximum depth of a document. It is the limit of `serde_json`, so that whatever is parsed from YAML can be
/// rendered as JSON and parsed again.
const DEPTH: usize = 127;

/// The maximum number of errors that are reported of a text.
const REPORTED: usize = 100;

const NO_MAPPING: &str = "a template must be a mapping of sections";

impl Template {
    /// Parses a template from JSON.
    ///
    /// # Errors
    /// Every duplicate key, or the first syntax error; a top level that is not an object.
    pub fn from_json(text: &str) -> Result<Self, ParseErrors> {
        template::from_node(keys::bounded(json::read(text)?)?)
            .ok_or_else(|| json::start(text).error(NO_MAPPING).into())
    }

    /// Parses a template from YAML: all short forms, anchors and merge keys, and scalars as in `CloudFormation`'s
    /// YAML 1.1 (`yes` is a boolean, `0755` is octal), except timestamps, which remain text.
    ///
    /// # Errors
    /// Every duplicate key and unknown tag; the first syntax error; a second document; a top level that is not a
    /// mapping; nesting or aliases beyond the limits.
    pub fn from_yaml(text: &str) -> Result<Self, ParseErrors> {
        let (node, place) = read_yaml(text)?;
        template::from_node(node).ok_or_else(|| place.error(NO_MAPPING).into())
    }

    /// Parses a template from JSON or YAML: text that starts with a brace is JSON, or YAML in flow style if it is not
    /// valid JSON.
    ///
    /// # Errors
    /// As [`Template::from_json`] and [`Template::from_yaml`]. If both fail, the errors are those of JSON if the
    /// first key is quoted, otherwise those of the parser that came further in the text.
    pub fn parse(text: &str) -> Result<Self, ParseErrors> {
        let Some(inside) = without_mark(text).trim_start().strip_prefix('{') else {
            return Self::from_yaml(text);
        };
        let quoted = inside.trim_start().starts_with('"');
        Self::from_json(text).or_else(|json| {
            Self::from_yaml(text).map_err(|yaml| {
                let further = !quoted && yaml.reach() > json.reach();
                if further { yaml } else { json }
            })
        })
    }
}

impl Node {
    /// Parses a single value from JSON.
    ///
    /// # Errors
    /// Every duplicate key, or the first syntax error.
    pub fn from_json(text: &str) -> Result<Self, ParseErrors> {
        keys::bounded(json::read(text)?)
    }

    /// Parses a single value from YAML, as [`Template::from_yaml`] does; empty text is `null`.
    ///
    /// # Errors
    /// As [`Template::from_yaml`], except that any value is accepted.
    pub fn from_yaml(text: &str) -> Result<Self, ParseErrors> {
        read_yaml(text).map(|(node, _)| node)
    }

    /// Parses a single value from YAML, as [`Node::from_yaml`] does, except that of equal keys in a mapping the last one
    /// counts: what other programs read may not be refused. Returns also where keys are repeated.
    ///
    /// # Errors
    /// As [`Node::from_yaml`], without duplicate keys.
    pub fn from_yaml_with_repeated_keys(text: &str) -> Result<(Self, Vec<ParseError>), ParseErrors> {
        let (tree, repeated) = compose::compose(without_mark(text), Repeated::Replace)?;
        Ok((keys::bounded(build::build(&tree)?)?, repeated))
    }
}

fn read_yaml(text: &str) -> Result<(Node, error::Place), ParseErrors> {
    let (tree, _) = compose::compose(without_mark(text), Repeated::Refuse)?;
    Ok((keys::bounded(build::build(&tree)?)?, tree.place))
}

/// The text without a leading byte order mark.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
