//! Fixed filters, which readers cannot change.

use strataform_resources::quicksight::{
    AggregationFunction, AggregationSortConfiguration, AnchorDateConfiguration, AnchorOption, CategoryFilter,
    CategoryFilterConfiguration, CategoryFilterMatchOperator, CrossDatasetTypes, CustomFilterConfiguration,
    Filter as Made, FilterGroup, FilterGroupArgs, FilterListConfiguration, FilterNullOption,
    FilterScopeConfiguration, FilterVisualScope, NumericRangeFilter, NumericRangeFilterValue,
    NumericalAggregationFunction, RelativeDateType, RelativeDatesFilter, RelativeDatesFilterArgs,
    SelectedSheetsFilterScopeConfiguration, SheetVisualScopingConfiguration, SortDirection, TimeGranularity,
    TimeRangeFilter, TimeRangeFilterValue, TopBottomFilter, WidgetStatus,
};

use super::{field, parameter, sheet};
use crate::model::{Bound, Condition, Dashboard, Filter, Parameter};

/// The filter group of a filter; `at` is its index in the dashboard.
pub(super) fn group(dashboard: &Dashboard, at: usize, filter: &Filter) -> FilterGroup {
    let name = format!("{}-{}", at + 1, filter.column.column.as_str().replace('_', "-"));
    let scopes: Vec<_> = dashboard
        .sheets
        .iter()
        .filter_map(|one| {
            let id = sheet::id(one);
            if filter.visuals.is_empty() {
                return Some(SheetVisualScopingConfiguration::new(FilterVisualScope::AllVisuals, id));
            }
            let chosen = one.visuals.iter().filter(|visual| filter.visuals.contains(&visual.name));
            let chosen: Vec<String> = chosen.map(|visual| visual.name.kebab()).collect();
            let some = SheetVisualScopingConfiguration::new(FilterVisualScope::SelectedVisuals, id);
            (!chosen.is_empty()).then(|| some.visual_ids(chosen))
        })
        .collect();
    let scope = SelectedSheetsFilterScopeConfiguration::new().sheet_visual_scoping_configurations(scopes);
    FilterGroup::new(FilterGroupArgs {
        cross_dataset: CrossDatasetTypes::SingleDataset,
        filter_group_id: format!("only-group-{name}"),
        filters: [made(filter, format!("only-{name}"))],
        scope_configuration: FilterScopeConfiguration::new().selected_sheets(scope),
    })
    .status(WidgetStatus::Enabled)
}

fn made(filter: &Filter, id: String) -> Made {
    let column = field::column(&filter.source, filter.column.column.as_str());
    let made = Made::new();
    let listed = |operator, values: &[String]| {
        let list = FilterListConfiguration::new(operator).category_values(values.to_vec());
        CategoryFilterConfiguration::new().filter_list_configuration(list)
    };
    match &filter.condition {
        Condition::In(values) => {
            let list = listed(CategoryFilterMatchOperator::Contains, values);
            made.category_filter(CategoryFilter::new(column, list, id))
        }
        Condition::NotIn(values) => {
            let list = listed(CategoryFilterMatchOperator::DoesNotContain, values);
            made.category_filter(CategoryFilter::new(column, list, id))
        }
        Condition::Chosen(name) => {
            let chosen = CustomFilterConfiguration::new(
                CategoryFilterMatchOperator::Equals,
                FilterNullOption::NonNullsOnly,
            )
            .parameter_name(Parameter::id_of(name.as_str()));
            let chosen = CategoryFilterConfiguration::new().custom_filter_configuration(chosen);
            made.category_filter(CategoryFilter::new(column, chosen, id))
        }
        Condition::Numbers { least, most } => {
            let end = |bound: &Bound<f64>| {
                let value = NumericRangeFilterValue::new();
                match bound {
                    Bound::Fixed(number) => value.static_value(*number),
                    Bound::Parameter(name) => value.parameter(Parameter::id_of(name.as_str())),
                }
            };
            let range = NumericRangeFilter::new(column, id, FilterNullOption::NonNullsOnly)
                .include_minimum(true)
                .include_maximum(true);
            let range = match least {
                Some(least) => range.range_minimum(end(least)),
                None => range,
            };
            made.numeric_range_filter(match most {
                Some(most) => range.range_maximum(end(most)),
                None => range,
            })
        }
        Condition::Dates { least, most } => {
            let end = |bound: &Bound<String>| {
                let value = TimeRangeFilterValue::new();
                match bound {
                    Bound::Fixed(day) => value.static_value(parameter::moment(day)),
                    Bound::Parameter(name) => value.parameter(Parameter::id_of(name.as_str())),
                }
            };
            let range = TimeRangeFilter::new(column, id, FilterNullOption::NonNullsOnly)
                .include_minimum(true)
                .include_maximum(true)
                .time_granularity(TimeGranularity::Day);
            let range = match least {
                Some(least) => range.range_minimum_value(end(least)),
                None => range,
            };
            made.time_range_filter(match most {
                Some(most) => range.range_maximum_value(end(most)),
                None => range,
            })
        }
        Condition::Last { days } => made.relative_dates_filter(
            RelativeDatesFilter::new(RelativeDatesFilterArgs {
                anchor_date_configuration: AnchorDateConfiguration::new().anchor_option(AnchorOption::Now),
                column,
                filter_id: id,
                null_option: FilterNullOption::NonNullsOnly,
                relative_date_type: RelativeDateType::Last,
                time_granularity: TimeGranularity::Day,
            })
            .relative_date_value(i64::from(*days)),
        ),
        Condition::Top { count, by } => {
            let sort = AggregationSortConfiguration::new(
                field::column(&filter.source, by.column.as_str()),
                SortDirection::Desc,
            );
            let sort = match field::of_numbers(by.aggregation) {
                Some(function) => {
                    let function = NumericalAggregationFunction::new().simple_numerical_aggregation(function);
                    sort.aggregation_function(
                        AggregationFunction::new().numerical_aggregation_function(function),
                    )
                }
                None => sort,
            };
            made.top_bottom_filter(TopBottomFilter::new([sort], column, id).limit(i64::from(*count)))
        }
    }
}
