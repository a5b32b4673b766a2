//! The tests of comparisons: examples by kind of access, and properties.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod brute;
mod conditions;
mod elsewhere;
mod examples;
mod exhaustive;
mod generate;
mod identities;
mod network;
mod properties;
mod resources;
mod risks;
mod settings;
mod statements;
mod table;
