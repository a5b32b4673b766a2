//! Strataform renders, checks and deploys AWS data platforms.
//!
//! In: a typed description of a team's data, or typed resources built by hand. Out: templates that are
//! checked against everything that is known about their resource types.
//!
//! The modules, in the order in which a platform passes through them: [`project`] finds platform files,
//! [`spec`] reads one into the [`model`], [`lock`] numbers its columns, [`platform`] builds its typed stacks, [`check`] checks them,
//! [`artifact`] renders the files that go with them, [`assembly`] writes everything; [`synth`] runs these steps.
//! `deploy` deploys the result to AWS, `execute` runs its SQL on rows of `sample`, and `preview` draws its
//! dashboards. [`graph`] draws a platform, [`blueprint`] holds ready-made ones, [`diagnostic`] reports what is
//! wrong, and [`explain`] documents each code.

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
pub mod diff;
#[cfg(feature = "deploy")]
pub mod doctor;
#[cfg(feature = "execute")]
pub mod execute;
pub mod explain;
pub mod graph;
mod hash;
pub mod lock;
pub mod migration;
pub mod model;
pub mod platform;
#[cfg(feature = "preview")]
pub mod preview;
pub mod project;
#[cfg(any(feature = "execute", feature = "preview"))]
pub mod sample;
pub mod spec;
pub mod synth;
#[cfg(feature = "execute")]
pub mod witness;

pub use strataform_policy as policy;
pub use strataform_resources as aws;
pub use strataform_schema as schema;
pub use strataform_template as template;
