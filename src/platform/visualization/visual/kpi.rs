//! KPIs: one number and its trend.

use strataform_resources::quicksight::{
    AnalysisKPIConfiguration, AnalysisKPIVisual, ComparisonConfiguration, ComparisonMethod,
    KPIConditionalFormatting, KPIConditionalFormattingOption, KPIFieldWells, KPIOptions,
    KPIPrimaryValueConditionalFormatting, KPISortConfiguration, KPISparklineOptions, KPISparklineType,
    KPIVisualLayoutOptions, KPIVisualStandardLayout, KPIVisualStandardLayoutType, PrimaryValueDisplayType,
    ProgressBarOptions, SecondaryValueOptions, SortDirection, TrendArrowOptions, Visibility,
};

use super::super::field::{Fields, Role, by};
use super::{framed, highlight};
use crate::model::Field;

/// The visual.
pub(super) fn kpi(
    fields: Fields<'_>,
    value: &Field,
    trend: Option<&Field>,
    target: Option<&Field>,
) -> AnalysisKPIVisual {
    let wells = KPIFieldWells::new().values([fields.measure(Role::Value, value)]);
    let wells = match target {
        Some(target) => wells.target_values([fields.measure(Role::Target, target)]),
        None => wells,
    };
    let seen = |is: bool| if is { Visibility::Visible } else { Visibility::Hidden };
    let options =
        options(&seen(trend.is_some()), &seen(trend.is_some() || target.is_some()), &seen(target.is_some()));
    let configuration = AnalysisKPIConfiguration::new().kpi_options(options);
    let configuration = match trend {
        Some(trend) => {
            let oldest = by(fields.id(Role::Trend, 0, trend), SortDirection::Asc);
            configuration
                .field_wells(wells.trend_groups([fields.dimension(Role::Trend, trend)]))
                .sort_configuration(KPISortConfiguration::new().trend_group_sort([oldest]))
        }
        None => configuration.field_wells(wells),
    };
    let made = framed!(AnalysisKPIVisual, fields.visual, configuration);
    let colored = highlight::each(fields, |color, _| {
        KPIConditionalFormattingOption::new()
            .primary_value(KPIPrimaryValueConditionalFormatting::new().text_color(color))
    });
    if colored.is_empty() {
        return made;
    }
    made.conditional_formatting(KPIConditionalFormatting::new().conditional_formatting_options(colored))
}

/// All options: QuickSight draws a KPI empty if only some of them are set. Assumes `kpi-options`.
fn options(trend: &Visibility, compared: &Visibility, progress: &Visibility) -> KPIOptions {
    KPIOptions::new()
        .comparison(ComparisonConfiguration::new().comparison_method(ComparisonMethod::PercentDifference))
        .primary_value_display_type(PrimaryValueDisplayType::Actual)
        .secondary_value(SecondaryValueOptions::new().visibility(compared.clone()))
        .progress_bar(ProgressBarOptions::new().visibility(progress.clone()))
        .trend_arrows(TrendArrowOptions::new().visibility(compared.clone()))
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
