//! Views: one for each dataset or aggregate that dashboards show, in types that QuickSight supports.

use std::collections::BTreeSet;

use serde::Serialize;

use super::aggregates::{Joined, Relation, joins, own};
use super::{MART, REPORT};
use crate::model::{Aggregate, Dataset, Platform, Type, VisualSource};

/// Context of `view.sql.hbs`. It is a late-binding view, so that its tables can be replaced.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The first comment.
    pub title: String,
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The columns, without those of type JSON.
    pub columns: Vec<ViewColumn>,
    /// The table or materialized view that it reads.
    pub source: Relation,
    /// The joined dimensions of a dataset.
    pub joins: Vec<Joined>,
}

/// A column of a view.
#[derive(Clone, Debug, Serialize)]
pub struct ViewColumn {
    /// The name.
    pub name: String,
    /// The table or alias that has it.
    pub table: String,
    /// The name of the column there.
    pub column: String,
    /// Whether it is a Boolean, which is shown as text.
    pub is_boolean: bool,
}

/// The sources of the data sets, without duplicates.
pub(super) fn sources(platform: &Platform) -> BTreeSet<VisualSource> {
    platform.shown().into_iter().chain(platform.row_rules()).collect()
}

/// The view of a source, if the source exists and its view is in a file of its own.
pub(super) fn view(platform: &Platform, source: &VisualSource) -> Option<View> {
    match source {
        VisualSource::Aggregate(name) => platform.aggregate(name.as_str()).map(of_aggregate),
        VisualSource::Dataset(name) => {
            platform.dataset(name.as_str()).map(|dataset| of_dataset(platform, dataset))
        }
        // The file of its stream creates it.
        VisualSource::Live(_) => None,
    }
}

fn of_aggregate(aggregate: &Aggregate) -> View {
    let name = aggregate.name.to_string();
    let shown = aggregate.columns().filter(|(_, data_type, _)| *data_type != Type::Json);
    View {
        title: format!("Aggregate {name} for dashboards."),
        schema: REPORT,
        columns: shown
            .map(|(column, data_type, _)| ViewColumn {
                name: column.to_string(),
                table: name.clone(),
                column: column.to_string(),
                is_boolean: data_type == Type::Boolean,
            })
            .collect(),
        source: Relation { schema: MART, name: name.clone(), alias: name.clone() },
        joins: Vec::new(),
        name,
    }
}

fn of_dataset(platform: &Platform, dataset: &Dataset) -> View {
    let source = own(&dataset.name);
    let mut columns = columns_of(dataset, &source.alias, "");
    for join in &dataset.joins {
        if let Some(dimension) = platform.dataset(join.dimension.as_str()) {
            columns.extend(columns_of(dimension, join.alias.as_str(), &format!("{}_", join.alias)));
        }
    }
    // A joined `id` of `customer` becomes `customer_id`; the dataset's own column of that name takes precedence.
    let mut taken = BTreeSet::new();
    columns.retain(|column| taken.insert(column.name.clone()));
    let aliases: Vec<_> = dataset.joins.iter().map(|join| join.alias.clone()).collect();
    View {
        title: format!("Dataset {} for dashboards.", dataset.name),
        schema: REPORT,
        name: dataset.name.to_string(),
        columns,
        source,
        joins: joins(dataset, &aliases),
    }
}

fn columns_of(dataset: &Dataset, table: &str, prefix: &str) -> Vec<ViewColumn> {
    let shown = dataset.curated().filter(|column| column.data_type != Type::Json);
    shown
        .map(|column| ViewColumn {
            name: format!("{prefix}{}", column.name),
            table: table.to_owned(),
            column: column.name.to_string(),
            is_boolean: column.data_type == Type::Boolean,
        })
        .collect()
}
