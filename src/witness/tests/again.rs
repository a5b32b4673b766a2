//! Witnesses, run again by other means: the text of an expression as PostgreSQL reads it, the types as tables, names in the
//! files of SQL, dates as numbers of days.

use chrono::NaiveDate;
use serde_json::{Map, Value};
use strataform_postgres::Cluster;

use crate::assembly::{Assembly, ManifestColumn};
use crate::diff::{Change, Layer, Touch, Verdict, Witness};
use crate::model::Period;

/// A type of a platform file on PostgreSQL.
fn kind(text: &str) -> String {
    let text = text.split(" not ").next().unwrap_or_default().trim();
    match text {
        "json" => "jsonb".to_owned(),
        "double" => "double precision".to_owned(),
        text => text.replace("string(", "varchar("),
    }
}

/// What PostgreSQL gives for a query; `None` if it fails.
fn run(cluster: &Cluster, query: &str) -> Option<String> {
    cluster.run("postgres", query).ok()
}

/// The columns that a change is about.
fn columns<'a>(of: &'a Assembly, change: &Change) -> Option<(&'a str, &'a ManifestColumn)> {
    change.touches.iter().find_map(|touch| match touch {
        Touch::Column(dataset, column) => {
            let dataset = of.manifest.dataset(dataset)?;
            let column = dataset.columns.iter().find(|one| one.name == *column)?;
            Some((dataset.name.as_str(), column))
        }
        Touch::Section(_) => None,
    })
}

/// An expression of a record, by its text.
fn computed(
    cluster: &Cluster,
    of: &Assembly,
    dataset: &str,
    text: &str,
    record: &Map<String, Value>,
) -> Option<String> {
    let declared = of.manifest.declared.get(&format!("dataset.{dataset}"))?;
    let cells = declared.iter().filter_map(|(key, kind_text)| {
        let name = key.strip_prefix("column.")?;
        let name = name.strip_suffix(".type").unwrap_or(name);
        let value = match record.get(name) {
            Some(Value::String(text)) => format!("'{}'", text.replace('\'', "''")),
            Some(other) => format!("'{other}'"),
            None => "NULL".to_owned(),
        };
        (!name.contains('.')).then(|| format!("{value}::{} AS \"{name}\"", kind(kind_text)))
    });
    let cells: Vec<String> = cells.collect();
    run(cluster, &format!("SELECT ({text})::text FROM (SELECT {}) AS record", cells.join(", ")))
}

/// Whether a witness of an expression gives the same again; `None` if it was not run.
fn expression(
    cluster: &Cluster,
    (old, new): (&Assembly, &Assembly),
    change: &Change,
    found: &Witness,
) -> Option<bool> {
    let ((dataset, was), (_, is)) = (columns(old, change)?, columns(new, change)?);
    let record: Map<String, Value> = serde_json::from_str(&found.text).ok()?;
    let before = computed(cluster, old, dataset, was.expression.as_deref()?, &record)?;
    let after = computed(cluster, new, dataset, is.expression.as_deref()?, &record);
    let is_same = |text: &str, shown: &str| text == shown || (text.is_empty() && shown == "null");
    let is_after = after.map_or(!found.after.is_empty(), |after| is_same(&after, &found.after));
    Some(is_same(&before, &found.before) && is_after)
}

/// Whether a value is stored in a table of the old type, and not, or differently, in one of the new type.
fn stored(
    cluster: &Cluster,
    (old, new): (&Assembly, &Assembly),
    change: &Change,
    found: &Witness,
) -> Option<bool> {
    let ((_, was), (_, is)) = (columns(old, change)?, columns(new, change)?);
    let record: Map<String, Value> = serde_json::from_str(&found.text).ok()?;
    let shown = record.values().next()?.as_str()?;
    let value = match shown.split_once("… (") {
        Some((letter, rest)) => letter.repeat(rest.split(' ').next()?.parse().ok()?),
        None => shown.to_owned(),
    };
    let store = |of: &ManifestColumn| {
        let kind = kind(of.data_type.as_deref()?);
        run(
            cluster,
            &format!(
                "BEGIN; CREATE TABLE t (v {kind}); INSERT INTO t VALUES ('{value}'); SELECT v FROM t; ROLLBACK"
            ),
        )
    };
    let before = store(was)?;
    Some(store(is).is_none_or(|after| after != before))
}

