//! Rules of buckets.

pub(super) mod iceberg_lifecycle;
