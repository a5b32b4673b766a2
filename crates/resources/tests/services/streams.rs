//! Kinesis, Firehose, Logs and Pipes: delivery of events to a bucket.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::{GroupPolicyProperty, Role};
use strataform_resources::kinesis::{
    EncryptionType, EnhancedMetric, ResourcePolicy, Stream, StreamConsumer, StreamEncryption, StreamMode,
    StreamModeDetails,
};
use strataform_resources::kinesisfirehose::{
    BufferingHints, CloudWatchLoggingOptions, CompressionFormat, DeliveryStream, DeliveryStreamType,
    DynamicPartitioningConfiguration, ExtendedS3DestinationConfiguration,
    ExtendedS3DestinationConfigurationS3BackupMode, KinesisStreamSourceConfiguration, ParameterName,
    ProcessingConfiguration, Processor, ProcessorParameter, ProcessorType, RetryOptions,
    S3DestinationConfiguration,
};
use strataform_resources::logs::{
    LogGroup, LogGroupClass, LogStream, MetricFilter, MetricTransformation, MetricTransformationUnit,
    QueryDefinition, SubscriptionFilter,
};
use strataform_resources::pipes::{
    CloudwatchLogsLogDestination, DeadLetterConfig, Filter, FilterCriteria, KinesisStreamStartPosition,
    LogLevel, OnPartialBatchItemFailureStreams, Pipe, PipeLogConfiguration,
    PipeSourceKinesisStreamParameters, PipeSourceParameters, PipeTargetParameters,
    PipeTargetSqsQueueParameters, RequestedPipeState,
};
use strataform_resources::s3::Bucket;
use strataform_resources::sqs::Queue;
use strataform_template::{Handle, sub};

use crate::check::Case;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let stream = stream(&mut case);
    let group = logs(&mut case, &stream);
    firehose(&mut case, &stream, &group);
    pipe(&mut case, &stream, &group);
    case
}

/// A role for one service with the given permissions.
fn role(case: &mut Case, path: &'static str, service: &'static str, may: Statement) -> Handle<Role> {
    let trust = Statement::allow([action!("sts:AssumeRole")]).by(Principal::service(service));
    let policy = GroupPolicyProperty::new(PolicyDocument::new([may]), "work");
    case.add(path, Role::new(PolicyDocument::new([trust])).policies([policy]))
}

fn stream(case: &mut Case) -> Handle<Stream> {
    let stream = Stream::new()
        .name("orders")
        .stream_mode_details(StreamModeDetails::new(StreamMode::Provisioned))
        .shard_count(4)
        .retention_period_hours(48)
        .desired_shard_level_metrics([EnhancedMetric::IncomingBytes, EnhancedMetric::IteratorAgeMilliseconds])
        .stream_encryption(StreamEncryption::new(EncryptionType::Kms, "alias/aws/kinesis"))
        .tags([("team", "growth")]);
    let stream = case.add("orders", stream);
    case.add("orders/fraud", StreamConsumer::new("fraud", stream.arn()).tags([("team", "risk")]));
    let reads = Statement::allow([action!("kinesis:DescribeStreamSummary"), action!("kinesis:GetRecords")])
        .by(Principal::aws("arn:aws:iam::111122223333:root"))
        .on(stream.arn())
        .sid("Partner");
    case.add("orders/policy", ResourcePolicy::new(stream.arn(), PolicyDocument::new([reads])));
    stream
}

fn logs(case: &mut Case, stream: &Handle<Stream>) -> Handle<LogGroup> {
    let group = LogGroup::new()
        .log_group_name(sub!("/${AWS::StackName}/orders"))
        .log_group_class(LogGroupClass::Standard)
        .retention_in_days(30)
        .tags([("team", "growth")]);
    let group = case.add("orders/logs", group);
    case.add("orders/logs/delivery", LogStream::new(&group).log_stream_name("delivery"));
    let count = MetricTransformation::new("Errors", "Orders", "1")
        .default_value(0)
        .unit(MetricTransformationUnit::Count);
    case.add("orders/logs/errors", MetricFilter::new("?ERROR ?Error", &group, [count]).filter_name("errors"));
    let ships = Statement::allow([action!("kinesis:PutRecord")]).on(stream.arn());
    let ship = role(case, "orders/ship", "logs.amazonaws.com", ships);
    case.add(
        "orders/logs/ship",
        SubscriptionFilter::new(stream.arn(), "{ $.level = \"audit\" }", &group).role_arn(ship.arn()),
    );
    case.add(
        "orders/logs/slow",
        QueryDefinition::new("orders/slow", "fields @timestamp, @message | sort @timestamp desc | limit 20")
            .log_group_names([&group]),
    );
    group
}

