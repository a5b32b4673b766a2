//! [`Visual`]: a visual on a sheet.

use std::borrow::Cow;

use super::super::name::words;
use super::super::{FieldKind, Identifier};
use super::{Aggregation, Color};

/// The source of a visual's data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisualSource {
    /// An aggregate.
    Aggregate(Identifier),
    /// A curated dataset with the columns of its dimensions, which are named `alias_column`.
    Dataset(Identifier),
    /// The records of the last hour of a dataset that the warehouse reads from its stream.
    Live(Identifier),
}

impl VisualSource {
    /// What the name of live rows adds to that of their dataset. No dataset or aggregate can have such a name: names
    /// contain no two consecutive underscores.
    pub const LIVE: &'static str = "__live";

    /// The name in platform files and of the view in the warehouse: `page_view`, `page_view__live`.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            VisualSource::Aggregate(name) | VisualSource::Dataset(name) => Cow::Borrowed(name.as_str()),
            VisualSource::Live(name) => Cow::Owned(format!("{name}{}", Self::LIVE)),
        }
    }

    /// The name in the form of other services' IDs: `page-view`, `page-view--live`.
    #[must_use]
    pub fn kebab(&self) -> String {
        self.name().replace('_', "-")
    }

    /// The name in words: `page view`, `page view live`.
    #[must_use]
    pub fn words(&self) -> String {
        words(&self.name())
    }
}

/// A visual.
#[derive(Clone, Debug, PartialEq)]
pub struct Visual {
    /// The name in IDs: unique within the dashboard; by default, derived from kind and data.
    pub name: Identifier,
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The kind, with its fields.
    pub kind: VisualKind,
    /// The source of its columns.
    pub source: VisualSource,
    /// Grid columns of the 36, if the file sets them.
    pub width: Option<u8>,
    /// Grid rows, 1 to 21, if the file sets them.
    pub height: Option<u8>,
    /// The default size.
    pub default_size: GridSize,
    /// The first column and row of the grid, from 0; if `None`, the layout chooses them.
    pub at: Option<(u8, u16)>,
    /// The drill-down levels of its category, in order.
    pub drill: Vec<Field>,
    /// Conditional formatting.
    pub highlights: Vec<Highlight>,
}

/// The size of a visual on a sheet's grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridSize {
    /// Columns, 1 to [`GridSize::COLUMNS`].
    pub width: u8,
    /// Rows, 1 to [`GridSize::TALLEST`].
    pub height: u8,
    /// The growth if there is more room.
    pub growth: Growth,
}

impl GridSize {
    /// Columns of the grid.
    pub const COLUMNS: u8 = 36;
    /// The maximum number of rows of a visual.
    pub const TALLEST: u8 = 21;
    /// Half of a sheet's width: most charts.
    pub const CHART: GridSize = GridSize { width: 18, height: 12, growth: Growth::ToTheEnd };
    /// The full width of a sheet: visuals that have columns of their own.
    pub const ACROSS: GridSize = GridSize { width: Self::COLUMNS, height: 12, growth: Growth::ToTheEnd };
}

/// How a visual grows if there is free space next to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It keeps its width.
    Fixed,
    /// It is widened to the end of its row of visuals.
    ToTheEnd,
}

/// Values of a field that are highlighted by a color.
#[derive(Clone, Debug, PartialEq)]
pub struct Highlight {
    /// The field, which the visual shows.
    pub field: Field,
    /// Which values.
    pub test: Test,
    /// The color.
    pub color: Color,
    /// What is colored.
    pub painted: HighlightTarget,
}

/// Which values are highlighted.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Values below a number.
    Below(f64),
    /// Values equal to or above a number.
    AtLeast(f64),
    /// Text equal to this one.
    Is(String),
}

/// What a highlight colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HighlightTarget {
    /// The number or text itself.
    Text,
    /// The background.
    Background,
}

/// How the bars of a category are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stacking {
    /// Side by side.
    Clustered,
    /// Stacked.
    Stacked,
    /// Stacked, with all bars scaled to 100 %.
    Percent,
}

/// The direction of bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// Up.
    Vertical,
    /// To the right.
    Horizontal,
}

