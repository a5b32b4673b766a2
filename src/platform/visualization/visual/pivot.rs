//! Pivot tables: numbers by rows and columns.

use strataform_resources::quicksight::{
    AnalysisPivotTableConfiguration, AnalysisPivotTableVisual, PivotTableAggregatedFieldWells,
    PivotTableCellConditionalFormatting, PivotTableConditionalFormatting,
    PivotTableConditionalFormattingOption, PivotTableFieldWells,
};

use super::super::field::{Fields, Role};
use super::{framed, highlight};
use crate::model::Field;

/// The visual.
pub(super) fn pivot(
    fields: Fields<'_>,
    rows: &[Field],
    columns: &[Field],
    values: &[Field],
) -> AnalysisPivotTableVisual {
    let wells = PivotTableAggregatedFieldWells::new()
        .rows(fields.dimensions(Role::Category, rows))
        .values(fields.measures(Role::Value, values));
    let wells =
        if columns.is_empty() { wells } else { wells.columns(fields.dimensions(Role::Column, columns)) };
    let configuration = AnalysisPivotTableConfiguration::new()
        .field_wells(PivotTableFieldWells::new().pivot_table_aggregated_field_wells(wells));
    let made = framed!(AnalysisPivotTableVisual, fields.visual, configuration);
    let colored = highlight::cells(fields, values, Role::Value, |id, format| {
        PivotTableConditionalFormattingOption::new()
            .cell(PivotTableCellConditionalFormatting::new(id).text_format(format))
    });
    if colored.is_empty() {
        return made;
    }
    made.conditional_formatting(
        PivotTableConditionalFormatting::new().conditional_formatting_options(colored),
    )
}
