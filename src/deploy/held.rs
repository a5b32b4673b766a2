//! [`Held`]: what is lost with a resource, and whether the user must name it first.
//!
//! In: the resources that are deleted, the objects in buckets, the rows in tables. Out: a text for each resource that
//! holds data, and the option that names it. A bucket without objects and a warehouse without rows need no name; nor do
//! keys, secrets and logs, which are of no use without the rest.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use strataform_redshift::{quote_ident, quote_literal};
use strataform_sdk::Aws;

use super::deployed::Deployed;
use super::fault::Fault;
use super::observe::Observed;
use super::plan::Consent;
use super::store::Store;
use super::warehouse::{run_query, texts};
use crate::diff::ResourceChange;
use crate::migration::Loss;

/// How many tables one statement counts: its text stays far below the Data API's limit of 100 KB.
const AT_ONCE: usize = 100;

/// A resource that is deleted with its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Its logical ID.
    pub logical: String,
    /// Its name in AWS.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// What it holds: `records of the last 24 hours`.
    pub what: String,
    /// The option that names it, if it must be named: `--empty RawBucket`.
    pub option: Option<String>,
}

/// What the user names.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Buckets to empty, by logical ID or name.
    pub empty: &'a [String],
    /// Other losses.
    pub consent: &'a Consent,
}

impl Held {
    /// Whether it must be named, and is not.
    pub(super) fn is_unnamed(&self, stack: &str, named: Named<'_>) -> bool {
        let Some(option) = &self.option else { return false };
        if option.starts_with("--empty") {
            return !named.empty.contains(&self.logical) && !named.empty.contains(&self.physical);
        }
        !named.consent.allows(&Loss::removed(format!("{stack}/{}", self.logical), &self.kind))
    }
}

/// What is known about the content of an environment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content<'a> {
    /// The template of the stack.
    pub(super) template: Option<&'a Value>,
    /// The buckets of the stack that contain objects, by logical ID.
    pub(super) full: &'a BTreeMap<String, String>,
    /// The rows of tables; `None` if they could not be counted.
    pub(super) rows: Option<&'a BTreeMap<String, u64>>,
}

/// What is lost with a resource of a stack.
pub(super) fn held(stack: &str, one: &ResourceChange, physical: &str, content: Content<'_>) -> Held {
    let allow = Some(format!("--allow {}", Loss::removed(format!("{stack}/{}", one.logical), &one.kind)));
    let (what, option) = match one.kind.as_str() {
        "AWS::S3::Bucket" if content.full.contains_key(&one.logical) => {
            ("objects".to_owned(), Some(format!("--empty {}", one.logical)))
        }
        "AWS::S3::Bucket" => ("no objects".to_owned(), None),
        "AWS::Kinesis::Stream" => {
            (format!("records of the last {} hours", hours(content.template, &one.logical)), allow)
        }
        "AWS::RedshiftServerless::Namespace" | "AWS::Redshift::Cluster" => match content.rows.map(total) {
            Some((0, _)) => ("no rows".to_owned(), None),
            Some((1, _)) => ("1 row".to_owned(), allow),
            Some((rows, 1)) => (format!("{rows} rows in 1 table"), allow),
            Some((rows, tables)) => (format!("{rows} rows in {tables} tables"), allow),
            None => ("tables whose rows could not be counted".to_owned(), allow),
        },
        "AWS::KMS::Key" => ("the key of what it encrypted".to_owned(), None),
        "AWS::SecretsManager::Secret" => ("a secret".to_owned(), None),
        "AWS::Logs::LogGroup" | "AWS::Logs::LogStream" => ("logs".to_owned(), None),
        "AWS::SQS::Queue" => ("messages".to_owned(), None),
        _other => ("data".to_owned(), allow),
    };
    Held { logical: one.logical.clone(), physical: physical.to_owned(), kind: one.kind.clone(), what, option }
}

/// All rows, and the tables that have some.
fn total(rows: &BTreeMap<String, u64>) -> (u64, usize) {
    (rows.values().sum(), rows.len())
}

/// How long a stream retains records.
fn hours(template: Option<&Value>, logical: &str) -> u64 {
    let resource = template.and_then(|template| template.get("Resources")?.get(logical));
    let hours =
        resource.and_then(|resource| resource.get("Properties")?.get("RetentionPeriodHours")?.as_u64());
    hours.unwrap_or(24)
}

