//! Reading: a template or a node from JSON or YAML text.
//!
//! In: any text. Out: the same values that the builders make, one form for each meaning, or every
//! mistake with its place. It refuses what no two readers agree about (duplicate keys), what
//! `CloudFormation` has no meaning for (unknown tags, a second document), and what is meant to exhaust
//! its reader (nesting without end, aliases that multiply).

mod build;
mod compose;
mod error;
mod json;
mod scalar;
mod tag;
mod template;

pub use error::{ParseError, ParseErrors};

pub(crate) use scalar::is_text;

use crate::node::Node;
use crate::template::Template;

/// How deep a document may be nested. It is what `serde_json` takes, so that whatever is read from
/// YAML can be read again after it was rendered as JSON.
const DEPTH: usize = 127;

const NO_MAPPING: &str = "a template is a mapping of sections, and this is none";

impl Template {
    /// Reads a template from JSON.
    ///
    /// # Errors
    /// Every duplicate key, or the first mistake of syntax; a top level that is no object.
    pub fn from_json(text: &str) -> Result<Self, ParseErrors> {
        template::from_node(json::read(text)?).ok_or_else(|| json::start(text).error(NO_MAPPING).into())
    }

    /// Reads a template from YAML: all short forms, anchors and merge keys, and scalars as the YAML 1.1
    /// of `CloudFormation` takes them (`yes` is a truth value, `0755` is octal), but for timestamps,
    /// which stay text.
    ///
    /// # Errors
    /// Every duplicate key and unknown tag; the first mistake of syntax; a second document; a top level
    /// that is no mapping; nesting or aliases beyond all measure.
    pub fn from_yaml(text: &str) -> Result<Self, ParseErrors> {
        let (node, place) = read_yaml(text)?;
        template::from_node(node).ok_or_else(|| place.error(NO_MAPPING).into())
    }

    /// Reads a template from JSON or YAML, whichever it is: what starts with a brace is JSON, and YAML
    /// in flow style where it is no JSON.
    ///
    /// # Errors
    /// As [`Template::from_json`] and [`Template::from_yaml`]; of the two, those of JSON where the first
    /// key is quoted, and otherwise those of the one that came further in the text.
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
    /// Reads a single value from JSON.
    ///
    /// # Errors
    /// Every duplicate key, or the first mistake of syntax.
    pub fn from_json(text: &str) -> Result<Self, ParseErrors> {
        json::read(text)
    }

    /// Reads a single value from YAML, as [`Template::from_yaml`] does; no text at all is `null`.
    ///
    /// # Errors
    /// As [`Template::from_yaml`], except that any value is taken.
    pub fn from_yaml(text: &str) -> Result<Self, ParseErrors> {
        read_yaml(text).map(|(node, _)| node)
    }
}

fn read_yaml(text: &str) -> Result<(Node, error::Place), ParseErrors> {
    let tree = compose::compose(without_mark(text))?;
    Ok((build::build(&tree)?, tree.place))
}

/// The text without the byte order mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
