//! Glue, Athena and Lake Formation: the data in the lake, its producers and its readers.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::athena::{
    EncryptionConfiguration as ResultEncryption, EncryptionOption, EngineVersion, NamedQuery,
    PreparedStatement, ResultConfiguration, WorkGroup, WorkGroupConfiguration, WorkGroupState,
};
use strataform_resources::glue::{
    Action, CloudWatchEncryption, CloudWatchEncryptionMode, Column, Condition, ConditionState, Crawler,
    Database, DatabaseInput, DeleteBehavior, EncryptionConfiguration, ExecutionClass, ExecutionProperty, Job,
    JobBookmarksEncryption, JobBookmarksEncryptionMode, JobCommand, JobWorkerType, Logical, LogicalOperator,
    NotificationProperty, Predicate, RecrawlBehavior, RecrawlPolicy, S3Encryption, S3Target, Schedule,
    SchemaChangePolicy, SecurityConfiguration, SerdeInfo, Table, TableInput, TableStorageDescriptor,
    TableType, Targets, Trigger, TriggerType, UpdateBehavior, Workflow,
};
use strataform_resources::iam::Role;
use strataform_resources::kms::Key;
use strataform_resources::lakeformation::{
    DataCellsFilter, DataCellsFilterArgs, DataLakeSettings, DataLakeSettingsDataLakePrincipal, Permission,
    PrincipalPermissions, PrincipalPermissionsArgs, PrincipalPermissionsDataLakePrincipal,
    PrincipalPermissionsDatabaseResource, PrincipalPermissionsResource, Resource as Location, RowFilter, Tag,
};
use strataform_resources::s3::Bucket;
use strataform_template::{Handle, Node, Object, pseudo, sub};

use crate::check::Case;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let key = case.add("lake/key", Key::new().enable_key_rotation(true));
    let lake = case.add("lake", Bucket::new());
    let glue = Statement::allow([action!("sts:AssumeRole")]).by(Principal::service("glue.amazonaws.com"));
    let role = Role::new(PolicyDocument::new([glue]))
        .managed_policy_arns(["arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"]);
    let role = case.add("lake/worker", role);
    let sales = tables(&mut case, &lake);
    jobs(&mut case, &key, &lake, &role, &sales);
    queries(&mut case, &key, &lake, &sales);
    grants(&mut case, &lake, &role, &sales);
    case
}

/// Parameters as Glue expects them: an object of texts.
fn parameters<const N: usize>(entries: [(&'static str, &'static str); N]) -> Object {
    Object::from(entries.map(|(name, value)| (name, Node::from(value))))
}

fn tables(case: &mut Case, lake: &Handle<Bucket>) -> Handle<Database> {
    let input = DatabaseInput::new()
        .name("sales")
        .description("What was sold")
        .location_uri(sub!("s3://${lake}/sales/", lake = lake))
        .parameters(parameters([("owner", "growth")]));
    let sales = case.add("sales", Database::new(pseudo::account_id(), input));
    let serde = SerdeInfo::new()
        .serialization_library("org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe")
        .parameters(parameters([("serialization.format", "1")]));
    let storage = TableStorageDescriptor::new()
        .columns([
            Column::new("id").type_("bigint").comment("Of the order"),
            Column::new("total").type_("decimal(18,2)"),
        ])
        .compressed(true)
        .input_format("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat")
        .output_format("org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat")
        .location(sub!("s3://${lake}/sales/orders/", lake = lake))
        .number_of_buckets(-1)
        .serde_info(serde)
        .stored_as_sub_directories(false);
    let input = TableInput::new()
        .name("orders")
        .description("One row for each order")
        .table_type(TableType::ExternalTable)
        .partition_keys([Column::new("day").type_("date")])
        .parameters(parameters([("classification", "parquet"), ("projection.enabled", "true")]))
        .retention(0)
        .storage_descriptor(storage);
    case.add("sales/orders", Table::new(pseudo::account_id(), &sales).table_input(input));
    sales
}

