//! The load of a dataset, from the files that a manifest lists to merged rows: [`Load`], the context that its
//! statements are rendered from, and [`LoadPlan`], the rendered statements.
//!
//! In: a platform and a dataset. Out: a context, which `artifact` renders. The dataset's state machine runs exactly
//! the statements of the plan, and the load's file is written from the same list. Rendered statements are never
//! parsed or split again.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sql::{CORE, MART, STAGING, load_calls, refresh_name};
use crate::model::{DELETED, Dataset, Identifier, ORDER_COLUMNS, Platform, Role, Type};

/// Context of the templates in `sql/load/`.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// The dataset.
    #[serde(skip)]
    pub dataset: Identifier,
    /// The schema of the staging tables.
    pub staging: &'static str,
    /// The schema of merged rows.
    pub core: &'static str,
    /// The name of the table, the same in both schemas.
    pub name: String,
    /// The staging table with one row per key.
    pub latest: String,
    /// The table of the runs that are loaded, in the schema of the staging tables.
    pub loaded: String,
    /// The columns of the table, in the order of the curated files.
    pub columns: Vec<LoadColumn>,
    /// Whether a column has another name in files.
    pub is_renamed: bool,
    /// Whether files from before have columns that were removed.
    #[serde(skip)]
    pub has_removed: bool,
    /// What deletes rows; `None` if nothing does.
    pub deletions: Option<LoadDeletions>,
    /// The columns of the key.
    pub key: Vec<String>,
    /// The columns outside the key.
    pub changed: Vec<String>,
    /// The columns that order the versions of a key, most significant first.
    pub versions: Vec<Version>,
    /// A column that is never NULL in a merged row: it is NULL after an outer join if the key has no merged row.
    pub always: &'static str,
    /// The event time, if the key has it: a merged row with a key of the files is in their period. `None` otherwise.
    pub period: Option<LoadPeriod>,
    /// The procedures that find the groups of aggregates that the load changes; `None` if it changes none.
    pub groups: Option<LoadGroupCalls>,
    /// The calls that refresh the aggregates over the table.
    #[serde(skip)]
    pub refreshes: Vec<RefreshCall>,
}

/// The event time of a dataset whose key has it: the sort key of its table.
#[derive(Clone, Debug, Serialize)]
pub struct LoadPeriod {
    /// The column.
    pub column: String,
    /// Its name in files.
    pub stored: String,
    /// The columns of merged rows that a load compares: the key, and those that order versions.
    pub read: Vec<String>,
}

/// The procedures that find the groups of aggregates that a load changes.
#[derive(Clone, Debug, Serialize)]
pub struct LoadGroupCalls {
    /// The schema.
    pub schema: &'static str,
    /// The procedure before rows change.
    pub before: String,
    /// The procedure after they changed; `None` if they stay in their groups.
    pub after: Option<String>,
    /// Whether rows that join the dataset can come into other groups when its rows are deleted.
    #[serde(skip)]
    pub moves_when_deleted: bool,
}

/// Context of `sql/load/call.sql.hbs`: a call of the procedure that refreshes an aggregate.
#[derive(Clone, Debug, Serialize)]
pub struct RefreshCall {
    /// The schema of the procedure.
    pub schema: &'static str,
    /// The name of the procedure.
    pub name: String,
}

/// How a load deletes rows: a row of the files that marks a deletion is a version of its key like any other.
#[derive(Clone, Debug, Serialize)]
pub struct LoadDeletions {
    /// The table of the deletions that are the latest version of their key, in the schema of merged rows.
    pub table: String,
    /// Its columns: the key, and those that order versions.
    pub kept: Vec<String>,
    /// The column that marks a deletion, in both staging tables.
    pub mark: &'static str,
}

/// A column of a load.
#[derive(Clone, Debug, Serialize)]
pub struct LoadColumn {
    /// The name.
    pub name: String,
    /// The name in files.
    pub stored: String,
    /// Whether it holds JSON: text in the files, `SUPER` in the table.
    pub is_json: bool,
}

/// A column that orders versions. Redshift cannot compare row values by order, so each column comes with those before
/// it.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// The column.
    pub column: String,
    /// The columns before it, which must be equal for this one to decide.
    pub equal: Vec<String>,
}

/// The rendered statements of one load of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadPlan {
    /// The dataset.
    pub dataset: Identifier,
    /// The names of the columns of its files, in order.
    pub columns: Vec<String>,
    /// Whether the staging table has more columns, which only files from before have.
    pub has_removed: bool,
    /// The statements of one transaction, in order.
    pub load: Vec<LoadStatement>,
    /// The query of the time until which all runs are loaded: text as in `2026-03-01T00:00:00`, or NULL.
    pub complete: String,
    /// The query of the runs that are loaded, among those with the IDs in its parameter.
    pub loaded: LoadStatement,
    /// One statement for each aggregate over the dataset. Each runs in its own transaction after the load,
    /// since a refresh sees committed rows only. Only the owner can refresh a materialized view, so each statement
    /// calls a procedure that runs as the owner.
    pub refresh: Vec<String>,
}

