//! What a change does: two assemblies, or two templates, become typed [`Change`]s with their consequences and verdicts.
//!
//! In: what was and what is. Out: a [`Report`]: each change once, below its cause, with its [`Impact`]s, their reasons and
//! sources. The plan of `deploy` classifies resources by the same functions, so that both agree. It refuses to read files,
//! to ask AWS and to print.

mod accepted;
mod access;
mod assembly;
mod backfill;
mod canonical;
mod change;
mod columns;
mod dashboards;
mod definition;
mod files;
mod impact;
mod join;
mod knowledge;
mod lifecycle;
mod moves;
mod numbers;
mod price;
mod relocation;
mod report;
mod resource;
mod schema;
mod script;
mod sections;
mod settings;
mod template;
mod text;
mod types;
mod values;

pub use accepted::Clue;
pub use assembly::assemblies;
pub use backfill::{Backfill, BackfillPrice, backfills};
pub use change::{Change, Layer, Touch};
pub use dashboards::broken_references;
pub use impact::{Exhibit, Impact, Moment, Verdict, Witness};
pub use report::{Part, REPORT_SCHEMA, Report};
pub use resource::{Effect, ResourceChange, Side, holds_data};
#[cfg(feature = "deploy")]
pub(crate) use resource::{changes, moved_outputs, names, removal};
pub use strataform_symbols::Setting;
pub use template::{Pair, compare};
pub use values::PropertyChange;

#[cfg(test)]
pub(crate) mod tests;
