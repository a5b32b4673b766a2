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

use crate::model::{Field, FieldKind, NumberFormat, Platform, Visual, VisualKind, VisualSource};

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
            // QuickSight draws nothing for a date in a categorical field.
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
                CategoricalMeasureField::new(column, id)
                    .aggregation_function(CategoricalAggregationFunction::Count),
            ),
            FieldKind::Date => MeasureField::new().date_measure_field(
                DateMeasureField::new(column, id).aggregation_function(DateAggregationFunction::Max),
            ),
            FieldKind::Integer | FieldKind::Decimal => {
                let made = NumericalMeasureField::new(column, id);
                // A field that is already aggregated takes no function; a histogram counts rows without aggregation.
                let made = if field.aggregated || matches!(self.visual.kind, VisualKind::Histogram { .. }) {
                    made
                } else {
                    let function = aggregation(self.platform, &self.visual.source, field);
                    made.aggregation_function(
                        NumericalAggregationFunction::new().simple_numerical_aggregation(function),
                    )
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
        let is_row = matches!(self.visual.kind, VisualKind::Table { .. });
        if field.aggregated || is_row || field.kind == FieldKind::Text {
            return format!("{{{}}}", field.column);
        }
        let function = match aggregation(self.platform, &self.visual.source, field) {
            SimpleNumericalAggregationFunction::Average => "AVG",
            SimpleNumericalAggregationFunction::Min => "MIN",
            SimpleNumericalAggregationFunction::Max => "MAX",
            _ => "SUM",
        };
        format!("{function}({{{}}})", field.column)
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
    source.name().to_string()
}

/// Sorts by a field of the visual.
pub(super) fn by(id: String, direction: SortDirection) -> FieldSortOptions {
    FieldSortOptions::new().field_sort(FieldSort::new(direction, id))
}

/// Limits the number of categories; the remaining ones become one more, called "other".
pub(super) fn at_most(items: i64) -> ItemsLimitConfiguration {
    ItemsLimitConfiguration::new().items_limit(items).other_categories(OtherCategories::Include)
}

/// The granularity of a date: the one that the aggregate truncates it to, judging by its expression or name,
/// otherwise a day.
fn granularity(platform: &Platform, source: &VisualSource, field: &Field) -> TimeGranularity {
    let name = field.column.as_str();
    let expression = match source {
        VisualSource::Aggregate(aggregate) => platform.aggregate(aggregate.as_str()).and_then(|aggregate| {
            let mut dimensions = aggregate.dimensions.iter();
            dimensions.find(|one| one.name == field.column).map(|one| one.expression.text())
        }),
        VisualSource::Dataset(_) => None,
    };
    let text: String = expression.unwrap_or_default().to_lowercase().split_whitespace().collect();
    let cuts = [
        ("minute", TimeGranularity::Minute),
        ("hour", TimeGranularity::Hour),
        ("week", TimeGranularity::Week),
        ("month", TimeGranularity::Month),
        ("quarter", TimeGranularity::Quarter),
        ("year", TimeGranularity::Year),
    ];
    for (word, cut) in cuts {
        if name == word || text.contains(&format!("date_trunc('{word}'")) {
            return cut;
        }
    }
    TimeGranularity::Day
}

/// How the rows of a view are aggregated: a minimum or maximum stays one; averages, percentages and quotients, which
/// cannot be summed, are averaged; everything else is summed.
pub(super) fn aggregation(
    platform: &Platform,
    source: &VisualSource,
    field: &Field,
) -> SimpleNumericalAggregationFunction {
    let expression = match source {
        VisualSource::Aggregate(aggregate) => platform.aggregate(aggregate.as_str()).and_then(|aggregate| {
            let mut measures = aggregate.measures.iter();
            measures.find(|one| one.name == field.column).map(|one| one.expression.text())
        }),
        VisualSource::Dataset(_) => None,
    };
    let text: String = expression.unwrap_or_default().to_lowercase().split_whitespace().collect();
    let mean = ["avg(", "median(", "stddev", "variance(", "percentile", "approx_percentile"];
    if matches!(field.format, Some(NumberFormat::Percent { .. }))
        || text.contains('/')
        || mean.iter().any(|one| text.contains(one))
    {
        return SimpleNumericalAggregationFunction::Average;
    }
    match text.split('(').next() {
        Some("min") => SimpleNumericalAggregationFunction::Min,
        Some("max") => SimpleNumericalAggregationFunction::Max,
        _ => SimpleNumericalAggregationFunction::Sum,
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
