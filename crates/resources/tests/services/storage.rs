//! KMS, S3, S3 Tables and IAM: a lake's buckets, encrypted with a key of their own.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::{GroupPolicyProperty, ManagedPolicy, Role};
use strataform_resources::kms::{Alias, Key, KeySpec, KeyUsage};
use strataform_resources::s3::{
    AbortIncompleteMultipartUpload, AccessTier, AllowedMethods, Bucket, BucketEncryption, BucketPolicy,
    CorsConfiguration, CorsRule, Destination, DestinationFormat, EventBridgeConfiguration,
    IncludedObjectVersions, IntelligentTieringConfiguration, IntelligentTieringConfigurationStatus,
    InventoryConfiguration, InventoryConfigurationArgs, LifecycleConfiguration, LoggingConfiguration,
    MetricsConfiguration, NoncurrentVersionExpiration, NotificationConfiguration, ObjectOwnership,
    OptionalFields, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, Rule,
    RuleStatus, SSEAlgorithm, ScheduleFrequency, ServerSideEncryptionByDefault, ServerSideEncryptionRule,
    TagFilter, Tiering, Transition, TransitionStorageClass, VersioningConfiguration,
    VersioningConfigurationStatus,
};
use strataform_resources::s3tables::{
    Compaction, CompactionStatus, EncryptionConfiguration, IcebergMetadata, IcebergSchema, Namespace,
    OpenTableFormat, SSEAlgorithm as TableAlgorithm, SchemaField, SnapshotManagement,
    SnapshotManagementStatus, Table, TableArgs, TableBucket, TableBucketPolicy, UnreferencedFileRemoval,
    UnreferencedFileRemovalStatus,
};
use strataform_template::{Handle, Parameter, Resource, Text, pseudo, sub};

use crate::check::Case;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    case.template.description("The buckets of a lake");
    let key = key(&mut case);
    let logs = logs(&mut case);
    let raw = raw(&mut case, &key, &logs);
    role(&mut case, &key, &raw);
    iceberg(&mut case, &key);
    case
}

fn key(case: &mut Case) -> Handle<Key> {
    let root = Principal::aws(sub!("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"));
    let everything = Statement::allow([action!("kms:*")]).by(root).on("*").sid("Administration");
    let logs =
        Statement::allow([action!("kms:Encrypt*"), action!("kms:Decrypt*"), action!("kms:GenerateDataKey*")])
            .by(Principal::service("logs.amazonaws.com"))
            .on("*")
            .when(Condition::new(
                Operator::ArnLike,
                "kms:EncryptionContext:aws:logs:arn",
                sub!("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"),
            ));
    let key = case.add(
        "lake/key",
        Key::new()
            .description("Everything in the lake")
            .enable_key_rotation(true)
            .rotation_period_in_days(180)
            .key_spec(KeySpec::SymmetricDefault)
            .key_usage(KeyUsage::EncryptDecrypt)
            .multi_region(false)
            .pending_window_in_days(30)
            .key_policy(PolicyDocument::new([everything, logs]))
            .tags([("team", "platform")]),
    );
    case.add("lake/key/alias", Alias::new("alias/lake", &key));
    key
}

fn private() -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true)
}

fn logs(case: &mut Case) -> Handle<Bucket> {
    let rule = OwnershipControlsRule::new().object_ownership(ObjectOwnership::BucketOwnerEnforced);
    let encryption = ServerSideEncryptionByDefault::new(SSEAlgorithm::Aes256);
    let rules = [ServerSideEncryptionRule::new().server_side_encryption_by_default(encryption)];
    let logs = Bucket::new()
        .ownership_controls(OwnershipControls::new([rule]))
        .bucket_encryption(BucketEncryption::new(rules))
        .public_access_block_configuration(private());
    // Declared explicitly, for the attributes other than properties.
    case.template.add("lake/logs", logs.declare().retain().metadata("Owner", "platform"))
}

