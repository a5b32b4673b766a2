//! The JSON Schema of platform files, for editors.

/// The schema: draft 7, which editors of TOML read.
///
/// It says what stands where. What only the whole file shows (references, types of expressions) is said by
/// [`read`](super::read) alone. A test holds its keys equal to the reader's.
pub const JSON: &str = include_str!("platform.schema.json");
