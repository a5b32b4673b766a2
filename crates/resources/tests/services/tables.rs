//! DynamoDB and Lambda: a table, and a function that receives its changes.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::dynamodb::{
    ApproximateCreationDateTimePrecision, AttributeDefinition, AttributeType, BillingMode,
    ContributorInsightsSpecification, PointInTimeRecoverySpecification, ProjectionType, ResourcePolicy,
    SSEType, StreamViewType, Table, TableClass, TableGlobalSecondaryIndex,
    TableGlobalSecondaryIndexKeySchema, TableKeySchema, TableKinesisStreamSpecification,
    TableLocalSecondaryIndex, TableProjection, TableSSESpecification, TableStreamSpecification,
    TimeToLiveSpecification,
};
use strataform_resources::iam::{GroupPolicyProperty, Role};
use strataform_resources::kinesis::Stream;
use strataform_resources::kms::Key;
use strataform_resources::lambda::{
    Alias, ApplicationLogLevel, ApplyOn, Architectures, Code, DeadLetterConfig, Environment,
    EphemeralStorage, EventSourceMapping, EventSourceMappingDestinationConfig, EventSourceMappingOnFailure,
    Filter, FilterCriteria, Function, FunctionLoggingConfig, FunctionResponseTypes, LogFormat, PackageType,
    Permission, Runtime, SnapStart, SystemLogLevel, TracingConfig, TracingConfigMode, Version,
};
use strataform_resources::logs::LogGroup;
use strataform_resources::sqs::Queue;
use strataform_template::{Handle, pseudo, sub};

use crate::check::Case;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let key = case.add("orders/key", Key::new().enable_key_rotation(true));
    let table = table(&mut case, &key);
    let function = function(&mut case, &key, &table);
    versions(&mut case, &function);
    case
}

fn table(case: &mut Case, key: &Handle<Key>) -> Handle<Table> {
    let changes = case.add("orders/changes", Stream::new().shard_count(1));
    let by_customer = TableGlobalSecondaryIndex::new(
        "by-customer",
        [TableGlobalSecondaryIndexKeySchema::new("customer", "HASH")],
        TableProjection::new().projection_type(ProjectionType::Include).non_key_attributes(["total"]),
    );
    let by_day = TableLocalSecondaryIndex::new(
        "by-day",
        [TableKeySchema::new("id", "HASH"), TableKeySchema::new("day", "RANGE")],
        TableProjection::new().projection_type(ProjectionType::All),
    );
    let attribute = |name, kind| AttributeDefinition::new(name, kind);
    let read = Statement::allow([action!("dynamodb:GetItem"), action!("dynamodb:Query")])
        .by(Principal::account(pseudo::account_id()))
        .on("*");
    let table = Table::new([TableKeySchema::new("id", "HASH"), TableKeySchema::new("line", "RANGE")])
        .attribute_definitions([
            attribute("id", AttributeType::S),
            attribute("line", AttributeType::N),
            attribute("day", AttributeType::S),
            attribute("customer", AttributeType::S),
        ])
        .billing_mode(BillingMode::PayPerRequest)
        .contributor_insights_specification(ContributorInsightsSpecification::new(true))
        .deletion_protection_enabled(true)
        .global_secondary_indexes([by_customer])
        .kinesis_stream_specification(
            TableKinesisStreamSpecification::new(changes.arn())
                .approximate_creation_date_time_precision(ApproximateCreationDateTimePrecision::Millisecond),
        )
        .local_secondary_indexes([by_day])
        .point_in_time_recovery_specification(
            PointInTimeRecoverySpecification::new()
                .point_in_time_recovery_enabled(true)
                .recovery_period_in_days(7),
        )
        .resource_policy(ResourcePolicy::new(PolicyDocument::new([read])))
        .sse_specification(TableSSESpecification::new(true).sse_type(SSEType::Kms).kms_master_key_id(key))
        .stream_specification(TableStreamSpecification::new(StreamViewType::NewAndOldImages))
        .table_class(TableClass::Standard)
        .time_to_live_specification(TimeToLiveSpecification::new(true).attribute_name("expires"))
        .tags([("team", "growth")]);
    case.add("orders", table)
}

