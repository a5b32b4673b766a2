//! From the stream to the bucket.

use strataform_resources::glue::{Database, Table};
use strataform_resources::iam::{ManagedPolicy, Role};
use strataform_resources::kinesis::{
    EncryptionType, Stream, StreamEncryption, StreamMode, StreamModeDetails,
};
use strataform_resources::kinesisfirehose::{
    BufferingHints, CloudWatchLoggingOptions, DataFormatConversionConfiguration, DeliveryStream,
    DeliveryStreamType, Deserializer, ExtendedS3DestinationConfiguration, InputFormatConfiguration,
    KinesisStreamSourceConfiguration, OpenXJsonSerDe, OutputFormatConfiguration, ParquetSerDe,
    ParquetSerDeCompression, SchemaConfiguration, Serializer,
};
use strataform_resources::logs::LogGroup;
use strataform_resources::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketEncryption, LifecycleConfiguration,
    PublicAccessBlockConfiguration, Rule, RuleStatus, SSEAlgorithm, ServerSideEncryptionByDefault,
    ServerSideEncryptionRule, Transition, TransitionStorageClass, VersioningConfiguration,
    VersioningConfigurationStatus,
};
use strataform_template::{Handle, Resource, Template, pseudo, sub};

use crate::team::Dataset;

/// The resources that a dataset's data passes through.
pub(crate) struct Places<'a> {
    pub(crate) bucket: &'a Handle<Bucket>,
    pub(crate) stream: &'a Handle<Stream>,
    pub(crate) logs: &'a Handle<LogGroup>,
    pub(crate) table: &'a Handle<Table>,
}

pub(crate) fn bucket(template: &mut Template, dataset: &Dataset<'_>) -> Handle<Bucket> {
    let key = ServerSideEncryptionByDefault::new(SSEAlgorithm::AwsKms).kms_master_key_id("alias/aws/s3");
    let encryption =
        ServerSideEncryptionRule::new().bucket_key_enabled(true).server_side_encryption_by_default(key);
    let private = PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true);
    let bucket = Bucket::new()
        .bucket_name(sub!("${name}-${AWS::AccountId}-${AWS::Region}", name = dataset.full_name()))
        .bucket_encryption(BucketEncryption::new([encryption]))
        .lifecycle_configuration(LifecycleConfiguration::new([ageing()]))
        .public_access_block_configuration(private)
        .versioning_configuration(VersioningConfiguration::new(VersioningConfigurationStatus::Enabled))
        .tags(dataset.tags());
    template.add(dataset.id("bucket"), bucket.declare().retain())
}

fn ageing() -> Rule {
    Rule::new(RuleStatus::Enabled)
        .id("ageing")
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7))
        .transitions([
            Transition::new(TransitionStorageClass::StandardIa).transition_in_days(30),
            Transition::new(TransitionStorageClass::GlacierIr).transition_in_days(90),
        ])
        .expiration_in_days(730)
}

pub(crate) fn stream(template: &mut Template, dataset: &Dataset<'_>) -> Handle<Stream> {
    let stream = Stream::new()
        .name(dataset.full_name())
        .retention_period_hours(48)
        .stream_mode_details(StreamModeDetails::new(StreamMode::OnDemand))
        .stream_encryption(StreamEncryption::new(EncryptionType::Kms, "alias/aws/kinesis"))
        .tags(dataset.tags());
    template.add(dataset.id("stream"), stream)
}

pub(crate) fn delivery(
    template: &mut Template,
    dataset: &Dataset<'_>,
    places: &Places<'_>,
    (role, policy, database): (&Handle<Role>, &Handle<ManagedPolicy>, &Handle<Database>),
) {
    let name = dataset.name;
    let logging =
        CloudWatchLoggingOptions::new().enabled(true).log_group_name(places.logs).log_stream_name("delivery");
    let destination = ExtendedS3DestinationConfiguration::new(places.bucket.arn(), role.arn())
        .prefix(format!("{name}/day=!{{timestamp:yyyy-MM-dd}}/"))
        .error_output_prefix(format!("errors/{name}/!{{firehose:error-output-type}}/"))
        .buffering_hints(BufferingHints::new().interval_in_seconds(300).size_in_mbs(128))
        .cloud_watch_logging_options(logging)
        .data_format_conversion_configuration(to_parquet(role, database, places.table));
    let source = KinesisStreamSourceConfiguration::new(places.stream.arn(), role.arn());
    let delivery = DeliveryStream::new()
        .delivery_stream_name(dataset.full_name())
        .delivery_stream_type(DeliveryStreamType::KinesisStreamAsSource)
        .kinesis_stream_source_configuration(source)
        .extended_s3_destination_configuration(destination)
        .tags(dataset.tags());
    template.add(dataset.id("delivery"), delivery.declare().depends_on(policy));
}

fn to_parquet(
    role: &Handle<Role>,
    database: &Handle<Database>,
    table: &Handle<Table>,
) -> DataFormatConversionConfiguration {
    let reader = Deserializer::new().open_x_json_ser_de(OpenXJsonSerDe::new().case_insensitive(true));
    let writer =
        Serializer::new().parquet_ser_de(ParquetSerDe::new().compression(ParquetSerDeCompression::Snappy));
    let schema = SchemaConfiguration::new()
        .catalog_id(pseudo::account_id())
        .database_name(database)
        .table_name(table)
        .region(pseudo::region())
        .role_arn(role.arn())
        .version_id("LATEST");
    DataFormatConversionConfiguration::new()
        .enabled(true)
        .input_format_configuration(InputFormatConfiguration::new().deserializer(reader))
        .output_format_configuration(OutputFormatConfiguration::new().serializer(writer))
        .schema_configuration(schema)
}
