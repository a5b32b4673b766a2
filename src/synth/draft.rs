//! The parts of a draft: what the stages generate, in the form of the manifest.

use crate::assembly::{
    BucketOutputs, DatasetResources, File, FileKind, ManifestBackfill, ManifestColumn, ManifestCost,
    ManifestOverride, ManifestPolicy, OutputRef, ParameterAsset, ParameterInput, Protection, SqlFile,
    SqlKind, SqlPlaceholder, StackDraft, WarehouseOutputs, layout,
};
use crate::backfill;
use crate::model::{Dataset, Environment, Platform, PolicyFile, Sensitivity, Source, Stage, Type};
use crate::platform::aggregation::Administrator;
use crate::platform::aggregation::sql::{self, SqlContent, SqlValue};
use crate::platform::network::interface_endpoints;
use crate::platform::processing::{flow, job};
use crate::platform::{Context, Export, Stack, aggregation, sizing, storage};

/// The exports of the stages, some of which a deployment reads.
#[derive(Debug)]
pub(super) struct Deployable<'a> {
    pub(super) storage: &'a storage::Exports,
    pub(super) aggregation: &'a aggregation::Exports,
    pub(super) deployment: &'a aggregation::Deployment,
}

impl Deployable<'_> {
    /// The output with the value of a placeholder, and the field if that is the ARN of a secret.
    fn value(&self, value: SqlValue) -> Option<(OutputRef, Option<&'static str>)> {
        match value {
            SqlValue::CopyRole => Some((output(&self.aggregation.copy_role), None)),
            SqlValue::CatalogueRole => Some((output(self.deployment.catalogue_role.as_ref()?), None)),
            SqlValue::StreamingRole => Some((output(self.deployment.streaming_role.as_ref()?), None)),
            SqlValue::ReaderPassword => {
                Some((output(&self.aggregation.reader_secret), Some(sql::PASSWORD_FIELD)))
            }
        }
    }

    pub(super) fn warehouse(&self) -> WarehouseOutputs {
        let name = output(&self.aggregation.warehouse);
        let database = output(&self.deployment.database);
        match &self.deployment.administrator {
            // The namespace and the workgroup have the same name.
            Administrator::OfNamespace => {
                WarehouseOutputs::Serverless { namespace: name.clone(), workgroup: name, database }
            }
            Administrator::Secret(secret) => {
                WarehouseOutputs::Provisioned { cluster: name, database, admin_secret: output(secret) }
            }
        }
    }

    pub(super) fn buckets(&self) -> BucketOutputs {
        BucketOutputs {
            raw: output(&self.storage.raw.name),
            curated: output(&self.storage.curated.name),
            quarantine: output(&self.storage.quarantine.name),
            artifacts: output(&self.storage.artifacts.name),
        }
    }
}

fn output<T: ?Sized>(export: &Export<T>) -> OutputRef {
    OutputRef { stack: export.stack().to_string(), output: export.output().to_string() }
}

/// The resources of a dataset.
pub(super) fn dataset(context: Context<'_>, dataset: &Dataset) -> DatasetResources {
    let name = context.dataset_name(&dataset.name);
    DatasetResources {
        name: dataset.name.to_string(),
        stream: match dataset.source {
            Source::Stream => Some(name.clone()),
            Source::Files { .. } => None,
        },
        job: name,
        job_log_prefix: job::log_prefix(context),
        state_machine: flow::machine_name(context, dataset),
        raw_prefix: format!("{}/", dataset.name),
        run_prefix: flow::run_prefix(dataset.name.as_str()),
        columns: columns(dataset),
    }
}

/// What the platform file sets about rules.
pub(super) fn policy(platform: &Platform, environment: &Environment) -> ManifestPolicy {
    ManifestPolicy {
        errors: platform.policy.errors.iter().map(|one| one.text.clone()).collect(),
        suppressions: environment.suppressions.iter().map(Into::into).collect(),
    }
}

/// A file with Guard rules of the team.
pub(super) fn policy_file(file: &PolicyFile) -> File {
    let (path, bytes) = (layout::policy_path(&file.name), file.text.clone().into_bytes());
    File { path, kind: FileKind::Policy, bytes }
}

/// What the environment costs in a mean month.
pub(super) fn costs(context: Context<'_>) -> Vec<ManifestCost> {
    let endpoints = interface_endpoints(context.platform).len();
    let bill = sizing::monthly(context.platform, context.environment, endpoints);
    let again = |what: &str| {
        let dataset = context.platform.datasets.iter().find(|one| sizing::jobs_of(one) == what)?;
        Some(again(context, dataset))
    };
    let parts = bill.parts.into_iter().map(|one| ManifestCost {
        backfill: again(&one.what),
        what: one.what,
        cents: one.amount.cents(),
    });
    parts.collect()
}

/// What it takes at most to process the records of a dataset again.
fn again(context: Context<'_>, dataset: &Dataset) -> ManifestBackfill {
    let plan = backfill::whole(context, dataset);
    ManifestBackfill {
        dataset: plan.dataset.clone(),
        hours: u64::try_from(plan.from.hours_until(plan.to)).unwrap_or_default(),
        bytes: plan.bytes(),
        worker_minutes: plan.worker_minutes(),
        cents: plan.price().cents(),
    }
}

