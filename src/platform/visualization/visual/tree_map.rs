//! Tree maps: shares of a whole as areas.

use strataform_resources::quicksight::{
    AnalysisTreeMapConfiguration, AnalysisTreeMapVisual, ColorFillType, ColorScale, DataColor, SortDirection,
    TreeMapAggregatedFieldWells, TreeMapFieldWells, TreeMapSortConfiguration,
};

use super::super::field::{Fields, Role, at_most, by};
use super::super::theme::GRADIENT;
use super::framed;
use crate::model::Field;

/// The maximum number of areas; the remaining ones become a single area.
const MOST_AREAS: i64 = 50;

/// The visual.
pub(super) fn tree_map(
    fields: Fields<'_>,
    x: &Field,
    y: &Field,
    shade: Option<&Field>,
) -> AnalysisTreeMapVisual {
    let wells = TreeMapAggregatedFieldWells::new()
        .groups([fields.dimension(Role::Category, x)])
        .sizes([fields.measure(Role::Value, y)]);
    let wells = match shade {
        Some(shade) => wells.colors([fields.measure(Role::Shade, shade)]),
        None => wells,
    };
    let sort = TreeMapSortConfiguration::new()
        .tree_map_sort([by(fields.id(Role::Value, 0, y), SortDirection::Desc)])
        .tree_map_group_items_limit_configuration(at_most(MOST_AREAS, std::iter::once(y).chain(shade)));
    let configuration = AnalysisTreeMapConfiguration::new()
        .field_wells(TreeMapFieldWells::new().tree_map_aggregated_field_wells(wells))
        .sort_configuration(sort);
    let configuration = if shade.is_some() {
        let colors = GRADIENT.map(|color| DataColor::new().color(color.to_string()));
        configuration.color_scale(ColorScale::new(ColorFillType::Gradient, colors))
    } else {
        configuration
    };
    let made = framed!(AnalysisTreeMapVisual, fields.visual, configuration);
    match fields.hierarchy(x) {
        Some(path) => made.column_hierarchies(path),
        None => made,
    }
}