fn jobs(
    case: &mut Case,
    key: &Handle<Key>,
    lake: &Handle<Bucket>,
    role: &Handle<Role>,
    sales: &Handle<Database>,
) {
    let encryption = EncryptionConfiguration::new()
        .cloud_watch_encryption(
            CloudWatchEncryption::new()
                .cloud_watch_encryption_mode(CloudWatchEncryptionMode::SseKms)
                .kms_key_arn(key.arn()),
        )
        .job_bookmarks_encryption(
            JobBookmarksEncryption::new()
                .job_bookmarks_encryption_mode(JobBookmarksEncryptionMode::CseKms)
                .kms_key_arn(key.arn()),
        )
        .s3_encryptions([S3Encryption::new().s3_encryption_mode("SSE-KMS").kms_key_arn(key.arn())]);
    let secure = case.add("lake/secure", SecurityConfiguration::new(encryption, "lake"));
    let targets = Targets::new().s3_targets([S3Target::new()
        .path(sub!("s3://${lake}/sales/returns/", lake = lake))
        .exclusions(["**/_temporary/**"])
        .sample_size(10)]);
    let crawler = Crawler::new(role.arn(), targets)
        .crawler_security_configuration(&secure)
        .database_name(sales)
        .recrawl_policy(RecrawlPolicy::new().recrawl_behavior(RecrawlBehavior::CrawlNewFoldersOnly))
        .schedule(Schedule::new().schedule_expression("cron(0 3 * * ? *)"))
        .schema_change_policy(
            SchemaChangePolicy::new()
                .delete_behavior(DeleteBehavior::Log)
                .update_behavior(UpdateBehavior::Log),
        )
        .table_prefix("raw_")
        .tags([("team", "growth")]);
    let crawler = case.add("sales/crawl", crawler);
    let script = sub!("s3://${lake}/scripts/clean.py", lake = lake);
    let command = JobCommand::new().name("glueetl").python_version("3").script_location(script);
    let job = Job::new(command, role.arn())
        .default_arguments(parameters([
            ("--enable-metrics", "true"),
            ("--job-bookmark-option", "job-bookmark-enable"),
        ]))
        .description("Cleans the orders of a day")
        .execution_class(ExecutionClass::Standard)
        .execution_property(ExecutionProperty::new().max_concurrent_runs(1))
        .glue_version("5.0")
        .max_retries(1)
        .notification_property(NotificationProperty::new().notify_delay_after(30))
        .number_of_workers(4)
        .security_configuration(&secure)
        .timeout(120)
        .worker_type(JobWorkerType::G1x)
        .tags([("team", "growth")]);
    let job = case.add("sales/clean", job);
    let flow =
        case.add("sales/flow", Workflow::new().description("Crawl, then clean").max_concurrent_runs(1));
    let cleaned = Condition::new()
        .job_name(&job)
        .logical_operator(LogicalOperator::Equals)
        .state(ConditionState::Succeeded);
    case.add(
        "sales/flow/start",
        Trigger::new([Action::new().job_name(&job).timeout(60)], TriggerType::Scheduled)
            .schedule("cron(0 4 * * ? *)")
            .start_on_creation(true)
            .workflow_name(&flow),
    );
    case.add(
        "sales/flow/then",
        Trigger::new([Action::new().crawler_name(&crawler)], TriggerType::Conditional)
            .predicate(Predicate::new().conditions([cleaned]).logical(Logical::And))
            .start_on_creation(true)
            .workflow_name(&flow),
    );
}

fn queries(case: &mut Case, key: &Handle<Key>, lake: &Handle<Bucket>, sales: &Handle<Database>) {
    let results = ResultConfiguration::new()
        .output_location(sub!("s3://${lake}/results/", lake = lake))
        .encryption_configuration(ResultEncryption::new(EncryptionOption::SseKms).kms_key(key.arn()));
    let configuration = WorkGroupConfiguration::new()
        .bytes_scanned_cutoff_per_query(100_000_000_000_i64)
        .enforce_work_group_configuration(true)
        .engine_version(EngineVersion::new().selected_engine_version("Athena engine version 3"))
        .publish_cloud_watch_metrics_enabled(true)
        .requester_pays_enabled(false)
        .result_configuration(results);
    let analysts = WorkGroup::new("analysts")
        .description("People with questions")
        .recursive_delete_option(false)
        .state(WorkGroupState::Enabled)
        .tags([("team", "growth")])
        .work_group_configuration(configuration);
    let analysts = case.add("analysts", analysts);
    let today = NamedQuery::new(sales, "select count(*) from orders where day = current_date")
        .name("orders of today")
        .work_group(&analysts);
    case.add("analysts/today", today);
    case.add(
        "analysts/by/day",
        PreparedStatement::new("select * from orders where day = ?", "by_day", &analysts),
    );
}

fn grants(case: &mut Case, lake: &Handle<Bucket>, role: &Handle<Role>, sales: &Handle<Database>) {
    let admin = DataLakeSettingsDataLakePrincipal::new(sub!(
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/admin"
    ));
    case.add(
        "lake/settings",
        DataLakeSettings::new().admins([admin]).trusted_resource_owners([pseudo::account_id()]),
    );
    case.add(
        "lake/location",
        Location::new(lake.arn(), false).role_arn(role.arn()).hybrid_access_enabled(true),
    );
    case.add("lake/sensitivity", Tag::new("sensitivity", ["public", "internal", "personal"]));
    let principal =
        || PrincipalPermissionsDataLakePrincipal::new().data_lake_principal_identifier(role.arn());
    let database = PrincipalPermissionsDatabaseResource::new(pseudo::account_id(), sales);
    case.add(
        "lake/worker/creates",
        PrincipalPermissions::new(PrincipalPermissionsArgs {
            permissions: [Permission::CreateTable, Permission::Describe],
            permissions_with_grant_option: Vec::<Permission>::new(),
            principal: principal(),
            resource: PrincipalPermissionsResource::new().database(database),
        }),
    );
    case.add(
        "lake/domestic",
        DataCellsFilter::new(DataCellsFilterArgs {
            database_name: sales,
            name: "domestic",
            table_catalog_id: pseudo::account_id(),
            table_name: "orders",
        })
        .column_names(["id", "total"])
        .row_filter(RowFilter::new().filter_expression("country = 'DE'")),
    );
}
