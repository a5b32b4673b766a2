//! Typed builders for the `CloudFormation` resource types of a data platform, generated from schema facts.
//!
//! One module for each of 29 services (`kinesis`, `s3`), and [`kind`] for every resource type. In: literals,
//! references and nested properties with matching types. Out: resources to add to a
//! [`strataform_template::Template`]. `strataform-resources-all` also has all other services.
//!
//! It refuses hand-written resource types: `cargo xtask codegen` writes everything in `aws`, and errors there are
//! fixed in the facts.

#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::all, reason = "generated code")]
mod aws;
mod macros;

pub use aws::*;
