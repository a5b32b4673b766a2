//! The ingestion stage: Kinesis data streams, delivery to the raw bucket, and alarms on both.

use std::collections::BTreeMap;

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::{KMSKey, KinesisStream, SNSTopic};
use strataform_resources::kinesis::{
    EncryptionType, Stream, StreamEncryption, StreamMode, StreamModeDetails,
};
use strataform_resources::kinesisfirehose::{
    BufferingHints, CloudWatchLoggingOptions, CompressionFormat, DeliveryStream, DeliveryStreamType,
    EncryptionConfiguration, ExtendedS3DestinationConfiguration, KMSEncryptionConfig,
    KinesisStreamSourceConfiguration, ParameterName, ProcessingConfiguration, Processor, ProcessorParameter,
    ProcessorType,
};
use strataform_resources::logs::LogStream;
use strataform_template::{Arn, Resource, Value};

use super::access::{self, ServiceRole, logs, objects, streams};
use super::alarms::{Metric, MissingData, Side, Silence, Threshold, alarm};
use super::{Context, Export, Stack, StackName, sizing, storage};
use crate::model::{Dataset, Identifier, Origin, Stage};

/// The exports of the ingestion stage to other stages.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    /// The streams of the datasets that have one. The name of a stream is
    /// [`Context::dataset_name`](super::Context::dataset_name).
    pub streams: BTreeMap<Identifier, Export<Arn<KinesisStream>>>,
}

/// The ingestion stacks: one for each division of the datasets that has a stream.
#[must_use]
pub fn stacks(context: Context<'_>, storage: &storage::Exports) -> (Vec<Stack>, Exports) {
    let (mut stacks, mut exports) = (Vec::new(), Exports::default());
    for (part, datasets) in context.divisions() {
        let streamed: Vec<_> = datasets.into_iter().filter(|dataset| dataset.source.has_stream()).collect();
        if streamed.is_empty() {
            continue;
        }
        let name = StackName { stage: Stage::Ingestion, part };
        let title = &context.platform.title;
        let mut stack = Stack::new(name, format!("{title}: data streams and delivery to the raw bucket"));
        for dataset in streamed {
            let stream = stack.within(Origin::Dataset(dataset.name.clone()), |stack| {
                ingest(stack, context, storage, dataset)
            });
            exports.streams.insert(dataset.name.clone(), stream);
        }
        stacks.push(stack);
    }
    (stacks, exports)
}

fn ingest(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    dataset: &Dataset,
) -> Export<Arn<KinesisStream>> {
    let path = dataset.name.path();
    let key = stack.import(&storage.key);
    let topic = stack.import(&storage.topic);
    let stream = context.store(stream(context, dataset, &key));
    let stream = stack.add(format!("{path}/stream"), stream);
    deliver(stack, context, storage, dataset, &path, &stream.arn());
    let put = [streams::write(&stream.arn(), &key)];
    let what = "Allows producers to put records into the stream";
    access::standalone_policy(stack, &format!("{path}/producer"), what, put);
    watch(stack, context, dataset, &path, &topic);
    stack.export(format!("{path}/stream/arn"), stream.arn(), "Kinesis data stream of a dataset")
}

fn stream(context: Context<'_>, dataset: &Dataset, key: &Value<Arn<KMSKey>>) -> Stream {
    let stream = Stream::new()
        .name(context.dataset_name(&dataset.name))
        .retention_period_hours(context.environment.settings.retention.stream.as_days() * 24)
        .stream_encryption(StreamEncryption::new(EncryptionType::Kms, key.clone()))
        .tags(context.tags());
    // Another mode or number of shards keeps the records. Assumes `stream-mode-change` and `shard-doubling`.
    match sizing::stream(context.inflow(dataset)) {
        sizing::Stream::OnDemand => stream.stream_mode_details(StreamModeDetails::new(StreamMode::OnDemand)),
        sizing::Stream::Provisioned { shards } => {
            stream.shard_count(shards).stream_mode_details(StreamModeDetails::new(StreamMode::Provisioned))
        }
    }
}

