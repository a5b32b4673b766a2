//! Strataform renders, checks, compares and ships AWS data platforms.
//!
//! In: a typed description of a team's data, or typed resources built by hand. Out: templates that are
//! checked against everything that is known about their resource types.
//!
//! This crate gathers the parts that programs build on; it refuses logic of its own.

pub use strataform_policy as policy;
pub use strataform_resources as aws;
pub use strataform_schema as schema;
pub use strataform_template as template;
