//! For tests: a server where there is one. A test that needs it is left out on a developer's machine, with a word, and
//! fails in CI.
#![allow(clippy::print_stdout, reason = "a test says what it left out")]

use crate::{Cluster, Programs};

/// The programs of a server.
///
/// # Panics
///
/// Where `CI` is set and there are none.
#[must_use]
pub fn programs() -> Option<Programs> {
    let found = Programs::find();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs PostgreSQL: {}", Programs::missing());
        println!("skipped: there is no PostgreSQL: {}", Programs::missing());
    }
    found
}

/// A server that looks for names where Redshift's are.
///
/// # Panics
///
/// Where `CI` is set and there are no programs, or where they do not start.
#[must_use]
pub fn server() -> Option<Cluster> {
    let started = Cluster::start(programs()?).unwrap_or_else(|fault| panic!("{fault}"));
    Some(started.searching("public, rs"))
}
