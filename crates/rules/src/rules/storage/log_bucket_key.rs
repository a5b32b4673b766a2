//! The bucket of access logs is encrypted with keys of S3.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOG_BUCKET_KEY "GEN0558" Warning
        "A bucket writes its access logs to a bucket that is encrypted with a key of KMS."
        "AWS does not support it: the destination of server access logs may be encrypted by default only with SSE-S3, `AES256` (S3 user guide, \"Enabling Amazon S3 server access logging\"). With a key of KMS, usually no log arrives, and nothing says so; it was seen to work with a key whose policy admits logging.s3.amazonaws.com (aws/aws-cdk#25350). Encrypt the bucket of the logs with `AES256`."
        Template {
            bad: r"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms'}}]}
  Lake:
    Type: AWS::S3::Bucket
    Properties: {LoggingConfiguration: {DestinationBucketName: !Ref Logs}}
",
            good: r"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}
  Lake:
    Type: AWS::S3::Bucket
    Properties: {LoggingConfiguration: {DestinationBucketName: !Ref Logs}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "LoggingConfiguration/DestinationBucketName";
    for bucket in world.of_type("AWS::S3::Bucket") {
        let logs = bucket.text(path).and_then(|text| world.target("AWS::S3::Bucket", text));
        let Some(logs) = logs else { continue };
        let default = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault";
        let key = logs
            .text(&format!("{default}/KMSMasterKeyID"))
            .and_then(|text| world.target("AWS::KMS::Key", text));
        let admits = key.is_some_and(|key| key.properties.to_string().contains("logging.s3.amazonaws.com"));
        let algorithm = logs.literal(&format!("{default}/SSEAlgorithm"));
        if !admits && algorithm.is_some_and(|name| name.starts_with("aws:kms")) {
            let about = words(
                format!("the access logs of `{}` usually do not arrive in `{}`", bucket.id, logs.id),
                "the bucket of the logs is encrypted with a key of KMS",
                format!("encrypt `{}` with `AES256`", logs.id),
            );
            report.property(LOG_BUCKET_KEY, bucket, path, about);
        }
    }
}
