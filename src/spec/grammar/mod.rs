//! The grammar of platform files, as data.
//!
//! Every table, its keys, what their values look like, and a sentence about each. The reader takes its known keys,
//! words and limits from here, the JSON Schema is [generated](super::schema) from it, and so are the tables of
//! `docs/platform-file.md`. What only the whole file shows (references, types of expressions, keys that exclude each
//! other) is not grammar, and stays with the readers.
//!
//! The keys of a visual stand with its kind, in `spec/dashboard/visual/`.

mod dashboard;
mod dataset;
mod forms;
mod settings;
mod shape;

pub(super) use dashboard::*;
pub(super) use dataset::*;
pub(super) use forms::*;
pub(super) use settings::*;
pub use shape::{Form, Shape, Want};
pub(super) use shape::{Words, words};

/// A table of the platform file whose keys are fixed.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// What the documentation calls it.
    pub name: &'static str,
    /// What it is called in the JSON Schema's definitions.
    pub id: &'static str,
    /// A sentence of Markdown.
    pub about: &'static str,
    /// The keys, in the order of the documentation.
    pub keys: &'static [Key],
    /// Keys of which at least one must be present; empty where there is no such rule.
    pub any_of: &'static [&'static str],
}

impl Section {
    /// The key of that name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As the file writes it.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Whether it must be present, and what holds where it is not.
    pub presence: Presence,
    /// A sentence of Markdown.
    pub about: &'static str,
}

/// Whether a key must be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// Without it this value holds, written as in TOML.
    Default(&'static str),
    /// Without it this holds, in a few words of Markdown.
    Optional(&'static str),
}

impl Key {
    /// A key that must be present.
    pub(super) const fn required(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, presence: Presence::Required, about }
    }

    /// A key that may be left out, and then means nothing.
    pub(super) const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, presence: Presence::Optional("none"), about }
    }

    /// The same key, with a value that holds without it, written as in TOML.
    pub(super) const fn default(self, value: &'static str) -> Self {
        Self { presence: Presence::Default(value), ..self }
    }

    /// The same key, with words about what holds without it.
    pub(super) const fn unless(self, words: &'static str) -> Self {
        Self { presence: Presence::Optional(words), ..self }
    }
}

/// Every table with fixed keys but those of visuals, in the order of the documentation.
pub const GRAMMAR: &[&Section] = &[
    ROOT,
    PLATFORM,
    RETENTION,
    ALARMS,
    NETWORK,
    WAREHOUSE,
    PRINCIPALS,
    ENVIRONMENT,
    DATASET,
    COLUMN,
    DERIVE,
    EXPECT,
    JOIN,
    AGGREGATE,
    DASHBOARD,
    SHEET,
    PARAMETER,
    CHOICES,
    CONTROL,
    FILTER,
    VISUAL,
    HIGHLIGHT,
    DATA_SET,
    REFRESH,
    THEME,
];
