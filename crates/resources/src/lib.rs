//! Typed builders for every `CloudFormation` resource type, generated from schema facts.
//!
//! A module for each service (`kinesis`, `s3`), behind a feature of its name; the default features are
//! what a data platform uses, `all` is everything. In: literals, references and nested properties whose
//! types fit. Out: resources to put into a [`strataform_template::Template`].
//!
//! It refuses hand-written resource types: `cargo xtask codegen` writes everything below `aws`, and a
//! mistake there is mended in the facts.

#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::all, reason = "generated: the lints are for people")]
mod aws;
mod macros;

pub use aws::*;
pub(crate) use macros::{attributes, property, resource, tag, union, words};