/// The tables of the warehouse that have rows.
///
/// # Errors
///
/// The warehouse is not deployed, another version of `gen` deployed it, or an AWS request fails.
pub(super) fn rows(
    aws: &Aws,
    store: &Store<'_>,
    observed: &Observed,
) -> Result<Option<BTreeMap<String, u64>>, Fault> {
    let Some(deployed) = Deployed::of(store, observed)? else { return Ok(None) };
    let warehouse = deployed.warehouse(aws)?;
    // The tables behind materialized views are computed, the ledger is gen's own.
    let tables = "SELECT CAST(n.nspname AS VARCHAR(256)), CAST(c.relname AS VARCHAR(256)) FROM pg_catalog.pg_class AS c \
                  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'r' \
                  AND n.nspname NOT IN ('information_schema', 'strataform') \
                  AND SUBSTRING(CAST(n.nspname AS VARCHAR(256)), 1, 3) <> 'pg_' \
                  AND SUBSTRING(CAST(c.relname AS VARCHAR(256)), 1, 8) <> 'mv_tbl__' ORDER BY 1, 2";
    let tables = run_query(aws, &warehouse, tables, usize::MAX, None)?.rows.into_iter().map(texts);
    let tables: Vec<[String; 2]> = tables.filter_map(|row| row.try_into().ok()).collect();
    let mut found = BTreeMap::new();
    for some in tables.chunks(AT_ONCE) {
        let counts = some.iter().map(|[schema, table]| {
            let name = quote_literal(&format!("{schema}.{table}"));
            let from = format!("{}.{}", quote_ident(schema), quote_ident(table));
            format!("SELECT {name} AS name, COUNT(*) AS rows_there FROM {from}")
        });
        let text = counts.collect::<Vec<_>>().join(" UNION ALL ");
        for row in run_query(aws, &warehouse, &text, usize::MAX, None)?.rows.into_iter().map(texts) {
            let Ok([name, count]) = <[String; 2]>::try_from(row) else { continue };
            found.extend(count.parse().ok().filter(|count| *count > 0).map(|count| (name, count)));
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::removal;

    #[test]
    fn what_holds_data_must_be_named_and_what_is_empty_need_not() {
        let of = |kind: &str| json!({"Type": kind, "Properties": {"RetentionPeriodHours": 168}});
        let template = json!({"Resources": {
            "Full": of("AWS::S3::Bucket"),
            "Empty": of("AWS::S3::Bucket"),
            "Stream": of("AWS::Kinesis::Stream"),
            "Warehouse": of("AWS::RedshiftServerless::Namespace"),
            "Key": of("AWS::KMS::Key"),
            "New": of("AWS::DynamoDB::Table"),
        }});
        let full = BTreeMap::from([("Full".to_owned(), "shop-full".to_owned())]);
        let none = BTreeMap::new();
        let some = BTreeMap::from([("core.event".to_owned(), 3), ("core.order".to_owned(), 4)]);
        let shown = |rows: Option<&BTreeMap<String, u64>>| -> BTreeMap<String, (String, Option<String>)> {
            let content = Content { template: Some(&template), full: &full, rows };
            let all = removal(&template).into_iter().map(|one| held("s", &one, "name", content));
            all.map(|one| (one.logical, (one.what, one.option))).collect()
        };
        let found = shown(Some(&some));
        let entry = |logical: &str| {
            let (what, option) = &found[logical];
            (what.as_str(), option.as_deref())
        };
        assert_eq!(entry("Full"), ("objects", Some("--empty Full")));
        assert_eq!(entry("Empty"), ("no objects", None));
        assert_eq!(entry("Stream"), ("records of the last 168 hours", Some("--allow destroy-data=s/Stream")));
        assert_eq!(entry("Warehouse"), ("7 rows in 2 tables", Some("--allow destroy-data=s/Warehouse")));
        assert_eq!(entry("Key").1, None);
        assert_eq!(entry("New"), ("data", Some("--allow destroy-data=s/New")), "an unknown type is named");
        assert_eq!(shown(Some(&none))["Warehouse"], ("no rows".to_owned(), None));
        assert!(shown(None)["Warehouse"].1.is_some(), "what could not be counted is not taken to be empty");
    }

    #[test]
    fn a_name_is_the_one_that_the_plan_shows() {
        let held = |option: &str| Held {
            logical: "Raw".to_owned(),
            physical: "shop-raw".to_owned(),
            kind: String::new(),
            what: String::new(),
            option: Some(option.to_owned()),
        };
        let consent = Consent::parse(&["destroy-data=storage/Raw".to_owned()]).expect("a loss");
        let nothing = Named { empty: &[], consent: &Consent::default() };
        for option in ["--empty Raw", "--allow destroy-data=storage/Raw"] {
            assert!(held(option).is_unnamed("storage", nothing), "{option}");
        }
        let named = ["shop-raw".to_owned()];
        assert!(!held("--empty Raw").is_unnamed("storage", Named { empty: &named, ..nothing }));
        let named = Named { consent: &consent, ..nothing };
        assert!(!held("--allow destroy-data=storage/Raw").is_unnamed("storage", named));
        assert!(held("--allow destroy-data=other/Raw").is_unnamed("other", named));
    }
}
