//! The table optimizers of an Iceberg table: every run writes files and a snapshot, which nothing else would compact or
//! expire.

use strataform_resources::glue::{
    CompactionConfiguration, IcebergCompactionConfiguration, IcebergConfiguration,
    IcebergRetentionConfiguration, OrphanFileDeletionConfiguration, RetentionConfiguration, Strategy, Table,
    TableOptimizer, TableOptimizerArgs, TableOptimizerConfiguration, TableOptimizerType,
};
use strataform_template::{Handle, Resource, pseudo, sub};

use super::Common;
use crate::model::Dataset;
use crate::platform::access::objects::Objects;
use crate::platform::access::{self, ServiceRole, jobs, objects};
use crate::platform::{Context, Stack, storage};

/// Days for which snapshots are kept for time travel, and after which orphan files are deleted: longer than any run
/// takes.
const DAYS: u32 = 7;

/// Adds the three optimizers of a table and their role.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    common: &Common<'_>,
    dataset: &Dataset,
    table: &Handle<Table>,
) {
    let path = format!("{}/optimizer", dataset.name.path());
    let (bucket, folder) = (stack.import(&storage.curated.arn), format!("{}/iceberg/", dataset.name));
    let edges = [
        objects::manage_folder(&Objects { bucket: &bucket, prefix: &folder, key: &common.shared.key }),
        access::catalogue::commit_table(&common.database.name, dataset.name.as_str()),
        jobs::write_logs("/aws-glue/iceberg-"),
    ];
    let access = access::grant(stack, context, &path, ServiceRole::Glue, edges);
    let bucket = stack.import(&storage.curated.name);
    let location = sub!("s3://${bucket}/${folder}", bucket = bucket, folder = folder);
    let set = || TableOptimizerConfiguration::new(true, access.role.arn());
    let compaction = IcebergCompactionConfiguration::new().strategy(Strategy::Binpack);
    let compaction = CompactionConfiguration::new().iceberg_configuration(compaction);
    let retention = IcebergRetentionConfiguration::new()
        .snapshot_retention_period_in_days(DAYS)
        .number_of_snapshots_to_retain(1)
        .clean_expired_files(true);
    let retention = RetentionConfiguration::new().iceberg_configuration(retention);
    let orphans = IcebergConfiguration::new().orphan_file_retention_period_in_days(DAYS).location(location);
    let orphans = OrphanFileDeletionConfiguration::new().iceberg_configuration(orphans);
    for (word, kind, configuration) in [
        ("compaction", TableOptimizerType::Compaction, set().compaction_configuration(compaction)),
        ("retention", TableOptimizerType::Retention, set().retention_configuration(retention)),
        (
            "orphans",
            TableOptimizerType::OrphanFileDeletion,
            set().orphan_file_deletion_configuration(orphans),
        ),
    ] {
        let optimizer = TableOptimizer::new(TableOptimizerArgs {
            catalog_id: pseudo::account_id(),
            database_name: &common.database.value,
            table_name: dataset.name.to_string(),
            table_optimizer_configuration: configuration,
            type_: kind,
        });
        let optimizer = optimizer.declare().depends_on(&access.policy).depends_on(table);
        stack.add(format!("{path}/{word}"), optimizer);
    }
}
