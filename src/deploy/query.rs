//! [`query`]: one statement, to the warehouse of an environment.
//!
//! In: a statement, at most how many rows. Out: an [`Answer`]. It refuses to lay rows out for people.

use std::sync::atomic::AtomicBool;

use strataform_sdk::{Aws, Cell, Identity, Warehouse};

use super::fault::{ABSENT, Fault};
use super::observe::observe;
use super::store::Store;
use super::warehouse::{ask, connection};
use crate::platform::Context;

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

/// The warehouse that is deployed for an environment.
///
/// # Errors
///
/// None is deployed, or AWS does not tell.
pub fn deployed_warehouse(
    aws: &Aws,
    store: &Store<'_>,
    identity: &Identity,
    context: Context<'_>,
) -> Result<Warehouse, Fault> {
    let (platform, environment) = (context.platform.name.as_str(), context.environment.name.as_str());
    let observed = observe(aws, store, &identity.account, platform, environment)?;
    let absent = || {
        Fault::refused(ABSENT, format!("{platform} {environment} has no warehouse yet"))
            .help("deploy it with `gen deploy`")
    };
    let record =
        observed.head.as_ref().map(|head| head.deployed.as_ref().unwrap_or(&head.last)).ok_or_else(absent)?;
    let assembly = store.assembly(&record.assembly)?;
    connection(aws, &assembly, &observed.outputs())?.ok_or_else(absent)
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
