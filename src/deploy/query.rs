//! [`query`]: runs one statement on the warehouse of an environment.
//!
//! In: a statement, a maximum number of rows. Out: a [`QueryResult`]. It refuses to format rows.

use std::sync::atomic::AtomicBool;

use strataform_sdk::{Aws, Cell, Warehouse};

use super::fault::Fault;
use super::warehouse::run_query;

/// The result of a statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryResult {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than the maximum.
    pub more: bool,
    /// The number of rows that were changed, if the statement returns none.
    pub changed: Option<u64>,
}

/// Runs one statement; returns at most `most` rows.
///
/// # Errors
///
/// The warehouse rejects the statement, an AWS request fails, or the user interrupts.
pub fn query(
    aws: &Aws,
    warehouse: &Warehouse,
    text: &str,
    most: usize,
    stop: &AtomicBool,
) -> Result<QueryResult, Fault> {
    run_query(aws, warehouse, text, most, Some(stop))
}
