//! Sankey diagrams: flows from sources to destinations.

use strataform_resources::quicksight::{
    AnalysisSankeyDiagramChartConfiguration, AnalysisSankeyDiagramVisual, SankeyDiagramAggregatedFieldWells,
    SankeyDiagramFieldWells, SankeyDiagramSortConfiguration, SortDirection,
};

use super::super::field::{Fields, Role, at_most, by};
use super::framed;
use crate::model::Field;

/// The maximum number of nodes on each side; the remaining ones become a single node.
const MOST_NODES: i64 = 25;

/// The visual.
pub(super) fn sankey(
    fields: Fields<'_>,
    from: &Field,
    to: &Field,
    weight: &Field,
) -> AnalysisSankeyDiagramVisual {
    let wells = SankeyDiagramAggregatedFieldWells::new()
        .source([fields.dimension(Role::Category, from)])
        .destination([fields.dimension(Role::Column, to)])
        .weight([fields.measure(Role::Value, weight)]);
    let sort = SankeyDiagramSortConfiguration::new()
        .weight_sort([by(fields.id(Role::Value, 0, weight), SortDirection::Desc)])
        .source_items_limit(at_most(MOST_NODES, [weight]))
        .destination_items_limit(at_most(MOST_NODES, [weight]));
    let configuration = AnalysisSankeyDiagramChartConfiguration::new()
        .field_wells(SankeyDiagramFieldWells::new().sankey_diagram_aggregated_field_wells(wells))
        .sort_configuration(sort);
    framed!(AnalysisSankeyDiagramVisual, fields.visual, configuration)
}
