//! The plan of a platform's SQL: which files there are, in which order, and what is in each.
//!
//! In: a platform in an environment. Out: a [`SqlPlan`] of typed contexts. It refuses text: names and
//! literals are quoted where files are rendered; only expressions are SQL, made of checked trees.

mod aggregates;
mod streams;
mod tables;
mod views;

use serde::Serialize;

pub use aggregates::{AggregateColumn, Aggregated, Joined, OnPair, Refresh, Relation};
pub use streams::{Stream, StreamColumn, StreamViews, stream_views};
pub use tables::{Table, TableColumn};
pub use views::{View, ViewColumn};

use super::super::Context;
use crate::diagnostic::SourceFile;
use crate::model::{Dataset, Freshness, Identifier, Origin, Platform, VisualSource};

/// The schema of rows as they were copied from files.
pub const STAGING: &str = "staging";
/// The schema of datasets: one row a key.
pub const CORE: &str = "core";
/// The schema of aggregates.
pub const MART: &str = "mart";
/// The schema of the views that dashboards read.
pub const REPORT: &str = "report";
/// The external schema over the Glue catalogue.
pub const LAKE: &str = "lake";
/// The external schema over the Kinesis streams.
pub const KINESIS: &str = "kinesis";

/// The files of a platform's SQL, in the order in which they run.
#[derive(Clone, Debug)]
pub struct SqlPlan {
    /// The files.
    pub files: Vec<SqlFile>,
}

/// A file of SQL.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// `sql/010_orders.sql`, below the stage's folder.
    pub path: String,
    /// What is in it.
    pub content: SqlContent,
    /// The section of the platform file that it was made for; `None` where a team wrote it by hand.
    pub origin: Option<Origin>,
    /// What is filled in when it runs. A file that has any holds no text of the platform file, so that
    /// nobody can write a placeholder into a description or an expression.
    pub placeholders: Vec<SqlPlaceholder>,
}

/// A value that is known when the warehouse is there: `${CopyRole}` in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlPlaceholder {
    /// What stands between `${` and `}`; always within a literal.
    pub name: &'static str,
    /// Where the value comes from.
    pub source: SqlValue,
}

/// Where the value of a placeholder comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlValue {
    /// The ARN of the role that reads curated files.
    CopyRole,
    /// The ARN of the role that reads tables of the catalogue.
    CatalogueRole,
    /// The ARN of the role that reads the streams.
    StreamingRole,
    /// The password of the user as whom dashboards read, a field of that user's secret.
    ReaderPassword,
}

/// `${CopyRole}`: the ARN of the role that reads curated files.
pub const COPY_ROLE: SqlPlaceholder = SqlPlaceholder { name: "CopyRole", source: SqlValue::CopyRole };
/// `${CatalogueRole}`: the ARN of the role that reads tables of the catalogue.
pub const CATALOGUE_ROLE: SqlPlaceholder =
    SqlPlaceholder { name: "CatalogueRole", source: SqlValue::CatalogueRole };
/// `${StreamingRole}`: the ARN of the role that reads the streams.
pub const STREAMING_ROLE: SqlPlaceholder =
    SqlPlaceholder { name: "StreamingRole", source: SqlValue::StreamingRole };
/// `${ReaderPassword}`: the password of the user as whom dashboards read.
pub const READER_PASSWORD: SqlPlaceholder =
    SqlPlaceholder { name: "ReaderPassword", source: SqlValue::ReaderPassword };
/// The field of the reader's secret that holds the password.
pub const PASSWORD_FIELD: &str = "password";

impl SqlPlaceholder {
    /// As it stands in a file.
    #[must_use]
    pub fn text(self) -> String {
        format!("${{{}}}", self.name)
    }
}

/// What is in a file: the context of one template.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum SqlContent {
    /// The schemas.
    Schemas(Schemas),
    /// Roles and the user of dashboards.
    Roles(Roles),
    /// The password of the user of dashboards.
    Password(Password),
    /// A table of `core`.
    Table(Table),
    /// A table of `staging`.
    Staging(Table),
    /// An aggregate.
    Aggregate(Aggregated),
    /// The procedure that refreshes an aggregate.
    Refresh(Refresh),
    /// A view for dashboards.
    View(View),
    /// The external schema over the catalogue.
    Catalogue(ExternalSchema),
    /// The external schema over the streams.
    Streams(ExternalSchema),
    /// A streaming view.
    Stream(Stream),
    /// What a team wrote by hand: it is shipped as it is.
    Written(Written),
    /// Who may do what.
    Grants(Grants),
}

/// A file that a team wrote by hand.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    /// The name of its file: `churn.sql`.
    pub source: String,
    /// What is in it.
    pub text: String,
}

/// Context of `schemas.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Schemas {
    /// All of them.
    pub schemas: Vec<&'static str>,
}

/// Context of `roles.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Roles {
    /// Who loads.
    pub loader: String,
    /// Who reads what dashboards read.
    pub reader: String,
    /// Who changes structure.
    pub deployer: String,
    /// The user as whom dashboards read; no role may be called so.
    pub user: String,
    /// A placeholder.
    pub copy_role: String,
}

