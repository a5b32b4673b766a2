//! A stream, a delivery stream, a bucket and a role, connected by their handles.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::Role;
use strataform_resources::kinesis::Stream;
use strataform_resources::kinesisfirehose::{
    DeliveryStream, ExtendedS3DestinationConfiguration, KinesisStreamSourceConfiguration,
};
use strataform_resources::s3::Bucket;
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let stream = template.add("orders/stream", Stream::new().shard_count(2).tags([("team", "growth")]));
    let bucket = template.add("orders/raw", Bucket::new());
    let trust = Statement::allow([action!("sts:AssumeRole")]).by(Principal::service("firehose.amazonaws.com"));
    let role = template.add("orders/deliver", Role::new(PolicyDocument::new([trust])));
    let delivery = DeliveryStream::new()
        .kinesis_stream_source_configuration(KinesisStreamSourceConfiguration::new(stream.arn(), role.arn()))
        .extended_s3_destination_configuration(ExtendedS3DestinationConfiguration::new(bucket.arn(), role.arn()));
    template.add("orders/delivery", delivery);
    assert!(template.to_json().is_ok());
}
