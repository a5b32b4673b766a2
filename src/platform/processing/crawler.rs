//! The crawler of a dataset whose file schema is not under control: it reports the columns that it finds in tables of
//! its own, next to the declared one.

use strataform_resources::glue::{
    Crawler, DeleteBehavior, S3Target, Schedule, SchemaChangePolicy, Targets, UpdateBehavior,
};
use strataform_template::{Resource, sub};

use super::{catalogue, job};
use crate::model::Dataset;
use crate::platform::access::objects::Objects;
use crate::platform::access::{self, ServiceRole, jobs, objects};
use crate::platform::{Context, Stack, storage};

/// The prefix of the log groups of crawlers that have a security configuration.
const LOGS: &str = "/aws-glue/crawlers-role";

/// Adds the crawler, its role and its log group.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    database: &catalogue::Database,
    shared: &job::Shared,
    dataset: &Dataset,
) {
    let path = format!("{}/crawler", dataset.name.path());
    let (bucket, folder) = (stack.import(&storage.raw.arn), format!("{}/", dataset.name));
    let tables = format!("{}_found_", dataset.name);
    let edges = [
        objects::read_located(&Objects { bucket: &bucket, prefix: &folder, key: &shared.key }),
        access::catalogue::write_tables(&database.name, &tables),
        jobs::write_logs(LOGS),
        jobs::read_security_configuration(),
    ];
    let access = access::grant(stack, context, &path, ServiceRole::Glue, edges);
    // A crawler's log group has a fixed prefix, then the names of its role and of the security configuration.
    // Assumes `crawler-log-group`.
    let group = sub!(
        "${prefix}/${role}-${security}",
        prefix = LOGS,
        role = access.role.reference(),
        security = shared.name.clone()
    );
    let log = access::logs::group(stack, context, &format!("{path}/log"), group, &shared.key);
    let name = stack.import(&storage.raw.name);
    let target = S3Target::new().path(sub!("s3://${bucket}/${folder}", bucket = name, folder = folder));
    // The crawler only logs changes: a changed file does not change a table.
    let policy =
        SchemaChangePolicy::new().delete_behavior(DeleteBehavior::Log).update_behavior(UpdateBehavior::Log);
    let crawler = Crawler::new(access.role.arn(), Targets::new().s3_targets([target]))
        .name(context.dataset_name(&dataset.name))
        .description(format!("Finds the columns in the files of {}", dataset.name))
        .database_name(&database.value)
        .table_prefix(tables)
        // One table for files with compatible schemas, instead of one per folder.
        .configuration(r#"{"Version":1.0,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas"}}"#)
        .schema_change_policy(policy)
        .schedule(Schedule::new().schedule_expression("cron(0 2 * * ? *)"))
        .crawler_security_configuration(&shared.security)
        .tags(context.tags());
    stack.add(path, crawler.declare().depends_on(&access.policy).depends_on(&log));
}