fn firehose(case: &mut Case, stream: &Handle<Stream>, group: &Handle<LogGroup>) {
    let raw = case.add("raw", Bucket::new());
    let writes = Statement::allow([
        action!("s3:PutObject"),
        action!("kinesis:GetRecords"),
        action!("kinesis:GetShardIterator"),
        action!("kinesis:DescribeStream"),
        action!("kinesis:ListShards"),
    ])
    .on(sub!("${raw}/*", raw = raw.arn()))
    .on(stream.arn());
    let deliver = role(case, "orders/deliver", "firehose.amazonaws.com", writes);
    let parameter = |name, value| ProcessorParameter::new(name, value);
    let partition = Processor::new(ProcessorType::MetadataExtraction).parameters([
        parameter(ParameterName::MetadataExtractionQuery, "{country: .country}"),
        parameter(ParameterName::JsonParsingEngine, "JQ-1.6"),
    ]);
    let destination = ExtendedS3DestinationConfiguration::new(raw.arn(), deliver.arn())
        .buffering_hints(BufferingHints::new().interval_in_seconds(300).size_in_mbs(128))
        .cloud_watch_logging_options(
            CloudWatchLoggingOptions::new().enabled(true).log_group_name(group).log_stream_name("delivery"),
        )
        .compression_format(CompressionFormat::Gzip)
        .custom_time_zone("UTC")
        .dynamic_partitioning_configuration(
            DynamicPartitioningConfiguration::new()
                .enabled(true)
                .retry_options(RetryOptions::new().duration_in_seconds(300)),
        )
        .prefix("orders/country=!{partitionKeyFromQuery:country}/day=!{timestamp:yyyy-MM-dd}/")
        .error_output_prefix("errors/!{firehose:error-output-type}/")
        .processing_configuration(ProcessingConfiguration::new().enabled(true).processors([partition]))
        .s3_backup_mode(ExtendedS3DestinationConfigurationS3BackupMode::Enabled)
        .s3_backup_configuration(
            S3DestinationConfiguration::new(raw.arn(), deliver.arn()).prefix("untouched/"),
        );
    let delivery = DeliveryStream::new()
        .delivery_stream_name(sub!("${AWS::StackName}-orders"))
        .delivery_stream_type(DeliveryStreamType::KinesisStreamAsSource)
        .kinesis_stream_source_configuration(KinesisStreamSourceConfiguration::new(
            stream.arn(),
            deliver.arn(),
        ))
        .extended_s3_destination_configuration(destination)
        .tags([("team", "growth")]);
    let delivery = case.add("orders/delivery", delivery);
    case.template.output("orders/delivery", delivery.arn());
}

fn pipe(case: &mut Case, stream: &Handle<Stream>, group: &Handle<LogGroup>) {
    let queue = case.add("orders/large", Queue::new());
    let dead = case.add("orders/large/dead", Queue::new().message_retention_period(1_209_600));
    let may = Statement::allow([
        action!("kinesis:GetRecords"),
        action!("kinesis:GetShardIterator"),
        action!("kinesis:DescribeStream"),
        action!("sqs:SendMessage"),
    ])
    .on(stream.arn())
    .on(queue.arn())
    .on(dead.arn());
    let mover = role(case, "orders/large/mover", "pipes.amazonaws.com", may);
    let source = PipeSourceKinesisStreamParameters::new(KinesisStreamStartPosition::Latest)
        .batch_size(100)
        .dead_letter_config(DeadLetterConfig::new().arn(dead.arn()))
        .maximum_retry_attempts(5)
        .on_partial_batch_item_failure(OnPartialBatchItemFailureStreams::AutomaticBisect)
        .parallelization_factor(2);
    let large = Filter::new().pattern(r#"{"data":{"total":[{"numeric":[">",1000]}]}}"#);
    let pipe = Pipe::new(mover.arn(), stream.arn(), queue.arn())
        .description("Orders that somebody should look at")
        .desired_state(RequestedPipeState::Running)
        .log_configuration(
            PipeLogConfiguration::new().level(LogLevel::Error).cloudwatch_logs_log_destination(
                CloudwatchLogsLogDestination::new().log_group_arn(group.arn()),
            ),
        )
        .source_parameters(
            PipeSourceParameters::new()
                .kinesis_stream_parameters(source)
                .filter_criteria(FilterCriteria::new().filters([large])),
        )
        .target_parameters(
            PipeTargetParameters::new()
                .input_template(r#"{"order": <$.data.id>}"#)
                .sqs_queue_parameters(PipeTargetSqsQueueParameters::new()),
        )
        .tags([("team", "growth")]);
    case.add("orders/large/pipe", pipe);
}
