//! [`sha256`]: the identity of contents.

use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
