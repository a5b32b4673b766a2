//! Views: how results look to people and to programs.

pub(super) mod backfill;
pub(super) mod human;
pub(super) mod json;
