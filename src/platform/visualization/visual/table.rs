//! Tables: rows without aggregation.

use strataform_resources::quicksight::{
    AnalysisTableConfiguration, AnalysisTableVisual, SortDirection, TableCellConditionalFormatting,
    TableConditionalFormatting, TableConditionalFormattingOption, TableFieldWells, TableSortConfiguration,
    TableUnaggregatedFieldWells,
};

use super::super::field::{Fields, Role, by};
use super::{framed, highlight};
use crate::model::{Field, FieldKind};

/// The visual: the latest rows first, if there is a date.
pub(super) fn table(fields: Fields<'_>, columns: &[Field]) -> AnalysisTableVisual {
    let values: Vec<_> = columns.iter().enumerate().map(|(at, field)| fields.plain(at, field)).collect();
    let wells = TableUnaggregatedFieldWells::new().values(values);
    let configuration = AnalysisTableConfiguration::new()
        .field_wells(TableFieldWells::new().table_unaggregated_field_wells(wells));
    let date = columns.iter().enumerate().find(|(_, field)| field.kind == FieldKind::Date);
    let configuration = match date {
        Some((at, field)) => {
            let latest = by(fields.id(Role::Value, at, field), SortDirection::Desc);
            configuration.sort_configuration(TableSortConfiguration::new().row_sort([latest]))
        }
        None => configuration,
    };
    let made = framed!(AnalysisTableVisual, fields.visual, configuration);
    let colored = highlight::cells(fields, columns, Role::Value, |id, format| {
        TableConditionalFormattingOption::new()
            .cell(TableCellConditionalFormatting::new(id).text_format(format))
    });
    if colored.is_empty() {
        return made;
    }
    made.conditional_formatting(TableConditionalFormatting::new().conditional_formatting_options(colored))
}
