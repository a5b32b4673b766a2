//! Typed builders for the `CloudFormation` resource types of a data platform, generated from schema facts.
//!
//! A module for each of 29 services (`kinesis`, `s3`), and [`kind`] for every resource type there is. In: literals,
//! references and nested properties whose types fit. Out: resources to put into a [`strataform_template::Template`].
//! `strataform-resources-all` has all other services as well.
//!
//! It refuses hand-written resource types: `cargo xtask codegen` writes everything below `aws`, and a
//! mistake there is mended in the facts.

#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::all, reason = "generated: the lints are for people")]
mod aws;
mod macros;

pub use aws::*;
