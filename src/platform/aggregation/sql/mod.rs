//! The plan of a platform's SQL: the files, their order and their contents.
//!
//! In: a platform in an environment. Out: a [`SqlPlan`] of typed contexts. It contains no rendered
//! SQL except expressions, which are rendered from checked trees: names and literals are quoted when the files are
//! rendered.

mod aggregates;
mod expiry;
mod groups;
mod streams;
mod tables;
mod views;

use serde::Serialize;

pub use aggregates::{AggregateColumn, Aggregated, Joined, OnPair, Refresh, Relation};
pub use expiry::{Expiry, expiries};
pub(super) use groups::load_calls;
pub use groups::{
    ExpiredRows, GroupInsert, GroupJoin, GroupKey, GroupList, GroupPeriod, GroupProcedure, GroupQuery,
    Grouped, LoadGroups, LoadProcedure, QualifiedColumn, QualifiedPair, rebuilds,
};
pub use streams::{Stream, StreamColumn, StreamViews, stream_views};
pub use tables::{LoadedRuns, Table, TableColumn};
pub use views::{View, ViewColumn};

use super::super::Context;
use crate::diagnostic::SourceFile;
use crate::model::{Dataset, Freshness, Identifier, Origin, Platform, VisualSource};

/// The schema of the staging tables: rows as copied from files.
pub const STAGING: &str = "staging";
/// The schema of the datasets' tables: one row per key.
pub const CORE: &str = "core";
/// The schema of aggregates.
pub const MART: &str = "mart";
/// The schema of the views that dashboards read.
pub const REPORT: &str = "report";
/// The external schema over the Glue Data Catalog: its Iceberg tables have rows there. Tables of Parquet files use
/// partition projection, which Redshift does not support.
pub const LAKE: &str = "lake";
/// The external schema over the Kinesis data streams.
pub const KINESIS: &str = "kinesis";

/// The SQL files of a platform, in execution order.
#[derive(Clone, Debug)]
pub struct SqlPlan {
    /// The files.
    pub files: Vec<SqlFile>,
}

/// A SQL file.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// `sql/010_orders.sql`, in the stage's folder.
    pub path: String,
    /// The contents.
    pub content: SqlContent,
    /// The section of the platform file that it was generated for; `None` for a hand-written file.
    pub origin: Option<Origin>,
    /// The values that are filled in when it runs. A generated file with placeholders contains no text from the
    /// platform file, so a description or an expression cannot smuggle one in.
    pub placeholders: Vec<SqlPlaceholder>,
}

/// A value that is known once the warehouse is deployed: `${CopyRole}` in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlPlaceholder {
    /// The text between `${` and `}`; always inside a string literal.
    pub name: &'static str,
    /// Where the value comes from.
    pub source: SqlValue,
}

/// Where the value of a placeholder comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlValue {
    /// The ARN of the role that reads the curated files.
    CopyRole,
    /// The ARN of the role that reads the tables of the Data Catalog.
    CatalogueRole,
    /// The ARN of the role that reads the streams.
    StreamingRole,
    /// The password of the dashboards' database user, a field of that user's secret.
    ReaderPassword,
}

/// `${CopyRole}`: the ARN of the role that reads the curated files.
pub const COPY_ROLE: SqlPlaceholder = SqlPlaceholder { name: "CopyRole", source: SqlValue::CopyRole };
/// `${CatalogueRole}`: the ARN of the role that reads the tables of the Data Catalog.
pub const CATALOGUE_ROLE: SqlPlaceholder =
    SqlPlaceholder { name: "CatalogueRole", source: SqlValue::CatalogueRole };
/// `${StreamingRole}`: the ARN of the role that reads the streams.
pub const STREAMING_ROLE: SqlPlaceholder =
    SqlPlaceholder { name: "StreamingRole", source: SqlValue::StreamingRole };
/// `${ReaderPassword}`: the password of the dashboards' database user.
pub const READER_PASSWORD: SqlPlaceholder =
    SqlPlaceholder { name: "ReaderPassword", source: SqlValue::ReaderPassword };
/// The field of the reader's secret that contains the password.
pub const PASSWORD_FIELD: &str = "password";

