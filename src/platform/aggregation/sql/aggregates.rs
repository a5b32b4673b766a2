//! Aggregates: materialized views over datasets and their dimensions, where Redshift can refresh these incrementally.

use serde::Serialize;
use strataform_redshift::quote_ident as quoted;

use super::groups::{is_by_group, refresh_groups_name};
use super::{CORE, MART};
use crate::model::expression::Reference;
use crate::model::{Aggregate, Dataset, Engine, Expression, Identifier, Platform};

/// The alias of a dataset's own table in a query; no join can have this name.
pub(super) const OWN: &str = "own__row";

/// Context of `aggregate.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Aggregated {
    /// The first comment.
    pub title: String,
    /// How Redshift refreshes it, and why.
    pub refresh: String,
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The dimensions, then the measures.
    pub columns: Vec<AggregateColumn>,
    /// The dataset.
    pub source: Relation,
    /// The dimensions that it joins.
    pub joins: Vec<Joined>,
    /// The filter as SQL, rendered from a checked tree.
    pub filter: Option<String>,
    /// The positions of the `GROUP BY` columns, from 1.
    pub groups: Vec<usize>,
}

/// A column of an aggregate.
#[derive(Clone, Debug, Serialize)]
pub struct AggregateColumn {
    /// The name.
    pub name: String,
    /// The expression as SQL, rendered from a checked tree.
    pub expression: String,
}

/// A table or view in a query.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// The schema.
    pub schema: &'static str,
    /// The name there.
    pub name: String,
    /// The alias in the query.
    pub alias: String,
}

/// A joined dimension in a query. It is an outer join: rows without a match stay, with NULL in its columns.
#[derive(Clone, Debug, Serialize)]
pub struct Joined {
    /// The dimension.
    pub table: Relation,
    /// The join condition: pairs of equal columns.
    pub on: Vec<OnPair>,
}

/// Two columns that must be equal.
#[derive(Clone, Debug, Serialize)]
pub struct OnPair {
    /// The column of the dataset.
    pub left: String,
    /// The column of the dimension.
    pub right: String,
}

/// Context of `refresh.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Refresh {
    /// The first comment.
    pub title: String,
    /// The schema of the procedure and the aggregate.
    pub schema: &'static str,
    /// The name of the procedure.
    pub name: String,
    /// The name of the materialized view, if it is one.
    pub view: String,
    /// The procedure that computes the changed groups, if the aggregate is a table.
    pub groups: Option<String>,
}

/// How an aggregate follows the rows that it is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewal {
    /// Redshift can refresh a materialized view incrementally.
    Incremental,
    /// It would compute a materialized view again from all rows, and why.
    Whole(&'static str),
}

/// The procedure that refreshes an aggregate.
pub(super) fn refreshed(aggregate: &Aggregate) -> Refresh {
    Refresh {
        title: format!("Refreshes aggregate {}.", aggregate.name),
        schema: MART,
        name: super::refresh_name(&aggregate.name),
        view: aggregate.name.to_string(),
        groups: is_by_group(aggregate).then(|| refresh_groups_name(&aggregate.name)),
    }
}

/// The columns of an aggregate: the dimensions, then the measures.
pub(super) fn measured(aggregate: &Aggregate) -> Vec<AggregateColumn> {
    let column = |name: &Identifier, expression: &Expression| AggregateColumn {
        name: name.to_string(),
        expression: rendered(expression),
    };
    let dimensions = aggregate.dimensions.iter().map(|one| column(&one.name, &one.expression));
    let measures = aggregate.measures.iter().map(|one| column(&one.name, &one.expression));
    dimensions.chain(measures).collect()
}

/// The aggregate, if its dataset exists.
pub(super) fn aggregate(platform: &Platform, aggregate: &Aggregate) -> Option<Aggregated> {
    let dataset = platform.dataset(aggregate.from.as_str())?;
    let refresh = match renewal(aggregate) {
        Renewal::Incremental => "incremental, if Redshift supports it".to_owned(),
        Renewal::Whole(reason) => format!("full, because {reason}"),
    };
    Some(Aggregated {
        title: title(aggregate),
        refresh,
        schema: MART,
        name: aggregate.name.to_string(),
        columns: measured(aggregate),
        source: own(&dataset.name),
        joins: joins(dataset, &aggregate.joins),
        filter: aggregate.filter.as_ref().map(rendered),
        groups: (1..=aggregate.dimensions.len()).collect(),
    })
}

/// The dataset's own table in a query.
pub(super) fn own(dataset: &Identifier) -> Relation {
    Relation { schema: CORE, name: dataset.to_string(), alias: OWN.to_owned() }
}

/// The joins of a dataset with one of those aliases.
pub(super) fn joins(dataset: &Dataset, aliases: &[Identifier]) -> Vec<Joined> {
    let joined = |join: &crate::model::Join| Joined {
        table: Relation { schema: CORE, name: join.dimension.to_string(), alias: join.alias.to_string() },
        on: join
            .on
            .iter()
            .map(|(left, right)| OnPair { left: left.to_string(), right: right.to_string() })
            .collect(),
    };
    dataset.joins.iter().filter(|join| aliases.contains(&join.alias)).map(joined).collect()
}

pub(super) fn title(aggregate: &Aggregate) -> String {
    let title = format!("Aggregate {} over {}.", aggregate.name, aggregate.from);
    match &aggregate.description {
        Some(description) => format!("{title} {description}"),
        None => title,
    }
}

pub(super) fn rendered(expression: &Expression) -> String {
    expression.render(Engine::Redshift, &|reference: &Reference| {
        let alias = reference.alias.as_ref().map_or(OWN, Identifier::as_str);
        format!("{}.{}", quoted(alias), quoted(reference.column.as_str()))
    })
}

/// Whether Redshift can refresh a materialized view of an aggregate incrementally. Assumes `incremental-refresh`.
pub(super) fn renewal(aggregate: &Aggregate) -> Renewal {
    let columns = measured(aggregate);
    // A match inside a string literal counts too: the aggregate is then refreshed by group without need.
    let has = |word: &str| columns.iter().any(|one| one.expression.to_ascii_lowercase().contains(word));
    if !aggregate.joins.is_empty() {
        Renewal::Whole("an outer join keeps rows without a match")
    } else if has("distinct") {
        Renewal::Whole("distinct values cannot be added up")
    } else if has("median(") || has("percentile") || has("listagg(") || has("stddev") || has("variance") {
        Renewal::Whole("a measure needs every row")
    } else {
        Renewal::Incremental
    }
}
