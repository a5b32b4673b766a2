//! [`RecordSize`]: the mean size of a record, and how it is known.

use std::fmt;

/// The mean size of a record of a stream, and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordSize {
    /// The platform file sets it: bytes.
    Declared(u64),
    /// The mean of the records in the sample of the platform.
    Measured {
        /// Bytes, rounded up.
        bytes: u64,
        /// The number of records that were measured.
        records: u64,
    },
    /// It is neither set nor measured: [`RecordSize::ASSUMED`].
    Assumed,
}

impl RecordSize {
    /// The bytes of a record if nothing is known about it: small, because small records need more shards than large
    /// ones of the same volume, and a spare shard costs less than a refused record.
    pub const ASSUMED: u64 = 250;

    /// The mean of these records; `None` if there are none.
    #[must_use]
    pub fn mean(bytes: u64, records: u64) -> Option<Self> {
        (bytes > 0 && records > 0).then(|| Self::Measured { bytes: bytes.div_ceil(records), records })
    }

    /// Bytes; never 0.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Declared(bytes) | Self::Measured { bytes, .. } => bytes.max(1),
            Self::Assumed => Self::ASSUMED,
        }
    }
}

/// `180 B (the mean of 2000 records in sample/)`
impl fmt::Display for RecordSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} B ", self.bytes())?;
        match self {
            Self::Declared(_) => f.write_str("(set in the platform file)"),
            Self::Measured { records, .. } => write!(f, "(the mean of {records} records in sample/)"),
            Self::Assumed => f.write_str("(assumed: `record_size` is not set, and sample/ has no records)"),
        }
    }
}
