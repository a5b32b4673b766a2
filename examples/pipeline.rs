//! A pipeline by hand: a stream, a delivery stream, a bucket, roles and a job, wired by their handles.
//!
//! `cargo run --example pipeline` prints the template.

use std::error::Error;
use std::io::Write;

use strataform::aws::glue::{Job, JobCommand, JobWorkerType};
use strataform::aws::iam::{ManagedPolicy, Role};
use strataform::aws::kinesis::{Stream, StreamMode, StreamModeDetails};
use strataform::aws::kinesisfirehose::{
    BufferingHints, CompressionFormat, DeliveryStream, DeliveryStreamType,
    ExtendedS3DestinationConfiguration, KinesisStreamSourceConfiguration,
};
use strataform::aws::s3::{Bucket, PublicAccessBlockConfiguration};
use strataform::policy::{PolicyDocument, Principal, Statement, action};
use strataform::template::{Handle, Integer, Parameter, Resource, Template, sub};

fn main() -> Result<(), Box<dyn Error>> {
    let mut template = Template::new();
    let shards = template.parameter("orders/shards", Parameter::<Integer>::new().default_value(2));

    let stream = template.add(
        "orders/stream",
        Stream::new()
            .shard_count(&shards)
            .stream_mode_details(StreamModeDetails::new(StreamMode::Provisioned))
            .tags([("team", "growth")]),
    );
    let private = PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true);
    let raw = template
        .add("orders/raw", Bucket::new().public_access_block_configuration(private).declare().retain());

    let deliver = role(&mut template, "orders/deliver", "firehose.amazonaws.com");
    let permissions = ManagedPolicy::new(PolicyDocument::new([
        Statement::allow([
            action!("kinesis:GetRecords"),
            action!("kinesis:GetShardIterator"),
            action!("kinesis:DescribeStream"),
        ])
        .on(stream.arn()),
        Statement::allow([action!("s3:PutObject")]).on(sub!("${raw}/orders/*", raw = raw.arn())),
    ]));
    let permissions = template.add("orders/deliver/policy", permissions.roles([&deliver]));

    let destination = ExtendedS3DestinationConfiguration::new(raw.arn(), deliver.arn())
        .prefix("orders/day=!{timestamp:yyyy-MM-dd}/")
        .compression_format(CompressionFormat::Gzip)
        .buffering_hints(BufferingHints::new().interval_in_seconds(300).size_in_mbs(128));
    let delivery = DeliveryStream::new()
        .delivery_stream_type(DeliveryStreamType::KinesisStreamAsSource)
        .kinesis_stream_source_configuration(KinesisStreamSourceConfiguration::new(
            stream.arn(),
            deliver.arn(),
        ))
        .extended_s3_destination_configuration(destination);
    template.add("orders/delivery", delivery.declare().depends_on(&permissions));

    let clean = role(&mut template, "orders/clean", "glue.amazonaws.com");
    let script =
        JobCommand::new().name("glueetl").script_location(sub!("s3://${raw}/scripts/clean.py", raw = &raw));
    let job = Job::new(script, clean.arn()).worker_type(JobWorkerType::G1x).number_of_workers(2);
    let job = template.add("orders/clean/job", job);
    template.output("orders/job", job.reference());

    std::io::stdout().write_all(template.to_yaml()?.as_bytes())?;
    Ok(())
}

/// A role that one service may take on.
fn role(template: &mut Template, path: &'static str, service: &'static str) -> Handle<Role> {
    let trust =
        PolicyDocument::new([Statement::allow([action!("sts:AssumeRole")]).by(Principal::service(service))]);
    template.add(path, Role::new(trust))
}