/// Adds the delivery stream, its role and its log group.
fn deliver(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    dataset: &Dataset,
    path: &str,
    stream: &Value<Arn<KinesisStream>>,
) {
    let (key, bucket) = (stack.import(&storage.key), stack.import(&storage.raw.arn));
    let name = context.short_name(&dataset.name);
    let group_name = format!("/aws/kinesisfirehose/{name}");
    let group = logs::group(stack, context, &format!("{path}/delivery/log"), group_name.clone(), &key);
    // CloudFormation imports a kept resource only if its template spells out the name.
    // Assumes `import-existing` and `log-group-name`.
    let log = LogStream::new(group_name).log_stream_name("delivery");
    // A retained log group would be empty without its log stream.
    let log = stack.add(format!("{path}/delivery/log/stream"), context.store(log).depends_on(&group));
    let (records, errors) = (format!("{}/", dataset.name), format!("_errors/{}/", dataset.name));
    let to = objects::deliver(&bucket, [&records, &errors], &key);
    let edges = [streams::read(stream, &key), to, logs::write(&group)];
    let access = access::grant(stack, context, &format!("{path}/delivery"), ServiceRole::Firehose, edges);
    let logging =
        CloudWatchLoggingOptions::new().enabled(true).log_group_name(&group).log_stream_name("delivery");
    let hints = sizing::delivery(context.environment.schedule(dataset));
    let destination = ExtendedS3DestinationConfiguration::new(bucket, access.role.arn())
        .prefix(format!(
            "{records}year=!{{timestamp:yyyy}}/month=!{{timestamp:MM}}/day=!{{timestamp:dd}}/hour=!{{timestamp:HH}}/"
        ))
        .error_output_prefix(format!(
            "{errors}!{{firehose:error-output-type}}/year=!{{timestamp:yyyy}}/month=!{{timestamp:MM}}/day=!{{timestamp:dd}}/"
        ))
        .custom_time_zone("UTC")
        .compression_format(CompressionFormat::Gzip)
        .buffering_hints(
            BufferingHints::new().interval_in_seconds(hints.seconds).size_in_mbs(hints.mebibytes),
        )
        .encryption_configuration(
            EncryptionConfiguration::new().kms_encryption_config(KMSEncryptionConfig::new(key)),
        )
        .processing_configuration(one_record_per_line())
        .cloud_watch_logging_options(logging);
    let delivery = DeliveryStream::new()
        .delivery_stream_name(name)
        .delivery_stream_type(DeliveryStreamType::KinesisStreamAsSource)
        .kinesis_stream_source_configuration(KinesisStreamSourceConfiguration::new(
            stream.clone(),
            access.role.arn(),
        ))
        .extended_s3_destination_configuration(destination)
        .tags(context.tags());
    // Without the policy, the first calls of the delivery stream would be denied.
    let delivery = delivery.declare().depends_on(&access.policy).depends_on(&log);
    stack.add(format!("{path}/delivery"), delivery);
}

/// Producers need not end records with a newline: Firehose appends one to each, so that no two records run together.
fn one_record_per_line() -> ProcessingConfiguration {
    let end = ProcessorParameter::new(ParameterName::Delimiter, "\\n");
    let append = Processor::new(ProcessorType::AppendDelimiterToRecord).parameters([end]);
    ProcessingConfiguration::new().enabled(true).processors([append])
}

/// What to do if a stream refuses records.
fn throttled(name: &Identifier, stream: sizing::Stream) -> String {
    let next = match stream {
        sizing::Stream::OnDemand => {
            "Kinesis adds shards within minutes; if it goes on, spread the partition keys of the records"
        }
        sizing::Stream::Provisioned { .. } => {
            "If its records are smaller than `gen explain sizing` shows, lower `record_size`; otherwise raise \
             `volume`. Then deploy again"
        }
    };
    format!("Writes to the stream of {name} are throttled. {next}.")
}