/// The center of a pie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieShape {
    /// A full pie.
    Whole,
    /// A hole with the total in it.
    Donut,
}

/// The kind of a visual, with its fields.
#[derive(Clone, Debug, PartialEq)]
pub enum VisualKind {
    /// One number and its trend.
    Kpi {
        /// The number.
        value: Field,
        /// A date column.
        trend: Option<Field>,
        /// The target of the number.
        target: Option<Field>,
    },
    /// Lines over a date or a category.
    Line {
        /// The horizontal axis.
        x: Field,
        /// One line for each.
        y: Vec<Field>,
        /// One line for each of its values; then `y` has one field.
        color: Option<Field>,
        /// Whether the area below a line is filled.
        area: bool,
        /// The number of forecast periods; then `x` is a date, and there is one line.
        forecast: Option<u16>,
    },
    /// Bars.
    Bar {
        /// The categories.
        x: Field,
        /// One bar for each.
        y: Vec<Field>,
        /// One bar for each of its values; then `y` has one field.
        color: Option<Field>,
        /// How the bars of a category are arranged.
        stacking: Stacking,
        /// The direction of the bars.
        orientation: Orientation,
    },
    /// Bars and lines over one axis.
    Combo {
        /// The categories.
        x: Field,
        /// One bar for each.
        bars: Vec<Field>,
        /// One line for each.
        lines: Vec<Field>,
    },
    /// Shares of a whole.
    Pie {
        /// The slices.
        x: Field,
        /// The size of the slices.
        y: Field,
        /// The center.
        shape: PieShape,
    },
    /// Steps, each a part of the one before.
    Funnel {
        /// The steps.
        x: Field,
        /// How many reached the step.
        y: Field,
    },
    /// Unaggregated rows.
    Table {
        /// The columns.
        columns: Vec<Field>,
    },
    /// Values by rows and columns.
    Pivot {
        /// The rows.
        rows: Vec<Field>,
        /// The columns.
        columns: Vec<Field>,
        /// The values.
        values: Vec<Field>,
    },
    /// Values as colors of a grid.
    HeatMap {
        /// The rows.
        rows: Field,
        /// The columns.
        columns: Field,
        /// The value.
        value: Field,
    },
    /// Points with two coordinates.
    Scatter {
        /// The horizontal axis.
        x: Field,
        /// The vertical axis.
        y: Field,
        /// One point for each of its values.
        category: Option<Field>,
        /// The size of the points.
        size: Option<Field>,
    },
    /// One number on an arc.
    Gauge {
        /// The value.
        value: Field,
        /// The target.
        target: Option<Field>,
        /// The ends of the arc.
        range: Option<(f64, f64)>,
    },
    /// Shares of a whole as areas.
    TreeMap {
        /// The areas.
        x: Field,
        /// The size of the areas.
        y: Field,
        /// The intensity of their color.
        shade: Option<Field>,
    },
    /// Flows between nodes.
    Sankey {
        /// The source.
        from: Field,
        /// The destination.
        to: Field,
        /// The size of the flow.
        weight: Field,
    },
    /// The distribution of a number.
    Histogram {
        /// The number, one for each row.
        x: Field,
        /// The number of bins, 2 to 100.
        bins: u8,
    },
    /// Steps that add up to a total.
    Waterfall {
        /// The steps.
        x: Field,
        /// The amount of each step.
        y: Field,
        /// The breakdown of each step.
        color: Option<Field>,
    },
    /// Plain text; empty lines separate paragraphs.
    Text {
        /// The text.
        text: String,
    },
}

/// A column in a visual.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The column of the source.
    pub column: Identifier,
    /// The type.
    pub kind: FieldKind,
    /// The format of a number.
    pub format: Option<NumberFormat>,
    /// How the rows of a mark are combined, if it is a value and not a group.
    pub aggregation: Aggregation,
}

/// The format of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberFormat {
    /// With this many decimal places.
    Number {
        /// 0 to 9.
        decimals: u8,
    },
    /// As a percentage: 1 is 100 %.
    Percent {
        /// 0 to 9.
        decimals: u8,
    },
    /// As a currency.
    Currency {
        /// The ISO 4217 code, three upper-case letters.
        code: String,
        /// 0 to 9.
        decimals: u8,
    },
}
