//! Processing of the data in the bucket, and the alarm for late data.

use strataform_resources::cloudwatch::{
    Alarm, AlarmDimension, ComparisonOperator, Statistic, TreatMissingData,
};
use strataform_resources::glue::{
    Column, Database, ExecutionProperty, Job, JobCommand, JobWorkerType, SerdeInfo, Table, TableInput,
    TableStorageDescriptor, TableType,
};
use strataform_resources::iam::Role;
use strataform_resources::kinesis::Stream;
use strataform_resources::s3::Bucket;
use strataform_resources::sns::Topic;
use strataform_template::{Handle, IntoValue, Object, Template, pseudo, sub};

use crate::team::Dataset;

const COLUMNS: [(&str, &str); 6] = [
    ("event_id", "string"),
    ("customer_id", "bigint"),
    ("occurred_at", "timestamp"),
    ("amount", "decimal(12,2)"),
    ("currency", "string"),
    ("attributes", "map<string,string>"),
];

pub(crate) fn table(
    template: &mut Template,
    dataset: &Dataset<'_>,
    bucket: &Handle<Bucket>,
    database: &Handle<Database>,
) -> Handle<Table> {
    let serde =
        SerdeInfo::new().serialization_library("org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe");
    let storage = TableStorageDescriptor::new()
        .columns(COLUMNS.map(|(name, kind)| Column::new(name).type_(kind)))
        .location(sub!("s3://${bucket}/${name}/", bucket = bucket, name = dataset.name.to_owned()))
        .input_format("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat")
        .output_format("org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat")
        .serde_info(serde);
    let input = TableInput::new()
        .name(dataset.table_name())
        .table_type(TableType::ExternalTable)
        .parameters(Object::from([("classification", "parquet"), ("projection.enabled", "true")]))
        .partition_keys([Column::new("day").type_("date")])
        .storage_descriptor(storage);
    template.add(dataset.id("table"), Table::new(pseudo::account_id(), database).table_input(input))
}

pub(crate) fn job(
    template: &mut Template,
    dataset: &Dataset<'_>,
    role: &Handle<Role>,
    bucket: &Handle<Bucket>,
) {
    let command = JobCommand::new()
        .name("glueetl")
        .python_version("3")
        .script_location(sub!("s3://${bucket}/scripts/clean.py", bucket = bucket));
    let temporary = sub!("s3://${bucket}/temporary/", bucket = bucket);
    let arguments = Object::from([
        ("--job-language", "python".into()),
        ("--enable-metrics", "true".into()),
        ("--job-bookmark-option", "job-bookmark-enable".into()),
        ("--TempDir", IntoValue::<strataform_template::Text>::into_node(temporary)),
        ("--dataset", dataset.name.to_owned().into()),
    ]);
    let job = Job::new(command, role.arn())
        .name(dataset.full_name())
        .default_arguments(arguments)
        .execution_property(ExecutionProperty::new().max_concurrent_runs(1))
        .glue_version("5.0")
        .max_retries(1)
        .number_of_workers(2)
        .timeout(60)
        .worker_type(JobWorkerType::G1x)
        .tags(dataset.tags());
    template.add(dataset.id("job"), job);
}

pub(crate) fn alarm(
    template: &mut Template,
    dataset: &Dataset<'_>,
    stream: &Handle<Stream>,
    topic: &Handle<Topic>,
) {
    let alarm = Alarm::new()
        .alarm_description(format!("Records of {} wait for longer than five minutes", dataset.name))
        .namespace("AWS/Kinesis")
        .metric_name("GetRecords.IteratorAgeMilliseconds")
        .dimensions([AlarmDimension::new("StreamName", stream)])
        .statistic(Statistic::Maximum)
        .period(60)
        .evaluation_periods(5)
        .datapoints_to_alarm(3)
        .threshold(300_000)
        .comparison_operator(ComparisonOperator::GreaterThanThreshold)
        .treat_missing_data(TreatMissingData::NotBreaching)
        .alarm_actions([topic])
        .ok_actions([topic])
        .tags(dataset.tags());
    template.add(dataset.id("alarm"), alarm);
}
