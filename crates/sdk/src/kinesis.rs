//! Records: Amazon Kinesis.

use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;

use crate::{Aws, Fault};

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What decides its shard: at most 256 characters.
    pub key: String,
    /// What is in it.
    pub data: Vec<u8>,
}

/// Why a stream did not take a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its place among those that were sent.
    pub index: usize,
    /// `ProvisionedThroughputExceededException`, `InternalFailure`
    pub code: String,
    /// AWS's words.
    pub message: String,
}

impl Aws {
    /// Puts records into a stream: at most 500, of 10 MiB in all. Gives those that it did not take.
    ///
    /// # Errors
    ///
    /// AWS takes none.
    pub fn put_records(&self, stream: &str, records: &[&Record]) -> Result<Vec<Refusal>, Fault> {
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
                Some(Refusal { index, code, message: one.error_message.unwrap_or_default() })
            })
            .collect())
    }
}
