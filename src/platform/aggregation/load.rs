//! [`LoadPlan`]: the statements of one load of a dataset, from files that a manifest names to merged rows.
//!
//! They are rendered as a file, which is committed and read like all other SQL; the state machine runs the statements of
//! that file and no others.

use serde::Serialize;

use super::sql::{CORE, MART, STAGING, refresh_name};
use crate::artifact::redshift;
use crate::model::{Dataset, Identifier, ORDER_COLUMNS, Platform, Type};

/// Context of `load.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// The first comment.
    pub title: String,
    /// The schema of rows as they were copied.
    pub staging: &'static str,
    /// The schema of merged rows.
    pub core: &'static str,
    /// The schema of aggregates.
    pub mart: &'static str,
    /// The table, of one name in both schemas.
    pub name: String,
    /// The staging table that holds one row a key.
    pub latest: String,
    /// The columns that are stored, in the order of the curated files.
    pub columns: Vec<LoadColumn>,
    /// The columns of the key.
    pub key: Vec<String>,
    /// Those that are not of the key.
    pub changed: Vec<String>,
    /// What orders the versions of a key, the first one first.
    pub versions: Vec<Version>,
    /// A column that every row has: a merged one lacks it where there is no merged one.
    pub always: &'static str,
    /// The procedures that refresh what is built on the table.
    pub refreshes: Vec<String>,
}

/// A column of a load.
#[derive(Clone, Debug, Serialize)]
pub struct LoadColumn {
    /// What it is called.
    pub name: String,
    /// Whether it holds JSON: text in the files, `SUPER` in the table.
    pub document: bool,
}

/// A column that orders versions. Redshift compares no rows of several columns by order, so that each is told with
/// those before it.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// The column.
    pub column: String,
    /// The columns before it, which are equal where this one decides.
    pub equal: Vec<String>,
}

/// One load of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadPlan {
    /// The dataset.
    pub dataset: Identifier,
    /// The statements of one transaction, in order; each is its parts joined.
    pub load: Vec<Vec<SqlPart>>,
    /// One statement for each materialized view over the dataset, each a transaction of its own and after
    /// the load: a refresh sees committed rows only. Only its owner may refresh a view, so that each is a call
    /// of a procedure that runs as the owner.
    pub refresh: Vec<String>,
}

/// A part of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqlPart {
    /// SQL as it is.
    Text(String),
    /// The URL of the run's manifest, within the quotes of a literal.
    ManifestUrl,
    /// The ARN of the role that reads the files, within the quotes of a literal.
    CopyRole,
}

impl LoadPlan {
    /// The statements of the transaction, with a manifest and a role.
    #[must_use]
    pub fn statements(&self, manifest_url: &str, copy_role: &str) -> Vec<String> {
        let part = |part: &SqlPart| match part {
            SqlPart::Text(text) => text.clone(),
            SqlPart::ManifestUrl => manifest_url.to_owned(),
            SqlPart::CopyRole => copy_role.to_owned(),
        };
        self.load.iter().map(|parts| parts.iter().map(part).collect()).collect()
    }
}

/// What stands for the URL of a run's manifest in the file.
const MANIFEST_URL: &str = "${ManifestUrl}";
/// What stands for the ARN of the role that reads the files.
const COPY_ROLE: &str = "${CopyRole}";

/// The name of the staging table that holds one row a key. No dataset is called so: names have no two
/// underscores in a row.
pub(super) fn latest_name(dataset: &Identifier) -> String {
    format!("{dataset}__latest")
}

/// The file of a dataset's load, below the stage's folder. It is no file of the deployment.
#[must_use]
pub fn path(dataset: &Dataset) -> String {
    format!("load/{}.sql", dataset.name)
}

/// What a load is made of.
#[must_use]
pub fn load(platform: &Platform, dataset: &Dataset) -> Load {
    let stored = dataset.curated().map(|column| (column.name.to_string(), column.data_type));
    let stored = stored.chain(ORDER_COLUMNS.map(|(name, data_type)| (name.to_owned(), data_type)));
    let columns: Vec<LoadColumn> =
        stored.map(|(name, data_type)| LoadColumn { name, document: data_type == Type::Json }).collect();
    let key: Vec<String> = dataset.key.iter().map(Identifier::to_string).collect();
    let changed = columns.iter().map(|column| column.name.clone()).filter(|name| !key.contains(name));
    let order = dataset.event_time.iter().map(Identifier::to_string);
    let order: Vec<String> = order.chain(ORDER_COLUMNS.map(|(name, _)| name.to_owned())).collect();
    let version =
        |(at, column): (usize, &String)| Version { column: column.clone(), equal: order[..at].to_vec() };
    let refresh = platform.aggregates.iter().filter(|aggregate| {
        let joins = dataset_joins(platform, &aggregate.from);
        let joined =
            joins.iter().any(|join| aggregate.joins.contains(&join.alias) && join.dimension == dataset.name);
        aggregate.from == dataset.name || joined
    });
    Load {
        title: format!(
            "A load of {}: files that a manifest names become the latest row of each key.",
            dataset.name
        ),
        staging: STAGING,
        core: CORE,
        mart: MART,
        name: dataset.name.to_string(),
        latest: latest_name(&dataset.name),
        changed: changed.collect(),
        columns,
        key,
        versions: order.iter().enumerate().map(version).collect(),
        always: ORDER_COLUMNS[0].0,
        refreshes: refresh.map(|aggregate| refresh_name(&aggregate.name)).collect(),
    }
}

