//! Deployments, to a local AWS: what the verbs do, looked at through the services' own calls.
//!
//! One server serves all tests of the process, and each test has an account of its own. Without the local AWS they are
//! left out on a developer's machine, with a word, and fail in CI.
#![cfg(feature = "deploy")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test says what broke"
)]

#[path = "deploy/consent.rs"]
mod consent;
#[path = "deploy/data.rs"]
mod data;
#[path = "deploy/faults.rs"]
mod faults;
#[path = "deploy/lifecycle.rs"]
mod lifecycle;
#[path = "deploy/local.rs"]
mod local;
#[path = "deploy/walk.rs"]
mod walk;