impl SqlPlaceholder {
    /// The placeholder as it is written in a file: `${CopyRole}`.
    #[must_use]
    pub fn text(self) -> String {
        format!("${{{}}}", self.name)
    }
}

/// The contents of a file: the context of one template.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum SqlContent {
    /// The schemas.
    Schemas(Schemas),
    /// The database roles and the dashboards' user.
    Roles(Roles),
    /// The password of the dashboards' user.
    Password(Password),
    /// A table of `core`.
    Table(Table),
    /// A table of `staging`.
    Staging(Table),
    /// The table of the runs that are loaded.
    Loaded(LoadedRuns),
    /// An aggregate that is a materialized view.
    Aggregate(Aggregated),
    /// An aggregate that is a table, refreshed by group.
    Groups(Box<Grouped>),
    /// The procedures that a load calls to find changed groups.
    LoadGroups(LoadGroups),
    /// The procedure that refreshes an aggregate.
    Refresh(Refresh),
    /// A procedure that deletes old rows.
    Expire(Expiry),
    /// A view for dashboards.
    View(View),
    /// The external schema over the Data Catalog.
    Catalogue(ExternalSchema),
    /// The external schema over the Kinesis data streams.
    Streams(ExternalSchema),
    /// A streaming view.
    Stream(Stream),
    /// A hand-written file, which ships unchanged.
    Written(Written),
    /// The grants.
    Grants(Grants),
}

/// A hand-written file.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    /// The file name: `churn.sql`.
    pub source: String,
    /// The contents.
    pub text: String,
}

/// Context of `schemas.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Schemas {
    /// All schemas.
    pub schemas: Vec<&'static str>,
}

/// Context of `roles.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Roles {
    /// The role that loads.
    pub loader: String,
    /// The role that reads the views of dashboards.
    pub reader: String,
    /// The role that changes the structure.
    pub deployer: String,
    /// The dashboards' user; no role can have this name.
    pub user: String,
    /// A placeholder.
    pub copy_role: String,
}

/// Context of `password.sql.hbs`: separate from the roles, so that it can run again and stays out of logs.
#[derive(Clone, Debug, Serialize)]
pub struct Password {
    /// The dashboards' user.
    pub user: String,
    /// A placeholder.
    pub password: String,
}

/// Context of `catalogue.sql.hbs` and `streams.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct ExternalSchema {
    /// The name of the schema.
    pub schema: &'static str,
    /// The database of the Data Catalog; `None` for streams.
    pub database: Option<String>,
    /// A placeholder.
    pub role: String,
}

/// Context of `grants.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Grants {
    /// All schemas that contain tables or views.
    pub schemas: Vec<&'static str>,
    /// The schemas whose tables the loader changes.
    pub written: Vec<&'static str>,
    /// The schema whose procedures the loader calls.
    pub mart: &'static str,
    /// The schema that the reader sees.
    pub report: &'static str,
    /// The schemas whose tables its views read.
    pub viewed: Vec<&'static str>,
    /// The role that loads.
    pub loader: String,
    /// The role that reads.
    pub reader: String,
    /// The role that changes the structure.
    pub deployer: String,
}

/// The name of a database role of the platform: `shop_dev_loader`.
#[must_use]
pub fn role_name(context: Context<'_>, what: &str) -> String {
    format!("{}_{what}", context.snake_prefix())
}

/// The database of the Glue Data Catalog that contains the curated tables.
#[must_use]
pub fn catalogue_database(context: Context<'_>) -> String {
    context.snake_prefix()
}

/// The schema and name of the view that a data set of dashboards reads.
#[must_use]
pub fn report_view(source: &VisualSource) -> (&'static str, String) {
    (REPORT, source.name().into_owned())
}

/// The name of the procedure that refreshes an aggregate. No aggregate can have this name: names contain
/// no two consecutive underscores.
pub(super) fn refresh_name(aggregate: &Identifier) -> String {
    format!("refresh__{aggregate}")
}

/// The path of a hand-written file within the stage. It runs after all generated files except the grants, which
/// therefore cover the objects that it creates.
#[must_use]
pub fn own_path(file: &SourceFile) -> String {
    format!("sql/080_{}", own_name(file))
}