fn function(case: &mut Case, key: &Handle<Key>, table: &Handle<Table>) -> Handle<Function> {
    let group = case.add("orders/totals/logs", LogGroup::new().retention_in_days(14));
    let dead = case.add("orders/totals/dead", Queue::new().kms_master_key_id("alias/aws/sqs"));
    let trust = Statement::allow([action!("sts:AssumeRole")]).by(Principal::service("lambda.amazonaws.com"));
    let work = Statement::allow([
        action!("dynamodb:DescribeStream"),
        action!("dynamodb:GetRecords"),
        action!("dynamodb:GetShardIterator"),
        action!("dynamodb:ListStreams"),
        action!("sqs:SendMessage"),
        action!("logs:PutLogEvents"),
    ])
    .on(table.stream_arn())
    .on(dead.arn())
    .on(group.arn());
    let policy = GroupPolicyProperty::new(PolicyDocument::new([work]), "work");
    let role = case.add("orders/totals/role", Role::new(PolicyDocument::new([trust])).policies([policy]));
    let function =
        Function::new(Code::new().zip_file("def handler(event, context):\n    return {}\n"), role.arn())
            .architectures([Architectures::Arm64])
            .dead_letter_config(DeadLetterConfig::new().target_arn(dead.arn()))
            .description("Adds up the orders of a customer")
            .environment(Environment::new().variables([("STAGE", "production"), ("LEVEL", "info")]))
            .ephemeral_storage(EphemeralStorage::new(1024))
            .handler("index.handler")
            .kms_key_arn(key.arn())
            .logging_config(
                FunctionLoggingConfig::new()
                    .log_format(LogFormat::Json)
                    .application_log_level(ApplicationLogLevel::Info)
                    .system_log_level(SystemLogLevel::Warn)
                    .log_group(&group),
            )
            .memory_size(512)
            .package_type(PackageType::Zip)
            .reserved_concurrent_executions(5)
            .runtime(Runtime::Python3_13)
            .snap_start(SnapStart::new(ApplyOn::PublishedVersions))
            .timeout(60)
            .tracing_config(TracingConfig::new().mode(TracingConfigMode::Active))
            .tags([("team", "growth")]);
    let function = case.add("orders/totals", function);
    let failed = EventSourceMappingOnFailure::new().destination(dead.arn());
    let mapping = EventSourceMapping::new(&function)
        .event_source_arn(table.stream_arn())
        .starting_position("LATEST")
        .batch_size(100)
        .bisect_batch_on_function_error(true)
        .destination_config(EventSourceMappingDestinationConfig::new().on_failure(failed))
        .enabled(true)
        .filter_criteria(
            FilterCriteria::new().filters([Filter::new().pattern(r#"{"eventName":["INSERT"]}"#)]),
        )
        .function_response_types([FunctionResponseTypes::ReportBatchItemFailures])
        .maximum_batching_window_in_seconds(5)
        .maximum_record_age_in_seconds(3600)
        .maximum_retry_attempts(3)
        .parallelization_factor(2);
    case.add("orders/totals/source", mapping);
    function
}

fn versions(case: &mut Case, function: &Handle<Function>) {
    let version = case.add("orders/totals/first", Version::new(function).description("The first"));
    let alias = Alias::new(function, version.version(), "live").description("What is used");
    let alias = case.add("orders/totals/live", alias);
    case.add(
        "orders/totals/rules",
        Permission::new("lambda:InvokeFunction", &alias, "events.amazonaws.com")
            .source_account(pseudo::account_id())
            .source_arn(sub!("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*")),
    );
}
