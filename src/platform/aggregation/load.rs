//! [`LoadPlan`]: the statements of one load of a dataset, from files that a manifest names to merged rows.

use std::fmt::Write as _;

use super::sql::{CORE, MART, STAGING, refresh_name};
use crate::artifact::template::sql_identifier as quoted;
use crate::model::{Dataset, Identifier, ORDER_COLUMNS, Platform, Type};

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

/// The name of the staging table that holds one row a key. No dataset is called so: names have no two
/// underscores in a row.
pub(super) fn latest_name(dataset: &Identifier) -> String {
    format!("{dataset}__latest")
}

/// The statements of one load of a dataset.
#[must_use]
pub fn load_plan(platform: &Platform, dataset: &Dataset) -> LoadPlan {
    let staging = table(STAGING, dataset.name.as_str());
    let latest = table(STAGING, &latest_name(&dataset.name));
    let text = |text: String| vec![SqlPart::Text(text)];
    let refresh = platform.aggregates.iter().filter(|aggregate| {
        let joins = dataset_joins(platform, &aggregate.from);
        let joined =
            joins.iter().any(|join| aggregate.joins.contains(&join.alias) && join.dimension == dataset.name);
        aggregate.from == dataset.name || joined
    });
    LoadPlan {
        dataset: dataset.name.clone(),
        load: vec![
            text(format!("DELETE FROM {staging}")),
            text(format!("DELETE FROM {latest}")),
            copy(&staging),
            text(keep_latest(dataset, &staging, &latest)),
            text(merge(dataset, &latest)),
        ],
        refresh: refresh
            .map(|aggregate| format!("CALL {}()", table(MART, &refresh_name(&aggregate.name))))
            .collect(),
    }
}

fn dataset_joins<'a>(platform: &'a Platform, name: &Identifier) -> &'a [crate::model::Join] {
    platform.dataset(name.as_str()).map_or(&[], |dataset| &dataset.joins)
}

fn table(schema: &str, name: &str) -> String {
    format!("{}.{}", quoted(schema), quoted(name))
}

/// Columns of Parquet files are taken by position: the staging table has those of the curated files.
fn copy(staging: &str) -> Vec<SqlPart> {
    vec![
        SqlPart::Text(format!("COPY {staging} FROM '")),
        SqlPart::ManifestUrl,
        SqlPart::Text("' IAM_ROLE '".to_owned()),
        SqlPart::CopyRole,
        SqlPart::Text("' FORMAT AS PARQUET MANIFEST".to_owned()),
    ]
}

/// One row a key, the latest; none that is not later than what has been merged before, so that a second load of
/// the same files changes nothing, and the order of loads does not matter. MERGE takes no condition beside
/// the key, so that older rows must be gone before it.
fn keep_latest(dataset: &Dataset, staging: &str, latest: &str) -> String {
    let names = list(stored(dataset).map(|(name, _)| quoted(name)));
    let values = list(stored(dataset).map(|(name, data_type)| {
        let alias = quoted(name);
        let name = format!("\"incoming\".{alias}");
        if data_type == Type::Json {
            format!("CASE WHEN CAN_JSON_PARSE({name}) THEN JSON_PARSE({name}) END AS {alias}")
        } else {
            name
        }
    }));
    let key = list(dataset.key.iter().map(|name| quoted(name.as_str())));
    let order = list(version(dataset).map(|name| format!("{} DESC NULLS LAST", quoted(name))));
    let numbered = format!(
        "SELECT {names}, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {order}) AS \"row__number\" FROM {staging}"
    );
    let mut sql = format!("INSERT INTO {latest} ({names}) SELECT {values} FROM ({numbered}) AS \"incoming\"");
    let same = both(dataset, "\"incoming\"", "\"merged\"");
    let _ = write!(sql, " LEFT JOIN {} AS \"merged\" ON {same}", table(CORE, dataset.name.as_str()));
    let _ = write!(sql, " WHERE \"incoming\".\"row__number\" = 1 AND ({})", later(dataset));
    sql
}

/// What rows are stored with, in the order of the curated files.
fn stored(dataset: &Dataset) -> impl Iterator<Item = (&str, Type)> {
    dataset.curated().map(|column| (column.name.as_str(), column.data_type)).chain(ORDER_COLUMNS)
}

