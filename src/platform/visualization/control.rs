//! Controls: filters that readers set, on every visual whose data has the column.

use strataform_resources::quicksight::{
    AnchorDateConfiguration, AnchorOption, CategoryFilter, CategoryFilterConfiguration,
    CategoryFilterMatchOperator, CategoryFilterSelectAllOptions, ColumnIdentifier, CrossDatasetTypes,
    DefaultFilterControlConfiguration, DefaultFilterControlOptions, DefaultFilterDropDownControlOptions,
    DefaultRelativeDateTimeControlOptions, DefaultSliderControlOptions, Filter, FilterControl,
    FilterCrossSheetControl, FilterDropDownControl, FilterGroup, FilterGroupArgs, FilterListConfiguration,
    FilterNullOption, FilterRelativeDateTimeControl, FilterScopeConfiguration, FilterSliderControl,
    FilterSliderControlArgs, FilterVisualScope, NumericFilterSelectAllOptions, NumericRangeFilter,
    RelativeDateType, RelativeDatesFilter, RelativeDatesFilterArgs, SelectedSheetsFilterScopeConfiguration,
    SheetControlListType, SheetControlSliderType, SheetVisualScopingConfiguration, TimeGranularity,
    WidgetStatus,
};

use super::source::Columns;
use super::{field, text};
use crate::model::{Control, Dashboard, FieldKind, VisualKind, VisualSource};

/// Days that a dashboard shows until a reader asks for others.
const DAYS: i64 = 90;
/// The end of a slider, where numbers are only known when somebody looks: the filter itself lets all pass
/// until the slider is moved.
const SLIDER_END: i64 = 1_000_000;

/// A control with the data sets that have its column.
#[derive(Clone, Debug)]
pub(super) struct Acting<'a> {
    control: &'a Control,
    sources: Vec<&'a VisualSource>,
}

/// How many sheets a dashboard has: a control of several is one that they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sheets {
    /// One.
    One,
    /// Several.
    Several,
}

/// The controls of a dashboard that act on anything.
pub(super) fn acting<'a>(dashboard: &'a Dashboard, columns: &Columns) -> Vec<Acting<'a>> {
    let mut acting: Vec<Acting<'_>> = Vec::new();
    for control in &dashboard.controls {
        let shown = dashboard.visuals.iter().filter(|one| !matches!(one.kind, VisualKind::Text { .. }));
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

    /// The id of the control on a sheet.
    pub(super) fn id(&self, sheet: &str) -> String {
        format!("control-{}-{sheet}", self.control.column.as_str().replace('_', "-"))
    }

    fn title(&self) -> String {
        match text::line(&self.control.title, 512) {
            // An empty title is refused.
            empty if empty.is_empty() => self.control.column.to_string(),
            title => title,
        }
    }

    /// The group of the filter: it acts on all visuals of all sheets whose data has the column. Where several
    /// data sets have it, it says the column of the first, and acts on the others by name.
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
        match self.control.kind {
            FieldKind::Date => filter.relative_dates_filter(self.dates(column, sheets)),
            FieldKind::Text => filter.category_filter(self.names(column, sheets)),
            FieldKind::Integer | FieldKind::Decimal => {
                filter.numeric_range_filter(self.numbers(column, sheets))
            }
        }
    }

    /// The last days, which a reader may change to any period counted from now. It needs no parameter, which
    /// a range of two dates would.
    fn dates(&self, column: ColumnIdentifier, sheets: Sheets) -> RelativeDatesFilter {
        let filter = RelativeDatesFilter::new(RelativeDatesFilterArgs {
            anchor_date_configuration: AnchorDateConfiguration::new().anchor_option(AnchorOption::Now),
            column,
            filter_id: self.filter_id(),
            null_option: FilterNullOption::NonNullsOnly,
            relative_date_type: RelativeDateType::Last,
            time_granularity: TimeGranularity::Day,
        })
        .relative_date_value(DAYS)
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

    /// All names, until a reader chooses some.
    fn names(&self, column: ColumnIdentifier, sheets: Sheets) -> CategoryFilter {
        let all = FilterListConfiguration::new(CategoryFilterMatchOperator::Contains)
            .select_all_options(CategoryFilterSelectAllOptions::FilterAllValues);
        let configuration = CategoryFilterConfiguration::new().filter_list_configuration(all);
        let filter = CategoryFilter::new(column, configuration, self.filter_id());
        let list = DefaultFilterDropDownControlOptions::new().type_(SheetControlListType::MultiSelect);
        match sheets {
            Sheets::One => filter,
            Sheets::Several => filter.default_filter_control_configuration(
                self.shared(DefaultFilterControlOptions::new().default_dropdown_options(list)),
            ),
        }
    }

    /// All numbers, until a reader moves an end.
    fn numbers(&self, column: ColumnIdentifier, sheets: Sheets) -> NumericRangeFilter {
        let filter = NumericRangeFilter::new(column, self.filter_id(), FilterNullOption::AllValues)
            .select_all_options(NumericFilterSelectAllOptions::FilterAllValues)
            .include_minimum(true)
            .include_maximum(true);
        let slider = DefaultSliderControlOptions::new(SLIDER_END, 0, 1).type_(SheetControlSliderType::Range);
        match sheets {
            Sheets::One => filter,
            Sheets::Several => filter.default_filter_control_configuration(
                self.shared(DefaultFilterControlOptions::new().default_slider_options(slider)),
            ),
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
        match self.control.kind {
            FieldKind::Date => made.relative_date_time(FilterRelativeDateTimeControl::new(id, filter, title)),
            FieldKind::Text => made.dropdown(
                FilterDropDownControl::new(id, filter, title).type_(SheetControlListType::MultiSelect),
            ),
            FieldKind::Integer | FieldKind::Decimal => made.slider(
                FilterSliderControl::new(FilterSliderControlArgs {
                    filter_control_id: id,
                    maximum_value: SLIDER_END,
                    minimum_value: 0,
                    source_filter_id: filter,
                    step_size: 1,
                    title,
                })
                .type_(SheetControlSliderType::Range),
            ),
        }
    }
}
