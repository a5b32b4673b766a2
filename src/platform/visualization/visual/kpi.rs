//! One number, and how it went.

use strataform_resources::quicksight::{
    AnalysisKPIConfiguration, AnalysisKPIVisual, ComparisonConfiguration, ComparisonMethod, KPIFieldWells,
    KPIOptions, KPISortConfiguration, KPISparklineOptions, KPISparklineType, KPIVisualLayoutOptions,
    KPIVisualStandardLayout, KPIVisualStandardLayoutType, PrimaryValueDisplayType, ProgressBarOptions,
    SecondaryValueOptions, SortDirection, TrendArrowOptions, Visibility,
};

use super::super::field::{Fields, Role, by};
use super::framed;
use crate::model::Field;

/// The visual.
pub(super) fn kpi(fields: Fields<'_>, value: &Field, trend: Option<&Field>) -> AnalysisKPIVisual {
    let wells = KPIFieldWells::new().values([fields.measure(Role::Value, value)]);
    let shown = if trend.is_some() { Visibility::Visible } else { Visibility::Hidden };
    let configuration = AnalysisKPIConfiguration::new().kpi_options(options(&shown));
    let configuration = match trend {
        Some(trend) => {
            let oldest = by(fields.id(Role::Trend, 0, trend), SortDirection::Asc);
            configuration
                .field_wells(wells.trend_groups([fields.dimension(Role::Trend, trend)]))
                .sort_configuration(KPISortConfiguration::new().trend_group_sort([oldest]))
        }
        None => configuration.field_wells(wells),
    };
    framed!(AnalysisKPIVisual, fields.visual, configuration)
}

/// All options: a number of which only some are given is drawn empty.
fn options(trend: &Visibility) -> KPIOptions {
    KPIOptions::new()
        .comparison(ComparisonConfiguration::new().comparison_method(ComparisonMethod::PercentDifference))
        .primary_value_display_type(PrimaryValueDisplayType::Actual)
        .secondary_value(SecondaryValueOptions::new().visibility(trend.clone()))
        .progress_bar(ProgressBarOptions::new().visibility(Visibility::Hidden))
        .trend_arrows(TrendArrowOptions::new().visibility(trend.clone()))
        .sparkline(
            KPISparklineOptions::new(KPISparklineType::Area)
                .visibility(trend.clone())
                .tooltip_visibility(trend.clone()),
        )
        .visual_layout_options(
            KPIVisualLayoutOptions::new()
                .standard_layout(KPIVisualStandardLayout::new(KPIVisualStandardLayoutType::Vertical)),
        )
}
