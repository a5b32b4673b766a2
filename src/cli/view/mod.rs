//! Views: results as text for people and as JSON for programs.

pub(super) mod backfill;
pub(super) mod diff;
pub(super) mod findings;
pub(super) mod human;
pub(super) mod json;
