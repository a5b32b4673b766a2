//! Controls: filters that readers set, on every visual whose data set has the column.

use strataform_resources::quicksight::{
    AnchorDateConfiguration, AnchorOption, CategoryFilter, CategoryFilterConfiguration,
    CategoryFilterMatchOperator, CategoryFilterSelectAllOptions, ColumnIdentifier, CrossDatasetTypes,
    DefaultDateTimePickerControlOptions, DefaultFilterControlConfiguration, DefaultFilterControlOptions,
    DefaultFilterDropDownControlOptions, DefaultFilterListControlOptions,
    DefaultRelativeDateTimeControlOptions, DefaultSliderControlOptions, Filter, FilterControl,
    FilterCrossSheetControl, FilterDateTimePickerControl, FilterDropDownControl, FilterGroup,
    FilterGroupArgs, FilterListConfiguration, FilterListControl, FilterNullOption,
    FilterRelativeDateTimeControl, FilterScopeConfiguration, FilterSliderControl, FilterSliderControlArgs,
    FilterVisualScope, NumericFilterSelectAllOptions, NumericRangeFilter, RelativeDateType,
    RelativeDatesFilter, RelativeDatesFilterArgs, RollingDateConfiguration,
    SelectedSheetsFilterScopeConfiguration, SheetControlDateTimePickerType, SheetControlListType,
    SheetControlSliderType, SheetVisualScopingConfiguration, TimeGranularity, TimeRangeFilter,
    TimeRangeFilterValue, WidgetStatus,
};

use super::source::Columns;
use super::{field, text};
use crate::model::{Control, ControlStyle, Dashboard, VisualKind, VisualSource};

/// A control with the data sets that have its column.
#[derive(Clone, Debug)]
pub(super) struct Acting<'a> {
    control: &'a Control,
    sources: Vec<&'a VisualSource>,
}

/// Whether a dashboard has one or several sheets: several sheets share their controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sheets {
    /// One.
    One,
    /// Several.
    Several,
}

/// The controls of a dashboard that apply to at least one data set.
pub(super) fn acting<'a>(dashboard: &'a Dashboard, columns: &Columns) -> Vec<Acting<'a>> {
    let mut acting: Vec<Acting<'_>> = Vec::new();
    for control in &dashboard.controls {
        let shown = dashboard.visuals().filter(|one| !matches!(one.kind, VisualKind::Text { .. }));
        let mut sources: Vec<&VisualSource> = shown.map(|visual| &visual.source).collect();
        sources.sort();
        sources.dedup();
        sources.retain(|source| {
            let mut columns = columns.get(*source).into_iter().flatten();
            columns.any(|column| column.name == control.column.as_str() && column.kind == control.kind)
        });
        let known = acting.iter().any(|other| other.control.column == control.column);
        if !sources.is_empty() && !known {
            acting.push(Acting { control, sources });
        }
    }
    acting
}

