//! The stages: from a platform to typed stacks.
//!
//! In: a [`Platform`](crate::model::Platform) and one of its environments. Out: the [`Stack`]s of the five
//! stages, in deployment order, with what each needs from the others, and the typed contexts of the files that
//! accompany the templates.
//!
//! It passes no ARNs as strings between stacks: a value that goes from stack to stack is an [`Export`].

pub mod access;
pub mod aggregation;
pub mod alarms;
pub mod context;
pub mod ingestion;
pub mod machine;
pub mod network;
pub mod operations;
pub mod processing;
pub mod sizing;
pub mod stack;
pub mod storage;
pub mod visualization;

pub use context::Context;
pub use stack::{Export, Input, Stack, StackName};
