//! [`Dashboard`]: what analysts look at.

use super::{FieldKind, Identifier};

/// What analysts look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// What it is called in ids.
    pub name: Identifier,
    /// What people read.
    pub title: String,
    /// A sentence for people.
    pub description: Option<String>,
    /// What readers may filter by.
    pub controls: Vec<Control>,
    /// What is shown, in reading order; never empty.
    pub visuals: Vec<Visual>,
}

/// A filter that readers set; it acts on every visual whose data has a column of that name.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The column.
    pub column: Identifier,
    /// What people read.
    pub title: String,
    /// What it is: a date becomes a range, a text a list, a number a slider.
    pub kind: FieldKind,
}

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
    /// Grid columns of the 36; the layout chooses where it is `None`.
    pub width: Option<u8>,
    /// Grid rows, 1 to 21; the layout chooses where it is `None`.
    pub height: Option<u8>,
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
    },
    /// Lines over a date or a category.
    Line {
        /// The horizontal axis.
        x: Field,
        /// One line each.
        y: Vec<Field>,
        /// One line a value of it; then `y` has one field.
        color: Option<Field>,
    },
    /// Bars.
    Bar {
        /// The categories.
        x: Field,
        /// One bar each.
        y: Vec<Field>,
        /// One bar a value of it; then `y` has one field.
        color: Option<Field>,
        /// Whether bars of one category stand on each other.
        stacked: bool,
        /// Whether bars lie.
        horizontal: bool,
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
        /// Whether there is a hole.
        donut: bool,
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

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

impl std::fmt::Display for Color {
    /// `#1F6FB2`, in the upper case that QuickSight asks for.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02X}{green:02X}{blue:02X}")
    }
}
