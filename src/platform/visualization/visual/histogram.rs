//! Histograms: the distribution of a number.

use strataform_resources::quicksight::{
    AnalysisHistogramConfiguration, AnalysisHistogramVisual, BinCountOptions, HistogramAggregatedFieldWells,
    HistogramBinOptions, HistogramBinType, HistogramFieldWells,
};

use super::super::field::{Fields, Role};
use super::framed;
use crate::model::Field;

/// The visual.
pub(super) fn histogram(fields: Fields<'_>, x: &Field, bins: u8) -> AnalysisHistogramVisual {
    let wells = HistogramAggregatedFieldWells::new().values([fields.measure(Role::Value, x)]);
    let bins = HistogramBinOptions::new()
        .selected_bin_type(HistogramBinType::BinCount)
        .bin_count(BinCountOptions::new().value(i64::from(bins)));
    let configuration = AnalysisHistogramConfiguration::new()
        .field_wells(HistogramFieldWells::new().histogram_aggregated_field_wells(wells))
        .bin_options(bins);
    framed!(AnalysisHistogramVisual, fields.visual, configuration)
}
