//! What services do for the resources of a platform: deliveries, starts, logs, alarms, the key.

use super::account::{ACCOUNT, Account, REGION, Resource, list, text};
use super::calls;
use super::judge::Who;
use super::needs::{Need, Needs, role};
use super::warehouse::{READ_STREAM, administrator};

pub(super) fn delivery(one: &Resource) -> Vec<Need> {
    let source = &one.properties["KinesisStreamSourceConfiguration"];
    let to = &one.properties["ExtendedS3DestinationConfiguration"];
    let mut needs = Needs::of(Who::Identity(text(&source["RoleARN"])));
    needs.from("Firehose developer guide, \"Grant Firehose access to a Kinesis data stream\"");
    needs.add(&READ_STREAM, &text(&source["KinesisStreamARN"]), &[]);
    let mut sink = Needs::of(Who::Identity(text(&to["RoleARN"])));
    sink.from("Firehose developer guide, \"Grant Firehose access to an Amazon S3 destination\"");
    let bucket = text(&to["BucketARN"]);
    sink.add(&["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], &bucket, &[]);
    for prefix in ["Prefix", "ErrorOutputPrefix"] {
        let folder = text(&to[prefix]);
        let folder = folder.split("!{").next().unwrap_or_default();
        let key = format!("{bucket}/{folder}2026/a.gz");
        sink.add(&["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], &key, &[]);
    }
    let log = &to["CloudWatchLoggingOptions"];
    let stream = format!(
        "arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{}:log-stream:{}",
        text(&log["LogGroupName"]),
        text(&log["LogStreamName"])
    );
    sink.add(&["logs:PutLogEvents"], &stream, &[]);
    needs.found.into_iter().chain(sink.found).collect()
}

pub(super) fn schedule(one: &Resource) -> Vec<Need> {
    let target = &one.properties["Target"];
    let mut needs = Needs::of(Who::Identity(text(&target["RoleArn"])));
    needs.from("EventBridge Scheduler user guide, \"Setting up the execution role\"");
    needs.add(&["states:StartExecution"], &text(&target["Arn"]), &[]);
    needs.from("EventBridge Scheduler user guide, \"Configuring a dead-letter queue\"");
    if let Some(queue) = target["DeadLetterConfig"]["Arn"].as_str() {
        needs.add(&["sqs:SendMessage"], queue, &[]);
    }
    needs.found
}

pub(super) fn rule(one: &Resource) -> Vec<Need> {
    let mut needs = Needs::of(Who::Service("events.amazonaws.com".to_owned()));
    needs.from("EventBridge user guide, \"Resource-based policies\": Amazon SQS");
    let own = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{}", one.name);
    for target in list(&one.properties["Targets"]) {
        for queue in [&target["Arn"], &target["DeadLetterConfig"]["Arn"]] {
            if let Some(arn) = queue.as_str().filter(|arn| arn.starts_with("arn:aws:sqs:")) {
                needs.add(&["sqs:SendMessage"], arn, &[("aws:SourceArn", &own)]);
            }
        }
    }
    needs.found
}

pub(super) fn pipe(one: &Resource) -> Vec<Need> {
    let mut needs = role(one, "RoleArn");
    needs.from("EventBridge user guide, \"Permissions for EventBridge Pipes\": Amazon SQS");
    let source = text(&one.properties["Source"]);
    needs.add(&["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], &source, &[]);
    needs.add(&["states:StartExecution"], &text(&one.properties["Target"]), &[]);
    needs.found
}

pub(super) fn flow_log(one: &Resource) -> Vec<Need> {
    let mut needs = role(one, "DeliverLogsPermissionArn");
    let group = text(&one.properties["LogDestination"]);
    needs.from("VPC user guide, \"IAM role for publishing flow logs\", for a group that exists");
    let group = group.trim_end_matches(":*");
    // CloudWatch Logs user guide, "ARNs": policies name a group with `:*`, also for actions on the group.
    needs.add(&["logs:DescribeLogStreams"], &format!("{group}:log-stream:"), &[]);
    needs.add(&["logs:CreateLogStream", "logs:PutLogEvents"], &format!("{group}:log-stream:eni-1"), &[]);
    needs.found
}

pub(super) fn connection(one: &Resource) -> Vec<Need> {
    let mut needs = role(one, "RoleArn");
    needs.from("QuickSight user guide, \"Creating a VPC connection\": the execution role");
    let ec2 = |resource: &str| format!("arn:aws:ec2:{REGION}:{ACCOUNT}:{resource}");
    let group = format!("security-group/{}", text(&one.properties["SecurityGroupIds"][0]));
    for resource in ["network-interface/eni-1", "subnet/subnet-1", group.as_str()] {
        needs.add(
            &["ec2:CreateNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"],
            &ec2(resource),
            &[],
        );
    }
    needs.add(&["ec2:DeleteNetworkInterface"], &ec2("network-interface/eni-1"), &[]);
    needs.anywhere(&["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"], &[]);
    needs.found
}

pub(super) fn alarm(one: &Resource) -> Vec<Need> {
    let mut needs = Needs::of(Who::Service("cloudwatch.amazonaws.com".to_owned()));
    needs.from("CloudWatch user guide, \"Notifying users on alarm changes\"; SNS developer guide, \"Key management\"");
    for topic in list(&one.properties["AlarmActions"]) {
        needs.add(&["sns:Publish"], &text(&topic), &[("aws:SourceAccount", ACCOUNT)]);
    }
    needs.found
}

/// The administrators of the account manage the key, through CloudFormation.
pub(super) fn key(one: &Resource) -> Vec<Need> {
    let mut needs = Needs::of(Who::Identity(administrator()));
    needs.from("the handlers of AWS::KMS::Key and AWS::KMS::Alias in CloudFormation's registry");
    let actions = [
        "CreateAlias",
        "DeleteAlias",
        "DescribeKey",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListAliases",
        "ListResourceTags",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    ];
    for action in actions {
        needs.add(&[&format!("kms:{action}")], &calls::key_arn(&one.name), &[]);
    }
    needs.found
}

pub(super) fn log_group(one: &Resource) -> Vec<Need> {
    let mut needs = Needs::of(Who::Service("logs.amazonaws.com".to_owned()));
    needs.from("CloudWatch Logs user guide, \"Encrypt log data using AWS KMS\"");
    let group = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{}", one.name);
    let context = [("kms:EncryptionContext:aws:logs:arn", group.as_str())];
    for action in ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"] {
        if let Some(key) = one.properties["KmsKeyId"].as_str() {
            needs.add(&[&format!("kms:{action}")], &calls::key_arn(key), &context);
        }
    }
    needs.found
}

pub(super) fn access_logs(account: &Account, one: &Resource) -> Vec<Need> {
    let mut needs = Needs::of(Who::Service("logging.s3.amazonaws.com".to_owned()));
    needs.from("S3 user guide, \"Enabling Amazon S3 server access logging\"");
    let to = text(&one.properties["LoggingConfiguration"]["DestinationBucketName"]);
    if account.named("AWS::S3::Bucket", &to).is_some() {
        let log = format!("arn:aws:s3:::{to}/log");
        needs.add(&["s3:PutObject"], &log, &[("aws:SourceAccount", ACCOUNT)]);
    }
    needs.found
}
