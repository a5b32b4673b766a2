//! [`Aggregation`]: how a visual combines the rows of its data into one number.

use super::visual::{Field, VisualKind};

/// How a visual combines the rows of a mark into one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// A calculation that already combines them.
    Calculated,
    /// There is one row for each mark: the visual is grouped like its aggregate.
    Single,
    /// Their sum.
    Sum,
    /// Their mean.
    Average,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The number of values.
    Count,
    /// The number of different values.
    DistinctCount,
}

impl Aggregation {
    /// Whether it counts values, of any type.
    #[must_use]
    pub fn counts(self) -> bool {
        match self {
            Aggregation::Count | Aggregation::DistinctCount => true,
            Aggregation::Calculated
            | Aggregation::Single
            | Aggregation::Sum
            | Aggregation::Average
            | Aggregation::Min
            | Aggregation::Max => false,
        }
    }

    /// Whether the value of several marks together can be computed from their rows: for the remaining categories, which
    /// a chart shows as "other".
    #[must_use]
    pub fn combines_marks(self) -> bool {
        match self {
            Aggregation::Single => false,
            Aggregation::Calculated
            | Aggregation::Sum
            | Aggregation::Average
            | Aggregation::Min
            | Aggregation::Max
            | Aggregation::Count
            | Aggregation::DistinctCount => true,
        }
    }
}

impl VisualKind {
    /// The fields that its rows are grouped by, before a reader drills down; `None` if it does not combine rows.
    #[must_use]
    pub fn grouping(&self) -> Option<Vec<&Field>> {
        match self {
            VisualKind::Kpi { trend, .. } => Some(trend.iter().collect()),
            VisualKind::Line { x, color, .. }
            | VisualKind::Bar { x, color, .. }
            | VisualKind::Waterfall { x, color, .. } => Some(std::iter::once(x).chain(color).collect()),
            VisualKind::Combo { x, .. }
            | VisualKind::Pie { x, .. }
            | VisualKind::Funnel { x, .. }
            | VisualKind::TreeMap { x, .. } => Some(vec![x]),
            VisualKind::Pivot { rows, columns, .. } => Some(rows.iter().chain(columns).collect()),
            VisualKind::HeatMap { rows, columns, .. } => Some(vec![rows, columns]),
            VisualKind::Scatter { category: Some(category), .. } => Some(vec![category]),
            VisualKind::Gauge { .. } => Some(Vec::new()),
            VisualKind::Sankey { from, to, .. } => Some(vec![from, to]),
            VisualKind::Scatter { category: None, .. }
            | VisualKind::Table { .. }
            | VisualKind::Histogram { .. }
            | VisualKind::Text { .. } => None,
        }
    }

    /// The fields whose rows it combines.
    pub fn values_mut(&mut self) -> Vec<&mut Field> {
        match self {
            VisualKind::Kpi { value, target, .. } | VisualKind::Gauge { value, target, .. } => {
                std::iter::once(value).chain(target).collect()
            }
            VisualKind::Line { y, .. } | VisualKind::Bar { y, .. } => y.iter_mut().collect(),
            VisualKind::Combo { bars, lines, .. } => bars.iter_mut().chain(lines).collect(),
            VisualKind::Pie { y, .. } | VisualKind::Funnel { y, .. } | VisualKind::Waterfall { y, .. } => {
                vec![y]
            }
            VisualKind::TreeMap { y, shade, .. } => std::iter::once(y).chain(shade).collect(),
            VisualKind::Pivot { values, .. } => values.iter_mut().collect(),
            VisualKind::HeatMap { value, .. } => vec![value],
            VisualKind::Scatter { x, y, size, category: Some(_) } => [x, y].into_iter().chain(size).collect(),
            VisualKind::Sankey { weight, .. } => vec![weight],
            VisualKind::Scatter { category: None, .. }
            | VisualKind::Table { .. }
            | VisualKind::Histogram { .. }
            | VisualKind::Text { .. } => Vec::new(),
        }
    }
}
