//! [`sha256`]: how contents are told apart.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
