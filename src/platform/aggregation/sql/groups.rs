//! Aggregates that Redshift cannot refresh incrementally, as tables that are refreshed group by group.
//!
//! A load writes the groups of the rows that it changes into a table, in its own transaction: before it changes rows, the
//! groups that these are in, and afterwards, those that they are in then. A row that moves from one group to another
//! changes both. The refresh deletes these groups, and computes them from all their rows. Joined dimensions change the
//! groups of the rows that join them.

mod context;

pub use context::{
    ExpiredRows, GroupInsert, GroupJoin, GroupKey, GroupList, GroupPeriod, GroupProcedure, GroupQuery,
    Grouped, LoadGroups, LoadProcedure, QualifiedColumn, QualifiedPair,
};

use super::super::load::{after_load_name, before_load_name, latest_name};
use super::aggregates::{Joined, OWN, Relation, Renewal, joins, measured, own, rendered, renewal, title};
use super::{CORE, Context, MART, STAGING};
use crate::model::expression::Reference;
use crate::model::{Aggregate, Dataset, Expression, Identifier, ORDER_COLUMNS, Platform, Type};

/// The alias of the rows of a load in a query; no join can have this name.
const LOADED: &str = "loaded__row";
/// The alias of the groups that a refresh computes; no join can have this name.
const GROUP: &str = "group__row";

/// Whether an aggregate is a table that is refreshed by group: Redshift could not refresh a view of it incrementally, and
/// its groups can be compared. Values of the other types are equal in ways that a comparison does not show.
pub(in super::super) fn is_by_group(aggregate: &Aggregate) -> bool {
    let is_exact = |expression: &Expression| nothing(expression.data_type()).is_some();
    matches!(renewal(aggregate), Renewal::Whole(_))
        && aggregate.dimensions.iter().all(|one| is_exact(&one.expression))
}

/// The aggregates over a dataset that are refreshed by group, directly or through a join.
fn of_dataset<'a>(platform: &'a Platform, dataset: &'a Dataset) -> impl Iterator<Item = &'a Aggregate> {
    let reads = |one: &&Aggregate| one.from == dataset.name || !aliases(platform, one, dataset).is_empty();
    platform.aggregates.iter().filter(|one| is_by_group(one)).filter(reads)
}

/// The names of the procedures that the load of a dataset calls: before it changes rows, and after it, if rows can come
/// into other groups. `None` if no aggregate over it is refreshed by group.
pub(in super::super) fn load_calls(
    platform: &Platform,
    dataset: &Dataset,
) -> Option<(String, Option<String>)> {
    let LoadGroups { procedures, .. } = of_load(platform, dataset)?;
    let mut names = procedures.into_iter().map(|one| one.name);
    let first = names.next()?;
    Some((first, names.next()))
}

/// The aliases by which an aggregate joins a dataset.
fn aliases<'a>(platform: &'a Platform, aggregate: &'a Aggregate, dataset: &Dataset) -> Vec<&'a Identifier> {
    let from = platform.dataset(aggregate.from.as_str());
    let joins = from.map_or(&[][..], |from| &from.joins);
    let used = joins.iter().filter(|join| join.dimension == dataset.name);
    used.map(|join| &join.alias).filter(|alias| aggregate.joins.contains(alias)).collect()
}

/// The names of the procedures of an aggregate. No aggregate or dataset can have these names.
struct Names<'a>(&'a Identifier);

impl Names<'_> {
    fn before(&self) -> String {
        format!("before__{}", self.0)
    }

    fn after(&self) -> String {
        format!("after__{}", self.0)
    }

    fn dimension(&self, dataset: &Identifier) -> String {
        format!("dim__{}__{dataset}", self.0)
    }

    fn expired(&self) -> String {
        format!("gone__{}", self.0)
    }

    fn refresh(&self) -> String {
        refresh_groups_name(self.0)
    }

    fn rebuild(&self) -> String {
        format!("rebuild__{}", self.0)
    }
}

/// The name of the procedure that computes the changed groups of an aggregate.
pub(super) fn refresh_groups_name(aggregate: &Identifier) -> String {
    format!("groups__{aggregate}")
}

/// The procedures that compute all groups, one for each aggregate that is refreshed by group: schema and name.
pub fn rebuilds(platform: &Platform) -> impl Iterator<Item = (&'static str, String)> {
    let all = platform.aggregates.iter().filter(|one| is_by_group(one));
    all.map(|one| (MART, Names(&one.name).rebuild()))
}

/// The procedures that note the groups of expired rows of a dataset.
pub(super) fn expired(platform: &Platform, dataset: &Dataset) -> Vec<String> {
    let own = platform.aggregates.iter().filter(|one| is_by_group(one) && one.from == dataset.name);
    own.map(|one| Names(&one.name).expired()).collect()
}

