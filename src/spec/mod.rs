//! Reads a platform file.
//!
//! In: the text of a `platform.toml`. Out: the [`Platform`] that it describes, and everything that is wrong
//! with it, at once, each with its place, its cause and a next step. `docs/platform-file.md` is its
//! reference.
//!
//! It refuses the words of AWS where the model has its own, and it never panics, whatever the text.

mod aggregate;
mod code;
mod column_type;
mod dashboard;
mod dataset;
mod draft;
mod environment;
mod expression;
mod grammar;
mod join;
mod layout;
mod network;
mod overrides;
mod places;
mod platform;
mod reader;
mod region;
mod rules;
mod scalar;
pub mod schema;
mod settings;
mod table;
mod value;
mod warehouse;

pub use code::{FORMAT_CODES, MEANING_CODES};
pub use dashboard::visuals;
pub use grammar::{Form, GRAMMAR, Key, Presence, Section, Shape, Want};

use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::model::Platform;

/// The platform that a file describes, and everything that is wrong with it, in the order of the file.
/// There is a platform exactly where there is no error; warnings may stand beside it.
#[must_use]
pub fn read(file: &SourceFile) -> (Option<Platform>, Vec<Diagnostic>) {
    let reader = reader::Reader::new(file);
    let raw = reader.parse();
    let platform = platform::read(&table::Table::root(&reader, &raw, grammar::ROOT));
    let faults = reader.finish();
    let right = faults.iter().all(|fault| fault.severity == Severity::Warning);
    (platform.filter(|_| right), faults)
}

/// The words with a capital: `daily sales` is `Daily sales`.
fn title(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
