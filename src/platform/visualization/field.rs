//! Fields: a column of the model as a dimension or a measure of a visual.

use strataform_resources::quicksight::{
    CategoricalAggregationFunction, CategoricalDimensionField, CategoricalMeasureField, ColumnHierarchy,
    ColumnIdentifier, CurrencyDisplayFormatConfiguration, DateAggregationFunction, DateDimensionField,
    DateMeasureField, DecimalPlacesConfiguration, DimensionField, ExplicitHierarchy, FieldSort,
    FieldSortOptions, FormatConfiguration, ItemsLimitConfiguration, MeasureField,
    NumberDisplayFormatConfiguration, NumberFormatConfiguration, NumericFormatConfiguration,
    NumericalAggregationFunction, NumericalDimensionField, NumericalMeasureField, OtherCategories,
    PercentageDisplayFormatConfiguration, SimpleNumericalAggregationFunction, SortDirection, TimeGranularity,
    UnaggregatedField,
};

use crate::model::{
    Aggregation, Field, FieldKind, NumberFormat, Platform, TimeUnit, Visual, VisualKind, VisualSource,
};

/// The role of a field in a visual; a part of its field ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The axis of categories, slices or steps; the rows of a grid.
    Category,
    /// One mark for each value of the field.
    Color,
    /// The columns of a grid; the destination of a Sankey diagram.
    Column,
    /// The number, or the value of the bars.
    Value,
    /// The lines of a combo chart.
    Line,
    /// The x axis of a scatter plot.
    Horizontal,
    /// The y axis of a scatter plot.
    Vertical,
    /// The size of points.
    Size,
    /// The dates of a trend.
    Trend,
    /// The target of a number.
    Target,
    /// The color intensity of areas.
    Shade,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Role::Category => "category",
            Role::Color => "color",
            Role::Column => "column",
            Role::Value => "value",
            Role::Line => "line",
            Role::Horizontal => "x",
            Role::Vertical => "y",
            Role::Size => "size",
            Role::Trend => "trend",
            Role::Target => "target",
            Role::Shade => "shade",
        }
    }
}

/// Builds the fields of one visual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    /// The platform.
    pub(super) platform: &'a Platform,
    /// The visual.
    pub(super) visual: &'a Visual,
}

