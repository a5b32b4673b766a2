//! Line charts: lines over a date or a category.

use strataform_resources::quicksight::{
    AnalysisLineChartConfiguration, AnalysisLineChartVisual, ForecastConfiguration,
    LineChartAggregatedFieldWells, LineChartFieldWells, LineChartSortConfiguration, LineChartType,
    TimeBasedForecastProperties,
};

use super::super::field::{Fields, Role};
use super::framed;
use crate::model::Field;

/// The prediction interval of a forecast, in percent.
const PREDICTION_INTERVAL: i64 = 90;

/// The style of the lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether the area below them is filled.
    pub(super) area: bool,
    /// The number of periods to forecast.
    pub(super) forecast: Option<u16>,
}

/// The visual.
pub(super) fn line(
    fields: Fields<'_>,
    x: &Field,
    y: &[Field],
    color: Option<&Field>,
    style: Style,
) -> AnalysisLineChartVisual {
    let wells = LineChartAggregatedFieldWells::new()
        .category([fields.dimension(Role::Category, x)])
        .values(fields.measures(Role::Value, y));
    let wells = match color {
        Some(color) => wells.colors([fields.dimension(Role::Color, color)]),
        None => wells,
    };
    let sort = LineChartSortConfiguration::new().category_sort(fields.sort(x, Role::Value, y.first()));
    let configuration = AnalysisLineChartConfiguration::new()
        .type_(if style.area { LineChartType::Area } else { LineChartType::Line })
        .field_wells(LineChartFieldWells::new().line_chart_aggregated_field_wells(wells))
        .sort_configuration(sort);
    let configuration = match style.forecast {
        Some(periods) => configuration.forecast_configurations([ForecastConfiguration::new()
            .forecast_properties(
                TimeBasedForecastProperties::new()
                    .periods_forward(i64::from(periods))
                    .periods_backward(0)
                    .prediction_interval(PREDICTION_INTERVAL),
            )]),
        None => configuration,
    };
    let made = framed!(AnalysisLineChartVisual, fields.visual, configuration);
    match fields.hierarchy(x) {
        Some(path) => made.column_hierarchies(path),
        None => made,
    }
}