/// Context of `password.sql.hbs`: apart from the roles, so that it can run again and is kept out of logs.
#[derive(Clone, Debug, Serialize)]
pub struct Password {
    /// The user as whom dashboards read.
    pub user: String,
    /// A placeholder.
    pub password: String,
}

/// Context of `catalogue.sql.hbs` and `streams.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct ExternalSchema {
    /// What it is called.
    pub schema: &'static str,
    /// The database of the catalogue; streams have none.
    pub database: Option<String>,
    /// A placeholder.
    pub role: String,
}

/// Context of `grants.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Grants {
    /// All schemas with tables or views.
    pub schemas: Vec<&'static str>,
    /// Those whose tables loaders change.
    pub written: Vec<&'static str>,
    /// The one whose procedures loaders call.
    pub mart: &'static str,
    /// The one that readers see.
    pub report: &'static str,
    /// Who loads.
    pub loader: String,
    /// Who reads.
    pub reader: String,
    /// Who changes structure.
    pub deployer: String,
}

/// The name of a database role of the platform: `shop_dev_loader`.
#[must_use]
pub fn role_name(context: Context<'_>, what: &str) -> String {
    format!("{}_{what}", context.snake_prefix())
}

/// The database of the Glue catalogue that has the curated tables.
#[must_use]
pub fn catalogue_database(context: Context<'_>) -> String {
    context.snake_prefix()
}

/// The schema and the name of the view that shows a dashboard's source.
#[must_use]
pub fn report_view(source: &VisualSource) -> (&'static str, String) {
    (REPORT, source.name().to_string())
}

/// The name of the procedure that refreshes an aggregate. No aggregate is called so: names have no two
/// underscores in a row.
pub(super) fn refresh_name(aggregate: &Identifier) -> String {
    format!("refresh__{aggregate}")
}

/// The path of a hand-written file within the stage: after everything that is generated but the grants, which so hold
/// for what it makes.
#[must_use]
pub fn own_path(file: &SourceFile) -> String {
    format!("sql/080_{}", own_name(file))
}

/// The name of a hand-written file: `churn.sql`. All of them are in one folder.
#[must_use]
pub fn own_name(file: &SourceFile) -> String {
    file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The hand-written file of that name.
#[must_use]
pub fn own_source<'a>(own: &'a [SourceFile], name: &str) -> Option<&'a SourceFile> {
    own.iter().find(|one| own_name(one) == name)
}

/// The names of the views that dashboards read, in order.
pub fn report_views(platform: &Platform) -> impl Iterator<Item = String> {
    views::sources(platform).into_iter().map(|source| report_view(&source).1)
}

/// The datasets whose records are seen within seconds.
pub fn streaming(platform: &Platform) -> impl Iterator<Item = &Dataset> {
    platform.datasets.iter().filter(|dataset| dataset.freshness == Freshness::Seconds)
}

/// The placeholders that a hand-written file may hold: roles, and no password.
#[must_use]
pub fn own_placeholders(platform: &Platform) -> Vec<SqlPlaceholder> {
    let mut all = vec![COPY_ROLE, CATALOGUE_ROLE];
    all.extend(streaming(platform).next().map(|_| STREAMING_ROLE));
    all
}

/// The files of a platform's SQL: those that are rendered, and among them those that a team wrote by hand.
#[must_use]
pub fn plan(context: Context<'_>, own: &[SourceFile]) -> SqlPlan {
    let platform = context.platform;
    let mut files = start(context);
    files.extend(table_files(context));
    for aggregate in &platform.aggregates {
        if let Some(content) = aggregates::aggregate(platform, aggregate) {
            let origin = Origin::Aggregate(aggregate.name.clone());
            files.push(file(
                format!("sql/030_{}.sql", aggregate.name),
                origin,
                SqlContent::Aggregate(content),
            ));
        }
    }
    for aggregate in &platform.aggregates {
        let refresh = SqlContent::Refresh(aggregates::refreshed(aggregate));
        let origin = Origin::Aggregate(aggregate.name.clone());
        files.push(file(format!("sql/031_{}_refresh.sql", aggregate.name), origin, refresh));
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

/// A file that needs nothing filled in.
fn file(path: String, origin: Origin, content: SqlContent) -> SqlFile {
    SqlFile { path, content, origin: Some(origin), placeholders: Vec::new() }
}

/// Tables of datasets, then those of their loads.
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
    let catalogue = ExternalSchema {
        schema: LAKE,
        database: Some(catalogue_database(context)),
        role: CATALOGUE_ROLE.text(),
    };
    let mut files = vec![SqlFile {
        path: "sql/050_catalogue.sql".to_owned(),
        content: SqlContent::Catalogue(catalogue),
        origin: Some(Origin::Warehouse),
        placeholders: vec![CATALOGUE_ROLE],
    }];
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
        loader: role_name(context, "loader"),
        reader: role_name(context, "reader"),
        deployer: role_name(context, "deployer"),
    }
}
