//! A pipeline by hand: a stream, a delivery stream, a bucket, a role and a job, wired by their handles.

use strataform::aws::glue::{Job, JobCommand};
use strataform::aws::iam::{ManagedPolicy, Role};
use strataform::aws::kinesis::{Stream, StreamMode, StreamModeDetails};
use strataform::aws::kinesisfirehose::{
    BufferingHints, CompressionFormat, DeliveryStream, DeliveryStreamType, ExtendedS3DestinationConfiguration,
    KinesisStreamSourceConfiguration,
};
use strataform::aws::s3::{
    Bucket, BucketEncryption, PublicAccessBlockConfiguration, ServerSideEncryptionByDefault, ServerSideEncryptionRule,
    SSEAlgorithm, VersioningConfiguration, VersioningConfigurationStatus,
};
use strataform::policy::{PolicyDocument, Principal, Statement, action};
use strataform::template::{Parameter, Resource, Template, TemplateFaults, Text, if_, equals, pseudo, sub};
