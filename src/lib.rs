//! Strataform renders, checks, compares and ships AWS data platforms.
//!
//! In: a typed description of a team's data, or typed resources built by hand. Out: templates that are
//! checked against everything that is known about their resource types.
//!
//! The rooms, in the order in which a platform passes through them: [`project`] finds platform files,
//! [`spec`] reads one into the [`model`], [`platform`] makes typed stacks of it, [`check`] looks at them,
//! [`artifact`] renders the files beside them, [`assembly`] writes all of it; [`synth`] leads through these.
//! `deploy` brings it to AWS,
//! `execute` runs the SQL of all that on rows of `sample`, and `preview` draws its dashboards. [`graph`] draws a platform, [`blueprint`] holds ready ones, [`diagnostic`] says what is wrong,
//! and [`explain`] what each code means.

#![warn(clippy::fn_params_excessive_bools)]

pub mod artifact;
pub mod assembly;
pub mod backfill;
#[cfg(feature = "cli")]
pub mod blueprint;
pub mod check;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod diagnostic;
#[cfg(feature = "execute")]
pub mod execute;
pub mod explain;
pub mod graph;
mod hash;
pub mod model;
pub mod platform;
#[cfg(feature = "preview")]
pub mod preview;
pub mod project;
#[cfg(any(feature = "execute", feature = "preview"))]
pub mod sample;
pub mod spec;
pub mod synth;

pub use strataform_policy as policy;
pub use strataform_resources as aws;
pub use strataform_schema as schema;
pub use strataform_template as template;
