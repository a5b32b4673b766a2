//! Aggregates: materialized views over datasets and their dimensions.

use serde::Serialize;
use strataform_redshift::quote_ident as quoted;

use super::{CORE, MART};
use crate::model::expression::Reference;
use crate::model::{Aggregate, Dataset, Engine, Expression, Identifier, Platform};

/// What a dataset's own table is called within a query: no join can be called so.
const OWN: &str = "own__row";

/// Context of `aggregate.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Aggregated {
    /// The first comment.
    pub title: String,
    /// How it is refreshed, and why.
    pub refresh: &'static str,
    /// The schema.
    pub schema: &'static str,
    /// What it is called.
    pub name: String,
    /// Dimensions, then measures.
    pub columns: Vec<AggregateColumn>,
    /// The dataset.
    pub source: Relation,
    /// The dimensions that it uses.
    pub joins: Vec<Joined>,
    /// SQL of a checked tree.
    pub filter: Option<String>,
    /// The places of the columns that rows are grouped by, counted from 1.
    pub groups: Vec<usize>,
}

/// A column of an aggregate.
#[derive(Clone, Debug, Serialize)]
pub struct AggregateColumn {
    /// What it is called.
    pub name: String,
    /// SQL of a checked tree.
    pub expression: String,
}

/// A table or view in a query.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// The schema.
    pub schema: &'static str,
    /// What it is called there.
    pub name: String,
    /// What it is called in the query.
    pub alias: String,
}

/// A dimension in a query. Rows without one stay, with nothing in its columns.
#[derive(Clone, Debug, Serialize)]
pub struct Joined {
    /// The dimension.
    pub table: Relation,
    /// What must be equal.
    pub on: Vec<OnPair>,
}

/// Two columns that must be equal.
#[derive(Clone, Debug, Serialize)]
pub struct OnPair {
    /// Of the dataset.
    pub left: String,
    /// Of the dimension.
    pub right: String,
}

/// Context of `refresh.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Refresh {
    /// The first comment.
    pub title: String,
    /// The schema of both.
    pub schema: &'static str,
    /// The procedure.
    pub name: String,
    /// The materialized view.
    pub view: String,
}

/// The procedure that refreshes an aggregate.
pub(super) fn refreshed(aggregate: &Aggregate) -> Refresh {
    Refresh {
        title: format!("Brings aggregate {} up to date.", aggregate.name),
        schema: MART,
        name: super::refresh_name(&aggregate.name),
        view: aggregate.name.to_string(),
    }
}

/// The aggregate, where its dataset exists.
pub(super) fn aggregate(platform: &Platform, aggregate: &Aggregate) -> Option<Aggregated> {
    let dataset = platform.dataset(aggregate.from.as_str())?;
    let column = |name: &Identifier, expression: &Expression| AggregateColumn {
        name: name.to_string(),
        expression: rendered(expression),
    };
    let dimensions = aggregate.dimensions.iter().map(|one| column(&one.name, &one.expression));
    let measures = aggregate.measures.iter().map(|one| column(&one.name, &one.expression));
    let columns: Vec<_> = dimensions.chain(measures).collect();
    Some(Aggregated {
        title: title(aggregate),
        refresh: refresh(aggregate, &columns),
        schema: MART,
        name: aggregate.name.to_string(),
        columns,
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

/// The joins of a dataset that have one of those aliases.
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

fn title(aggregate: &Aggregate) -> String {
    let title = format!("Aggregate {}: over {}.", aggregate.name, aggregate.from);
    match &aggregate.description {
        Some(said) => format!("{title} {said}"),
        None => title,
    }
}

fn rendered(expression: &Expression) -> String {
    expression.render(Engine::Redshift, &|reference: &Reference| {
        let alias = reference.alias.as_ref().map_or(OWN, Identifier::as_str);
        format!("{}.{}", quoted(alias), quoted(reference.column.as_str()))
    })
}

/// Whether Redshift can add what is new, or computes the whole again.
fn refresh(aggregate: &Aggregate, columns: &[AggregateColumn]) -> &'static str {
    // Words of literals count, too: then the comment is too careful, and nothing else changes.
    let has = |word: &str| columns.iter().any(|one| one.expression.to_ascii_lowercase().contains(word));
    if !aggregate.joins.is_empty() {
        "the whole, because an outer join keeps rows without a dimension"
    } else if has("distinct") {
        "the whole, because distinct values cannot be added up"
    } else if has("median(") || has("percentile") || has("listagg(") || has("stddev") || has("variance") {
        "the whole, because a measure needs every row"
    } else {
        "what is new, where Redshift can"
    }
}
