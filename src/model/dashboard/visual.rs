//! [`Visual`]: one picture.

use super::super::{FieldKind, Identifier};
use super::Color;

/// Where a visual's data comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisualSource {
    /// An aggregate.
    Aggregate(Identifier),
    /// A curated dataset with the columns of its dimensions, which are called `alias_column`.
    Dataset(Identifier),
}

impl VisualSource {
    /// The name of the aggregate or dataset.
    #[must_use]
    pub fn name(&self) -> &Identifier {
        match self {
            VisualSource::Aggregate(name) | VisualSource::Dataset(name) => name,
        }
    }
}

/// One picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Visual {
    /// What it is called in ids: unique within the dashboard, made of kind and data where the file is silent.
    pub name: Identifier,
    /// What people read above it.
    pub title: String,
    /// A line below the title.
    pub subtitle: Option<String>,
    /// What is drawn.
    pub kind: VisualKind,
    /// Whose columns it shows.
    pub source: VisualSource,
    /// Grid columns of the 36, where the file says so.
    pub width: Option<u8>,
    /// Grid rows, 1 to 21, where the file says so.
    pub height: Option<u8>,
    /// How large it is where the file does not say so.
    pub usual: GridSize,
    /// The first column and row of the grid, from 0; the layout chooses where it is `None`.
    pub at: Option<(u8, u16)>,
    /// What categories are divided by on a click, one after the other.
    pub drill: Vec<Field>,
    /// Values that stand out.
    pub highlights: Vec<Highlight>,
}

/// How much of a sheet's grid a visual takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridSize {
    /// Columns, 1 to [`GridSize::COLUMNS`].
    pub width: u8,
    /// Rows, 1 to [`GridSize::TALLEST`].
    pub height: u8,
    /// What becomes of it where there is more room.
    pub growth: Growth,
}

impl GridSize {
    /// Columns of the grid.
    pub const COLUMNS: u8 = 36;
    /// The most rows that one visual may take.
    pub const TALLEST: u8 = 21;
    /// Half of a sheet's width: most charts.
    pub const CHART: GridSize = GridSize { width: 18, height: 12, growth: Growth::ToTheEnd };
    /// All of a sheet's width: what has columns of its own.
    pub const ACROSS: GridSize = GridSize { width: Self::COLUMNS, height: 12, growth: Growth::ToTheEnd };
}

/// What becomes of a visual where nothing stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It keeps its width.
    Fixed,
    /// It is widened to the end of its shelf.
    ToTheEnd,
}

/// Values of a field that stand out by their colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Highlight {
    /// The field, which the visual shows.
    pub field: Field,
    /// Which values.
    pub test: Test,
    /// In which colour.
    pub color: Color,
    /// What has the colour.
    pub painted: Painted,
}

/// Which values stand out.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Those below a number.
    Below(f64),
    /// That number and those above.
    AtLeast(f64),
    /// Texts that are this one.
    Is(String),
}

/// What has the colour of a highlight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Painted {
    /// The number or text itself.
    Text,
    /// What is behind it.
    Background,
}

/// How bars of one category stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stacking {
    /// Beside each other.
    Beside,
    /// On each other.
    Stacked,
    /// On each other, all bars being as long as the whole.
    Percent,
}

/// Which way bars go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// Up.
    Vertical,
    /// To the right.
    Horizontal,
}

/// What is in the middle of a pie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieShape {
    /// The slices meet there.
    Whole,
    /// A hole, with the total in it.
    Donut,
}

/// What is drawn, with the fields that it needs.
#[derive(Clone, Debug, PartialEq)]
pub enum VisualKind {
    /// One number, and how it went.
    Kpi {
        /// The number.
        value: Field,
        /// A date column.
        trend: Option<Field>,
        /// What the number should be.
        target: Option<Field>,
    },
    /// Lines over a date or a category.
    Line {
        /// The horizontal axis.
        x: Field,
        /// One line each.
        y: Vec<Field>,
        /// One line a value of it; then `y` has one field.
        color: Option<Field>,
        /// Whether what is below a line is filled.
        area: bool,
        /// Periods that are foretold; then `x` is a date, and there is one line.
        forecast: Option<u16>,
    },
    /// Bars.
    Bar {
        /// The categories.
        x: Field,
        /// One bar each.
        y: Vec<Field>,
        /// One bar a value of it; then `y` has one field.
        color: Option<Field>,
        /// How bars of one category stand.
        stacking: Stacking,
        /// Which way bars go.
        orientation: Orientation,
    },
    /// Bars and lines over one axis.
    Combo {
        /// The categories.
        x: Field,
        /// One bar each.
        bars: Vec<Field>,
        /// One line each.
        lines: Vec<Field>,
    },
    /// Shares of a whole.
    Pie {
        /// The slices.
        x: Field,
        /// How large they are.
        y: Field,
        /// What is in the middle.
        shape: PieShape,
    },
    /// Steps, each a part of the one before.
    Funnel {
        /// The steps.
        x: Field,
        /// How many reached them.
        y: Field,
    },
    /// Rows as they are.
    Table {
        /// The columns.
        columns: Vec<Field>,
    },
    /// Numbers by rows and columns.
    Pivot {
        /// Down.
        rows: Vec<Field>,
        /// Across.
        columns: Vec<Field>,
        /// The numbers.
        values: Vec<Field>,
    },
    /// Numbers as colours of a grid.
    HeatMap {
        /// Down.
        rows: Field,
        /// Across.
        columns: Field,
        /// The number.
        value: Field,
    },
    /// Points of two numbers.
    Scatter {
        /// The horizontal axis.
        x: Field,
        /// The vertical axis.
        y: Field,
        /// One point a value of it.
        category: Option<Field>,
        /// How large the points are.
        size: Option<Field>,
    },
    /// One number on an arc.
    Gauge {
        /// The number.
        value: Field,
        /// What it should be.
        target: Option<Field>,
        /// The ends of the arc.
        range: Option<(f64, f64)>,
    },
    /// Shares of a whole as areas.
    TreeMap {
        /// The areas.
        x: Field,
        /// How large they are.
        y: Field,
        /// How strongly they are coloured.
        shade: Option<Field>,
    },
    /// What flows from where to where.
    Sankey {
        /// Where from.
        from: Field,
        /// Where to.
        to: Field,
        /// How much.
        weight: Field,
    },
    /// How often numbers lie where.
    Histogram {
        /// The numbers, one a row.
        x: Field,
        /// Into how many parts their range is divided, 2 to 100.
        bins: u8,
    },
    /// Steps that add up.
    Waterfall {
        /// The steps.
        x: Field,
        /// How much each adds.
        y: Field,
        /// What each step is divided by.
        color: Option<Field>,
    },
    /// Text in the markup-free form: paragraphs are divided by empty lines.
    Text {
        /// What it says.
        text: String,
    },
}

/// A column as a visual shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The column of the source.
    pub column: Identifier,
    /// What it is.
    pub kind: FieldKind,
    /// How a number is written.
    pub format: Option<NumberFormat>,
    /// Whether it is a calculation that puts rows together itself.
    pub aggregated: bool,
}

/// How a number is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberFormat {
    /// With so many digits behind the point.
    Number {
        /// 0 to 9.
        decimals: u8,
    },
    /// As a share, 1 being 100 %.
    Percent {
        /// 0 to 9.
        decimals: u8,
    },
    /// As money.
    Currency {
        /// Three upper-case letters of ISO 4217.
        code: String,
        /// 0 to 9.
        decimals: u8,
    },
}
