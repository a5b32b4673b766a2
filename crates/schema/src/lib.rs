//! Facts about every `CloudFormation` resource type, and the validation of values against them.
//!
//! In: a resource type and its properties as nodes. Out: findings, each with a path. The facts are generated from the
//! public registry schemas by `cargo xtask schemas`; nothing here is edited by hand.
//!
//! It refuses to change its input, to print, and to read files.

mod definitions;
pub mod facts;
mod finding;
mod pattern;
mod store;
mod validate;

pub use definitions::Definitions;
pub use finding::{Finding, Rule};
pub use pattern::matches;
pub use store::{names, resource};
pub use validate::{properties, template};