/// The name of a hand-written file: `churn.sql`. All hand-written files are in one folder.
#[must_use]
pub fn own_name(file: &SourceFile) -> String {
    file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The hand-written file with that name.
#[must_use]
pub fn own_source<'a>(own: &'a [SourceFile], name: &str) -> Option<&'a SourceFile> {
    own.iter().find(|one| own_name(one) == name)
}

/// The names of the views that dashboards read, in order.
pub fn report_views(platform: &Platform) -> impl Iterator<Item = String> {
    views::sources(platform).into_iter().map(|source| report_view(&source).1)
}

/// The datasets whose records are visible within seconds.
pub fn streaming(platform: &Platform) -> impl Iterator<Item = &Dataset> {
    platform.datasets.iter().filter(|dataset| dataset.freshness == Freshness::Seconds)
}

/// The placeholders that a hand-written file can use: roles, but not the password.
#[must_use]
pub fn own_placeholders(platform: &Platform) -> Vec<SqlPlaceholder> {
    let mut all = vec![COPY_ROLE];
    all.extend(platform.has_iceberg().then_some(CATALOGUE_ROLE));
    all.extend(streaming(platform).next().map(|_| STREAMING_ROLE));
    all
}

/// Plans the SQL files of a platform: the generated ones, and the hand-written ones among them.
#[must_use]
pub fn plan(context: Context<'_>, own: &[SourceFile]) -> SqlPlan {
    let platform = context.platform;
    let mut files = start(context);
    files.extend(table_files(context));
    for aggregate in &platform.aggregates {
        let grouped = groups::grouped(context, aggregate).map(|one| SqlContent::Groups(Box::new(one)));
        let rows = grouped.or_else(|| aggregates::aggregate(platform, aggregate).map(SqlContent::Aggregate));
        if let Some(rows) = rows {
            let origin = Origin::Aggregate(aggregate.name.clone());
            files.push(file(format!("sql/030_{}.sql", aggregate.name), origin, rows));
        }
    }
    for aggregate in &platform.aggregates {
        let refresh = SqlContent::Refresh(aggregates::refreshed(aggregate));
        let origin = Origin::Aggregate(aggregate.name.clone());
        files.push(file(format!("sql/031_{}_refresh.sql", aggregate.name), origin, refresh));
    }
    for dataset in &platform.datasets {
        if let Some(content) = groups::of_load(platform, dataset) {
            let origin = Origin::Dataset(dataset.name.clone());
            let path = format!("sql/032_{}_groups.sql", dataset.name);
            files.push(file(path, origin, SqlContent::LoadGroups(content)));
        }
    }
    for source in views::sources(platform) {
        if let Some(content) = views::view(platform, &source) {
            let origin = Origin::from(&source);
            files.push(file(format!("sql/040_{}.sql", source.name()), origin, SqlContent::View(content)));
        }
    }
    files.extend(external(context));
    for dataset in streaming(platform) {
        let streaming = SqlContent::Stream(streams::stream(context, dataset));
        let path = format!("sql/061_{}_stream.sql", dataset.name);
        files.push(file(path, Origin::Dataset(dataset.name.clone()), streaming));
    }
    for (dataset, expiry) in expiry::expiries(context) {
        let origin = Origin::Dataset(dataset.name.clone());
        files.push(file(format!("sql/070_{}_expire.sql", expiry.table), origin, SqlContent::Expire(expiry)));
    }
    files.extend(own.iter().map(|one| {
        let used = own_placeholders(platform).into_iter().filter(|known| one.text.contains(&known.text()));
        SqlFile {
            path: own_path(one),
            content: SqlContent::Written(Written { source: own_name(one), text: one.text.clone() }),
            origin: None,
            placeholders: used.collect(),
        }
    }));
    let grants = SqlContent::Grants(grants(context));
    files.push(file("sql/090_grants.sql".to_owned(), Origin::Warehouse, grants));
    SqlPlan { files }
}

/// A file without placeholders.
fn file(path: String, origin: Origin, content: SqlContent) -> SqlFile {
    SqlFile { path, content, origin: Some(origin), placeholders: Vec::new() }
}

