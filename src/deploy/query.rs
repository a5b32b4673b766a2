//! [`query`]: one statement, to the warehouse of an environment.
//!
//! In: a statement, at most how many rows. Out: an [`Answer`]. It refuses to lay rows out for people.

use std::sync::atomic::AtomicBool;

use strataform_sdk::{Aws, Cell, Warehouse};

use super::fault::Fault;
use super::warehouse::ask;

/// Rows that a query gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than were asked for.
    pub more: bool,
    /// Rows that were changed, where it was no query.
    pub changed: Option<u64>,
}

/// Runs one statement, and gives its rows; no more than `most`.
///
/// # Errors
///
/// The warehouse refuses it, or the user stops it.
pub fn query(
    aws: &Aws,
    warehouse: &Warehouse,
    text: &str,
    most: usize,
    stop: &AtomicBool,
) -> Result<Answer, Fault> {
    ask(aws, warehouse, text, most, Some(stop))
}