fn raw(case: &mut Case, key: &Handle<Key>, logs: &Handle<Bucket>) -> Handle<Bucket> {
    let name = Parameter::<Text>::new().default_value("lake-raw").allowed_pattern("^[a-z-]{3,30}$");
    let name = case.template.parameter("raw/name", name);
    let encryption = ServerSideEncryptionByDefault::new(SSEAlgorithm::AwsKms).kms_master_key_id(key.arn());
    let rules = [ServerSideEncryptionRule::new()
        .bucket_key_enabled(true)
        .server_side_encryption_by_default(encryption)];
    let logging = LoggingConfiguration::new().destination_bucket_name(logs).log_file_prefix("raw/");
    let raw = Bucket::new()
        .bucket_name(sub!("${name}-${AWS::AccountId}-${AWS::Region}", name = &name))
        .bucket_encryption(BucketEncryption::new(rules))
        .cors_configuration(CorsConfiguration::new([CorsRule::new(
            [AllowedMethods::Get, AllowedMethods::Head],
            ["https://data.example.com"],
        )
        .max_age(3600)]))
        .intelligent_tiering_configurations([IntelligentTieringConfiguration::new(
            "cold",
            IntelligentTieringConfigurationStatus::Enabled,
            [Tiering::new(AccessTier::ArchiveAccess, 90), Tiering::new(AccessTier::DeepArchiveAccess, 180)],
        )
        .tag_filters([TagFilter::new("temperature", "cold")])])
        .inventory_configurations([InventoryConfiguration::new(InventoryConfigurationArgs {
            destination: Destination::new(logs.arn(), DestinationFormat::Parquet).prefix("inventory"),
            enabled: true,
            id: "all",
            included_object_versions: IncludedObjectVersions::Current,
            schedule_frequency: ScheduleFrequency::Weekly,
        })
        .optional_fields([OptionalFields::Size, OptionalFields::LastModifiedDate])])
        .lifecycle_configuration(LifecycleConfiguration::new([age()]))
        .logging_configuration(logging)
        .metrics_configurations([MetricsConfiguration::new("EntireBucket")])
        .notification_configuration(
            NotificationConfiguration::new().event_bridge_configuration(EventBridgeConfiguration::new(true)),
        )
        .ownership_controls(OwnershipControls::new([
            OwnershipControlsRule::new().object_ownership(ObjectOwnership::BucketOwnerEnforced)
        ]))
        .public_access_block_configuration(private())
        .versioning_configuration(VersioningConfiguration::new(VersioningConfigurationStatus::Enabled))
        .tags([("team", "growth"), ("layer", "raw")]);
    let raw = case.add("lake/raw", raw);
    let insecure = Condition::new(Operator::Bool, "aws:SecureTransport", false);
    let deny = Statement::deny([action!("s3:*")])
        .by(Principal::anyone())
        .on(raw.arn())
        .on(sub!("${raw}/*", raw = raw.arn()))
        .when(insecure)
        .sid("OnlyEncryptedTransport");
    case.add("lake/raw/policy", BucketPolicy::new(&raw, PolicyDocument::new([deny])));
    raw
}

fn age() -> Rule {
    Rule::new(RuleStatus::Enabled)
        .id("age")
        .prefix("orders/")
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7))
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(30).newer_noncurrent_versions(3))
        .transitions([
            Transition::new(TransitionStorageClass::StandardIa).transition_in_days(30),
            Transition::new(TransitionStorageClass::GlacierIr).transition_in_days(90),
        ])
        .expiration_in_days(730)
}

fn role(case: &mut Case, key: &Handle<Key>, raw: &Handle<Bucket>) {
    let trust = Statement::allow([action!("sts:AssumeRole")])
        .by(Principal::service("glue.amazonaws.com"))
        .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()));
    let read = Statement::allow([action!("s3:GetObject"), action!("s3:ListBucket")])
        .on(raw.arn())
        .on(sub!("${raw}/*", raw = raw.arn()));
    let decrypt = Statement::allow([action!("kms:Decrypt")]).on(key.arn());
    let inline = GroupPolicyProperty::new(PolicyDocument::new([decrypt]), "decrypt");
    let managed = case.add(
        "lake/reads",
        ManagedPolicy::new(PolicyDocument::new([read])).description("Reads the raw layer").path("/lake/"),
    );
    let role = Role::new(PolicyDocument::new([trust]))
        .description("Reads the raw layer")
        .max_session_duration(7200)
        .path("/lake/")
        .managed_policy_arns([&managed])
        .policies([inline])
        .tags([("team", "platform")]);
    let role = case.add("lake/reader", role);
    case.template.output("lake/reader", role.arn());
}

fn iceberg(case: &mut Case, key: &Handle<Key>) {
    let bucket = TableBucket::new("lake-tables")
        .encryption_configuration(
            EncryptionConfiguration::new().sse_algorithm(TableAlgorithm::AwsKms).kms_key_arn(key.arn()),
        )
        .unreferenced_file_removal(
            UnreferencedFileRemoval::new()
                .status(UnreferencedFileRemovalStatus::Enabled)
                .noncurrent_days(10)
                .unreferenced_days(3),
        )
        .tags([("team", "platform")]);
    let bucket = case.add("lake/tables", bucket);
    let sales = case.add("lake/tables/sales", Namespace::new("sales", bucket.table_bucket_arn()));
    let schema = IcebergSchema::new([
        SchemaField::new("id", "long").id(1).required(true),
        SchemaField::new("placed", "timestamptz").id(2),
    ]);
    let orders = Table::new(TableArgs {
        namespace: "sales",
        open_table_format: OpenTableFormat::Iceberg,
        table_bucket_arn: &bucket,
        table_name: "orders",
    })
    .compaction(Compaction::new().status(CompactionStatus::Enabled).target_file_size_mb(256))
    .iceberg_metadata(IcebergMetadata::new().iceberg_schema(schema))
    .snapshot_management(
        SnapshotManagement::new()
            .status(SnapshotManagementStatus::Enabled)
            .max_snapshot_age_hours(72)
            .min_snapshots_to_keep(3),
    );
    let orders = case.template.add("lake/tables/sales/orders", orders.declare().depends_on(&sales));
    let read = Statement::allow([action!("s3tables:GetTableData")])
        .by(Principal::account(pseudo::account_id()))
        .on(orders.table_arn());
    case.add("lake/tables/policy", TableBucketPolicy::new(PolicyDocument::new([read]), &bucket));
}
