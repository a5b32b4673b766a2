//! Data sets: one for each source of dashboards, over its view in the warehouse.

use strataform_resources::kind::{QuickSightDataSet, QuickSightDataSource};
use strataform_resources::quicksight::{
    ColumnDataSubType, DataSet, DataSetImportMode, DataSetRefreshProperties, DataSetUsageConfiguration,
    DataSetUseAs, DayOfWeek, IncrementalRefresh, IngestionWaitPolicy, InputColumn, InputColumnDataType,
    Interval, LogicalTable, LogicalTableSource, LookbackWindow, LookbackWindowSizeUnit, PhysicalTable,
    RefreshConfiguration, RefreshSchedule, RefreshScheduleMap, RefreshScheduleMapScheduleFrequency,
    RefreshScheduleMapScheduleFrequencyRefreshOnDay, RefreshType, RelationalTable, RenameColumnOperation,
    RowLevelPermissionDataSet, RowLevelPermissionFormatVersion, RowLevelPermissionPolicy, Status,
    TransformOperation,
};
use strataform_template::{Arn, Resource as _, Value, pseudo};

use super::source::Shown;
use super::{Context, Stack, permission, source};
use crate::model::{FieldKind, Origin, Refresh, RefreshKind, Type, VisualSource};
use crate::platform::aggregation::sql::report_view;

/// Maximum characters of a key of the table map.
const LONGEST_KEY: usize = 64;

/// Adds the data set of a source.
///
/// The state machine that loads the warehouse starts an ingestion of a data set in SPICE after the load, so that
/// dashboards never show half a load. Refresh schedules from the platform file are added to that.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    warehouse: &Value<Arn<QuickSightDataSource>>,
    shown: &VisualSource,
    rules: Option<&Value<Arn<QuickSightDataSet>>>,
) -> Value<Arn<QuickSightDataSet>> {
    let id = source::id(context, shown);
    let refreshes = source::refreshes(context, shown);
    let mode = if source::is_direct(context, shown) {
        DataSetImportMode::DirectQuery
    } else {
        DataSetImportMode::Spice
    };
    let set = over(context, warehouse, shown, &id).import_mode(mode);
    let set = match rules {
        // A row without a rule that grants access is visible to no one.
        Some(rules) => set.row_level_permission_data_set(
            RowLevelPermissionDataSet::new(rules, RowLevelPermissionPolicy::GrantAccess)
                .format_version(RowLevelPermissionFormatVersion::Version1)
                .namespace(context.environment.settings.principals.namespace.clone())
                .status(Status::Enabled),
        ),
        None => set,
    };
    // Assumes `lookback-window` and `first-ingestion`.
    let window = source::window(context, shown);
    let is_partial = window.is_some();
    let set = match window {
        Some((column, days)) => {
            set.data_set_refresh_properties(DataSetRefreshProperties::new().refresh_configuration(
                RefreshConfiguration::new(IncrementalRefresh::new(LookbackWindow::new(
                    column.to_string(),
                    i64::from(days),
                    LookbackWindowSizeUnit::Day,
                ))),
            ))
        }
        None => set,
    };
    let set = stack.add(source::path(shown), set);
    let mut schedules: Vec<_> = refreshes
        .iter()
        .enumerate()
        .map(|(at, refresh)| ((at + 1).to_string(), schedule(&format!("{id}-{}", at + 1), refresh)))
        .collect();
    if is_partial && refreshes.iter().all(|one| one.kind != RefreshKind::Full) {
        schedules.push(("weekly".to_owned(), weekly(&format!("{id}-weekly"), refreshes.first())));
    }
    for (name, schedule) in schedules {
        let schedule = RefreshSchedule::new()
            .aws_account_id(pseudo::account_id())
            .data_set_id(id.clone())
            .schedule(schedule);
        // The ID is plain text, so the dependency on the data set must be explicit.
        let path = format!("{}/refresh/{name}", source::path(shown));
        let origin = match (context.platform.data_set(shown), shown) {
            (Some(_), VisualSource::Aggregate(name) | VisualSource::Dataset(name)) => {
                Origin::DataSet(name.clone())
            }
            // The platform file has no section for it: the schedule follows from the source.
            (None, _) | (Some(_), VisualSource::Live(_)) => Origin::from(shown),
        };
        stack.within(origin, |stack| stack.add(path, schedule.declare().depends_on(&set)));
    }
    set.arn()
}

/// Adds the data set of row-level security rules. It uses direct query, so that revoked access takes effect at once,
/// and renames its columns to the names that QuickSight expects.
pub(super) fn add_rules(
    stack: &mut Stack,
    context: Context<'_>,
    warehouse: &Value<Arn<QuickSightDataSource>>,
    rules: &VisualSource,
) -> Value<Arn<QuickSightDataSet>> {
    let id = format!("{}-rules", source::id(context, rules));
    let known = source::columns(context.platform, rules);
    let renamed = [("user_name", "UserName"), ("group_name", "GroupName")];
    let renamed = renamed.into_iter().filter(|(from, _)| known.iter().any(|column| column.name == *from));
    let transforms = renamed.map(|(from, to)| {
        TransformOperation::new().rename_column_operation(RenameColumnOperation::new(from, to))
    });
    let table =
        LogicalTable::new(rules.name().into_owned(), LogicalTableSource::new().physical_table_id(key(rules)))
            .data_transforms(transforms.collect::<Vec<_>>());
    let set = over(context, warehouse, rules, &id)
        .import_mode(DataSetImportMode::DirectQuery)
        // QuickSight refuses rules from a data set that can be used for anything else. Assumes `rules-data-set`.
        .use_as(DataSetUseAs::RlsRules)
        .logical_table_map([(key(rules), table)]);
    stack.add(format!("{}/rules", source::path(rules)), set).arn()
}

