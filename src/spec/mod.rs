//! Reads a platform file.
//!
//! In: the text of a `platform.toml`. Out: the [`Platform`] that it describes, and all problems at once, each
//! with its place, its cause and a next step. `docs/platform-file.md` is the reference of the format.
//!
//! It refuses AWS terms where the model has its own, and it never panics, whatever the text.

mod aggregate;
mod code;
mod column_type;
mod dashboard;
mod dataset;
mod declared;
mod deletions;
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
mod policy;
mod reader;
mod region;
mod renames;
mod rules;
mod scalar;
pub mod schema;
mod settings;
mod streaming;
mod table;
mod value;
mod warehouse;
mod zones;

pub use code::{FORMAT_CODES, MEANING_CODES};
pub use column_type::type_named;
pub use dashboard::visuals;
pub use grammar::{Form, GRAMMAR, Key, Presence, Section, Shape, Want};

use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::model::{Platform, Stage};

/// The result of reading a platform file.
#[derive(Debug)]
pub struct Reading {
    /// The platform; `Some` if and only if there is no error. Warnings do not count.
    pub platform: Option<Platform>,
    /// The platform without its dashboards, if all errors are in them, so that the rest can still be checked.
    pub without_dashboards: Option<Platform>,
    /// All problems, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a platform file, for commands that report all of its problems.
#[must_use]
pub fn read_all(file: &SourceFile) -> Reading {
    let reader = reader::Reader::new(file);
    let raw = reader.parse();
    let mut found = platform::read(&table::Table::root(&reader, &raw, grammar::ROOT));
    for one in found.iter_mut().flat_map(|platform| &mut platform.environments) {
        one.declared = declared::declared(&raw, one.name.as_str());
    }
    let diagnostics = reader.finish();
    let mut errors = diagnostics.iter().filter(|fault| fault.severity == Severity::Error).peekable();
    if errors.peek().is_none() {
        return Reading { platform: found, without_dashboards: None, diagnostics };
    }
    let is_of_dashboards = errors.all(|fault| reader::is_of_dashboards(&file.text, fault));
    let without_dashboards = found.filter(|_| is_of_dashboards).map(without_dashboards);
    Reading { platform: None, without_dashboards, diagnostics }
}

/// Removes the dashboards of a platform, and the overrides of their resources.
fn without_dashboards(mut platform: Platform) -> Platform {
    platform.dashboards.clear();
    platform.data_sets.clear();
    for environment in &mut platform.environments {
        environment.overrides.retain(|one| one.stage != Stage::Visualization);
    }
    platform
}

/// Returns the platform that a file describes, and all problems in the order of the file. There is a platform if and
/// only if there is no error.
#[must_use]
pub fn read(file: &SourceFile) -> (Option<Platform>, Vec<Diagnostic>) {
    let Reading { platform, diagnostics, .. } = read_all(file);
    (platform, diagnostics)
}

/// Capitalizes the first letter: `daily sales` becomes `Daily sales`.
fn title(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