impl Fields<'_> {
    /// `<visual>-<role>-<n>-<column>`: unique within a dashboard.
    pub(super) fn id(self, role: Role, at: usize, field: &Field) -> String {
        format!("{}-{}-{at}-{}", self.visual.name.kebab(), role.word(), field.column)
    }

    fn column(self, field: &Field) -> ColumnIdentifier {
        column(&self.visual.source, field.column.as_str())
    }

    /// The single field of a role that marks are grouped by.
    pub(super) fn dimension(self, role: Role, field: &Field) -> DimensionField {
        self.dimension_at(role, 0, field)
    }

    /// The fields of a role that marks are grouped by.
    pub(super) fn dimensions(self, role: Role, fields: &[Field]) -> Vec<DimensionField> {
        fields.iter().enumerate().map(|(at, field)| self.dimension_at(role, at, field)).collect()
    }

    /// The ID of the drill-down hierarchy of a visual: only its first field is in the field wells.
    fn path_id(self, role: Role) -> Option<String> {
        let is_path = role == Role::Category && !self.visual.drill.is_empty();
        is_path.then(|| format!("{}-path", self.visual.name.kebab()))
    }

    /// The drill-down hierarchy, from the category axis on; `None` if the visual has none.
    pub(super) fn hierarchy(self, x: &Field) -> Option<[ColumnHierarchy; 1]> {
        let id = self.path_id(Role::Category)?;
        let columns: Vec<_> =
            std::iter::once(x).chain(&self.visual.drill).map(|field| self.column(field)).collect();
        Some([ColumnHierarchy::new().explicit_hierarchy(ExplicitHierarchy::new(columns, id))])
    }

    fn dimension_at(self, role: Role, at: usize, field: &Field) -> DimensionField {
        let (id, column) = (self.id(role, at, field), self.column(field));
        let path = self.path_id(role);
        match field.kind {
            // QuickSight draws nothing for a date in a categorical field. Assumes `date-fields`.
            FieldKind::Date => {
                let cut = granularity(self.platform, &self.visual.source, field);
                let made = DateDimensionField::new(column, id).date_granularity(cut);
                DimensionField::new().date_dimension_field(match path {
                    Some(path) => made.hierarchy_id(path),
                    None => made,
                })
            }
            FieldKind::Text => {
                let made = CategoricalDimensionField::new(column, id);
                DimensionField::new().categorical_dimension_field(match path {
                    Some(path) => made.hierarchy_id(path),
                    None => made,
                })
            }
            FieldKind::Integer | FieldKind::Decimal => {
                let made = NumericalDimensionField::new(column, id);
                let made = match path {
                    Some(path) => made.hierarchy_id(path),
                    None => made,
                };
                DimensionField::new().numerical_dimension_field(match format(field) {
                    Some(format) => made.format_configuration(format),
                    None => made,
                })
            }
        }
    }

    /// The single field of a role, aggregated.
    pub(super) fn measure(self, role: Role, field: &Field) -> MeasureField {
        self.measure_at(role, 0, field)
    }

    /// The fields of a role, aggregated.
    pub(super) fn measures(self, role: Role, fields: &[Field]) -> Vec<MeasureField> {
        fields.iter().enumerate().map(|(at, field)| self.measure_at(role, at, field)).collect()
    }

    fn measure_at(self, role: Role, at: usize, field: &Field) -> MeasureField {
        let (id, column) = (self.id(role, at, field), self.column(field));
        match field.kind {
            FieldKind::Text => MeasureField::new().categorical_measure_field(
                CategoricalMeasureField::new(column, id).aggregation_function(of_texts(field.aggregation)),
            ),
            FieldKind::Date => MeasureField::new().date_measure_field(
                DateMeasureField::new(column, id).aggregation_function(of_dates(field.aggregation)),
            ),
            FieldKind::Integer | FieldKind::Decimal => {
                let made = NumericalMeasureField::new(column, id);
                // A histogram counts rows.
                let is_histogram = matches!(self.visual.kind, VisualKind::Histogram { .. });
                let made = match of_numbers(field.aggregation).filter(|_| !is_histogram) {
                    Some(function) => made.aggregation_function(
                        NumericalAggregationFunction::new().simple_numerical_aggregation(function),
                    ),
                    None => made,
                };
                MeasureField::new().numerical_measure_field(match format(field) {
                    Some(format) => made.format_configuration(format),
                    None => made,
                })
            }
        }
    }

    /// A field in the expression of a condition, aggregated like in the visual.
    pub(super) fn expression(self, field: &Field) -> String {
        let column = format!("{{{}}}", field.column);
        if matches!(self.visual.kind, VisualKind::Table { .. }) {
            return column;
        }
        let function = match field.aggregation {
            Aggregation::Calculated => return column,
            Aggregation::Sum => "SUM",
            Aggregation::Average => "AVG",
            Aggregation::Min => "MIN",
            Aggregation::Single | Aggregation::Max => "MAX",
            Aggregation::Count => "COUNT",
            Aggregation::DistinctCount => "DISTINCT_COUNT",
        };
        format!("{function}({column})")
    }

    /// A column without aggregation, row by row.
    pub(super) fn plain(self, at: usize, field: &Field) -> UnaggregatedField {
        let made = UnaggregatedField::new(self.column(field), self.id(Role::Value, at, field));
        match format(field) {
            Some(format) => {
                made.format_configuration(FormatConfiguration::new().number_format_configuration(format))
            }
            None => made,
        }
    }

    /// Sorts by the axis if it has an order; if it has names, by the first value, descending.
    pub(super) fn sort(self, axis: &Field, role: Role, value: Option<&Field>) -> [FieldSortOptions; 1] {
        match (axis.kind, value) {
            (FieldKind::Text, Some(value)) => [by(self.id(role, 0, value), SortDirection::Desc)],
            _ => [by(self.id(Role::Category, 0, axis), SortDirection::Asc)],
        }
    }
}

/// The column of a source.
pub(super) fn column(source: &VisualSource, name: &str) -> ColumnIdentifier {
    ColumnIdentifier::new(name.to_owned()).data_set_identifier(identifier(source))
}

/// The identifier of a source's data set within a dashboard.
pub(super) fn identifier(source: &VisualSource) -> String {
    source.name().into_owned()
}

/// Sorts by a field of the visual.
pub(super) fn by(id: String, direction: SortDirection) -> FieldSortOptions {
    FieldSortOptions::new().field_sort(FieldSort::new(direction, id))
}

