//! Amazon Kinesis: records.

use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;

use crate::{Aws, Fault};

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The partition key, which decides its shard; at most 256 characters.
    pub key: String,
    /// Its data.
    pub data: Vec<u8>,
}

/// A record that a stream rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRecord {
    /// Its index among the records of the request.
    pub index: usize,
    /// `ProvisionedThroughputExceededException` or `InternalFailure`.
    pub code: String,
    /// AWS's message.
    pub message: String,
}

impl Aws {
    /// Puts records into a stream: at most 500, and 10 MiB in total. Returns those that the stream rejected.
    ///
    /// # Errors
    ///
    /// AWS rejects the whole request.
    pub fn put_records(&self, stream: &str, records: &[&Record]) -> Result<Vec<FailedRecord>, Fault> {
        let mut call = self.kinesis.put_records().stream_name(stream);
        for record in records {
            let entry = PutRecordsRequestEntry::builder()
                .partition_key(&record.key)
                .data(Blob::new(record.data.clone()))
                .build()
                .map_err(|error| Fault::ours("kinesis:PutRecords", &error.to_string()))?;
            call = call.records(entry);
        }
        let done = self.wait("kinesis:PutRecords", call.send())?;
        let answers = done.records.into_iter().enumerate();
        Ok(answers
            .filter_map(|(index, one)| {
                let code = one.error_code.filter(|code| !code.is_empty())?;
                Some(FailedRecord { index, code, message: one.error_message.unwrap_or_default() })
            })
            .collect())
    }
}