/// A data set over the view of a source.
fn over(
    context: Context<'_>,
    warehouse: &Value<Arn<QuickSightDataSource>>,
    shown: &VisualSource,
    id: &str,
) -> DataSet {
    let columns = source::columns(context.platform, shown);
    let (schema, view) = report_view(shown);
    let table =
        RelationalTable::new(warehouse, columns.iter().map(input).collect::<Vec<_>>(), view).schema(schema);
    let set = DataSet::new()
        .aws_account_id(pseudo::account_id())
        .data_set_id(id.to_owned())
        .name(id.to_owned())
        .physical_table_map([(key(shown), PhysicalTable::new().relational_table(table))])
        .data_set_usage_configuration(
            DataSetUsageConfiguration::new()
                .disable_use_as_direct_query_source(false)
                .disable_use_as_imported_source(false),
        )
        // The first ingestion can take long, and the stack does not need to wait for it.
        .ingestion_wait_policy(IngestionWaitPolicy::new().wait_for_spice_ingestion(false))
        .tags(context.tags());
    let permissions = permission::of_data_set(context);
    if permissions.is_empty() { set } else { set.permissions(permissions) }
}

/// The key of a source in the table map, which does not accept underscores.
fn key(shown: &VisualSource) -> String {
    shown.kebab().chars().take(LONGEST_KEY).collect()
}

/// The refresh schedule, in UTC.
fn schedule(id: &str, refresh: &Refresh) -> RefreshScheduleMap {
    let frequency = RefreshScheduleMapScheduleFrequency::new().time_zone("UTC");
    let (interval, daily) = match refresh.minutes {
        Some(15) => (Interval::Minute15, false),
        Some(30) => (Interval::Minute30, false),
        Some(_) => (Interval::Hourly, false),
        None => (Interval::Daily, true),
    };
    let frequency = frequency.interval(interval);
    let frequency = if daily {
        let (hour, minute) = refresh.at;
        frequency.time_of_the_day(format!("{hour:02}:{minute:02}"))
    } else {
        frequency
    };
    let kind = match refresh.kind {
        RefreshKind::Full => RefreshType::FullRefresh,
        RefreshKind::Incremental { .. } => RefreshType::IncrementalRefresh,
    };
    RefreshScheduleMap::new().schedule_id(id.to_owned()).refresh_type(kind).schedule_frequency(frequency)
}

/// The weekly refresh of all rows, on Sundays: it removes rows that have expired, and brings changes that are older
/// than the window, such as those of a backfill or of a joined dimension.
fn weekly(id: &str, like: Option<&Refresh>) -> RefreshScheduleMap {
    let (hour, minute) = like.map_or((4, 0), |refresh| refresh.at);
    let day = RefreshScheduleMapScheduleFrequencyRefreshOnDay::new().day_of_week(DayOfWeek::Sunday);
    let frequency = RefreshScheduleMapScheduleFrequency::new()
        .interval(Interval::Weekly)
        .refresh_on_day(day)
        .time_of_the_day(format!("{hour:02}:{minute:02}"))
        .time_zone("UTC");
    RefreshScheduleMap::new()
        .schedule_id(id.to_owned())
        .refresh_type(RefreshType::FullRefresh)
        .schedule_frequency(frequency)
}

/// A column as an input column of QuickSight.
fn input(column: &Shown) -> InputColumn {
    let input = |kind| InputColumn::new(column.name.clone(), kind);
    match column.kind {
        FieldKind::Text => input(InputColumnDataType::String),
        FieldKind::Integer => input(InputColumnDataType::Integer),
        FieldKind::Date => input(InputColumnDataType::Datetime),
        FieldKind::Decimal => input(InputColumnDataType::Decimal).sub_type(sub_type(column.data_type)),
    }
}

/// Fixed-point if QuickSight can represent it: 18 digits, four of them after the decimal point.
fn sub_type(data_type: Type) -> ColumnDataSubType {
    match data_type {
        Type::Decimal { precision: ..=18, scale: ..=4 } => ColumnDataSubType::Fixed,
        _ => ColumnDataSubType::Float,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_as_far_as_quicksight_supports_it() {
        let of = |precision, scale| sub_type(Type::Decimal { precision, scale });
        assert_eq!(of(18, 4), ColumnDataSubType::Fixed);
        assert_eq!(of(19, 4), ColumnDataSubType::Float);
        assert_eq!(of(18, 5), ColumnDataSubType::Float);
        assert_eq!(sub_type(Type::Double), ColumnDataSubType::Float);
    }
}