/// What the load of a dataset calls; `None` if no aggregate over it is refreshed by group.
pub(super) fn of_load(platform: &Platform, dataset: &Dataset) -> Option<LoadGroups> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for aggregate in of_dataset(platform, dataset) {
        let names = Names(&aggregate.name);
        if aggregate.from == dataset.name {
            before.push(names.before());
            after.push(names.after());
            continue;
        }
        before.push(names.dimension(&dataset.name));
        // Rows stay in their groups unless these are made of the dimension's columns.
        if aliases(platform, aggregate, dataset).iter().any(|alias| is_grouped_by(aggregate, alias)) {
            after.push(names.dimension(&dataset.name));
        }
    }
    let procedure = |name, calls| LoadProcedure { schema: MART, name, calls };
    let both = [
        procedure(before_load_name(&dataset.name), before),
        procedure(after_load_name(&dataset.name), after),
    ];
    let procedures: Vec<LoadProcedure> = both.into_iter().filter(|one| !one.calls.is_empty()).collect();
    (!procedures.is_empty()).then(|| LoadGroups {
        title: format!("Finds the groups of aggregates that a load of {} changes.", dataset.name),
        procedures,
    })
}

/// Whether a column of the groups is computed from a dimension's.
fn is_grouped_by(aggregate: &Aggregate, alias: &Identifier) -> bool {
    let references = aggregate.dimensions.iter().flat_map(|one| one.expression.references());
    references.into_iter().any(|reference| reference.alias.as_ref() == Some(alias))
}

/// The table of an aggregate that is refreshed by group; `None` if it is a view.
pub(super) fn grouped(context: Context<'_>, aggregate: &Aggregate) -> Option<Grouped> {
    let dataset = context.platform.dataset(aggregate.from.as_str())?;
    let Renewal::Whole(reason) = renewal(aggregate) else { return None };
    if !is_by_group(aggregate) {
        return None;
    }
    let list = |suffix: &str, alias: &str| Relation {
        schema: STAGING,
        name: format!("{}__{suffix}", aggregate.name),
        alias: alias.to_owned(),
    };
    let (touched, touching) = (list("touched", GROUP), list("touching", GROUP));
    let rows = Rows { aggregate, dataset, into: &touched };
    let names = Names(&aggregate.name);
    let empty = |table: &Relation| GroupList { table: table.clone(), groups: rows.query(own(&dataset.name)) };
    Some(Grouped {
        title: title(aggregate),
        refresh: format!("by group, because a view would be computed again from all rows: {reason}"),
        reads: reads(context.platform, dataset, aggregate),
        schema: MART,
        name: aggregate.name.to_string(),
        lists: [empty(&touched), empty(&touching)],
        keys: rows.keys(),
        columns: measured(aggregate),
        source: own(&dataset.name),
        joins: joins(dataset, &aggregate.joins),
        filter: aggregate.filter.as_ref().map(rendered),
        positions: (1..=aggregate.dimensions.len()).collect(),
        periods: rows.periods(),
        procedures: rows.procedures(context),
        refresh_groups: names.refresh(),
        rebuild: names.rebuild(),
        touched,
        touching,
    })
}

/// The columns that the expressions of an aggregate read, with their types in the warehouse.
fn reads(platform: &Platform, dataset: &Dataset, aggregate: &Aggregate) -> String {
    let dimensions = aggregate.dimensions.iter().map(|one| &one.expression);
    let measures = aggregate.measures.iter().map(|one| &one.expression);
    let mut all: Vec<Reference> =
        dimensions.chain(measures).chain(&aggregate.filter).flat_map(Expression::references).collect();
    all.sort();
    all.dedup();
    let typed = all.iter().filter_map(|reference| {
        let join = dataset.joins.iter().find(|join| Some(&join.alias) == reference.alias.as_ref());
        let of = match &reference.alias {
            None => Some(dataset),
            Some(_) => join.and_then(|join| platform.dataset(join.dimension.as_str())),
        };
        let column = of?.curated().find(|column| *column.name == reference.column)?;
        let alias = reference.alias.as_ref().map(|alias| format!("{alias}.")).unwrap_or_default();
        Some(format!("{alias}{} {}", reference.column, column.data_type.redshift()))
    });
    typed.collect::<Vec<_>>().join(", ")
}

/// A literal of a type whose values are equal if and only if they are the same; `None` for the other types.
fn nothing(data_type: Type) -> Option<&'static str> {
    match data_type {
        Type::String { .. } => Some("''"),
        Type::Boolean => Some("FALSE"),
        Type::Integer | Type::Bigint | Type::Decimal { .. } => Some("0"),
        Type::Date => Some("DATE '1970-01-01'"),
        Type::Timestamp => Some("TIMESTAMP '1970-01-01 00:00:00'"),
        Type::Double | Type::Json => None,
    }
}

/// The queries of the groups of an aggregate.
#[derive(Clone, Copy)]
struct Rows<'a> {
    aggregate: &'a Aggregate,
    dataset: &'a Dataset,
    into: &'a Relation,
}