impl Acting<'_> {
    fn filter_id(&self) -> String {
        format!("filter-{}", self.control.column.as_str().replace('_', "-"))
    }

    /// The ID of the control on a sheet.
    pub(super) fn id(&self, sheet: &str) -> String {
        format!("control-{}-{sheet}", self.control.column.as_str().replace('_', "-"))
    }

    fn title(&self) -> String {
        match text::line(&self.control.title, 512) {
            // QuickSight rejects an empty title.
            empty if empty.is_empty() => self.control.column.to_string(),
            title => title,
        }
    }

    /// The filter group: it applies to all visuals of all sheets whose data set has the column. If several data sets
    /// have the column, it names that of the first, and applies to the others by name.
    pub(super) fn group(&self, sheet_ids: &[String]) -> Option<FilterGroup> {
        let source = self.sources.first()?;
        let column = field::column(source, self.control.column.as_str());
        let sheets = if sheet_ids.len() > 1 { Sheets::Several } else { Sheets::One };
        let scopes: Vec<_> = sheet_ids
            .iter()
            .map(|id| SheetVisualScopingConfiguration::new(FilterVisualScope::AllVisuals, id.clone()))
            .collect();
        let scope = SelectedSheetsFilterScopeConfiguration::new().sheet_visual_scoping_configurations(scopes);
        let group = FilterGroup::new(FilterGroupArgs {
            cross_dataset: if self.sources.len() > 1 {
                CrossDatasetTypes::AllDatasets
            } else {
                CrossDatasetTypes::SingleDataset
            },
            filter_group_id: format!("group-{}", self.control.column.as_str().replace('_', "-")),
            filters: [self.filter(column, sheets)],
            scope_configuration: FilterScopeConfiguration::new().selected_sheets(scope),
        });
        Some(group.status(WidgetStatus::Enabled))
    }

    fn filter(&self, column: ColumnIdentifier, sheets: Sheets) -> Filter {
        let filter = Filter::new();
        match self.control.style {
            ControlStyle::Relative { days } => filter.relative_dates_filter(self.dates(column, sheets, days)),
            ControlStyle::Range { days } => filter.time_range_filter(self.range(column, sheets, days)),
            ControlStyle::Dropdown | ControlStyle::List => filter.category_filter(self.names(column, sheets)),
            ControlStyle::Slider { .. } => filter.numeric_range_filter(self.numbers(column, sheets)),
        }
    }

    /// The last `days` days, which a reader can change to any period relative to now. Unlike a range of two dates, it
    /// needs no parameter.
    fn dates(&self, column: ColumnIdentifier, sheets: Sheets, days: u16) -> RelativeDatesFilter {
        let filter = RelativeDatesFilter::new(RelativeDatesFilterArgs {
            anchor_date_configuration: AnchorDateConfiguration::new().anchor_option(AnchorOption::Now),
            column,
            filter_id: self.filter_id(),
            null_option: FilterNullOption::NonNullsOnly,
            relative_date_type: RelativeDateType::Last,
            time_granularity: TimeGranularity::Day,
        })
        .relative_date_value(i64::from(days))
        .minimum_granularity(TimeGranularity::Day);
        match sheets {
            Sheets::One => filter,
            Sheets::Several => filter.default_filter_control_configuration(
                self.shared(
                    DefaultFilterControlOptions::new()
                        .default_relative_date_time_options(DefaultRelativeDateTimeControlOptions::new()),
                ),
            ),
        }
    }

    /// From one day to another, initially the last `days` days until today.
    fn range(&self, column: ColumnIdentifier, sheets: Sheets, days: u16) -> TimeRangeFilter {
        let filter = TimeRangeFilter::new(column, self.filter_id(), FilterNullOption::NonNullsOnly)
            .range_minimum_value(TimeRangeFilterValue::new().rolling_date(days_ago(days)))
            .range_maximum_value(TimeRangeFilterValue::new().rolling_date(days_ago(0)))
            .include_minimum(true)
            .include_maximum(true)
            .time_granularity(TimeGranularity::Day);
        let picker =
            DefaultDateTimePickerControlOptions::new().type_(SheetControlDateTimePickerType::DateRange);
        match sheets {
            Sheets::One => filter,
            Sheets::Several => filter.default_filter_control_configuration(
                self.shared(DefaultFilterControlOptions::new().default_date_time_picker_options(picker)),
            ),
        }
    }

    /// All values, until a reader selects some.
    fn names(&self, column: ColumnIdentifier, sheets: Sheets) -> CategoryFilter {
        let all = FilterListConfiguration::new(CategoryFilterMatchOperator::Contains)
            .select_all_options(CategoryFilterSelectAllOptions::FilterAllValues);
        let configuration = CategoryFilterConfiguration::new().filter_list_configuration(all);
        let filter = CategoryFilter::new(column, configuration, self.filter_id());
        let many = SheetControlListType::MultiSelect;
        let options = DefaultFilterControlOptions::new();
        let options = if self.control.style == ControlStyle::List {
            options.default_list_options(DefaultFilterListControlOptions::new().type_(many))
        } else {
            options.default_dropdown_options(DefaultFilterDropDownControlOptions::new().type_(many))
        };
        match sheets {
            Sheets::One => filter,
            Sheets::Several => filter.default_filter_control_configuration(self.shared(options)),
        }
    }

    /// All numbers, until a reader moves the slider.
    fn numbers(&self, column: ColumnIdentifier, sheets: Sheets) -> NumericRangeFilter {
        let filter = NumericRangeFilter::new(column, self.filter_id(), FilterNullOption::AllValues)
            .select_all_options(NumericFilterSelectAllOptions::FilterAllValues)
            .include_minimum(true)
            .include_maximum(true);
        let (least, most) = self.ends();
        let slider = DefaultSliderControlOptions::new(most, least, 1).type_(SheetControlSliderType::Range);
        match sheets {
            Sheets::One => filter,
            Sheets::Several => filter.default_filter_control_configuration(
                self.shared(DefaultFilterControlOptions::new().default_slider_options(slider)),
            ),
        }
    }

    /// The ends of a slider.
    fn ends(&self) -> (i64, i64) {
        match self.control.style {
            ControlStyle::Slider { least, most } => (least, most),
            _ => (0, 1),
        }
    }

    fn shared(&self, options: DefaultFilterControlOptions) -> DefaultFilterControlConfiguration {
        DefaultFilterControlConfiguration::new(options, self.title())
    }

    /// The control on a sheet.
    pub(super) fn control(&self, sheet: &str, sheets: Sheets) -> FilterControl {
        let (id, filter, title) = (self.id(sheet), self.filter_id(), self.title());
        let made = FilterControl::new();
        if sheets == Sheets::Several {
            return made.cross_sheet(FilterCrossSheetControl::new(id, filter));
        }
        let many = SheetControlListType::MultiSelect;
        match self.control.style {
            ControlStyle::Relative { .. } => {
                made.relative_date_time(FilterRelativeDateTimeControl::new(id, filter, title))
            }
            ControlStyle::Range { .. } => made.date_time_picker(
                FilterDateTimePickerControl::new(id, filter, title)
                    .type_(SheetControlDateTimePickerType::DateRange),
            ),
            ControlStyle::Dropdown => {
                made.dropdown(FilterDropDownControl::new(id, filter, title).type_(many))
            }
            ControlStyle::List => made.list(FilterListControl::new(id, filter, title).type_(many)),
            ControlStyle::Slider { least, most } => made.slider(
                FilterSliderControl::new(FilterSliderControlArgs {
                    filter_control_id: id,
                    maximum_value: most,
                    minimum_value: least,
                    source_filter_id: filter,
                    step_size: 1,
                    title,
                })
                .type_(SheetControlSliderType::Range),
            ),
        }
    }
}

/// The start of the day that many days before today.
pub(super) fn days_ago(days: u16) -> RollingDateConfiguration {
    RollingDateConfiguration::new(match days {
        0 => "truncDate('DD', now())".to_owned(),
        days => format!("addDateTime(-{days}, 'DD', truncDate('DD', now()))"),
    })
}