/// The columns of a dataset, with their permanent numbers: those of records, then the derived ones. A column that is not
/// stored has a number only if it once was, and 0 otherwise.
fn columns(dataset: &Dataset) -> Vec<ManifestColumn> {
    let column = |name: &str, data_type: Option<Type>, nullable| {
        let stored = dataset.stored_name(name);
        ManifestColumn {
            number: dataset.number(name).unwrap_or_default(),
            name: name.to_owned(),
            stored: (stored != name).then(|| stored.to_owned()),
            data_type: data_type.map(|one| one.to_string()),
            nullable,
            protection: None,
            expression: None,
        }
    };
    let own = dataset.columns.iter().map(|one| ManifestColumn {
        protection: one.sensitivity.map(protection),
        ..column(one.name.as_str(), one.curated_type(), one.nullable)
    });
    let derived = dataset.derived.iter().map(|one| ManifestColumn {
        expression: Some(one.expression.text().to_owned()),
        ..column(one.name.as_str(), Some(one.expression.data_type()), one.expression.is_nullable())
    });
    own.chain(derived).collect()
}

fn protection(sensitivity: Sensitivity) -> Protection {
    match sensitivity {
        Sensitivity::Hash => Protection::Hash,
        Sensitivity::Mask => Protection::Mask,
        Sensitivity::Drop => Protection::Drop,
    }
}

pub(super) fn stack(stack: &Stack) -> StackDraft {
    let inputs = stack.inputs.iter().map(|input| ParameterInput {
        parameter: input.parameter.to_string(),
        stack: input.stack.to_string(),
        output: input.output.to_string(),
    });
    let assets = stack.assets.iter().map(|asset| ParameterAsset {
        parameter: asset.parameter.to_string(),
        path: layout::stage_path(stack.name.stage, &asset.path),
    });
    let overrides = stack.overrides().iter().map(|(resource, property)| ManifestOverride {
        resource: resource.clone(),
        property: property.clone(),
    });
    StackDraft {
        name: stack.name.to_string(),
        stage: stack.name.stage,
        template_path: layout::template_path(stack.name.stage, stack.name.part),
        inputs: inputs.collect(),
        assets: assets.collect(),
        literals: Vec::new(),
        origins: stack.origins().clone(),
        overrides: overrides.collect(),
    }
}

/// Describes a SQL file, or returns the name of a value that no stack exports, which is a bug in the stage.
pub(super) fn sql(file: &sql::SqlFile, found: &Deployable<'_>) -> Result<SqlFile, &'static str> {
    let placeholders = file.placeholders.iter().map(|one| {
        let (from, field) = found.value(one.source).ok_or(one.name)?;
        Ok(SqlPlaceholder {
            name: one.name.to_owned(),
            stack: from.stack,
            output: from.output,
            secret_field: field.map(str::to_owned),
        })
    });
    Ok(SqlFile {
        path: layout::stage_path(Stage::Aggregation, &file.path),
        kind: sql_kind(&file.content),
        source: sql_source(&file.content).map(str::to_owned),
        origin: file.origin.clone(),
        placeholders: placeholders.collect::<Result<_, &'static str>>()?,
    })
}

/// What a SQL file is for.
pub(crate) fn sql_kind(content: &SqlContent) -> SqlKind {
    match content {
        SqlContent::Schemas(_) => SqlKind::Schemas,
        SqlContent::Roles(_) => SqlKind::Roles,
        SqlContent::Password(_) => SqlKind::Password,
        // Its rows are kept, like those of a dataset's table.
        SqlContent::Table(_) | SqlContent::Loaded(_) => SqlKind::Table,
        SqlContent::Staging(_) => SqlKind::Staging,
        SqlContent::Aggregate(_) | SqlContent::Groups(_) => SqlKind::Aggregate,
        SqlContent::Refresh(_) | SqlContent::LoadGroups(_) | SqlContent::Expire(_) => SqlKind::Procedure,
        SqlContent::View(_) => SqlKind::View,
        SqlContent::Catalogue(_) | SqlContent::Streams(_) => SqlKind::ExternalSchema,
        SqlContent::Stream(_) => SqlKind::Stream,
        SqlContent::Written(_) => SqlKind::Own,
        SqlContent::Grants(_) => SqlKind::Grants,
    }
}

/// The name of a hand-written file; `None` if the SQL is generated.
pub(super) fn sql_source(content: &SqlContent) -> Option<&str> {
    match content {
        SqlContent::Written(written) => Some(&written.source),
        SqlContent::Schemas(_)
        | SqlContent::Roles(_)
        | SqlContent::Password(_)
        | SqlContent::Table(_)
        | SqlContent::Staging(_)
        | SqlContent::Loaded(_)
        | SqlContent::Aggregate(_)
        | SqlContent::Groups(_)
        | SqlContent::LoadGroups(_)
        | SqlContent::Refresh(_)
        | SqlContent::Expire(_)
        | SqlContent::View(_)
        | SqlContent::Catalogue(_)
        | SqlContent::Streams(_)
        | SqlContent::Stream(_)
        | SqlContent::Grants(_) => None,
    }
}
