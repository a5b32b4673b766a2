//! Edges to a Kinesis data stream that is encrypted with the platform's key.

use strataform_policy::{Condition, Operator, Statement, action};
use strataform_resources::kind::{KMSKey, KinesisStream};
use strataform_template::{Arn, Value, pseudo, sub};

use super::Edge;

/// Puts records into a stream; the Kinesis Producer Library also reads the number of shards.
#[must_use]
pub fn write(stream: &Value<Arn<KinesisStream>>, key: &Value<Arn<KMSKey>>) -> Edge {
    Edge::new([
        Statement::allow([
            action!("kinesis:DescribeStreamSummary"),
            action!("kinesis:ListShards"),
            action!("kinesis:PutRecord"),
            action!("kinesis:PutRecords"),
        ])
        .on(stream.clone()),
        Statement::allow([action!("kms:GenerateDataKey")]).on(key.clone()).when(Condition::new(
            Operator::StringEquals,
            "kms:ViaService",
            sub!("kinesis.${region}.amazonaws.com", region = pseudo::region()),
        )),
    ])
}

/// Reads the summary of a stream, which Redshift does before it reads records. Assumes `streaming-permissions`.
#[must_use]
pub fn summarize(stream: &Value<Arn<KinesisStream>>) -> Edge {
    Edge::new([Statement::allow([action!("kinesis:DescribeStreamSummary")]).on(stream.clone())])
}

/// Reads the records of a stream. Assumes `firehose-reads`.
#[must_use]
pub fn read(stream: &Value<Arn<KinesisStream>>, key: &Value<Arn<KMSKey>>) -> Edge {
    Edge::new([
        Statement::allow([
            action!("kinesis:DescribeStream"),
            action!("kinesis:GetRecords"),
            action!("kinesis:GetShardIterator"),
            action!("kinesis:ListShards"),
        ])
        .on(stream.clone()),
        Statement::allow([action!("kms:Decrypt")]).on(key.clone()).when(Condition::new(
            Operator::StringEquals,
            "kms:ViaService",
            sub!("kinesis.${region}.amazonaws.com", region = pseudo::region()),
        )),
    ])
}