/// The tables of the datasets, then their staging tables.
fn table_files(context: Context<'_>) -> Vec<SqlFile> {
    let platform = context.platform;
    let mut files = Vec::new();
    for dataset in &platform.datasets {
        let table = tables::core(context, dataset);
        let origin = Origin::Dataset(dataset.name.clone());
        files.push(file(format!("sql/010_{}.sql", dataset.name), origin, SqlContent::Table(table)));
    }
    for dataset in &platform.datasets {
        let (files_table, _) = tables::staging(context, dataset);
        let origin = Origin::Dataset(dataset.name.clone());
        files.push(file(
            format!("sql/020_{}_files.sql", dataset.name),
            origin,
            SqlContent::Staging(files_table),
        ));
    }
    for dataset in &platform.datasets {
        let (_, latest) = tables::staging(context, dataset);
        let origin = Origin::Dataset(dataset.name.clone());
        files.push(file(format!("sql/021_{}_latest.sql", dataset.name), origin, SqlContent::Staging(latest)));
    }
    for dataset in &platform.datasets {
        let origin = Origin::Dataset(dataset.name.clone());
        let loaded = SqlContent::Loaded(tables::loaded(dataset));
        files.push(file(format!("sql/022_{}_loaded.sql", dataset.name), origin, loaded));
    }
    for dataset in platform.datasets.iter().filter(|dataset| dataset.deletions.are_possible()) {
        let origin = Origin::Dataset(dataset.name.clone());
        let deleted = SqlContent::Table(tables::deleted(context, dataset));
        files.push(file(format!("sql/023_{}_deleted.sql", dataset.name), origin, deleted));
    }
    files
}

/// Schemas and roles.
fn start(context: Context<'_>) -> Vec<SqlFile> {
    let roles = Roles {
        loader: role_name(context, "loader"),
        reader: role_name(context, "reader"),
        deployer: role_name(context, "deployer"),
        user: role_name(context, "dashboards"),
        copy_role: COPY_ROLE.text(),
    };
    let password = Password { user: roles.user.clone(), password: READER_PASSWORD.text() };
    vec![
        SqlFile {
            path: "sql/001_schemas.sql".to_owned(),
            content: SqlContent::Schemas(Schemas { schemas: vec![STAGING, CORE, MART, REPORT] }),
            origin: Some(Origin::Warehouse),
            placeholders: Vec::new(),
        },
        SqlFile {
            path: "sql/002_roles.sql".to_owned(),
            content: SqlContent::Roles(roles),
            origin: Some(Origin::Warehouse),
            placeholders: vec![COPY_ROLE],
        },
        SqlFile {
            path: "sql/003_password.sql".to_owned(),
            content: SqlContent::Password(password),
            origin: Some(Origin::Warehouse),
            placeholders: vec![READER_PASSWORD],
        },
    ]
}

/// The external schemas.
fn external(context: Context<'_>) -> Vec<SqlFile> {
    let mut files = Vec::new();
    if context.platform.has_iceberg() {
        let catalogue = ExternalSchema {
            schema: LAKE,
            database: Some(catalogue_database(context)),
            role: CATALOGUE_ROLE.text(),
        };
        files.push(SqlFile {
            path: "sql/050_catalogue.sql".to_owned(),
            content: SqlContent::Catalogue(catalogue),
            origin: Some(Origin::Warehouse),
            placeholders: vec![CATALOGUE_ROLE],
        });
    }
    if streaming(context.platform).next().is_some() {
        let streams = ExternalSchema { schema: KINESIS, database: None, role: STREAMING_ROLE.text() };
        files.push(SqlFile {
            path: "sql/060_streams.sql".to_owned(),
            content: SqlContent::Streams(streams),
            origin: Some(Origin::Warehouse),
            placeholders: vec![STREAMING_ROLE],
        });
    }
    files
}

fn grants(context: Context<'_>) -> Grants {
    Grants {
        schemas: vec![STAGING, CORE, MART, REPORT],
        written: vec![STAGING, CORE, MART],
        mart: MART,
        report: REPORT,
        viewed: vec![CORE, MART],
        loader: role_name(context, "loader"),
        reader: role_name(context, "reader"),
        deployer: role_name(context, "deployer"),
    }
}