impl Rows<'_> {
    fn keys(&self) -> Vec<GroupKey> {
        let key = |one: &crate::model::Dimension| GroupKey {
            name: one.name.to_string(),
            expression: rendered(&one.expression),
            nothing: nothing(one.expression.data_type()).filter(|_| one.expression.is_nullable()),
        };
        self.aggregate.dimensions.iter().map(key).collect()
    }

    /// The groups that bound the sort key of the dataset's table.
    fn periods(&self) -> Vec<GroupPeriod> {
        let period = |one: &crate::model::Dimension| {
            let (column, days) = one.expression.truncated_column()?;
            let is_sort_key =
                column.alias.is_none() && Some(&column.column) == self.dataset.event_time.as_ref();
            let is_time = matches!(one.expression.data_type(), Type::Date | Type::Timestamp);
            (is_sort_key && is_time && !one.expression.is_nullable()).then(|| GroupPeriod {
                column: QualifiedColumn { table: OWN.to_owned(), column: column.column.to_string() },
                key: one.name.to_string(),
                days: days + 1,
            })
        };
        self.aggregate.dimensions.iter().filter_map(period).collect()
    }

    /// The groups of rows, with the dimensions that they are made of.
    fn query(&self, rows: Relation) -> GroupQuery {
        let used: Vec<Identifier> = self
            .aggregate
            .joins
            .iter()
            .filter(|alias| is_grouped_by(self.aggregate, alias))
            .cloned()
            .collect();
        let joined = |join: Joined| GroupJoin {
            on: join
                .on
                .iter()
                .map(|pair| QualifiedPair {
                    left: QualifiedColumn { table: OWN.to_owned(), column: pair.left.clone() },
                    right: QualifiedColumn { table: join.table.alias.clone(), column: pair.right.clone() },
                })
                .collect(),
            table: join.table,
        };
        GroupQuery {
            keys: self.keys(),
            rows,
            loaded: Vec::new(),
            joins: joins(self.dataset, &used).into_iter().map(joined).collect(),
            expired: Vec::new(),
            periods: Vec::new(),
        }
    }

    /// The groups of the rows that have the values of some of their columns in those of a load.
    fn joined(&self, loaded: &Identifier, on: impl Iterator<Item = (String, String)>) -> GroupQuery {
        let pair = |(left, right): (String, String)| QualifiedPair {
            left: QualifiedColumn { table: OWN.to_owned(), column: left },
            right: QualifiedColumn { table: LOADED.to_owned(), column: right },
        };
        let table = Relation { schema: STAGING, name: latest_name(loaded), alias: LOADED.to_owned() };
        let on: Vec<QualifiedPair> = on.map(pair).collect();
        let is_sort_key = |pair: &&QualifiedPair| {
            self.dataset.event_time.as_ref().is_some_and(|name| *name.as_str() == *pair.left.column)
        };
        let periods = on.iter().filter(is_sort_key).cloned().collect();
        GroupQuery { loaded: vec![GroupJoin { table, on }], periods, ..self.query(own(&self.dataset.name)) }
    }

    fn procedure(&self, title: String, name: String, groups: Vec<GroupQuery>) -> GroupProcedure {
        let insert = |groups| GroupInsert { into: self.into.clone(), groups };
        GroupProcedure { title, schema: MART, name, inserts: groups.into_iter().map(insert).collect() }
    }

    fn procedures(&self, context: Context<'_>) -> Vec<GroupProcedure> {
        let (names, from) = (Names(&self.aggregate.name), &self.dataset.name);
        let key = self.dataset.key.iter().map(|name| (name.to_string(), name.to_string()));
        let loaded = Relation { name: latest_name(from), schema: STAGING, alias: OWN.to_owned() };
        let mut all = vec![
            self.procedure(
                format!("The groups that the rows of a load of {from} are in before it."),
                names.before(),
                vec![self.joined(from, key)],
            ),
            self.procedure(
                format!("The groups that the rows of a load of {from} are in after it."),
                names.after(),
                vec![self.query(loaded)],
            ),
        ];
        for dimension in context.platform.datasets.iter().filter(|one| one.name != *from) {
            let used = aliases(context.platform, self.aggregate, dimension);
            let of = |alias: &Identifier| {
                let join = self.dataset.joins.iter().find(|join| join.alias == *alias)?;
                let on = join.on.iter().map(|(own, theirs)| (own.to_string(), theirs.to_string()));
                Some(self.joined(&dimension.name, on))
            };
            let groups: Vec<GroupQuery> = used.into_iter().filter_map(of).collect();
            if !groups.is_empty() {
                let title =
                    format!("The groups of the rows that join those of a load of {}.", dimension.name);
                all.push(self.procedure(title, names.dimension(&dimension.name), groups));
            }
        }
        all.push(self.procedure(
            format!("The groups of the rows of {from} that are older than the retention."),
            names.expired(),
            vec![self.expired(context)],
        ));
        all
    }

    fn expired(&self, context: Context<'_>) -> GroupQuery {
        let age = self.dataset.event_time.as_ref().map_or(ORDER_COLUMNS[0].0, Identifier::as_str);
        let days = context.environment.settings.retention.curated.as_days();
        let column = QualifiedColumn { table: OWN.to_owned(), column: age.to_owned() };
        let expired = vec![ExpiredRows { column, days: days.saturating_sub(1) }];
        GroupQuery { expired, ..self.query(Relation { schema: CORE, ..own(&self.dataset.name) }) }
    }
}