/// Limits the number of categories; the remaining ones become one more, called "other", unless one of the values
/// cannot be combined over them.
pub(super) fn at_most<'f>(
    items: i64,
    values: impl IntoIterator<Item = &'f Field>,
) -> ItemsLimitConfiguration {
    let combines = values.into_iter().all(|value| value.aggregation.combines_marks());
    let other = if combines { OtherCategories::Include } else { OtherCategories::Exclude };
    ItemsLimitConfiguration::new().items_limit(items).other_categories(other)
}

/// The granularity of a date: the unit to which the aggregate truncates it, a minute of live rows, otherwise a day.
fn granularity(platform: &Platform, source: &VisualSource, field: &Field) -> TimeGranularity {
    let aggregate = match source {
        VisualSource::Aggregate(aggregate) => platform.aggregate(aggregate.as_str()),
        VisualSource::Dataset(_) => None,
        VisualSource::Live(_) => return TimeGranularity::Minute,
    };
    let mut dimensions = aggregate.iter().flat_map(|aggregate| &aggregate.dimensions);
    let dimension = dimensions.find(|one| one.name == field.column);
    match dimension.and_then(|one| one.expression.time_unit()) {
        Some(TimeUnit::Hour) => TimeGranularity::Hour,
        None | Some(TimeUnit::Day) => TimeGranularity::Day,
        Some(TimeUnit::Week) => TimeGranularity::Week,
        Some(TimeUnit::Month) => TimeGranularity::Month,
        Some(TimeUnit::Quarter) => TimeGranularity::Quarter,
        Some(TimeUnit::Year) => TimeGranularity::Year,
    }
}

/// The function that aggregates numbers; `None` if they are already aggregated.
pub(super) fn of_numbers(aggregation: Aggregation) -> Option<SimpleNumericalAggregationFunction> {
    Some(match aggregation {
        Aggregation::Calculated => return None,
        Aggregation::Sum => SimpleNumericalAggregationFunction::Sum,
        Aggregation::Average => SimpleNumericalAggregationFunction::Average,
        Aggregation::Min => SimpleNumericalAggregationFunction::Min,
        Aggregation::Single | Aggregation::Max => SimpleNumericalAggregationFunction::Max,
        Aggregation::Count => SimpleNumericalAggregationFunction::Count,
        Aggregation::DistinctCount => SimpleNumericalAggregationFunction::DistinctCount,
    })
}

/// The function that aggregates texts, which can only be counted.
fn of_texts(aggregation: Aggregation) -> CategoricalAggregationFunction {
    match aggregation {
        Aggregation::DistinctCount => CategoricalAggregationFunction::DistinctCount,
        Aggregation::Calculated
        | Aggregation::Single
        | Aggregation::Sum
        | Aggregation::Average
        | Aggregation::Min
        | Aggregation::Max
        | Aggregation::Count => CategoricalAggregationFunction::Count,
    }
}

/// The function that aggregates dates, which cannot be added up.
fn of_dates(aggregation: Aggregation) -> DateAggregationFunction {
    match aggregation {
        Aggregation::Count => DateAggregationFunction::Count,
        Aggregation::DistinctCount => DateAggregationFunction::DistinctCount,
        Aggregation::Min => DateAggregationFunction::Min,
        Aggregation::Calculated
        | Aggregation::Single
        | Aggregation::Sum
        | Aggregation::Average
        | Aggregation::Max => DateAggregationFunction::Max,
    }
}

/// The number format, if the platform file sets one.
fn format(field: &Field) -> Option<NumberFormatConfiguration> {
    let digits = |decimals: u8| DecimalPlacesConfiguration::new(decimals);
    let made = NumericFormatConfiguration::new();
    let made = match field.format.as_ref()? {
        NumberFormat::Number { decimals } => made.number_display_format_configuration(
            NumberDisplayFormatConfiguration::new().decimal_places_configuration(digits(*decimals)),
        ),
        NumberFormat::Percent { decimals } => made.percentage_display_format_configuration(
            PercentageDisplayFormatConfiguration::new().decimal_places_configuration(digits(*decimals)),
        ),
        NumberFormat::Currency { code, decimals } => made.currency_display_format_configuration(
            CurrencyDisplayFormatConfiguration::new()
                .symbol(code.clone())
                .decimal_places_configuration(digits(*decimals)),
        ),
    };
    Some(NumberFormatConfiguration::new().format_configuration(made))
}