/// What orders the versions of a key.
fn version(dataset: &Dataset) -> impl Iterator<Item = &str> {
    dataset.event_time.iter().map(Identifier::as_str).chain(ORDER_COLUMNS.map(|(name, _)| name))
}

/// That a row comes after the one that was merged before, or that there is none. Column by column:
/// Redshift compares no rows of several columns by order.
fn later(dataset: &Dataset) -> String {
    let pair = |name: &str| {
        let name = quoted(name);
        (format!("\"incoming\".{name}"), format!("\"merged\".{name}"))
    };
    let mut columns: Vec<_> = version(dataset).map(pair).collect();
    let none = format!("{} IS NULL", pair(ORDER_COLUMNS[0].0).1);
    let last = columns.pop().map_or_else(String::new, |(incoming, merged)| format!("{incoming} > {merged}"));
    let later = columns.into_iter().rev().fold(last, |rest, (incoming, merged)| {
        format!("{incoming} > {merged} OR {incoming} = {merged} AND ({rest})")
    });
    format!("{none} OR {later}")
}

/// Both tables go by their own names: MERGE takes no alias of its target.
fn merge(dataset: &Dataset, latest: &str) -> String {
    let source = quoted(&latest_name(&dataset.name));
    let names: Vec<_> = stored(dataset).map(|(name, _)| quoted(name)).collect();
    let key: Vec<_> = dataset.key.iter().map(|name| quoted(name.as_str())).collect();
    let changed = names.iter().filter(|name| !key.contains(name));
    format!(
        "MERGE INTO {} USING {latest} ON {} WHEN MATCHED THEN UPDATE SET {} WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
        table(CORE, dataset.name.as_str()),
        both(dataset, &quoted(dataset.name.as_str()), &source),
        list(changed.map(|name| format!("{name} = {source}.{name}"))),
        names.join(", "),
        list(names.iter().map(|name| format!("{source}.{name}"))),
    )
}

/// That two rows have the same key.
fn both(dataset: &Dataset, left: &str, right: &str) -> String {
    let pairs = dataset.key.iter().map(|name| {
        let name = quoted(name.as_str());
        format!("{left}.{name} = {right}.{name}")
    });
    pairs.collect::<Vec<_>>().join(" AND ")
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    fn statements(plan: &LoadPlan) -> Vec<String> {
        let shown = |part: &SqlPart| match part {
            SqlPart::Text(text) => text.clone(),
            SqlPart::ManifestUrl => "s3://b/m".to_owned(),
            SqlPart::CopyRole => "arn:role".to_owned(),
        };
        plan.load.iter().map(|parts| parts.iter().map(shown).collect()).collect()
    }

    #[test]
    fn a_load_is_one_batch_and_later_rows_win() {
        let platform = fixture::platform();
        let plan = load_plan(&platform, &platform.datasets[0]);
        let statements = statements(&plan);
        assert_eq!(
            statements[2],
            "COPY \"staging\".\"orders\" FROM 's3://b/m' IAM_ROLE 'arn:role' FORMAT AS PARQUET MANIFEST"
        );
        assert!(statements[3].contains("JSON_PARSE(\"incoming\".\"payload\")"));
        assert!(statements[3].contains("\"incoming\".\"ordered_at\" > \"merged\".\"ordered_at\""));
        assert!(
            statements[4]
                .starts_with("MERGE INTO \"core\".\"orders\" USING \"staging\".\"orders__latest\" ON ")
        );
        assert!(!statements[4].contains("SET \"order_id\""));
        assert!(statements.iter().all(|statement| !statement.contains("TRUNCATE")), "it would commit");
        assert_eq!(plan.refresh, ["CALL \"mart\".\"refresh__daily_sales\"()"]);
    }

    #[test]
    fn a_dimension_refreshes_the_aggregates_that_join_it() {
        let platform = fixture::platform();
        let plan = load_plan(&platform, &platform.datasets[1]);
        assert_eq!(plan.refresh.len(), 1);
        assert!(statements(&plan)[3].contains(
            "ORDER BY \"arrived__at\" DESC NULLS LAST, \"row__attempt\" DESC NULLS LAST, \"row__hash\""
        ));
        let mut alone = platform.clone();
        alone.aggregates[0].joins.clear();
        assert!(load_plan(&alone, &alone.datasets[1]).refresh.is_empty());
    }
}
