//! What is wrong between the resources of `CloudFormation` templates, although each resource is valid on its own.
//!
//! In: the templates of a deployment, and what connects their parameters to outputs. Out: findings, each with a code and the place
//! in a template. A rule is a file: its code, why, a bad and a good example, and the check.
//!
//! It refuses to guess: what is known only at deployment breaks no rule, and neither does what a policy of AWS may allow.

mod block;
mod columns;
mod finding;
mod machine;
mod permissions;
mod rules;
mod text;
mod world;

pub use finding::{At, Finding};
pub use rules::{DATA_CODES, USE_CODES, check};
pub use world::{Resource, Source, Stack, World};