/// A statement of a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadStatement {
    /// The lines of the comment above the statement in the file.
    pub comment: &'static [&'static str],
    /// The runs that it is for.
    pub scope: Scope,
    /// The statement: its parts joined, without a semicolon.
    pub parts: Vec<SqlPart>,
}

/// The datasets that a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datasets {
    /// Every dataset.
    Every,
    /// Datasets whose rows can be deleted.
    WithDeletions,
    /// Datasets with aggregates that are refreshed by group.
    WithGroups,
    /// Datasets with such aggregates, whose rows change the groups that rows are in.
    WithNewGroups,
    /// The same for dimensions whose rows can be deleted.
    WithDeletedGroups,
}

/// The runs that a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every run.
    EveryRun,
    /// Runs that committed files: COPY fails for a manifest without files.
    RunWithFiles,
}

/// A part of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqlPart {
    /// Literal SQL.
    Text(String),
    /// A value that the run fills in.
    Parameter(LoadParameter),
}

/// A value that the run fills in; inside the quotes of a string literal, unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadParameter {
    /// The URL of the run's manifest.
    ManifestUrl,
    /// The ARN of the role that reads the files.
    CopyRole,
    /// The columns of the run's files, in parentheses and after a space; empty for all columns of the table.
    Columns,
    /// The ID of the run.
    RunId,
    /// The time until which all runs are loaded, once this one is; empty if others are missing.
    CompleteUntil,
    /// The IDs of runs: string literals with commas between them.
    RunIds,
}

impl LoadParameter {
    /// All parameters.
    pub const ALL: [Self; 6] =
        [Self::ManifestUrl, Self::CopyRole, Self::Columns, Self::RunId, Self::CompleteUntil, Self::RunIds];

    /// The placeholder as it is written in a statement's template and in the file of a load.
    #[must_use]
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::ManifestUrl => "${ManifestUrl}",
            Self::CopyRole => "${CopyRole}",
            Self::Columns => "${Columns}",
            Self::RunId => "${RunId}",
            Self::CompleteUntil => "${CompleteUntil}",
            Self::RunIds => "${RunIds}",
        }
    }
}

impl LoadStatement {
    /// The statement, with a value for each parameter.
    #[must_use]
    pub fn text(&self, value: impl Fn(LoadParameter) -> String) -> String {
        let parts = self.parts.iter().map(|part| match part {
            SqlPart::Text(text) => text.clone(),
            SqlPart::Parameter(parameter) => value(*parameter),
        });
        parts.collect()
    }
}

impl LoadPlan {
    /// The statements of the transaction that loads a run with files, with its manifest and a role. The run has the
    /// name of the manifest, and its files have all columns.
    #[must_use]
    pub fn statements(&self, manifest_url: &str, copy_role: &str) -> Vec<String> {
        let name = manifest_url.rsplit('/').next().unwrap_or_default();
        let value = |parameter| match parameter {
            LoadParameter::ManifestUrl => manifest_url.to_owned(),
            LoadParameter::CopyRole => copy_role.to_owned(),
            LoadParameter::RunId => name.trim_end_matches(".json").to_owned(),
            LoadParameter::Columns if self.has_removed => {
                let names: Vec<String> = self.columns.iter().map(|name| format!("\"{name}\"")).collect();
                format!(" ({})", names.join(","))
            }
            LoadParameter::Columns | LoadParameter::CompleteUntil | LoadParameter::RunIds => String::new(),
        };
        self.load.iter().map(|statement| statement.text(value)).collect()
    }
}

/// The rendered loads of a platform.
#[derive(Clone, Debug)]
pub struct Loads {
    plans: BTreeMap<Identifier, LoadPlan>,
}

impl Loads {
    /// Renders the load of each dataset.
    ///
    /// # Errors
    /// Returns each dataset whose load could not be rendered, with the error from `render`.
    pub fn new<E>(
        platform: &Platform,
        render: impl Fn(&Load) -> Result<LoadPlan, E>,
    ) -> Result<Self, Vec<(&Dataset, E)>> {
        let (mut plans, mut errors) = (BTreeMap::new(), Vec::new());
        for dataset in &platform.datasets {
            match render(&load(platform, dataset)) {
                Ok(plan) => _ = plans.insert(dataset.name.clone(), plan),
                Err(error) => errors.push((dataset, error)),
            }
        }
        if errors.is_empty() { Ok(Self { plans }) } else { Err(errors) }
    }

    /// The load of a dataset of the platform.
    ///
    /// # Panics
    /// Panics for a dataset of another platform.
    #[must_use]
    #[expect(clippy::expect_used, reason = "`new` fails unless every dataset has a plan")]
    pub fn of(&self, dataset: &Dataset) -> &LoadPlan {
        self.plans.get(&dataset.name).expect("a dataset of the platform that was rendered")
    }
}

