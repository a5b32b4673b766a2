//! Data sets: one for each thing that dashboards show, over its view in the warehouse.

use strataform_resources::kind::{QuickSightDataSet, QuickSightDataSource};
use strataform_resources::quicksight::{
    ColumnDataSubType, DataSet, DataSetImportMode, DataSetUsageConfiguration, IngestionWaitPolicy,
    InputColumn, InputColumnDataType, PhysicalTable, RelationalTable,
};
use strataform_template::{Arn, Value, pseudo};

use super::source::Shown;
use super::{Context, Stack, permission, source};
use crate::model::{FieldKind, Type, VisualSource};
use crate::platform::aggregation::sql::report_view;

/// Characters of a key of the map of tables.
const LONGEST_KEY: usize = 64;

/// Adds the data set of a source.
///
/// Nothing refreshes one that `SPICE` keeps on a schedule of its own: what loads the warehouse starts an
/// ingestion when it is done, so that dashboards never show half a load.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    warehouse: &Value<Arn<QuickSightDataSource>>,
    shown: &VisualSource,
) -> Value<Arn<QuickSightDataSet>> {
    let columns = source::columns(context.platform, shown);
    let (schema, view) = report_view(shown);
    let key: String = shown.name().kebab().chars().take(LONGEST_KEY).collect();
    let table =
        RelationalTable::new(warehouse, columns.iter().map(input).collect::<Vec<_>>(), view).schema(schema);
    let id = source::id(context, shown);
    let mode = if source::is_direct(context, shown) {
        DataSetImportMode::DirectQuery
    } else {
        DataSetImportMode::Spice
    };
    let set = DataSet::new()
        .aws_account_id(pseudo::account_id())
        .data_set_id(id.clone())
        .name(id)
        .import_mode(mode)
        .physical_table_map([(key, PhysicalTable::new().relational_table(table))])
        .data_set_usage_configuration(
            DataSetUsageConfiguration::new()
                .disable_use_as_direct_query_source(false)
                .disable_use_as_imported_source(false),
        )
        // The first load may take long, and the stack has no reason to wait for it.
        .ingestion_wait_policy(IngestionWaitPolicy::new().wait_for_spice_ingestion(false))
        .tags(context.tags());
    let permissions = permission::of_data_set(context);
    let set = if permissions.is_empty() { set } else { set.permissions(permissions) };
    stack.template.add(format!("data/set/{}", shown.name()), set).arn()
}

/// A column as `QuickSight` reads it.
fn input(column: &Shown) -> InputColumn {
    let input = |kind| InputColumn::new(column.name.clone(), kind);
    match column.kind {
        FieldKind::Text => input(InputColumnDataType::String),
        FieldKind::Integer => input(InputColumnDataType::Integer),
        FieldKind::Date => input(InputColumnDataType::Datetime),
        FieldKind::Decimal => input(InputColumnDataType::Decimal).sub_type(sub_type(column.data_type)),
    }
}

/// Exact where `QuickSight` keeps exact numbers: 18 digits, four of them behind the point.
fn sub_type(data_type: Type) -> ColumnDataSubType {
    match data_type {
        Type::Decimal { precision: ..=18, scale: ..=4 } => ColumnDataSubType::Fixed,
        _ => ColumnDataSubType::Float,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_as_far_as_quicksight_keeps_them() {
        let of = |precision, scale| sub_type(Type::Decimal { precision, scale });
        assert_eq!(of(18, 4), ColumnDataSubType::Fixed);
        assert_eq!(of(19, 4), ColumnDataSubType::Float);
        assert_eq!(of(18, 5), ColumnDataSubType::Float);
        assert_eq!(sub_type(Type::Double), ColumnDataSubType::Float);
    }
}
