//! Typed builders for every `CloudFormation` resource type, generated from schema facts.
//!
//! Everything of [`strataform_resources`], and a module for each of the other services (`apigateway`, `batch`), behind
//! a feature of its name; `all` is everything. A crate of its own, so that no build of the product compiles or even
//! reads what only other programs use.

#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::all, reason = "generated: the lints are for people")]
mod aws;

#[allow(unused_imports, unreachable_pub, reason = "the module is empty where no feature is on")]
pub use aws::*;
pub use strataform_resources::*;