/// The name of the staging table with one row per key. No dataset can have this name: names contain no two
/// consecutive underscores.
pub(super) fn latest_name(dataset: &Identifier) -> String {
    format!("{dataset}__latest")
}

/// The name of the table of the runs that are loaded. No dataset can have this name, either.
pub(super) fn loaded_name(dataset: &Identifier) -> String {
    format!("{dataset}__loaded_run")
}

/// The name of the table of the deletions that are the latest version of their key. No dataset can have this name,
/// either.
pub(super) fn deleted_name(dataset: &Identifier) -> String {
    format!("{dataset}__deleted")
}

/// The name of the procedure that finds the groups of rows before a load changes them.
pub(super) fn before_load_name(dataset: &Identifier) -> String {
    format!("before_load__{dataset}")
}

/// The name of the procedure that finds the groups of rows after a load changed them.
pub(super) fn after_load_name(dataset: &Identifier) -> String {
    format!("after_load__{dataset}")
}

/// The columns that order the versions of a key, most significant first.
pub(super) fn order(dataset: &Dataset) -> impl Iterator<Item = String> {
    dataset.event_time.iter().map(Identifier::to_string).chain(ORDER_COLUMNS.map(|(name, _)| name.to_owned()))
}

/// The columns that a deletion has: the key, and those that order versions.
pub(super) fn deletion_columns(dataset: &Dataset) -> Vec<String> {
    let key: Vec<String> = dataset.key.iter().map(Identifier::to_string).collect();
    let order: Vec<String> = order(dataset).filter(|name| !key.contains(name)).collect();
    key.into_iter().chain(order).collect()
}

/// The file of a dataset's load, in the stage's folder. It is for review only; the deployment does not run it.
#[must_use]
pub fn path(dataset: &Dataset) -> String {
    format!("load/{}.sql", dataset.name)
}

/// The context that a dataset's load is rendered from.
#[must_use]
pub fn load(platform: &Platform, dataset: &Dataset) -> Load {
    let stored = dataset.curated().map(|column| (column.name.to_string(), column.data_type));
    let stored = stored.chain(ORDER_COLUMNS.map(|(name, data_type)| (name.to_owned(), data_type)));
    let column = |(name, data_type): (String, Type)| LoadColumn {
        stored: dataset.stored_name(&name).to_owned(),
        name,
        is_json: data_type == Type::Json,
    };
    let columns: Vec<LoadColumn> = stored.map(column).collect();
    let key: Vec<String> = dataset.key.iter().map(Identifier::to_string).collect();
    let changed = columns.iter().map(|column| column.name.clone()).filter(|name| !key.contains(name));
    let order: Vec<String> = order(dataset).collect();
    let deletions = dataset.deletions.are_possible().then(|| LoadDeletions {
        table: deleted_name(&dataset.name),
        kept: deletion_columns(dataset),
        mark: DELETED.0,
    });
    let version =
        |(at, column): (usize, &String)| Version { column: column.clone(), equal: order[..at].to_vec() };
    let refresh = platform.aggregates.iter().filter(|aggregate| {
        let joins = dataset_joins(platform, &aggregate.from);
        let joined =
            joins.iter().any(|join| aggregate.joins.contains(&join.alias) && join.dimension == dataset.name);
        aggregate.from == dataset.name || joined
    });
    Load {
        dataset: dataset.name.clone(),
        staging: STAGING,
        core: CORE,
        name: dataset.name.to_string(),
        latest: latest_name(&dataset.name),
        loaded: loaded_name(&dataset.name),
        changed: changed.collect(),
        is_renamed: columns.iter().any(|column| column.name != column.stored),
        has_removed: dataset.identities.removed().next().is_some(),
        columns,
        deletions,
        key,
        versions: order.iter().enumerate().map(version).collect(),
        always: ORDER_COLUMNS[0].0,
        groups: load_calls(platform, dataset).map(|(before, after)| LoadGroupCalls {
            schema: MART,
            before,
            moves_when_deleted: dataset.role == Role::Dimension
                && after.is_some()
                && dataset.deletions.are_possible(),
            after,
        }),
        period: dataset.event_time.as_ref().filter(|name| dataset.key.contains(name)).map(|name| {
            LoadPeriod {
                column: name.to_string(),
                stored: dataset.stored_name(name.as_str()).to_owned(),
                read: deletion_columns(dataset),
            }
        }),
        refreshes: refresh
            .map(|aggregate| RefreshCall { schema: MART, name: refresh_name(&aggregate.name) })
            .collect(),
    }
}

fn dataset_joins<'a>(platform: &'a Platform, name: &Identifier) -> &'a [crate::model::Join] {
    platform.dataset(name.as_str()).map_or(&[], |dataset| &dataset.joins)
}
