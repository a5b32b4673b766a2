//! How a warehouse is brought from one version of its SQL files to another.
//! In: a file as it was applied and as it is, the columns that exist. Out: the statements to run, in order, what is lost, what
//! stays; or a [`Refusal`]. It refuses to connect to anything: `deploy` reads what exists and runs the statements, and `diff` shows
//! what they would be.

pub(crate) mod absent;
pub(crate) mod files;
pub(crate) mod identity;
mod loss;
mod refusal;
pub(crate) mod sql;
pub(crate) mod table;
pub(crate) mod views;

pub use files::{Migration, between};
pub use loss::Loss;
pub use refusal::Refusal;
pub use sql::{Applied, SqlStep, SqlWork};
pub use table::ExistingColumn;

#[cfg(test)]
mod tests;