/// Whether the old table has a column of which the query asks, and the new one does not, or has another one there.
fn named((old, new): (&Assembly, &Assembly), change: &Change) -> Option<bool> {
    let (dataset, was) = columns(old, change)?;
    let has = |of: &Assembly| {
        let path = format!("aggregation/sql/010_{dataset}.sql");
        let text = String::from_utf8_lossy(of.files.get(&path)?).into_owned();
        Some(text.contains(&format!("    \"{}\" ", was.name)))
    };
    let number = |of: &Assembly| {
        let columns = &of.manifest.dataset(dataset)?.columns;
        columns.iter().find(|one| one.name == was.name).map(|one| one.number)
    };
    Some(has(old)? && (!has(new)? || number(old) != number(new)))
}

/// Whether an object is younger than the old life and older than the new one.
fn aged(verdict: &Verdict, found: &Witness) -> Option<bool> {
    let date = |after: &str| {
        let text = found.text.split(after).nth(1)?.get(..10)?;
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
    };
    let age = (date("read ")? - date("written ")?).num_days();
    let (_, rest) = verdict.reason.split_once("after ")?;
    let (is, rest) = rest.split_once(" days, instead of ")?;
    let was = rest.split(' ').next()?.parse().unwrap_or(i64::MAX);
    Some(age > is.parse().ok()? && age <= was)
}

/// Whether a record fails the new rule, by its text.
fn ruled(
    cluster: &Cluster,
    (old, new): (&Assembly, &Assembly),
    change: &Change,
    verdict: &Verdict,
) -> Option<bool> {
    let section = change.origin.as_deref()?;
    let record: Map<String, Value> = serde_json::from_str(&verdict.witness.as_ref()?.text).ok()?;
    let declared = new.manifest.declared.get(section)?;
    let text = declared.get(&format!("{}.sql", verdict.about));
    let text = text.or_else(|| declared.get(verdict.about.as_ref()))?;
    let dataset = section.strip_prefix("dataset.")?;
    let result = |of| computed(cluster, of, dataset, text, &record);
    Some(result(new).or_else(|| result(old))? == "false")
}

/// Whether something lies between two periods of the platform file.
fn kept((old, new): (&Assembly, &Assembly), change: &Change, verdict: &Verdict) -> Option<bool> {
    let text = &verdict.witness.as_ref()?.text;
    let date = |after: &str| NaiveDate::parse_from_str(text.split(after).nth(1)?.get(..10)?, "%Y-%m-%d").ok();
    let age = u64::try_from((date("read ")? - date(" of ")?).num_days()).ok()?;
    let days = |of: &Assembly| {
        let text = of.manifest.declared.get(change.origin.as_deref()?)?.get(verdict.about.as_ref())?;
        Period::parse(text).ok().map(Period::as_days)
    };
    Some(age > days(new)? && age <= days(old)?)
}

/// Whether the columns of a table of the Data Catalog differ.
fn catalogued((old, new): (&Assembly, &Assembly), change: &Change) -> Option<bool> {
    let (stack, rest) = change.subject.split_once('/')?;
    let columns = |of: &Assembly| -> Option<Value> {
        let stack = of.manifest.stacks.iter().find(|one| one.name == stack)?;
        let template: Value = serde_json::from_slice(of.template(stack)).ok()?;
        let table = &template["Resources"][rest.split(' ').next()?];
        Some(table["Properties"]["TableInput"]["StorageDescriptor"]["Columns"].clone())
    };
    Some(columns(old)? != columns(new)?)
}

/// Whether the new version requires a column that the old one did not.
fn required((old, new): (&Assembly, &Assembly), change: &Change) -> bool {
    let is_required = |of: &Assembly| columns(of, change).is_some_and(|(_, one)| !one.nullable);
    is_required(new) && !is_required(old)
}

/// Whether a witness shows its verdict when it is run by other means; `None` if there are none here.
pub(super) fn holds(
    cluster: &Cluster,
    sides: (&Assembly, &Assembly),
    change: &Change,
    verdict: &Verdict,
) -> Option<bool> {
    let found = verdict.witness.as_ref()?;
    match (change.layer, verdict.about.as_ref()) {
        (_, "expression") => expression(cluster, sides, change, found),
        (_, "type") => stored(cluster, sides, change, found),
        (_, "name" | "removed") => named(sides, change),
        (_, "required") => Some(required(sides, change)),
        (_, "LifecycleConfiguration") => aged(verdict, found),
        (Layer::Catalogue, _) => catalogued(sides, change),
        (Layer::Settings, about) if about.starts_with("expect.") => ruled(cluster, sides, change, verdict),
        (Layer::Settings, "raw" | "curated" | "quarantine" | "stream" | "logs" | "retention") => {
            kept(sides, change, verdict)
        }
        _ => None,
    }
}
