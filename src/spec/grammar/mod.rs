//! The grammar of platform files, as data.
//!
//! Every table, its keys, the shapes of their values, and a sentence about each. The reader takes its known keys,
//! words and limits from here; the JSON Schema and the tables of `docs/platform-file.md` are
//! [generated](super::schema) from it. What only the whole file shows (references, types of expressions, keys that
//! exclude each other) is not part of the grammar; the readers check it.
//!
//! The keys of a visual are defined with its kind, in `spec/dashboard/visual/`.

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
    /// Its name in the documentation.
    pub name: &'static str,
    /// Its name in the definitions of the JSON Schema.
    pub id: &'static str,
    /// A sentence about it, in Markdown.
    pub about: &'static str,
    /// The keys, in the order of the documentation.
    pub keys: &'static [Key],
    /// Keys of which at least one must be present; empty if there is no such rule.
    pub any_of: &'static [&'static str],
}

impl Section {
    /// The key with the name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether it must be present, and what applies if it is not.
    pub presence: Presence,
    /// A sentence about it, in Markdown.
    pub about: &'static str,
}

/// Whether a key must be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The key must be present.
    Required,
    /// Without the key, this value applies, written as in TOML.
    Default(&'static str),
    /// Without the key, this applies, in a few words of Markdown.
    Optional(&'static str),
}

impl Key {
    /// Returns a required key.
    pub(super) const fn required(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, presence: Presence::Required, about }
    }

    /// Returns an optional key without a default.
    pub(super) const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, presence: Presence::Optional("none"), about }
    }

    /// Sets the default value, written as in TOML.
    pub(super) const fn default(self, value: &'static str) -> Self {
        Self { presence: Presence::Default(value), ..self }
    }

    /// Describes what applies without the key.
    pub(super) const fn unless(self, words: &'static str) -> Self {
        Self { presence: Presence::Optional(words), ..self }
    }
}

/// Every table with fixed keys except the kinds of visuals, in the order of the documentation.
pub const GRAMMAR: &[&Section] = &[
    ROOT,
    PLATFORM,
    RETENTION,
    ALARMS,
    NETWORK,
    WAREHOUSE,
    PRINCIPALS,
    ENVIRONMENT,
    POLICY,
    SUPPRESS,
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
