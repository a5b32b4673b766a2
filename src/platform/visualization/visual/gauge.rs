//! Gauges: one number on an arc.

use strataform_resources::quicksight::{
    AnalysisGaugeChartConfiguration, AnalysisGaugeChartVisual, ArcAxisConfiguration, ArcAxisDisplayRange,
    ComparisonConfiguration, ComparisonMethod, GaugeChartConditionalFormatting,
    GaugeChartConditionalFormattingOption, GaugeChartFieldWells, GaugeChartOptions,
    GaugeChartPrimaryValueConditionalFormatting, PrimaryValueDisplayType,
};

use super::super::field::{Fields, Role};
use super::{framed, highlight};
use crate::model::Field;

/// The visual.
pub(super) fn gauge(
    fields: Fields<'_>,
    value: &Field,
    target: Option<&Field>,
    range: Option<(f64, f64)>,
) -> AnalysisGaugeChartVisual {
    let wells = GaugeChartFieldWells::new().values([fields.measure(Role::Value, value)]);
    let wells = match target {
        Some(target) => wells.target_values([fields.measure(Role::Target, target)]),
        None => wells,
    };
    let options = GaugeChartOptions::new()
        .primary_value_display_type(PrimaryValueDisplayType::Actual)
        .comparison(ComparisonConfiguration::new().comparison_method(ComparisonMethod::Percent));
    let options = match range {
        Some((least, most)) => options
            .arc_axis(ArcAxisConfiguration::new().range(ArcAxisDisplayRange::new().min(least).max(most))),
        None => options,
    };
    let configuration =
        AnalysisGaugeChartConfiguration::new().field_wells(wells).gauge_chart_options(options);
    let made = framed!(AnalysisGaugeChartVisual, fields.visual, configuration);
    let colored = highlight::each(fields, |color, _| {
        GaugeChartConditionalFormattingOption::new()
            .primary_value(GaugeChartPrimaryValueConditionalFormatting::new().text_color(color))
    });
    if colored.is_empty() {
        return made;
    }
    made.conditional_formatting(
        GaugeChartConditionalFormatting::new().conditional_formatting_options(colored),
    )
}