fn watch(
    stack: &mut Stack,
    context: Context<'_>,
    dataset: &Dataset,
    path: &str,
    topic: &Value<Arn<SNSTopic>>,
) {
    let name = &dataset.name;
    let stream = Value::assumed(context.dataset_name(name).into());
    let delivery = Value::assumed(context.short_name(name).into());
    let kinesis = |name, statistic| Metric {
        namespace: "AWS/Kinesis",
        name,
        dimensions: vec![("StreamName", stream.clone())],
        statistic,
        period: 300,
    };
    let firehose = |name, statistic| Metric {
        namespace: "AWS/Firehose",
        name,
        dimensions: vec![("DeliveryStreamName", delivery.clone())],
        statistic,
        period: 300,
    };
    let above = |limit| Threshold {
        side: Side::Above,
        limit,
        periods: (3, 3),
        missing_data: MissingData::NotBreaching,
    };
    let hints = sizing::delivery(context.environment.schedule(dataset));
    #[expect(clippy::cast_precision_loss, reason = "a few thousand seconds")]
    let late = (hints.seconds * 3) as f64;
    let mut add = |what: &str, metric, threshold, text| {
        alarm(stack, context, topic, &format!("{path}/alarm/{what}"), metric, threshold, text);
    };
    add(
        "age",
        kinesis("GetRecords.IteratorAgeMilliseconds", Statistic::Maximum),
        above(3_600_000.0),
        format!("Records of {name} wait in the stream for over an hour. Check the delivery stream's log."),
    );
    add(
        "throttling",
        kinesis("WriteProvisionedThroughputExceeded", Statistic::Sum),
        above(0.0),
        throttled(name, sizing::stream(context.inflow(dataset))),
    );
    add(
        "freshness",
        firehose("DeliveryToS3.DataFreshness", Statistic::Maximum),
        above(late),
        format!("Records of {name} reach the raw bucket late. Check the delivery stream's log."),
    );
    add(
        "delivery",
        firehose("DeliveryToS3.Success", Statistic::Average),
        Threshold {
            side: Side::Below,
            limit: 0.99,
            periods: (3, 3),
            missing_data: MissingData::NotBreaching,
        },
        format!(
            "Files of {name} cannot be written. Check the delivery stream's log, then the key and the bucket."
        ),
    );
    let silence = Silence::of_records(context.environment.schedule(dataset));
    let incoming = Metric { period: Silence::period(), ..kinesis("IncomingRecords", Statistic::Sum) };
    add(
        "silent",
        incoming,
        silence.threshold(),
        format!(
            "No record of {name} has arrived for {} hours. Check that its producers run and that their writes \
             succeed; their policy is an output of this stack.",
            silence.hours()
        ),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_stream_without_records_is_an_alarm_after_a_day() {
        let platform = fixture::platform();
        let context = Context { platform: &platform, environment: &platform.environments[0] };
        let (_, storage) = storage::stack(context);
        let (stacks, _) = super::stacks(context, &storage);
        let text = stacks[0].template().to_json().expect("a template of fixtures is whole");
        let template: Json = serde_json::from_str(&text).expect("JSON");
        let alarm = &template["Resources"]["OrdersAlarmSilent"]["Properties"];
        assert_eq!((&alarm["MetricName"], &alarm["Statistic"]), (&json!("IncomingRecords"), &json!("Sum")));
        assert_eq!(alarm["Dimensions"], json!([{ "Name": "StreamName", "Value": "shop-dev-orders" }]));
        assert_eq!((&alarm["Period"], &alarm["EvaluationPeriods"]), (&json!(3_600), &json!(25)));
        assert_eq!(alarm["TreatMissingData"], "breaching");
        assert_eq!(alarm["WarmUpConfiguration"]["WarmUpPeriodDurationInMinutes"], 1_500);
    }
}