fn dataset_joins<'a>(platform: &'a Platform, name: &Identifier) -> &'a [crate::model::Join] {
    platform.dataset(name.as_str()).map_or(&[], |dataset| &dataset.joins)
}

/// The statements of one load of a dataset. Without any where the file is not rendered, which `synth` reports.
#[must_use]
pub fn load_plan(platform: &Platform, dataset: &Dataset) -> LoadPlan {
    let text = redshift::load(&load(platform, dataset)).unwrap_or_default();
    plan_of(dataset, &text)
}

/// The statements of a rendered load.
#[must_use]
pub fn plan_of(dataset: &Dataset, text: &str) -> LoadPlan {
    // The template writes no `;` before the end of a line but at the end of a statement, and names have none.
    let statements = text.split(";\n").map(uncommented).filter(|statement| !statement.is_empty());
    let (refresh, load): (Vec<String>, Vec<String>) =
        statements.partition(|statement| statement.starts_with("CALL "));
    LoadPlan {
        dataset: dataset.name.clone(),
        load: load.iter().map(|statement| parts(statement)).collect(),
        refresh,
    }
}

/// A statement without the comments before it.
fn uncommented(text: &str) -> String {
    let lines = text.lines().skip_while(|line| line.starts_with("--"));
    lines.collect::<Vec<_>>().join("\n")
}

/// A statement in parts, divided where a run fills something in.
fn parts(statement: &str) -> Vec<SqlPart> {
    let mut found = Vec::new();
    let mut rest = statement;
    let next = |text: &str| {
        let places = [(MANIFEST_URL, SqlPart::ManifestUrl), (COPY_ROLE, SqlPart::CopyRole)];
        let found = places.into_iter().filter_map(|(word, part)| Some((text.find(word)?, word, part)));
        found.min_by_key(|(at, _, _)| *at)
    };
    while let Some((at, word, part)) = next(rest) {
        found.push(SqlPart::Text(rest[..at].to_owned()));
        found.push(part);
        rest = &rest[at + word.len()..];
    }
    found.push(SqlPart::Text(rest.to_owned()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_load_is_one_batch_and_later_rows_win() {
        let platform = fixture::platform();
        let plan = load_plan(&platform, &platform.datasets[0]);
        let statements = plan.statements("s3://b/m", "arn:role");
        assert_eq!(statements.len(), 5);
        assert_eq!(
            statements[2],
            "COPY \"staging\".\"orders\"\nFROM 's3://b/m'\nIAM_ROLE 'arn:role'\nFORMAT AS PARQUET\nMANIFEST"
        );
        assert!(statements[3].contains("JSON_PARSE(\"incoming\".\"payload\")"));
        assert!(statements[3].contains(
            "OR (\"incoming\".\"ordered_at\" = \"merged\".\"ordered_at\" AND \
             \"incoming\".\"arrived__at\" > \"merged\".\"arrived__at\")"
        ));
        assert!(
            statements[4]
                .starts_with("MERGE INTO \"core\".\"orders\"\nUSING \"staging\".\"orders__latest\"\n")
        );
        assert!(!statements[4].contains("    \"order_id\" = "));
        assert!(statements.iter().all(|statement| !statement.contains("TRUNCATE")), "it would commit");
        assert_eq!(plan.refresh, ["CALL \"mart\".\"refresh__daily_sales\"()"]);
    }

    #[test]
    fn a_dimension_refreshes_the_aggregates_that_join_it() {
        let platform = fixture::platform();
        let plan = load_plan(&platform, &platform.datasets[1]);
        assert_eq!(plan.refresh.len(), 1);
        assert!(plan.statements("", "")[3].contains(
            "ORDER BY \"arrived__at\" DESC NULLS LAST, \"row__attempt\" DESC NULLS LAST, \"row__hash\""
        ));
        let mut alone = platform.clone();
        alone.aggregates[0].joins.clear();
        assert!(load_plan(&alone, &alone.datasets[1]).refresh.is_empty());
    }
}
