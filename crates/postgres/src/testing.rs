//! For tests: a server, if PostgreSQL is installed. Without it, tests that need a server are skipped with a message
//! on a developer's machine, and fail in CI.
#![allow(clippy::print_stdout, reason = "a test says what it left out")]

use crate::{Cluster, Programs};

/// The programs of a server.
///
/// # Panics
///
/// If `CI` is set and there are no programs.
#[must_use]
pub fn programs() -> Option<Programs> {
    let found = Programs::find();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI requires PostgreSQL: {}", Programs::missing());
        println!("skipped: PostgreSQL not found: {}", Programs::missing());
    }
    found
}

/// A server that resolves names in the schemas of the Redshift functions.
///
/// # Panics
///
/// If the server does not start, or if `CI` is set and there are no programs.
#[must_use]
pub fn server() -> Option<Cluster> {
    let started = Cluster::start(programs()?).unwrap_or_else(|fault| panic!("{fault}"));
    Some(started.searching("public, rs"))
}
