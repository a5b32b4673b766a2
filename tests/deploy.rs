//! Deployments to a local AWS: what the commands do, checked with calls to the services.
//!
//! One server serves all tests of the process, and each test has its own account. Without the local AWS, the tests are
//! skipped with a message on a developer's machine, and fail in CI.

mod consent;
mod data;
mod diff;
mod faults;
mod histories;
mod lake;
mod lifecycle;
mod loads;
pub(crate) mod local;
mod migrations;
mod moved;
mod proxy;
mod smoke;
mod strict;
mod walk;
mod warehouse;
