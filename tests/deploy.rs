//! Deployments, to a local AWS: what the verbs do, looked at through the services' own calls.
//!
//! One server serves all tests of the process, and each test has an account of its own. Without the local AWS they are
//! left out on a developer's machine, with a word, and fail in CI.

mod consent;
mod data;
mod faults;
mod lifecycle;
mod local;
mod walk;
