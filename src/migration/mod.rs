//! How a warehouse is brought from one version of its SQL files to another.
//! In: a file as it was applied and as it is, the columns that exist. Out: the statements to run, in order, what is lost, what
//! stays; or a [`Refusal`]. It refuses to connect to anything: `deploy` reads what exists and runs the statements, and `diff` shows
//! what they would be.

pub(crate) mod absent;
mod convert;
mod definition;
pub(crate) mod files;
mod history;
pub(crate) mod identity;
mod loss;
pub(crate) mod records;
mod refusal;
pub(crate) mod reviewed;
pub(crate) mod rewrite;
pub(crate) mod sql;
pub(crate) mod storage;
pub(crate) mod table;
pub(crate) mod views;

pub use files::{Migration, between};
pub use history::{continued, is_current, is_untouched};
pub use loss::{Allow, Loss};
pub use refusal::Refusal;
pub use reviewed::Recorded;
pub use sql::{Applied, SqlStep, SqlWork};
pub use table::ExistingColumn;

#[cfg(test)]
#[cfg(feature = "execute")]
#[path = "tests/pairs.rs"]
mod pairs;
#[cfg(test)]
mod tests;
