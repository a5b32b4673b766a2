//! The rules of the product and the evaluation of rules, compared with AWS's released command.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod agreement;
mod faults;
mod files;
mod judge;
mod reports;
mod rules;
mod suppressions;
