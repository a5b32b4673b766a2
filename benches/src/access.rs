//! IAM roles and logs.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::{ManagedPolicy, Role};
use strataform_resources::kinesis::Stream;
use strataform_resources::logs::LogGroup;
use strataform_resources::s3::Bucket;
use strataform_template::{Handle, Template, pseudo, sub};

use crate::team::Dataset;

pub(crate) fn logs(template: &mut Template, dataset: &Dataset<'_>) -> Handle<LogGroup> {
    let logs = LogGroup::new()
        .log_group_name(format!("/strataform/{}/{}", dataset.team, dataset.name))
        .retention_in_days(30)
        .tags(dataset.tags());
    template.add(dataset.id("logs"), logs)
}

pub(crate) fn role(template: &mut Template, dataset: &Dataset<'_>) -> Handle<Role> {
    let ours = Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id());
    let trust = PolicyDocument::new([Statement::allow([action!("sts:AssumeRole")])
        .by(Principal::service("firehose.amazonaws.com"))
        .by(Principal::service("glue.amazonaws.com"))
        .when(ours)]);
    let role = Role::new(trust)
        .description(format!("Moves and cleans {} of {}", dataset.name, dataset.team))
        .max_session_duration(3600)
        .tags(dataset.tags());
    template.add(dataset.id("role"), role)
}

pub(crate) fn policy(
    template: &mut Template,
    dataset: &Dataset<'_>,
    role: &Handle<Role>,
    (bucket, stream, logs): (&Handle<Bucket>, &Handle<Stream>, &Handle<LogGroup>),
) -> Handle<ManagedPolicy> {
    let catalog = sub!(
        "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/${database}/*",
        database = dataset.team.replace('-', "_"),
    );
    let document = PolicyDocument::new([
        Statement::allow([
            action!("kinesis:DescribeStream"),
            action!("kinesis:GetRecords"),
            action!("kinesis:GetShardIterator"),
            action!("kinesis:ListShards"),
        ])
        .on(stream.arn())
        .sid("Read"),
        Statement::allow([
            action!("s3:AbortMultipartUpload"),
            action!("s3:GetObject"),
            action!("s3:ListBucket"),
            action!("s3:PutObject"),
        ])
        .on(bucket.arn())
        .on(sub!("${bucket}/*", bucket = bucket.arn()))
        .sid("Write"),
        Statement::allow([action!("glue:GetTable"), action!("glue:GetTableVersions")])
            .on(catalog)
            .sid("Look"),
        Statement::allow([action!("logs:PutLogEvents")]).on(logs.arn()).sid("Log"),
    ]);
    let policy = ManagedPolicy::new(document)
        .description(format!("What {} of {} needs", dataset.name, dataset.team))
        .roles([role]);
    template.add(dataset.id("policy"), policy)
}
